"""The Store port on SQL, put together from its parts, and the way to open it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.store import sqlite
from bot.store.digests import Digests
from bot.store.drafts import Drafts
from bot.store.engine import Database, open_database
from bot.store.habits import Habits
from bot.store.housekeeping import Housekeeping
from bot.store.migrating import migrate
from bot.store.outages import Outages
from bot.store.outbox import Outbox
from bot.store.pending import Pending
from bot.store.polls import Polls
from bot.store.record import Requests
from bot.store.subscriptions import Subscriptions
from bot.store.watches import Watches


class SqlStore:
    """`bot.domain.stores.Store` over one database; the concerns share nothing but the connections."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.subscriptions = Subscriptions(database)
        self.watches = Watches(database)
        self.pending = Pending(database)
        self.polls = Polls(database)
        self.outbox = Outbox(database)
        self.digests = Digests(database)
        self.outages = Outages(database)
        self.drafts = Drafts(database)
        self.habits = Habits(database)
        self.record = Requests(database)
        self.housekeeping = Housekeeping(database)


@asynccontextmanager
async def open_store(url: str, *, timeout_seconds: float = 2.5) -> AsyncIterator[SqlStore]:
    """Open the database at `url`, bring its schema up to date, and close it afterwards.

    `sqlite+aiosqlite:///path` or `postgresql+asyncpg://user:password@host/name`; `sqlite+aiosqlite:///:memory:` lives as
    long as the block. `timeout_seconds`: seconds to wait for a lock or a connection, below the three that Slack waits for an
    answer. Raises StoreDown.
    """
    async with open_database(url, timeout_seconds=timeout_seconds) as database:
        await database.meet()
        if not database.postgres:
            async with database.read() as connection:
                await sqlite.refuse_damaged(connection)
        await migrate(database)
        if database.file is not None:
            database.file.remember()
        store = SqlStore(database)
        await store.housekeeping.ping()
        yield store
