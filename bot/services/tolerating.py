"""What may be left out while the database does not answer: it is logged, and the work goes on without it."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from bot.domain.errors import StoreDown


@contextmanager
def tolerating_store_down(log: logging.Logger, what: str, **fields: str) -> Iterator[None]:
    """`what` was not done, for the log of the caller's module; the block ends where StoreDown was raised."""
    try:
        yield
    except StoreDown as error:
        log.warning(what, extra={"action": "store_down", **fields, "error": str(error)})
