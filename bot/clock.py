"""The bot's time: what happens to the machine's clock while it runs does not reach it, and replicas share one time."""

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from bot.domain.errors import StoreDown
from bot.domain.ports import Clock
from bot.domain.stores import HousekeepingStore

log = logging.getLogger(__name__)

# An answer that took longer does not say exactly enough what time it is; a difference that is larger is worth a line.
LONGEST_QUESTION, WORTH_A_LINE = 1.0, 2.0
# Headers have whole seconds, and answers their way: what differs by less is no difference.
TOLERANCE = 60.0


def _awake_or_not() -> float:
    """Seconds that never jump and, where the system can tell, go on while the machine sleeps: leases do too."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()


class SystemClock(Clock):
    """The Clock port on this machine's clocks.

    The wall clock is read once. Set an hour or a month ahead or back while the bot runs, it would make versions look stalled,
    drafts look old and leases look over. `agree` and `heard` put right what was wrong from the start.
    """

    def __init__(
        self, *, wall: Callable[[], float] = time.time, monotonic: Callable[[], float] = _awake_or_not
    ) -> None:
        self._monotonic = monotonic
        self._zero = wall() - monotonic()
        self._shared = False

    def now(self) -> datetime:
        return datetime.fromtimestamp(self._zero + self._monotonic(), UTC)

    def monotonic(self) -> float:
        return self._monotonic()

    def agree(self, unix_seconds: float) -> None:
        """From now on this is the time, whatever Slack says: several processes share the clock that says so."""
        self._shared = True
        self._set(unix_seconds)

    def heard(self, date: str) -> None:
        """Slack's own time, as in an HTTP header; a machine without a time server can be off by any amount."""
        try:
            there = parsedate_to_datetime(date).timestamp()
        except (ValueError, OverflowError):
            return
        if not self._shared and abs(there - self.now().timestamp()) > TOLERANCE:
            self._set(there)

    def _set(self, unix_seconds: float) -> None:
        moved = unix_seconds - self.now().timestamp()
        self._zero += moved
        if abs(moved) > WORTH_A_LINE:
            log.warning("clock differs", extra={"action": "clock_differs", "seconds": round(moved, 1)})


class FollowedClock(Clock):
    """The Clock port on Unix time that another keeps, as the demo's sandbox does for all in it.

    A jump of it is to the bot what a machine's sleep is: both of its times have gone on.
    """

    def __init__(self, unix_seconds: Callable[[], float]) -> None:
        self._unix_seconds = unix_seconds

    def now(self) -> datetime:
        return datetime.fromtimestamp(self._unix_seconds(), UTC)

    def monotonic(self) -> float:
        return self._unix_seconds()


async def agree(clock: Clock, store: HousekeepingStore) -> None:
    """Set the clock by the database, if that is shared and the clock can be set."""
    if not isinstance(clock, SystemClock):
        return
    started = clock.monotonic()
    try:
        shared = await store.time()
    except StoreDown:
        return
    took = clock.monotonic() - started
    if shared is not None and took < LONGEST_QUESTION:
        clock.agree(shared + took / 2)
