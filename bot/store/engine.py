"""Connections and transactions: one writer at a time on SQLite, a pool on PostgreSQL, and outages as StoreDown."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Table, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DataError,
    DBAPIError,
    IntegrityError,
    NotSupportedError,
    ProgrammingError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from bot.domain.errors import StoreDown

# Mistakes of ours, not outages.
_DEFECTS = (DataError, IntegrityError, NotSupportedError, ProgrammingError)
_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
}
# Longer than any statement of this package takes; a server that has vanished without a word is given up after it.
_QUERY_SECONDS = 10
_POOL_SIZE = 8


class Database:
    """Where to read and where to write.

    `patience`: seconds to wait for a lock, a connection or the pool before it counts as an outage.
    """

    def __init__(self, reader: AsyncEngine, writer: AsyncEngine, *, patience: float) -> None:
        self._reader = reader
        self._writer = writer
        self._patience = patience
        self._lock = asyncio.Lock()
        self._outages: tuple[type[BaseException], ...] = (
            DBAPIError,
            PoolTimeout,
            OSError,
            *_asyncpg_outages(writer),
        )
        self.postgres = writer.dialect.name == "postgresql"

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A connection that sees what is committed; each statement stands alone. Raises StoreDown."""
        with self._translated():
            async with self._reader.connect() as connection:
                yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """A transaction: all of it or nothing, on SQLite one at a time. Raises StoreDown."""
        with self._translated():
            async with self._turn(), self._writer.begin() as connection:
                yield connection

    def insert(self, table: Table) -> "sqlite.Insert | postgresql.Insert":
        """An INSERT that can say ON CONFLICT in this database's dialect."""
        return postgresql.insert(table) if self.postgres else sqlite.insert(table)

    async def close(self) -> None:
        await self._reader.dispose()
        await self._writer.dispose()

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        """SQLite's writers line up here, in order and without its back-off."""
        if self.postgres:
            yield
            return
        async with asyncio.timeout(self._patience):
            await self._lock.acquire()
        try:
            yield
        finally:
            self._lock.release()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except _DEFECTS:
            raise
        except self._outages as error:
            raise StoreDown("The bot's database does not answer.", raw=_raw(error)) from error


def _raw(error: BaseException) -> str:
    """The driver's own words, without the statement and its parameters."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    return f"{type(cause).__name__}: {cause}"


def _asyncpg_outages(engine: AsyncEngine) -> tuple[type[BaseException], ...]:
    """Errors of a dying connection that SQLAlchemy hands through as they are."""
    if engine.dialect.name != "postgresql":
        return ()
    import asyncpg  # noqa: PLC0415 - SQLite needs neither the driver nor its memory

    return (asyncpg.InternalClientError,)


def read_url(text: str) -> URL:
    """A database URL with the driver this package needs. Raises StoreDown for anything but SQLite and PostgreSQL."""
    remedy = "DATABASE_URL has to look like sqlite+aiosqlite:///bot.sqlite3 or postgresql+asyncpg://user:password@host/name."
    try:
        url = make_url(text)
    except (ArgumentError, ValueError) as error:
        raise StoreDown("DATABASE_URL is not a database URL.", remedy=remedy) from error
    driver = _DRIVERS.get(url.drivername.partition("+")[0])
    if driver is None:
        raise StoreDown(f"The bot does not know the database {url.drivername}.", remedy=remedy)
    return url.set(drivername=driver)


@asynccontextmanager
async def open_database(text: str, *, patience: float) -> AsyncIterator[Database]:
    """Engines for a URL; nothing is connected before it is used, everything is closed afterwards."""
    url = read_url(text)
    in_memory = url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:")
    # A database in memory is its connection, and a cancelled task ends the connection that it was using.
    with TemporaryDirectory(prefix="release-bot-") if in_memory else nullcontext() as directory:
        if directory:
            url = url.set(database=f"{directory}/bot.sqlite3")
        postgres = url.get_backend_name() == "postgresql"
        database = (
            _open_postgres(url, patience) if postgres else _open_sqlite(url, patience, durable=not in_memory)
        )
        try:
            yield database
        finally:
            await database.close()


def _open_postgres(url: URL, patience: float) -> Database:
    engine = create_async_engine(
        url,
        pool_size=_POOL_SIZE,
        max_overflow=0,
        pool_pre_ping=True,
        pool_timeout=patience,
        hide_parameters=True,
        connect_args={
            "timeout": patience,
            "command_timeout": _QUERY_SECONDS,
            "server_settings": {
                "application_name": "release-bot",
                "lock_timeout": f"{round(patience * 1000)}ms",
                # A plan made while the outbox was empty, as it mostly is, takes seconds when it is not.
                "plan_cache_mode": "force_custom_plan",
                # A process that is frozen in a transaction gives its locks back.
                "idle_in_transaction_session_timeout": "30s",
            },
        },
    )
    reader = engine.execution_options(isolation_level="AUTOCOMMIT")
    return Database(reader, engine, patience=patience)


def _open_sqlite(url: URL, patience: float, *, durable: bool) -> Database:
    """One write connection: several would only wait for each other, in steps of SQLite's own back-off."""
    if not str(url.database).startswith("file:"):
        _make_directory(Path(str(url.database)).parent)
    synchronous = "FULL" if durable else "OFF"
    writer = _sqlite_engine(url, patience, 1, "journal_mode=WAL", f"synchronous={synchronous}")
    event.listen(writer.sync_engine, "begin", _begin_immediate)
    reader = _sqlite_engine(url, patience, 2, "query_only=1")
    return Database(reader, writer, patience=patience)


def _make_directory(directory: Path) -> None:
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreDown(
            "The directory of the bot's database cannot be made.",
            remedy="Check DATABASE_URL and who may write there.",
            raw=str(error),
        ) from error


def _sqlite_engine(url: URL, patience: float, size: int, *pragmas: str) -> AsyncEngine:
    engine = create_async_engine(
        url,
        poolclass=AsyncAdaptedQueuePool,
        pool_size=size,
        max_overflow=0,
        pool_timeout=patience,
        pool_reset_on_return=None,
        hide_parameters=True,
        # Without an isolation level the driver begins no transactions behind our back.
        connect_args={"timeout": patience, "isolation_level": None},
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
    connection.exec_driver_sql("BEGIN IMMEDIATE")
