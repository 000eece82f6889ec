"""What following 10,000 unsettled versions takes of memory, and whether that grows."""

import asyncio
import statistics
import time
from contextlib import AsyncExitStack

from tests.bench.measuring import Row, resident_megabytes
from tests.bench.servers import Server, outside, printed, whole_bot
from tests.bench.worlds import World, database

FOLLOWED = World(projects=2000, versions=5, unsettled=5, active=2000)
# One project is looked at all the time, so that everything has been loaded that looks need.
NOBODY = World(projects=1, versions=5, unsettled=5, active=1)
OFTEN = {"POLL_SECONDS": "5"}
# All have been looked at; a restart spreads that.
FIRST_ROUND_SECONDS = 50.0
# So much later it is looked whether the memory has grown.
FURTHER_SECONDS = 40.0
SAMPLES = 10


async def measure() -> list[Row]:
    """The two bots side by side, each with a Zadig of its own."""
    async with AsyncExitStack() as stack:
        followed, around = await _following(stack, FOLLOWED)
        nobody, _ = await _following(stack, NOBODY)
        await _listed(around, FOLLOWED.projects)
        early, nothing = await _resident(followed), await _resident(nobody)
        begun, before = time.perf_counter(), (await around.get("/_counts"))["lists"]
        await asyncio.sleep(FURTHER_SECONDS)
        looks = (await around.get("/_counts"))["lists"] - before
        late = await _resident(followed)
        seconds = time.perf_counter() - begun
    count = FOLLOWED.projects * FOLLOWED.versions
    held = float(await printed("-m", "tests.bench.held", str(count)))
    return _rows(
        count, nothing=nothing, early=early, late=late, held=held, after=f"{looks:,} looks, {seconds:.0f} s"
    )


async def _following(stack: AsyncExitStack, world: World) -> tuple[Server, Server]:
    """A bot that follows a world, and the world."""
    around = await stack.enter_async_context(outside(world))
    address = await stack.enter_async_context(database(world))
    return await stack.enter_async_context(whole_bot(around, address, **OFTEN)), around


async def _listed(around: Server, projects: int) -> None:
    """Wait until every project has been looked at once, and some again."""
    async with asyncio.timeout(4 * FIRST_ROUND_SECONDS):
        listed = 0
        while listed < 1.1 * projects:
            await asyncio.sleep(0.5)
            listed = (await around.get("/_counts"))["lists"]


async def _resident(server: Server) -> float:
    samples = []
    for _ in range(SAMPLES):
        samples.append(resident_megabytes(server.pid))
        await asyncio.sleep(0.1)
    return statistics.median(samples)


def _rows(count: int, *, nothing: float, early: float, late: float, held: float, after: str) -> list[Row]:
    return [
        Row(
            what=f"memory, following {count:,} unsettled versions",
            value=early,
            against="following five",
            baseline=nothing,
            unit="MB",
        ),
        Row(
            what=f"memory for {count:,} versions",
            value=early - nothing,
            against="as many objects",
            baseline=held,
            unit="MB",
            most=1.0,
        ),
        Row(
            what=f"memory, {after} later",
            value=late,
            against="after the first of each",
            baseline=early,
            unit="MB",
            most=1.05,
        ),
    ]
