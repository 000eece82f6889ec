"""Migrations: the schema is made once, matches the tables, and is never taken back by an older release."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.domain.drafts import Draft
from bot.domain.errors import StoreDown
from bot.store import Schema, SqlStore, migrating, open_store
from bot.store.migrating import SCRIPTS, VERSION_TABLE, revisions
from bot.store.tables import metadata

OPEN = """
import asyncio, sys
from bot.store import open_store

async def main() -> None:
    async with open_store(sys.argv[1], timeout_seconds=20) as store:
        assert await store.housekeeping.once(sys.argv[2], now=1)

asyncio.run(main())
"""


@pytest.fixture(params=["file_url", pytest.param("empty_postgres_url", marks=pytest.mark.postgres)])
def empty_url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(request.param))


def differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
    return list(compare_metadata(context, metadata))


async def test_the_migrations_lead_to_the_tables(empty_url: str) -> None:
    async with open_store(empty_url) as store, store._database.write() as connection:
        assert await connection.run_sync(differences) == []


def test_the_migrations_are_one_line_without_branches() -> None:
    scripts = ScriptDirectory(str(SCRIPTS))
    assert len(scripts.get_heads()) == 1
    assert len(scripts.get_bases()) == 1


def test_what_the_scripts_are_called_is_what_they_lead_to() -> None:
    scripts = ScriptDirectory(str(SCRIPTS))
    assert revisions()[-1] == scripts.get_current_head()
    assert set(revisions()) == {script.revision for script in scripts.walk_revisions()}


async def test_opening_again_keeps_what_is_there(empty_url: str) -> None:
    draft = Draft(id="d1", form="f", user="U1", channel="C1", content="{}", at=1)
    async with open_store(empty_url) as store:
        await store.drafts.save(draft)
    async with open_store(empty_url) as store:
        assert await store.drafts.get("d1", user="U1") == draft


async def test_many_tasks_may_start_at_once(empty_url: str) -> None:
    async def start(number: int) -> None:
        async with open_store(empty_url, timeout_seconds=20) as store:
            assert await store.housekeeping.once(str(number), now=1)

    await asyncio.gather(*(start(number) for number in range(6)))


def test_several_processes_may_start_at_once(empty_url: str) -> None:
    command = [sys.executable, "-W", "error", "-c", OPEN, empty_url]
    root = Path(__file__).parents[2]
    processes = [
        subprocess.Popen([*command, str(number)], cwd=root, stderr=subprocess.PIPE, text=True)  # noqa: S603 - our own interpreter
        for number in range(3)
    ]
    for process in processes:
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors


@pytest.mark.postgres
async def test_a_process_that_starts_during_a_long_migration_waits_for_it(
    empty_postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Longer than any statement or lock may otherwise take."""
    monkeypatch.setattr("bot.store.postgres._QUERY_SECONDS", 0.2)
    upgraded = 0
    upgrade = migrating._upgrade

    def slowly(connection: Connection) -> None:
        nonlocal upgraded
        if migrating.schema_of(connection) is not Schema.CURRENT:
            upgraded += 1
            connection.execute(text("SELECT pg_sleep(1)"))
        upgrade(connection)

    monkeypatch.setattr("bot.store.migrating._upgrade", slowly)

    async def start(number: int) -> None:
        async with open_store(empty_postgres_url, timeout_seconds=0.3) as store:
            assert await store.housekeeping.once(str(number), now=1)

    await asyncio.gather(*(start(number) for number in range(3)))
    assert upgraded == 1


BACK_TO_V0003 = (
    "DROP TABLE requests",
    "DROP TABLE results",
    "ALTER TABLE asks DROP COLUMN request",
    "ALTER TABLE deletions DROP COLUMN request",
    "DROP INDEX outbox_project_version_name",
    "CREATE INDEX outbox_project ON outbox (project)",
)


async def test_a_process_goes_on_while_another_one_migrates(shared_url: str) -> None:
    """A second release is started beside a first one that has everything open and is at work."""
    async with open_store(shared_url) as first:
        working = True
        written = 0

        async def work() -> None:
            nonlocal written
            while working:
                written += await first.housekeeping.once(str(written), now=1)

        at_work = asyncio.create_task(work())
        for _ in range(3):
            async with first._database.write() as connection:
                await connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = 'v0003'"))  # noqa: S608 - a constant
                for step in BACK_TO_V0003:
                    await connection.execute(text(step))
            async with open_store(shared_url) as second:
                assert await second.record.requests("shop", ["v1"]) == ()
        working = False
        await at_work
    assert written > 3


async def test_an_older_release_refuses_a_newer_schema_and_leaves_it_alone(empty_url: str) -> None:
    async with open_store(empty_url):
        pass
    engine = create_async_engine(empty_url)
    async with engine.begin() as connection:
        await connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = 'v9999'"))  # noqa: S608 - a constant
    with pytest.raises(StoreDown, match=r"newer release.*v9999") as caught:
        async with open_store(empty_url):
            pytest.fail("it opened")
    assert "that release" in caught.value.remedy
    async with engine.connect() as connection:
        assert await connection.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}")) == "v9999"  # noqa: S608 - a constant
    await engine.dispose()


async def test_a_migration_that_fails_leaves_nothing_behind(
    empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_connection: Connection) -> None:
        _connection.execute(text("CREATE TABLE half (id INTEGER)"))
        raise RuntimeError("power cut")

    monkeypatch.setattr("bot.store.migrating._upgrade", fail)
    with pytest.raises(RuntimeError, match="power cut"):
        async with open_store(empty_url):
            pytest.fail("it opened")
    monkeypatch.undo()
    async with open_store(empty_url) as store, store._database.write() as connection:
        assert await connection.run_sync(differences) == []


def test_the_scripts_belong_to_the_package() -> None:
    """Alembic reads them as files, so they have to be installed as files."""
    import bot.store  # noqa: PLC0415 - where it is installed is the question

    assert SCRIPTS.parent == Path(str(bot.store.__file__)).parent
    assert (SCRIPTS / "env.py").is_file()


async def test_a_store_is_what_its_port_says(memory_url: str) -> None:
    async with open_store(memory_url) as store:
        assert isinstance(store, SqlStore)


@pytest.fixture(params=["new", "older"])
def file(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """Where a database will be, or one of a release that left it for everybody to read."""
    file = tmp_path / "bot.sqlite3"
    if request.param == "older":
        file.touch()
        file.chmod(0o644)
    return file


async def test_the_file_and_those_beside_it_are_for_this_user_alone(file: Path) -> None:
    async with open_store(f"sqlite+aiosqlite:///{file}") as store:
        await store.housekeeping.once("key", now=1)
        modes = {one.name: one.stat().st_mode & 0o777 for one in file.parent.iterdir()}
    assert modes == dict.fromkeys(
        ("bot.sqlite3", "bot.sqlite3-wal", "bot.sqlite3-shm", "bot.sqlite3.made"), 0o600
    )
