"""A process that is told to stop does so in time, whatever is under way, and loses nothing."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.faults.cluster import cluster, together
from tests.faults.crashes import LEASE_SECONDS
from tests.faults.databases import sqlite_url
from tests.faults.traffic import going_on
from tests.faults.troubles import running

STOP_SECONDS = 10


async def test_sigterm_under_load_takes_less_than_ten_seconds_and_loses_nothing(tmp_path: Path) -> None:
    """Five times in a row, in the middle of posts."""
    async with cluster(tmp_path, database=sqlite_url(tmp_path), replicas=1) as bots, running(bots):
        (bot,) = bots.replicas
        async with going_on(bots, every=0.7, most=8, projects=("shop", "platform")):
            for _ in range(4):
                await asyncio.sleep(1.5)
                status, seconds = await bot.stop()
                assert (status, seconds < STOP_SECONDS) == (0, True), f"{status} after {seconds:.1f} s"
                await bot.start()
                await bot.serving()
        await bots.balanced(2 * LEASE_SECONDS)


async def test_nothing_that_hangs_keeps_a_process_from_stopping(tmp_path: Path) -> None:
    """Slack swallows what it is sent, Zadig answers nobody, somebody else holds the database."""

    async def hanging(what: str) -> float:
        directory = tmp_path / what
        directory.mkdir()
        async with cluster(directory, database=sqlite_url(directory), replicas=1) as bots, running(bots):
            (bot,) = bots.replicas
            with closing(sqlite3.connect(directory / "bot.sqlite3", isolation_level=None)) as other:
                async with going_on(bots, every=0.7, most=4, projects=("shop", "platform")):
                    await asyncio.sleep(2)
                    if what in ("slack", "all"):
                        await bots.slack_door.set("silent")
                    if what in ("zadig", "all"):
                        await bots.zadig_door.set("silent")
                    await asyncio.sleep(2)
                    if what in ("database", "all"):
                        other.execute("BEGIN IMMEDIATE")
                        bots.struck()
                    status, seconds = await bot.stop()
                    assert (status, seconds < STOP_SECONDS) == (0, True), (
                        f"{what}: {status} after {seconds:.1f} s"
                    )
                if other.in_transaction:
                    other.execute("ROLLBACK")
            await bots.slack_door.set("open")
            await bots.zadig_door.set("open")
            await bot.start()
            await bots.balanced(3 * LEASE_SECONDS)
            return seconds

    for seconds in await together(hanging(what) for what in ("slack", "zadig", "database", "all")):
        print(f"stopped after {seconds:.1f} s")  # noqa: T201
