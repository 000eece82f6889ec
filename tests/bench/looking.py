"""How many looks a second, what they ask of Zadig, and what they cost, against reading the same pages and nothing else."""

import asyncio
import json
import time
from collections.abc import Mapping

from tests.bench.bare_pages import AT_A_TIME, Read
from tests.bench.measuring import Row, processor_seconds
from tests.bench.servers import Server, outside, printed, whole_bot
from tests.bench.worlds import World, database

# In every tenth project one version is being created.
WORLD = World(projects=200, versions=20, unsettled=1, active=20, delay=0.02)
# Every project is due again at once.
ALWAYS = {"POLL_SECONDS": "0.1", "IDLE_POLL_SECONDS": "0.1"}
WARM_SECONDS, SECONDS = 8.0, 12.0
PAGE = 20
NAIVE = "naive: a list and every version's details"


async def measure() -> list[Row]:
    """The baseline, then the bot as fast as it can, against one Zadig."""
    async with outside(WORLD) as around:
        bare = await _bare(around)
        async with database(WORLD) as address, whole_bot(around, address, **ALWAYS) as bot:
            await asyncio.sleep(WARM_SECONDS)
            before, computed, begun = await _asked(around), processor_seconds(bot.pid), time.perf_counter()
            await asyncio.sleep(SECONDS)
            after, seconds = await _asked(around), time.perf_counter() - begun
            computed = processor_seconds(bot.pid) - computed
    looks = after["lists"] - before["lists"]
    requests = looks + after["details"] - before["details"]
    return _rows(bare, rate=looks / seconds, requests=requests / looks, processor=computed / looks)


async def _bare(around: Server) -> Read:
    arguments = (
        "-m",
        "tests.bench.bare_pages",
        around.address,
        str(WORLD.projects),
        str(PAGE),
        str(SECONDS / 2),
    )
    return Read(**json.loads(await printed(*arguments)))


async def _asked(around: Server) -> Mapping[str, int]:
    counts: Mapping[str, int] = await around.get("/_counts")
    return counts


def _rows(bare: Read, *, rate: float, requests: float, processor: float) -> list[Row]:
    """`requests` and `processor` (seconds) are those of one look."""
    needed = 1 + WORLD.active * WORLD.unsettled / WORLD.projects
    floor = AT_A_TIME / WORLD.delay / needed
    return [
        Row(
            what="looks",
            value=rate,
            against=f"Zadig's {WORLD.delay * 1e3:.0f} ms, {AT_A_TIME} at a time",
            baseline=floor,
            unit="/s",
            least=1 / 1.5,
        ),
        Row(
            what="looks",
            value=rate,
            against="httpx and pydantic alone",
            baseline=bare.pages / bare.seconds,
            unit="/s",
        ),
        Row(
            what="requests to Zadig for a look",
            value=requests,
            against="one list, details of what is unsettled",
            baseline=needed,
            unit="",
            most=1.05,
        ),
        Row(
            what="requests to Zadig for a look",
            value=requests,
            against=NAIVE,
            baseline=1 + WORLD.versions,
            unit="",
        ),
        Row(
            what="processor time for a look",
            value=processor * 1e3,
            against="httpx and pydantic alone",
            baseline=bare.processor / bare.pages * 1e3,
            unit="ms",
        ),
    ]
