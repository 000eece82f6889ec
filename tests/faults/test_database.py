"""A database that is locked or away: the process stays up, says so, and afterwards everything has been told once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.cluster import cluster
from tests.faults.crashes import LEASE_SECONDS
from tests.faults.databases import Postgres, postgres_server, sqlite_url
from tests.faults.troubles import running, some_versions, the_database_is_locked, until_ready


async def test_a_write_lock_of_another_process_costs_time_only(tmp_path: Path) -> None:
    async with cluster(tmp_path, database=sqlite_url(tmp_path), replicas=1) as bots, running(bots):
        for seconds in (3, 12):
            await the_database_is_locked(str(tmp_path / "bot.sqlite3"), seconds)(bots)
            await bots.balanced(2 * LEASE_SECONDS + 20)
        assert bots.replicas[0].alive


@pytest.fixture
def mortal() -> Iterator[Postgres]:
    """A server that nobody else needs."""
    with postgres_server() as server:
        yield server


@pytest.mark.postgres
async def test_a_postgresql_that_dies_and_comes_back_needs_no_restart_of_the_bot(
    tmp_path: Path, mortal: Postgres
) -> None:
    async with cluster(tmp_path, database=mortal.url(), replicas=2) as bots, running(bots):
        await some_versions(bots, most=2)
        mortal.crash()
        bots.struck()
        await until_ready(bots, database=False)
        await some_versions(bots, most=3)
        assert all(bot.alive for bot in bots.replicas)
        mortal.recover()
        await until_ready(bots, database=True)
        await bots.balanced(2 * LEASE_SECONDS + 40)
        assert [bot.ends for bot in bots.replicas] == [[], []]
