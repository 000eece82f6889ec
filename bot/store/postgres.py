"""PostgreSQL: a pool whose connections are checked before use, and that waits for nothing for long."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import event
from sqlalchemy.engine import URL, ExceptionContext
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

_POOL_SIZE = 8
# Longer than any statement of this package takes; a server that has vanished without a word is given up after it.
_QUERY_SECONDS = 5


# A migration may have to rewrite what a month has left behind, and whoever comes second waits for it.
_MIGRATION_SECONDS = 600


def unhurried(url: URL, patience: float) -> AsyncEngine:
    """For changes of the schema, which take longer than anything else; to be disposed of by the caller."""
    return create_async_engine(
        url,
        poolclass=NullPool,
        hide_parameters=True,
        connect_args={
            "timeout": patience,
            "command_timeout": _MIGRATION_SECONDS,
            "server_settings": {
                "application_name": "release-bot",
                "lock_timeout": f"{_MIGRATION_SECONDS}s",
                "idle_in_transaction_session_timeout": "60s",
            },
        },
    )


@asynccontextmanager
async def engines(url: URL, patience: float) -> AsyncIterator[tuple[AsyncEngine, AsyncEngine, AsyncEngine]]:
    """A reader and a writer that share one pool; the reader begins no transactions. The third is the writer again."""
    writer = create_async_engine(
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
                "idle_in_transaction_session_timeout": "10s",
            },
        },
    )
    event.listen(writer.sync_engine, "handle_error", _leave_standbys)
    try:
        yield writer.execution_options(isolation_level="AUTOCOMMIT"), writer, writer
    finally:
        await writer.dispose()


def _leave_standbys(context: ExceptionContext) -> None:
    """A server that takes no writes any more has handed over to another one, which new connections find."""
    if "in a read-only transaction" in str(context.original_exception):
        context.is_disconnect = True


def unwrapped_outages() -> tuple[type[BaseException], ...]:
    """Errors of a dying connection that SQLAlchemy hands through as they are."""
    import asyncpg  # noqa: PLC0415 - SQLite needs neither the driver nor its memory

    return (asyncpg.InternalClientError,)
