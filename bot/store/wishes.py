"""Rows of those who want to hear of a project, whatever kind of wish it is: which row is meant, and how it ends."""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import (
    ColumnElement,
    Table,
    and_,
    delete,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.watching import Deletion, PendingRequest, Watch
from bot.store import projects, rows
from bot.store.tables import asks, deletions, watches

DELETION_IDENTITY = ("project", "version_name", "created_at", "user", "at")
ASK_IDENTITY = ("project", "version_name", "action", "user", "channel", "at")


def this_ask(ask: PendingRequest) -> ColumnElement[bool]:
    """Which row an ask is: everything that stays the same in its life."""
    return equal(asks, ask_identity(ask), ASK_IDENTITY)


def this_watch(watch: Watch) -> ColumnElement[bool]:
    """Which row a watch is; one that was ended and begun anew is another."""
    return equal(watches, asdict(watch), ("user", "project", "version_name", "since"))


def this_deletion(deletion: Deletion) -> ColumnElement[bool]:
    """Which row a deletion is."""
    return equal(deletions, asdict(deletion), DELETION_IDENTITY)


def ask_identity(ask: PendingRequest) -> rows.Values:
    return {name: getattr(ask, name) for name in ASK_IDENTITY}


def equal(table: Table, values: rows.Values, names: Sequence[str]) -> ColumnElement[bool]:
    return and_(*(table.c[name] == values[name] for name in names))


async def end(connection: AsyncConnection, table: Table, identity: rows.Values) -> bool:
    """Take a wish back, and forget its project if that was the last one; whether there was such a wish."""
    await projects.lock(connection, identity["project"])
    ended = await connection.execute(delete(table).where(equal(table, identity, tuple(identity))))
    if ended.rowcount:
        await projects.forget_if_unwanted(connection, identity["project"])
    return bool(ended.rowcount)
