"""Whether the database takes writes: found out by writing, seldom, and never for long."""

import asyncio
import logging

from bot.domain.errors import StoreDown
from bot.domain.ports import Clock
from bot.domain.stores import HousekeepingStore

log = logging.getLogger(__name__)

# An answer is as good as new for so long; a database that has not answered after so many seconds does not.
GOOD_SECONDS, PATIENCE_SECONDS = 2.0, 4.0


class Probe:
    """Asks the store, at most once at a time; what is wrong is logged in the driver's words when it changes."""

    def __init__(self, store: HousekeepingStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._asking = asyncio.Lock()
        self._asked_at: float | None = None
        self._problem = ""

    async def problem(self) -> str:
        """A sentence of ours about what is wrong, empty if nothing is."""
        async with self._asking:
            now = self._clock.monotonic()
            if self._asked_at is None or not 0 <= now - self._asked_at < GOOD_SECONDS:
                await self._ask()
                self._asked_at = self._clock.monotonic()
        return self._problem

    async def _ask(self) -> None:
        before, raw = self._problem, ""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._store.ping()
        except StoreDown as error:
            self._problem, raw = str(error), error.raw
        except TimeoutError:
            self._problem = "The bot's database does not answer."
        except Exception as error:
            self._problem, raw = "The bot's database cannot be used.", type(error).__name__
            log.exception("probe failed", extra={"action": "defect"})
        else:
            self._problem = ""
        if self._problem != before:
            level = logging.WARNING if self._problem else logging.INFO
            log.log(level, "database", extra={"action": "database", "problem": self._problem, "raw": raw})
