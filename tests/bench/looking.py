"""How many looks a second, what they ask of Zadig, and what they cost, against reading the same pages and nothing else."""

import asyncio
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass

from tests.bench.bare_pages import AT_A_TIME, Read
from tests.bench.measuring import Row, processor_seconds
from tests.bench.servers import Server, outside, printed, whole_bot
from tests.bench.worlds import World, database

# In every tenth project one version is being created.
WORLD = World(projects=200, versions=20, unsettled=1, active=20, delay=0.02)
# Every project is due again at once.
ALWAYS = {"POLL_SECONDS": "0.1", "IDLE_POLL_SECONDS": "0.1"}
ROUNDS = 2
WARM_SECONDS, SECONDS = 7.0, 6.0
PAGE = 20
NAIVE = "a list and every version's details"


@dataclass(frozen=True, kw_only=True, slots=True)
class Looks:
    """What the bot did: looks a second, and for each of them requests and seconds of the processor."""

    rate: float
    requests: float
    processor: float


async def measure() -> list[Row]:
    """The baseline and the bot as fast as it can, in turn; the best of each, the least disturbed."""
    bare: list[Read] = []
    looks: list[Looks] = []
    for _ in range(ROUNDS):
        async with outside(WORLD) as around:
            bare.append(await _bare(around))
            looks.append(await _looks(around))
    return _rows(
        max(looks, key=lambda one: one.rate),
        pages=max(one.pages / one.seconds for one in bare),
        processor=min(one.processor / one.pages for one in bare),
    )


async def _looks(around: Server) -> Looks:
    async with database(WORLD) as address, whole_bot(around, address, **ALWAYS) as bot:
        await asyncio.sleep(WARM_SECONDS)
        before, computed, begun = await _asked(around), processor_seconds(bot.pid), time.perf_counter()
        await asyncio.sleep(SECONDS)
        after, seconds = await _asked(around), time.perf_counter() - begun
        computed = processor_seconds(bot.pid) - computed
    looks = after["lists"] - before["lists"]
    requests = looks + after["details"] - before["details"]
    return Looks(rate=looks / seconds, requests=requests / looks, processor=computed / looks)


async def _bare(around: Server) -> Read:
    arguments = (
        "-m",
        "tests.bench.bare_pages",
        around.address,
        str(WORLD.projects),
        str(PAGE),
        str(SECONDS),
    )
    return Read(**json.loads(await printed(*arguments)))


async def _asked(around: Server) -> Mapping[str, int]:
    counts: Mapping[str, int] = await around.get("/_counts")
    return counts


def _rows(looks: Looks, *, pages: float, processor: float) -> list[Row]:
    """`pages` (a second) and `processor` (seconds a page) are the baseline's."""
    needed = 1 + WORLD.active * WORLD.unsettled / WORLD.projects
    floor = AT_A_TIME / WORLD.delay / needed
    return [
        Row(
            what="looks",
            value=looks.rate,
            against=f"Zadig's {WORLD.delay * 1e3:.0f} ms, {AT_A_TIME} at a time",
            baseline=floor,
            unit="/s",
            least=1 / 1.5,
        ),
        Row(
            what="looks",
            value=looks.rate,
            against="httpx and pydantic alone",
            baseline=pages,
            unit="/s",
        ),
        Row(
            what="requests to Zadig for a look",
            value=looks.requests,
            against="one list, details of what is unsettled",
            baseline=needed,
            unit="",
            most=1.05,
        ),
        Row(
            what="requests to Zadig for a look",
            value=looks.requests,
            against=NAIVE,
            baseline=1 + WORLD.versions,
            unit="",
        ),
        Row(
            what="processor time for a look",
            value=looks.processor * 1e3,
            against="httpx and pydantic alone",
            baseline=processor * 1e3,
            unit="ms",
        ),
    ]
