"""Looking at a database changes nothing in it, and says whether it can be used."""

from pathlib import Path

import pytest
from sqlalchemy import text

from bot.domain.errors import StoreDown
from bot.domain.watching import Subscription
from bot.store import Inspection, Schema, inspect_store, open_store
from bot.store.engine import open_database
from bot.store.migrating import VERSION_TABLE


@pytest.fixture(params=["file_url", pytest.param("empty_postgres_url", marks=pytest.mark.postgres)])
def empty_url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(request.param))


async def test_what_a_database_holds_is_seen(empty_url: str) -> None:
    async with open_store(empty_url) as store:
        for channel in ("C2", "C1"):
            for project in ("bank", "shop"):
                await store.subscriptions.subscribe(
                    Subscription(channel=channel, project=project, by="U1", since=0)
                )
    assert await inspect_store(empty_url) == Inspection(schema=Schema.CURRENT, channels=("C1", "C2"))


async def test_an_empty_database_stays_empty(empty_url: str, tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "bot.sqlite3").touch()
    for _ in range(2):
        assert await inspect_store(empty_url) == Inspection(schema=Schema.MISSING)


async def test_a_file_that_is_not_there_is_named_and_not_made(file_url: str, tmp_path: Path) -> None:
    path = tmp_path / "deep" / "bot.sqlite3"
    assert await inspect_store(file_url) == Inspection(schema=Schema.MISSING, absent=str(path))
    assert not path.parent.exists()


async def test_a_database_in_memory_is_always_new(memory_url: str) -> None:
    assert await inspect_store(memory_url) == Inspection(schema=Schema.MISSING)


async def test_a_database_of_a_newer_release_is_refused(empty_url: str) -> None:
    async with open_store(empty_url):
        pass
    async with open_database(empty_url, timeout_seconds=5) as database, database.write() as connection:
        await connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))  # noqa: S608 - ours
    with pytest.raises(StoreDown, match="newer release"):
        await inspect_store(empty_url)


@pytest.mark.parametrize("what", ["a file that is no database", "a directory", "below a file"])
async def test_what_cannot_be_a_database_is_refused(what: str, tmp_path: Path) -> None:
    path = tmp_path / "bot.sqlite3"
    if what == "a directory":
        path.mkdir()
    else:
        path.write_text("not a database, but long enough to be looked at as if it were one " * 20)
    below = path / "bot.sqlite3" if what == "below a file" else path
    with pytest.raises(StoreDown):
        await inspect_store(f"sqlite+aiosqlite:///{below}")
