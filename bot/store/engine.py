"""Connections and transactions: one writer at a time on SQLite, a pool on PostgreSQL, and outages as StoreDown."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects import sqlite as sqlite_dialect
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DataError,
    DBAPIError,
    IntegrityError,
    NotSupportedError,
    ProgrammingError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.domain.errors import StoreDown
from bot.store import postgres, sqlite

# Mistakes of ours, not outages.
_DEFECTS = (DataError, IntegrityError, NotSupportedError, ProgrammingError)
_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
}


class Database:
    """Where to read and where to write; `hasty` writes without waiting for the disk, where there is such a thing.

    `patience`: seconds to wait for a lock, a connection or the pool before it counts as an outage.
    """

    def __init__(
        self, reader: AsyncEngine, writer: AsyncEngine, hasty: AsyncEngine, *, patience: float
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._hasty = hasty
        self._patience = patience
        self._lock = asyncio.Lock()
        self.postgres = writer.dialect.name == "postgresql"
        unwrapped = postgres.unwrapped_outages() if self.postgres else ()
        self._outages: tuple[type[BaseException], ...] = (DBAPIError, PoolTimeout, OSError, *unwrapped)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A connection that sees what is committed; each statement stands alone. Raises StoreDown."""
        with self._translated():
            async with self._reader.connect() as connection:
                yield connection

    @asynccontextmanager
    async def write(self, *, lasting: bool = True) -> AsyncIterator[AsyncConnection]:
        """A transaction: all of it or nothing, on SQLite one at a time. Raises StoreDown.

        One that need not be `lasting` survives the end of a process like every other. If the machine itself goes down, it
        may not have happened, nor anything after it: only for what is simply done again then, and not yet told to anybody.
        """
        engine = self._writer if lasting else self._hasty
        with self._translated():
            async with self._turn(), engine.begin() as connection:
                yield connection

    @asynccontextmanager
    async def unhurried(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that may take minutes, also to begin, for changes of the schema. Raises StoreDown."""
        if not self.postgres:
            async with self.write() as connection:
                yield connection
            return
        engine = postgres.unhurried(self._writer.url, self._patience)
        try:
            with self._translated():
                async with engine.begin() as connection:
                    yield connection
        finally:
            await engine.dispose()

    def insert(self, table: Table) -> postgresql.Insert | sqlite_dialect.Insert:
        """An INSERT that can say ON CONFLICT in this database's dialect."""
        return postgresql.insert(table) if self.postgres else sqlite_dialect.insert(table)

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
    url = url.set(drivername=driver)
    try:
        url.get_dialect()().create_connect_args(url)
    except ArgumentError as error:
        raise StoreDown("DATABASE_URL does not say where the database is.", remedy=remedy) from error
    return url


@asynccontextmanager
async def open_database(text: str, *, patience: float) -> AsyncIterator[Database]:
    """Engines for a URL; nothing is connected before it is used, everything is closed afterwards."""
    url = read_url(text)
    engines = postgres.engines if url.get_backend_name() == "postgresql" else sqlite.engines
    async with engines(url, patience) as (reader, writer, hasty):
        yield Database(reader, writer, hasty, patience=patience)
