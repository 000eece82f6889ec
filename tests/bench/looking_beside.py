"""How fast Slack is answered while projects are looked at, against a Bolt app that has nothing else to do."""

import asyncio
import itertools
from collections.abc import Mapping

from tests.bench.hammering import Load, hammer
from tests.bench.measuring import Row
from tests.bench.payloads import command
from tests.bench.servers import Bare, Server, bare, outside, whole_bot
from tests.bench.worlds import World, database

WORLD = World(projects=200, versions=20, unsettled=1, active=20, delay=0.02)
EVERY: Mapping[str, str] = {"POLL_SECONDS": "5", "IDLE_POLL_SECONDS": "5"}
# A restart spreads the first looks.
WARM_SECONDS = 5.0
COUNT, PAUSE = 400, 0.02


async def measure() -> list[Row]:
    """Somebody types a command every 20 ms."""
    numbers = itertools.count()

    async def load(server: Server, count: int = COUNT) -> Load:
        return await hammer(
            server, [command("help", next(numbers)) for _ in range(count)], at_a_time=1, pause=PAUSE
        )

    async with (
        outside(WORLD) as around,
        database(WORLD) as address,
        bare(Bare.BOLT, around) as bolt,
        whole_bot(around, address, **EVERY) as bot,
    ):
        await load(bolt, 10)
        await asyncio.sleep(WARM_SECONDS)
        beside = await load(bot)
        alone = await load(bolt)
    return [
        Row(
            what=f"command while {WORLD.projects} projects are looked at every 5 s: {name}",
            value=1e3 * mine,
            against=f"{Bare.BOLT}, idle",
            baseline=1e3 * theirs,
            unit="ms",
            most=most,
        )
        for name, mine, theirs, most in (
            ("p50", beside.p50, alone.p50, None),
            ("p99", beside.p99, alone.p99, 1.0),
            ("slowest", max(beside.seconds), max(alone.seconds), None),
        )
    ]
