"""The one place that knows APScheduler: a few ticks a second or an hour, that neither pile up nor stop."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

log = logging.getLogger(__name__)

Tick = Callable[[], Awaitable[None]]

# A wall clock that moves this much against the monotonic one has been set.
STEP_SECONDS = 2.0


class Every(BaseTrigger):  # type: ignore[misc] # APScheduler ships no types
    """So many seconds after now, whatever was missed.

    APScheduler's own interval trigger counts every missed run: a clock set forward by a month freezes it for seconds.
    """

    def __init__(self, seconds: float) -> None:
        self._interval = timedelta(seconds=seconds)

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        """APScheduler's interface."""
        return now + self._interval if previous_fire_time else now


@asynccontextmanager
async def ticking(ticks: Mapping[Tick, float]) -> AsyncIterator[None]:
    """Call each tick every so many seconds until the block ends.

    A late run is never skipped (`misfire_grace_time` is 1 s by default), several late ones become one, and a tick that is
    still running is not started again. State lives in the database: APScheduler's job stores cannot be shared.
    """
    scheduler = AsyncIOScheduler(
        timezone="UTC", job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
    )
    for tick, seconds in ticks.items():
        scheduler.add_job(_guarded(tick), Every(seconds))
    scheduler.start()
    watch = asyncio.create_task(_watch_clock(scheduler), name="clock watch")
    try:
        yield
    finally:
        watch.cancel()
        scheduler.shutdown(wait=False)


async def _watch_clock(scheduler: AsyncIOScheduler) -> None:
    """Wake jobs that wait for a time that a clock set back will not reach for long."""
    offset = time.time() - time.monotonic()
    while True:
        await asyncio.sleep(1)
        moved = time.time() - time.monotonic() - offset
        if abs(moved) > STEP_SECONDS:
            offset += moved
            log.warning("clock stepped", extra={"action": "clock_stepped", "seconds": round(moved)})
            for job in scheduler.get_jobs():
                job.modify(next_run_time=datetime.now(UTC))


def _guarded(tick: Tick) -> Tick:
    async def run() -> None:
        try:
            await tick()
        except Exception:
            log.exception("tick failed", extra={"action": "tick_failed"})

    return run
