"""When the database is away, locked, full or no database: StoreDown, nothing half written, and back without a restart."""

import asyncio
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import create_async_engine

from bot.domain.drafts import Draft
from bot.domain.errors import StoreDown
from bot.domain.notifications import NewPosting
from bot.domain.ports import PollOutcome
from bot.domain.watching import Subscription
from bot.store import SqlStore, inspect_store, open_store
from bot.store.addresses import read_address
from bot.store.tables import drafts
from tests.faults.databases import postgres_server

New = Callable[..., NewPosting]
NOW = 10_000


def draft(number: int = 1, content: str = "{}") -> Draft:
    return Draft(id=f"d{number}", form="f", user="U1", channel="C1", content=content, at=NOW)


def path_of(url: str) -> str:
    return url.removeprefix("sqlite+aiosqlite:///")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "bot.sqlite3",
        "mysql://host/name",
        "sqlite+aiosqlite:////proc/nowhere/bot.sqlite3",
        "sqlite+aiosqlite:////proc/bot.sqlite3",
        f"sqlite+aiosqlite:///{'long' * 100}/bot.sqlite3",
        "sqlite+aiosqlite:///bot.sqlite3?sslmode=require",
        "postgresql+asyncpg://postgres@127.0.0.1:1/name",
        "postgresql://postgres@/name?host=/nowhere",
        "postgresql+asyncpg://user:secret@host:port/name",
        "postgresql+asyncpg://user:secret@/name?host=one:5432&host=two&port=5432,5432",
    ],
)
async def test_a_database_that_cannot_be_opened_is_down_and_says_what_to_do(url: str) -> None:
    with pytest.raises(StoreDown) as caught:
        async with open_store(url, timeout_seconds=1):
            pytest.fail("it opened")
    with pytest.raises(StoreDown):
        await inspect_store(url, timeout_seconds=1)
    assert caught.value.remedy
    assert "secret" not in f"{caught.value} {caught.value.remedy} {caught.value.raw}"


@pytest.mark.parametrize(
    ("url", "driver"),
    [
        ("sqlite:///a.sqlite3", "sqlite+aiosqlite"),
        ("sqlite+aiosqlite:///a.sqlite3", "sqlite+aiosqlite"),
        ("postgres://host/name", "postgresql+asyncpg"),
        ("postgresql+psycopg://host/name", "postgresql+asyncpg"),
    ],
)
def test_a_url_needs_no_driver(url: str, driver: str) -> None:
    assert read_address(url).url.drivername == driver


async def filled(url: str) -> Path:
    """The file of a database in which there is something, closed properly."""
    async with open_store(url) as store:
        for number in range(50):
            await store.drafts.save(draft(number, content="x" * 1000))
    with closing(sqlite3.connect(path_of(url))) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return Path(path_of(url))


def overwritten(whole: bytes, start: float, end: float) -> bytes:
    first, last = int(len(whole) * start), int(len(whole) * end)
    return whole[:first] + b"\xa5" * (last - first) + whole[last:]


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "other things": lambda _: b"Not a database at all. " * 100,
    "a destroyed beginning": lambda whole: overwritten(whole, 0, 0.05),
    "a hole in the middle": lambda whole: overwritten(whole, 0.3, 0.6),
    "a destroyed end": lambda whole: overwritten(whole, 0.8, 1),
    "half a file": lambda whole: whole[: len(whole) // 2],
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
async def test_a_file_that_is_damaged_or_no_database_is_refused(
    damage: Callable[[bytes], bytes], file_url: str
) -> None:
    path = await filled(file_url)
    path.write_bytes(damage(path.read_bytes()))
    before = path.read_bytes()
    with pytest.raises(StoreDown, match="is damaged, or is no database") as caught:
        async with open_store(file_url):
            pytest.fail("it opened")
    assert "Restore a backup" in caught.value.remedy
    with pytest.raises(StoreDown, match="is damaged"):
        await inspect_store(file_url)
    assert path.read_bytes() == before, "left to whoever mends it"


async def test_a_write_waits_for_another_process_and_gives_up_in_time(file_url: str) -> None:
    async with (
        open_store(file_url, timeout_seconds=0.2) as hasty,
        open_store(file_url, timeout_seconds=20) as patient,
    ):
        with closing(sqlite3.connect(path_of(file_url), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreDown) as caught:
                await hasty.drafts.save(draft())
            assert "locked" in caught.value.raw
            assert await hasty.drafts.get("d1", user="U1") is None
            writes = asyncio.gather(*(patient.drafts.save(draft(number)) for number in range(4)))
            await asyncio.sleep(0.1)
            other.execute("ROLLBACK")
            await writes
        assert await hasty.drafts.get("d3", user="U1")


async def test_a_database_that_is_locked_is_down_for_operators_too(file_url: str) -> None:
    """Reading goes on, but nobody can be told anything."""
    async with open_store(file_url, timeout_seconds=0.2) as store:
        await store.housekeeping.ping()
        with closing(sqlite3.connect(path_of(file_url), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreDown) as caught:
                await store.housekeeping.ping()
            assert "locked" in caught.value.raw
            other.execute("ROLLBACK")
        await store.housekeeping.ping()


async def test_waiting_writes_give_up_together_not_one_after_another(file_url: str) -> None:
    async with open_store(file_url, timeout_seconds=0.3) as store:
        with closing(sqlite3.connect(path_of(file_url), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            async with asyncio.timeout(2.5):
                results = await asyncio.gather(
                    *(store.drafts.save(draft(number)) for number in range(10)), return_exceptions=True
                )
            assert {type(result) for result in results} == {StoreDown}
        await store.drafts.save(draft())


async def test_a_full_disk_refuses_writes_and_still_reads(file_url: str) -> None:
    async with open_store(file_url) as store:
        await store.drafts.save(draft())
        async with store._database.write() as connection:
            await connection.exec_driver_sql("PRAGMA max_page_count = 1")
        with pytest.raises(StoreDown) as caught:
            await store.drafts.save(draft(2, content="x" * 1_000_000))
        assert "full" in caught.value.raw
        assert await store.drafts.get("d1", user="U1") == draft()
        assert await store.drafts.get("d2", user="U1") is None
        async with store._database.write() as connection:
            await connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
        await store.drafts.save(draft(2, content="x" * 1_000_000))


async def test_a_database_that_became_read_only_refuses_writes_and_still_reads(file_url: str) -> None:
    async with open_store(file_url) as store:
        await store.drafts.save(draft())
        async with store._database.write() as connection:
            await connection.exec_driver_sql("PRAGMA query_only = 1")
        with pytest.raises(StoreDown) as caught:
            await store.drafts.save(draft(2))
        assert "readonly" in caught.value.raw
        assert await store.drafts.get("d1", user="U1") == draft()


async def test_readers_cannot_write(file_url: str) -> None:
    async with open_store(file_url) as store:
        with pytest.raises(StoreDown):
            async with store._database.read() as connection:
                await connection.execute(drafts.delete())


async def test_a_commit_is_on_the_disk(file_url: str) -> None:
    async with open_store(file_url) as store, store._database.write() as connection:
        found = [
            await connection.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "busy_timeout")
        ]
        assert found == ["wal", 2, 2500]


async def test_what_need_not_last_does_not_wait_for_the_disk(file_url: str) -> None:
    async with open_store(file_url) as store, store._database.write(lasting=False) as connection:
        assert await connection.scalar(text("PRAGMA synchronous")) == 1


async def test_both_kinds_of_writes_take_turns(file_url: str) -> None:
    async with open_store(file_url) as store:

        async def count(number: int) -> None:
            async with store._database.write(lasting=bool(number % 2)) as connection:
                held = await connection.scalar(select(drafts.c.at)) or 0
                await connection.execute(drafts.update().values(at=held + 1))

        await store.drafts.save(draft())
        await asyncio.gather(*(count(number) for number in range(100)))
        kept = await store.drafts.get("d1", user="U1")
        assert kept is not None
        assert kept.at == NOW + 100


WRITE = """
import asyncio, sys
from bot.store import open_store

async def main() -> None:
    async with open_store(sys.argv[1]) as store:
        number = 0
        while True:
            await store.housekeeping.once(str(number), now=1)
            print(number, flush=True)
            number += 1

asyncio.run(main())
"""


def test_what_was_answered_survives_a_killed_process(file_url: str) -> None:
    root = Path(__file__).parents[2]
    process = subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", WRITE, file_url], cwd=root, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    answered = [process.stdout.readline().strip() for _ in range(30)]
    process.kill()
    answered += process.stdout.read().split()[:-1]
    process.stdout.close()
    process.wait()
    with closing(sqlite3.connect(path_of(file_url))) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        kept = {key for (key,) in database.execute("SELECT key FROM deliveries")}
    assert set(answered) <= kept


async def test_a_failure_half_way_writes_nothing(
    store: SqlStore, subscription: Subscription, an_outcome: New
) -> None:
    await store.subscriptions.subscribe(subscription)
    (claim,) = await store.polls.claim("me", now=NOW, limit=1, lease=60)
    broken = an_outcome("v2", project=None)
    with pytest.raises(IntegrityError):
        await store.polls.record(
            PollOutcome(claim=claim, next_in=0, postings=(an_outcome(), broken)), now=NOW
        )
    assert await store.outbox.backlog() == 0
    assert await store.polls.record(PollOutcome(claim=claim, next_in=0, postings=(an_outcome(),)), now=NOW)


async def test_a_mistake_of_ours_is_not_called_an_outage(store: SqlStore) -> None:
    with pytest.raises(IntegrityError) as caught:
        async with store._database.write() as connection:
            await connection.execute(drafts.insert().values(id="d1", content="private words"))
    assert "private words" not in str(caught.value)


async def test_cancelled_work_neither_blocks_nor_half_writes(
    store: SqlStore, subscription: Subscription, an_outcome: New
) -> None:
    """Cancelled a little later each time, a look is written as a whole or not at all."""
    await store.subscriptions.subscribe(subscription)
    for turns in range(0, 60, 3):
        (claim,) = await store.polls.claim("me", now=NOW, limit=1, lease=0)
        postings = (an_outcome(what=f"{turns}/a"), an_outcome(what=f"{turns}/b"))
        before = await store.outbox.backlog()
        task = asyncio.create_task(
            store.polls.record(PollOutcome(claim=claim, next_in=0, postings=postings), now=NOW)
        )
        for _ in range(turns):
            await asyncio.sleep(0.0002)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert await store.outbox.backlog() - before in (0, 2)
    await store.drafts.save(draft())


async def test_a_storm_of_cancellations_leaves_no_lock_behind(store: SqlStore) -> None:
    """Once and twice, while waiting and while writing: what others do meanwhile and afterwards works."""
    chance = random.Random(7)  # noqa: S311 - a repeatable storm, not a secret
    for round_ in range(15):
        tasks = [
            asyncio.create_task(
                store.housekeeping.once(f"{round_}/{number}", now=NOW)
                if number % 3
                else store.outbox.backlog()
            )
            for number in range(9)
        ]
        for task in tasks:
            await asyncio.sleep(chance.random() * 0.002)
            if chance.random() < 0.6:
                task.cancel()
                await asyncio.sleep(0)
            if chance.random() < 0.3:
                task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert [result for result in results if isinstance(result, Exception)] == []
        assert await store.housekeeping.once(f"{round_}", now=NOW)


@pytest.fixture
def stopped(postgres: Any) -> Iterator[Callable[[], None]]:
    """Stops the server when called; it runs again afterwards."""
    yield postgres.stop
    postgres.ensure_postgres_running()


@pytest.mark.postgres
async def test_a_server_that_is_away_is_down_and_comes_back(
    new_postgres_url: str, postgres: Any, stopped: Callable[[], None]
) -> None:
    async with open_store(new_postgres_url, timeout_seconds=1) as store:
        await store.drafts.save(draft())
        await asyncio.gather(*(store.housekeeping.ping() for _ in range(4)))
        stopped()
        for attempt in (
            store.housekeeping.ping(),
            store.drafts.save(draft(2)),
            store.drafts.get("d1", user="U1"),
            store.outbox.backlog(),
        ):
            with pytest.raises(StoreDown):
                await attempt
        postgres.ensure_postgres_running()
        await store.housekeeping.ping()
        assert await store.drafts.get("d1", user="U1") == draft()
        await store.drafts.save(draft(2))


@pytest.mark.postgres
async def test_connections_that_were_cut_are_replaced_unseen(new_postgres_url: str, postgres: Any) -> None:
    async with open_store(new_postgres_url) as store:
        await asyncio.gather(*(store.housekeeping.ping() for _ in range(4)))
        postgres.psql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'release-bot'"
        )
        await asyncio.gather(*(store.housekeeping.ping() for _ in range(4)))
        await store.drafts.save(draft())


@pytest.mark.postgres
@pytest.mark.parametrize("abruptly", [True, False])
async def test_when_one_server_hands_over_to_another_that_one_is_found(*, abruptly: bool) -> None:
    """It is killed, or it stays up and takes no writes any more."""
    with postgres_server() as first, postgres_server() as second:
        urls = [make_url(server.url()) for server in (first, second)]
        both = {
            "host": ",".join(str(url.query["host"]) for url in urls),
            "port": "5432,5432",
            "target_session_attrs": "read-write",
        }
        url = urls[0].set(query=both).render_as_string(hide_password=False)
        assert urls[0].database == urls[1].database
        replica = urls[1].render_as_string(hide_password=False)
        async with open_store(url, timeout_seconds=1) as store, open_store(replica) as promoted:
            await asyncio.gather(*(store.drafts.save(draft(number)) for number in range(8)))
            assert await promoted.drafts.get("d1", user="U1") is None
            if abruptly:
                first.crash()
            else:
                first.psql("ALTER SYSTEM SET default_transaction_read_only = on")
                first.psql("SELECT pg_reload_conf()")
            async with asyncio.timeout(5):
                while not await promoted.drafts.get("d1", user="U1"):
                    with suppress(StoreDown):
                        await store.drafts.save(draft())
                    await asyncio.sleep(0.05)
                await store.housekeeping.ping()
        if abruptly:
            first.recover()


@pytest.mark.postgres
async def test_a_standby_is_no_database_to_work_with(new_postgres_url: str, postgres: Any) -> None:
    async with open_store(new_postgres_url) as store:
        await store.housekeeping.ping()
        try:
            postgres.psql("ALTER SYSTEM SET default_transaction_read_only = on")
            postgres.psql("SELECT pg_reload_conf()")
            await asyncio.sleep(0.2)
            with pytest.raises(StoreDown) as caught:
                await store.housekeeping.ping()
            assert "read-only transaction" in caught.value.raw
        finally:
            postgres.psql("ALTER SYSTEM RESET default_transaction_read_only")
            postgres.psql("SELECT pg_reload_conf()")
        await asyncio.sleep(0.2)
        await store.housekeeping.ping()


@pytest.mark.postgres
async def test_more_work_than_connections_waits_and_gives_up_in_time(new_postgres_url: str) -> None:
    async with open_store(new_postgres_url, timeout_seconds=0.5) as store:

        async def hold(seconds: float) -> None:
            async with store._database.write() as connection:
                await connection.execute(text(f"SELECT pg_sleep({seconds})"))

        holding = [asyncio.create_task(hold(1.5)) for _ in range(8)]
        await asyncio.sleep(0.3)
        async with asyncio.timeout(2):
            results = await asyncio.gather(
                *(store.drafts.save(draft(number)) for number in range(20)), return_exceptions=True
            )
        assert {type(result) for result in results} == {StoreDown}
        await asyncio.gather(*holding)
        await asyncio.gather(*(store.drafts.save(draft(number)) for number in range(20)))
        await store.housekeeping.ping()


@pytest.mark.postgres
async def test_a_lock_that_is_not_given_back_is_an_outage(new_postgres_url: str) -> None:
    async with open_store(new_postgres_url, timeout_seconds=0.3) as store:
        await store.drafts.save(draft())
        engine = create_async_engine(new_postgres_url)
        async with engine.begin() as other:
            await other.execute(text("LOCK TABLE drafts"))
            with pytest.raises(StoreDown) as caught:
                await store.drafts.save(draft())
            assert "lock timeout" in caught.value.raw
        await engine.dispose()
        await store.drafts.save(draft())


class Cable:
    """What lies between the bot and the server: can be held still, so that bytes neither pass nor fail."""

    def __init__(self, target: str) -> None:
        self._target = target
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._pumps: set[asyncio.Task[None]] = set()

    def hold(self) -> None:
        self._flowing.clear()

    def release(self) -> None:
        self._flowing.set()

    async def connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_unix_connection(self._target)
        for source, sink in ((reader, there_writer), (there_reader, writer)):
            task = asyncio.create_task(self._pump(source, sink))
            self._pumps.add(task)
            task.add_done_callback(self._pumps.discard)

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        try:
            while data := await source.read(65536):
                await self._flowing.wait()
                sink.write(data)
                await sink.drain()
        except ConnectionError:
            pass
        finally:
            sink.close()

    async def close(self) -> None:
        for pump in self._pumps:
            pump.cancel()
        await asyncio.gather(*self._pumps, return_exceptions=True)


@pytest.mark.postgres
async def test_a_server_that_falls_silent_is_given_up_and_found_again(
    new_postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.postgres._QUERY_SECONDS", 0.3)
    url = make_url(new_postgres_url)
    cable = Cable(f"{url.query['host']}/.s.PGSQL.5432")
    directory = tempfile.mkdtemp(dir="/tmp")
    server = await asyncio.start_unix_server(cable.connect, f"{directory}/.s.PGSQL.5432")
    through = url.update_query_dict({"host": directory}).render_as_string(hide_password=False)
    async with open_store(through, timeout_seconds=0.5) as store:
        await store.drafts.save(draft())
        cable.hold()
        async with asyncio.timeout(8):
            for attempt in (
                store.housekeeping.ping(),
                store.drafts.save(draft(2)),
                store.drafts.get("d1", user="U1"),
            ):
                with pytest.raises(StoreDown):
                    await attempt
        cable.release()
        await store.drafts.save(draft(2))
        assert await store.drafts.get("d1", user="U1") == draft()
    await cable.close()
    server.close()
    await server.wait_closed()
    shutil.rmtree(directory)
