"""The file of a SQLite database: made once, said so, missed when it is gone, and never quietly replaced."""

import logging
from pathlib import Path

import pytest

from bot.domain.errors import StoreDown
from bot.domain.watching import Subscription
from bot.store import inspect_store, open_store


def path_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite+aiosqlite:///"))


def remove(path: Path) -> None:
    """The database and what SQLite keeps beside it."""
    for one in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        one.unlink(missing_ok=True)


@pytest.fixture(
    params=["file_url", pytest.param("empty_postgres_url", marks=pytest.mark.postgres), "memory_url"]
)
def new_url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(request.param))


async def test_a_new_database_is_worth_a_warning_and_an_old_one_is_not(
    new_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(2):
        async with open_store(new_url):
            pass
    said = [one for one in caplog.records if vars(one).get("action") == "database_created"]
    levels = [] if ":memory:" in new_url else [logging.WARNING]
    assert [one.levelno for one in said if one.levelno > logging.INFO] == levels


@pytest.mark.parametrize("emptied", [False, True])
async def test_a_database_that_is_gone_is_not_made_again(
    file_url: str, subscription: Subscription, *, emptied: bool
) -> None:
    async with open_store(file_url) as store:
        await store.subscriptions.subscribe(subscription)
    path = path_of(file_url)
    remove(path)
    if emptied:
        path.touch()
    for opened in (open_store(file_url).__aenter__(), inspect_store(file_url)):
        with pytest.raises(StoreDown, match="is gone, and with it every subscription") as caught:
            await opened
        assert f"remove {path}.made" in caught.value.remedy
    assert path.exists() == emptied
    remove(path)
    path.with_name(f"{path.name}.made").unlink()
    async with open_store(file_url) as store:
        assert not await store.subscriptions.find()


async def test_a_database_that_vanishes_while_it_is_open_takes_and_gives_nothing_more(
    file_url: str, subscription: Subscription
) -> None:
    path = path_of(file_url)
    async with open_store(file_url) as store:
        await store.subscriptions.subscribe(subscription)
        aside = path.rename(path.with_name("aside"))
        for call in (
            store.housekeeping.ping,
            store.subscriptions.find,
            lambda: store.subscriptions.subscribe(subscription),
        ):
            with pytest.raises(StoreDown, match="was removed or replaced while the bot ran"):
                await call()
        assert not path.exists()
        path.touch()
        with pytest.raises(StoreDown, match="was removed or replaced"):
            await store.housekeeping.ping()
        aside.rename(path)
        await store.housekeeping.ping()
        assert len(await store.subscriptions.find()) == 1


async def test_a_file_of_before_the_note_gets_one(file_url: str) -> None:
    async with open_store(file_url):
        pass
    note = path_of(file_url).with_name("bot.sqlite3.made")
    note.unlink()
    async with open_store(file_url):
        assert "bot.sqlite3" in note.read_text()
