"""The one place that knows APScheduler: a few ticks a second or an hour, that neither pile up nor stop."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.base import BaseTrigger

log = logging.getLogger(__name__)

Tick = Callable[[], Coroutine[Any, Any, None]]

# A wall clock that moves this much against the monotonic one has been set.
STEP_SECONDS = 2.0
# How long a tick may go on once everything is to stop.
TIMEOUT_SECONDS = 1.0


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
async def ticking(
    ticks: Mapping[Tick, float], *, timeout_seconds: float = TIMEOUT_SECONDS
) -> AsyncIterator[None]:
    """Call each tick every so many seconds until the block ends.

    A late run is never skipped (`misfire_grace_time` is 1 s by default), several late ones become one, and a tick that is
    still running is not started again. State lives in the database: APScheduler's job stores cannot be shared. At the
    end, what runs may finish for `timeout_seconds` seconds and is then cancelled.
    """
    scheduler = AsyncIOScheduler(timezone="UTC", job_defaults={"misfire_grace_time": None, "coalesce": True})
    under_way: dict[Tick, asyncio.Task[None]] = {}
    for tick, seconds in ticks.items():
        scheduler.add_job(_started_by(tick, under_way), Every(seconds))
    scheduler.start()
    watch = asyncio.create_task(_watch_clock(scheduler), name="clock watch")
    try:
        yield
    finally:
        watch.cancel()
        scheduler.shutdown(wait=False)
        await _finish(watch, *under_way.values(), timeout_seconds=timeout_seconds)


def _started_by(tick: Tick, under_way: dict[Tick, asyncio.Task[None]]) -> Tick:
    """A job that starts the tick as a task of ours: APScheduler would cancel its own, in the middle of a request."""

    async def start() -> None:
        if tick not in under_way:
            under_way[tick] = asyncio.create_task(_guarded(tick), name=f"tick {tick.__qualname__}")
            under_way[tick].add_done_callback(lambda _: under_way.pop(tick))

    return start


async def _guarded(tick: Tick) -> None:
    try:
        await tick()
    except Exception:
        log.exception("tick failed", extra={"action": "tick_failed", "tick": tick.__qualname__})


async def _finish(*tasks: asyncio.Task[None], timeout_seconds: float) -> None:
    _, late = await asyncio.wait(tasks, timeout=timeout_seconds)
    for task in late:
        log.warning("tick cut off", extra={"action": "tick_cut_off", "tick": task.get_name()})
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


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
