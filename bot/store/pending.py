"""What was asked of Zadig and is not over yet: requests for versions, deletions, and everyone who waits for them."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import (
    Result,
    RowMapping,
    Select,
    Table,
    bindparam,
    select,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.watching import Deletion, Interest, PendingRequest
from bot.store import projects, rows
from bot.store.engine import Database
from bot.store.tables import asks, deletions, subscriptions, watches
from bot.store.wishes import ASK_IDENTITY, DELETION_IDENTITY, ask_identity, end, this_ask


def _of_project(table: Table) -> Select[Any]:
    first = [asks.c.at] if table is asks else []
    mine = table.c.project == bindparam("project")
    return select(table).where(mine).order_by(*first, *table.primary_key.columns)


# Built once: every poll runs these, and putting them together takes longer than running them.
_CHANNELS, _WATCHES, _ASKS, _DELETIONS = map(_of_project, (subscriptions, watches, asks, deletions))
# Mostly there is nothing but subscriptions, and one question finds that out.
_ANYTHING_ELSE = union_all(
    *(
        select(table.c.project).where(table.c.project == bindparam("project"))
        for table in (watches, asks, deletions)
    )
).limit(1)


class Pending:
    """The port `PendingStore` on SQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ask(self, ask: PendingRequest) -> None:
        changing = {"epoch": ask.epoch, "in_flight": ask.in_flight, "request": ask.request}
        async with self._database.write() as connection:
            await projects.want(self._database, connection, ask.project)
            await connection.execute(
                self._database.insert(asks)
                .values(asdict(ask))
                .on_conflict_do_update(index_elements=[asks.c[name] for name in ASK_IDENTITY], set_=changing)
            )

    async def answered(self, ask: PendingRequest, *, keep: bool) -> None:
        async with self._database.write() as connection:
            if keep:
                await connection.execute(update(asks).where(this_ask(ask)).values(in_flight=False))
            else:
                await end(connection, asks, ask_identity(ask))

    async def note_deletion(self, deletion: Deletion) -> None:
        async with self._database.write() as connection:
            await projects.want(self._database, connection, deletion.project)
            await connection.execute(
                self._database.insert(deletions).values(asdict(deletion)).on_conflict_do_nothing()
            )

    async def forget_deletion(self, deletion: Deletion) -> None:
        identity = {name: getattr(deletion, name) for name in DELETION_IDENTITY}
        async with self._database.write() as connection:
            await end(connection, deletions, identity)

    async def deletions(self, project: str) -> tuple[Deletion, ...]:
        async with self._database.read() as connection:
            found = await connection.execute(_DELETIONS, {"project": project})
        return tuple(rows.deletion_from(row) for row in found.mappings())

    async def interest(self, project: str) -> Interest:
        mine = {"project": project}
        async with self._database.read() as connection:
            channels = await _all(connection, _CHANNELS, mine)
            more = await connection.scalar(_ANYTHING_ELSE, mine) is not None
            people, asked, deleted = [
                await _all(connection, wishes, mine) if more else []
                for wishes in (_WATCHES, _ASKS, _DELETIONS)
            ]
        return Interest(
            subscriptions=tuple(rows.subscription_from(row) for row in channels),
            watches=tuple(rows.watch_from(row) for row in people),
            asks=tuple(rows.ask_from(row) for row in asked),
            deletions=tuple(rows.deletion_from(row) for row in deleted),
        )


async def _all(connection: AsyncConnection, query: Select[Any], values: rows.Values) -> Sequence[RowMapping]:
    found: Result[Any] = await connection.execute(query, values)
    return found.mappings().all()
