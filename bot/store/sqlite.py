"""SQLite: one connection at a time that writes, two that read, and no lock left behind."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, nullcontext, suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any, Self

from aiosqlite import Connection as DriverConnection
from sqlalchemy import event, text
from sqlalchemy.engine import URL, Connection
from sqlalchemy.exc import DatabaseError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from bot.domain.errors import StoreDown
from bot.store.files import File

# The mode of the database's files, and what it leaves out.
_OURS, _OTHERS = 0o600, 0o077
# How long closing waits for the driver's threads to notice.
_LAST_SECONDS = 5


def file_of(url: URL) -> File | None:
    """Where the database is kept; None for one in memory, and for a file with SQLite's own options, which is not looked after."""
    name = str(url.database or ":memory:")
    return None if name == ":memory:" or name.startswith("file:") else File(path=Path(name).absolute())


@asynccontextmanager
async def engines(
    url: URL, timeout_seconds: float
) -> AsyncIterator[tuple[AsyncEngine, AsyncEngine, AsyncEngine]]:
    """A reader, a writer, and one that does not wait for the disk; `:memory:` is a file while the block lasts.

    Each has one write connection, of which one may be used at a time: several would only wait for each other, in steps of
    SQLite's own back-off. What is written without waiting is on the disk as soon as anything is that was written after it.
    """
    in_memory = url.database in (None, "", ":memory:")
    # A database in memory is its connection, and a cancelled task ends the connection that it was using.
    with _temporary() if in_memory else nullcontext() as directory:
        if directory:
            url = url.set(database=f"{directory}/bot.sqlite3")
            File(path=Path(str(url.database))).make()
        driver = _Driver()
        writer, hasty = [
            _engine(url, timeout_seconds, driver, 1, "journal_mode=WAL", f"synchronous={synchronous}")
            for synchronous in (("OFF", "OFF") if in_memory else ("FULL", "NORMAL"))
        ]
        for engine in (writer, hasty):
            event.listen(engine.sync_engine, "begin", _begin_immediate)
        reader = _engine(url, timeout_seconds, driver, 2, "query_only=1")
        try:
            yield reader, writer, hasty
        finally:
            for engine in (reader, hasty, writer):
                await engine.dispose()
            await driver.ended()


def _temporary() -> TemporaryDirectory[str]:
    try:
        return TemporaryDirectory(prefix="release-bot-")
    except OSError as error:
        raise StoreDown(
            "There is no directory for temporary files.",
            remedy="Make room in one, or name another in the environment variable TMPDIR.",
            raw=str(error),
        ) from error


async def refuse_damaged(connection: AsyncConnection) -> None:
    """Raises StoreDown for a file that is damaged or no database: it would fail now and then, and lose what is written."""
    try:
        found = await connection.scalar(text("PRAGMA quick_check(1)"))
    except DatabaseError as error:
        found = str(error.orig)
        if not found.endswith(("malformed", "is not a database")):
            raise
    if found != "ok":
        raise StoreDown(
            "The file of the bot's database is damaged, or is no database.",
            remedy="Restore a backup of it, or move it away: the bot then begins with an empty one.",
            raw=found,
        )


def _engine(url: URL, timeout_seconds: float, driver: "_Driver", size: int, *pragmas: str) -> AsyncEngine:
    engine = create_async_engine(
        url,
        poolclass=AsyncAdaptedQueuePool,
        pool_size=size,
        max_overflow=0,
        pool_timeout=timeout_seconds,
        pool_reset_on_return=None,
        hide_parameters=True,
        connect_args={
            "timeout": timeout_seconds,
            "isolation_level": None,  # else the driver begins transactions behind our back
            "async_creator_fn": driver.connect,
        },
    )

    def prepare(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    event.listen(engine.sync_engine, "connect", prepare)
    return engine


def _begin_immediate(connection: Connection) -> None:
    """A transaction that begins by reading fails at its first write as soon as another process writes, without waiting."""
    driver: Any = connection.connection.driver_connection
    driver.begins = True


class _Cursor:
    """A statement with everything that it gives, in one errand to the driver's thread; the driver's own takes four."""

    arraysize = 1

    def __init__(self, connection: "_Connection") -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, statement: str, parameters: Sequence[Any] = ()) -> None:
        await self._connection.run(lambda connection: self._keep(connection.execute(statement, parameters)))

    async def executemany(self, statement: str, parameters: Sequence[Sequence[Any]]) -> None:
        await self._connection.run(
            lambda connection: self._keep(connection.executemany(statement, parameters))
        )

    def _keep(self, cursor: sqlite3.Cursor) -> None:
        self.description = cursor.description
        self._rows = cursor.fetchall() if cursor.description else []
        self.rowcount, self.lastrowid = cursor.rowcount, cursor.lastrowid
        cursor.close()

    async def fetchall(self) -> list[Any]:
        return self._rows

    async def close(self) -> None:
        """Nothing is open."""


class _Connection(DriverConnection):
    """Rolls back before it closes, and does nothing where there is no transaction to end.

    A connection is closed in the middle of a transaction when a task is cancelled. SQLite then keeps it, and its lock, as long
    as any cursor lives, and a traceback keeps cursors alive for as long as it likes. Cancelled twice, a task closes and stops
    at once: the one that stops second waits for the first, because the driver's thread answers only one of them.

    `begins`: the next statement begins a transaction, on one errand with it.
    """

    begins = False
    _stopped: asyncio.Future[Any] | None = None

    def cursor(self) -> Any:
        """What SQLAlchemy asks for."""
        return _Cursor(self)

    async def run(self, work: Callable[[sqlite3.Connection], None]) -> None:
        """In the driver's thread."""
        begins, self.begins = self.begins, False

        def errand(connection: sqlite3.Connection) -> None:
            if begins:
                connection.execute("BEGIN IMMEDIATE")
            work(connection)

        await self._execute(errand, self._conn)  # type: ignore[no-untyped-call] # the driver has no types

    async def commit(self) -> None:
        if self._ends():
            await super().commit()

    async def rollback(self) -> None:
        if self._ends():
            await super().rollback()

    def _ends(self) -> bool:
        """Whether there is a transaction to end."""
        self.begins = False
        return self._conn.in_transaction

    async def close(self) -> None:
        self._roll_back()
        await super().close()

    def stop(self) -> asyncio.Future[Any] | None:
        if self._stopped is None:
            self._roll_back()
            self._stopped = super().stop()
        return self._stopped

    def _roll_back(self) -> None:
        """Behind whatever the driver's thread is still doing."""
        if self._connection is not None:
            self._tx.put_nowait((None, self._connection.rollback))


def _private(database: str, **options: Any) -> sqlite3.Connection:
    """A connection to a file that only this user can read: what people typed is in it, and what they may not all see.

    SQLite gives the files beside it the mode that it has. Who does not own it has to leave it as it is.
    """
    connection: sqlite3.Connection = sqlite3.connect(database, **options)
    (path,) = [row[2] for row in connection.execute("PRAGMA database_list") if row[1] == "main"]
    for file in map(Path, (path, f"{path}-wal", f"{path}-shm")):
        with suppress(OSError):
            if file.stat().st_mode & _OTHERS:
                file.chmod(_OURS)
    return connection


class _Driver:
    """Makes connections and knows their threads: one that outlives its event loop breaks when it wants to answer."""

    def __init__(self) -> None:
        self._threads: list[Thread] = []

    def connect(self, database: str, **options: Any) -> _Connection:
        if not database.startswith("file:"):
            # Never makes a file: one that has vanished would be back, and empty.
            database, options["uri"] = f"{Path(database).absolute().as_uri()}?mode=rw", True
        connector: Callable[[], sqlite3.Connection] = partial(_private, database, **options)
        connection = _Connection(connector, iter_chunk_size=64)
        thread: Thread = connection._thread  # noqa: SLF001 - SQLAlchemy does the same
        thread.daemon = True
        self._threads = [one for one in self._threads if one.is_alive() or one.ident is None]
        self._threads.append(thread)
        return connection

    async def ended(self) -> None:
        """Wait for the threads of all connections, also of those that cancelled tasks have left behind."""
        for _ in range(_LAST_SECONDS * 200):
            if not any(thread.is_alive() for thread in self._threads):
                return
            await asyncio.sleep(0.005)
