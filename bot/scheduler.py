"""The one place that knows APScheduler: a few ticks a second or an hour, that neither pile up nor stop."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = logging.getLogger(__name__)

Tick = Callable[[], Awaitable[None]]


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
        scheduler.add_job(_guarded(tick), "interval", seconds=seconds)
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown(wait=False)


def _guarded(tick: Tick) -> Tick:
    async def run() -> None:
        try:
            await tick()
        except Exception:  # one bad second must not end all that follow
            log.exception("tick failed", extra={"action": "tick_failed"})

    return run
