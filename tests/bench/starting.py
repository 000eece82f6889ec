"""How long the bot takes until it is ready and what it then holds, against importing what it depends on."""

import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager

import httpx

from tests.bench.measuring import Row, resident_megabytes
from tests.bench.servers import Bare, Server, bare, outside, printed, whole_bot
from tests.bench.worlds import World, database

ROUNDS = 5
IMPORTS = ("-m", "tests.bench.importing")
BOT_IMPORTS = ("-m", "bot", "--help")
IMPORTED = "importing its dependencies"


async def measure() -> list[Row]:
    """Each start several times, in turn; the best of each, the least disturbed."""
    async with outside(World()) as around, database(World()) as address:
        starts: dict[str, Callable[[], Awaitable[float]]] = {
            "dependencies": lambda: _timed(*IMPORTS),
            "import": lambda: _timed(*BOT_IMPORTS),
            "bolt": lambda: _until_ready(bare(Bare.BOLT, around), ready=None),
            "bot": lambda: _until_ready(whole_bot(around, address), ready="/readyz"),
        }
        found: dict[str, list[float]] = {name: [] for name in starts}
        for _ in range(ROUNDS):
            for name, start in starts.items():
                found[name].append(await start())
        imported = float(await printed(*IMPORTS))
        async with whole_bot(around, address) as bot:
            await _ready(bot, "/readyz")
            await bot.idle()
            resident = resident_megabytes(bot.pid)
    return _rows({name: min(times) for name, times in found.items()}, resident, imported)


async def _timed(*arguments: str) -> float:
    begun = time.perf_counter()
    await printed(*arguments)
    return time.perf_counter() - begun


async def _until_ready(starting: AbstractAsyncContextManager[Server], *, ready: str | None) -> float:
    begun = time.perf_counter()
    async with starting as server:
        if ready:
            await _ready(server, ready)
        return time.perf_counter() - begun


async def _ready(server: Server, path: str) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        while not (await client.get(server.address + path)).is_success:
            pass


def _rows(seconds: dict[str, float], resident: float, imported: float) -> list[Row]:
    return [
        Row(
            what="start until it says --help",
            value=seconds["import"],
            against=IMPORTED,
            baseline=seconds["dependencies"],
            unit="s",
            most=1.4,
        ),
        Row(
            what="start until /readyz says ready",
            value=seconds["bot"],
            against=IMPORTED,
            baseline=seconds["dependencies"],
            unit="s",
        ),
        Row(
            what="start until /readyz says ready",
            value=seconds["bot"],
            against="start of bare Bolt",
            baseline=seconds["bolt"],
            unit="s",
            most=2.5,
        ),
        Row(
            what="memory of the bot, idle",
            value=resident,
            against=IMPORTED,
            baseline=imported,
            unit="MB",
            most=1.35,
        ),
    ]
