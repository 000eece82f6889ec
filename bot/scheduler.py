"""The one place that knows APScheduler: a few ticks a second or an hour, that neither pile up nor stop."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

log = logging.getLogger(__name__)

Tick = Callable[[], Coroutine[Any, Any, None]]

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
    under_way: set[asyncio.Task[None]] = set()
    for tick, seconds in ticks.items():
        scheduler.add_job(_kept(_guarded(tick), under_way), Every(seconds))
    scheduler.start()
    watch = asyncio.create_task(_watch_clock(scheduler), name="clock watch")
    try:
        yield
    finally:
        watch.cancel()
        scheduler.shutdown(wait=False)
        await asyncio.gather(watch, *under_way, return_exceptions=True)


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


def _kept(tick: Tick, under_way: set[asyncio.Task[None]]) -> Tick:
    """APScheduler cancels what runs when it is shut down, in the middle of a request or a transaction: not ours."""

    async def run() -> None:
        task = asyncio.ensure_future(tick())
        under_way.add(task)
        task.add_done_callback(under_way.discard)
        with suppress(asyncio.CancelledError):  # of the job; the task goes on and is awaited above
            await asyncio.shield(task)

    return run


def _guarded(tick: Tick) -> Tick:
    async def run() -> None:
        try:
            await tick()
        except Exception:
            log.exception("tick failed", extra={"action": "tick_failed"})

    return run
