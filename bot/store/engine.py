"""Connections and transactions: one writer at a time on SQLite, a pool on PostgreSQL, and outages as StoreDown."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from sqlalchemy import Table, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects import sqlite as sqlite_dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.domain.errors import StoreDown
from bot.store import postgres, sqlite
from bot.store.addresses import Address, read_address
from bot.store.files import File, reaching
from bot.store.refusals import refusal


class Database:
    """Where to read and where to write; `hasty` writes without waiting for the disk, where there is such a thing.

    `timeout_seconds`: seconds to wait for a lock, a connection or the pool before it counts as an outage.
    """

    def __init__(
        self,
        reader: AsyncEngine,
        writer: AsyncEngine,
        hasty: AsyncEngine,
        *,
        timeout_seconds: float,
        address: Address,
        file: File | None = None,
    ) -> None:
        self.address = address
        self.file = file
        self._reader = reader
        self._writer = writer
        self._hasty = hasty
        self._timeout_seconds = timeout_seconds
        self._lock = asyncio.Lock()
        self.postgres = address.postgres
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
        may not have happened, nor anything after it: only for what is simply done again then, and not yet told to anyone.
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
        engine = postgres.unhurried(self.address, self._timeout_seconds)
        try:
            with self._translated():
                async with engine.begin() as connection:
                    yield connection
        finally:
            await engine.dispose()

    @asynccontextmanager
    async def trial(self) -> AsyncIterator[AsyncConnection]:
        """A transaction of which nothing stays. Raises StoreDown."""
        with self._translated():
            async with self._turn(), self._writer.connect() as connection:
                transaction = await connection.begin()
                try:
                    yield connection
                finally:
                    await transaction.rollback()

    async def meet(self) -> None:
        """The first connection: raises StoreDown for what the driver can make no sense of, and for a pool that is no good."""
        try:
            async with self.read() as connection:
                await connection.execute(text("SELECT 1"))
        except (TypeError, ValueError) as error:
            raise StoreDown(
                "DATABASE_URL, or a variable PG… of the environment, makes no sense to the database's driver.",
                remedy="Correct what it names.",
                raw=f"{type(error).__name__}: {error}",
            ) from error
        if self.postgres:
            with self._translated():
                await postgres.refuse_shared_sessions(self._reader, self._writer)

    def insert(self, table: Table) -> postgresql.Insert | sqlite_dialect.Insert:
        """An INSERT that can say ON CONFLICT in this database's dialect."""
        return postgresql.insert(table) if self.postgres else sqlite_dialect.insert(table)

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        """SQLite's writers line up here, in order and without its back-off."""
        if self.postgres:
            yield
            return
        async with asyncio.timeout(self._timeout_seconds):
            await self._lock.acquire()
        try:
            yield
        finally:
            self._lock.release()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        if self.file is not None:
            self.file.must_be_there()
        try:
            yield
        except self._outages as error:
            down = refusal(error)
            if down is None:
                raise
            raise down from error


@asynccontextmanager
async def open_database(url: str, *, timeout_seconds: float) -> AsyncIterator[Database]:
    """Engines for a URL; nothing is connected before it is used, everything is closed afterwards.

    Makes the file of a SQLite database that is not there. Raises StoreDown if it was there before.
    """
    address = read_address(url)
    with reaching():
        file = None if address.postgres else sqlite.file_of(address.url)
        if file is not None:
            file.must_not_be_gone()
            file.make()
    opened = (
        postgres.engines(address, timeout_seconds)
        if address.postgres
        else sqlite.engines(address.url, timeout_seconds)
    )
    async with opened as (reader, writer, hasty):
        yield Database(reader, writer, hasty, timeout_seconds=timeout_seconds, address=address, file=file)
