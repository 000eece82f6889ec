"""PostgreSQL: a pool whose connections are checked before use, and that waits for nothing for long."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from bot.domain.errors import StoreDown
from bot.store.addresses import Address
from bot.store.refusals import SHARED_REMEDY, SHARED_TEXT

_POOL_SIZE = 8
# Longer than any statement of this package takes; a server that has vanished without a word is given up after it.
_QUERY_SECONDS = 5
# A migration may have to rewrite what a month has left behind, and the second process waits for it.
_MIGRATION_SECONDS = 600
# How often it is looked whether two connections are one.
_MEETINGS = 5
_PID = text("SELECT pg_backend_pid()")


def unhurried(address: Address, timeout_seconds: float) -> AsyncEngine:
    """For changes of the schema, which take longer than anything else; to be disposed of by the caller."""
    engine = create_async_engine(
        address.url,
        poolclass=NullPool,
        hide_parameters=True,
        connect_args=_arguments(address, timeout_seconds, _MIGRATION_SECONDS),
    )
    _on_connect(
        engine,
        {"lock_timeout": f"{_MIGRATION_SECONDS}s", "idle_in_transaction_session_timeout": "60s"},
    )
    return engine


def _arguments(address: Address, timeout_seconds: float, seconds: float) -> dict[str, Any]:
    return {
        "timeout": min(timeout_seconds, address.connect_seconds or timeout_seconds),
        "command_timeout": seconds,
        "server_settings": {"application_name": "release-bot", **address.settings},
        **({"dsn": address.dsn} if address.dsn else {}),
    }


def _on_connect(engine: AsyncEngine, settings: Mapping[str, str]) -> None:
    """Settings of each session. PgBouncer refuses connections that bring them along."""
    statements = "; ".join(f"SET {name} = '{value}'" for name, value in settings.items())

    def prepare(connection: Any, _record: object) -> None:
        connection.run_async(lambda driver: driver.execute(statements))

    event.listen(engine.sync_engine, "connect", prepare)


@asynccontextmanager
async def engines(
    address: Address, timeout_seconds: float
) -> AsyncIterator[tuple[AsyncEngine, AsyncEngine, AsyncEngine]]:
    """A reader and a writer that share one pool; the reader begins no transactions. The third is the writer again."""
    writer = create_async_engine(
        address.url,
        pool_size=_POOL_SIZE,
        max_overflow=0,
        pool_pre_ping=True,
        pool_timeout=timeout_seconds,
        hide_parameters=True,
        connect_args=_arguments(address, timeout_seconds, _QUERY_SECONDS),
    )
    _on_connect(
        writer,
        {
            "lock_timeout": f"{round(timeout_seconds * 1000)}ms",
            # A plan made while the outbox was empty, as it mostly is, takes seconds when it is not.
            "plan_cache_mode": "force_custom_plan",
            # A process that is frozen in a transaction gives its locks back.
            "idle_in_transaction_session_timeout": "10s",
        },
    )
    event.listen(writer.sync_engine, "handle_error", _leave_standbys)
    try:
        yield writer.execution_options(isolation_level="AUTOCOMMIT"), writer, writer
    finally:
        await writer.dispose()


async def refuse_shared_sessions(reader: AsyncEngine, writer: AsyncEngine) -> None:
    """Raises StoreDown if a pool between the bot and the server hands sessions on between transactions.

    PgBouncer does in its modes *transaction* and *statement*. What a session holds there (prepared statements, settings) is
    another's at once: outcomes were lost. Two connections that stand at the same time have two sessions, and keep them.
    """
    if await _are_one(reader, writer):
        raise StoreDown(SHARED_TEXT, remedy=SHARED_REMEDY)


async def _are_one(reader: AsyncEngine, writer: AsyncEngine) -> bool:
    async with reader.connect() as one, writer.connect() as other:
        mine = set()
        for _ in range(_MEETINGS):
            mine.add(await one.scalar(_PID))
            async with other.begin():
                theirs = await other.scalar(_PID)
            if theirs in mine or len(mine) > 1:
                return True
    return False


def _leave_standbys(context: ExceptionContext) -> None:
    """A server that takes no writes any more has handed over to another one, which new connections find."""
    if "in a read-only transaction" in str(context.original_exception):
        context.is_disconnect = True


def unwrapped_outages() -> tuple[type[BaseException], ...]:
    """Errors of a dying connection that SQLAlchemy hands through as they are."""
    import asyncpg  # noqa: PLC0415 - SQLite needs neither the driver nor its memory

    return (asyncpg.InternalClientError,)
