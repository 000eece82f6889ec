"""Cursors: opaque to programs, stable while things are added."""

import base64
from collections.abc import Callable, Sequence
from typing import TypeVar

from bot.sandbox.slack.arguments import Arguments
from bot.sandbox.slack.errors import ApiError
from bot.sandbox.slack.model import Json

Item = TypeVar("Item")

DEFAULT_LIMIT = 100
HIGHEST_LIMIT = 999
"""Slack: the limit must be under 1000."""


def page(
    items: Sequence[Item], arguments: Arguments, key: Callable[[Item], str], *, default: int = DEFAULT_LIMIT
) -> tuple[list[Item], Json]:
    """The items that `cursor` and `limit` ask for, and the `response_metadata` that names the next cursor.

    A cursor names the first item of its page by `key`. ApiError invalid_cursor, invalid_limit.
    """
    limit = arguments.number("limit", default=default, lowest=0, highest=HIGHEST_LIMIT, error="invalid_limit")
    limit = limit or default
    first = _position(items, arguments.text("cursor"), key)
    following = items[first + limit : first + limit + 1]
    next_cursor = _cursor(key(following[0])) if following else ""
    return list(items[first : first + limit]), {"next_cursor": next_cursor}


def _position(items: Sequence[Item], cursor: str | None, key: Callable[[Item], str]) -> int:
    if cursor is None:
        return 0
    try:
        wanted = base64.b64decode(cursor, validate=True).decode().removeprefix("next:")
    except ValueError:
        raise ApiError("invalid_cursor") from None
    for number, item in enumerate(items):
        if key(item) == wanted:
            return number
    raise ApiError("invalid_cursor")


def _cursor(key: str) -> str:
    return base64.b64encode(f"next:{key}".encode()).decode()
