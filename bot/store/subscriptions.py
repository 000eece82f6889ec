"""Subscriptions: what channels hear of which projects, and the changes that they were told of."""

from dataclasses import asdict, replace

from sqlalchemy import (
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.notifications import NewPosting, SubscriptionChanged, change_key
from bot.domain.watching import Subscription
from bot.store import projects, queue, rows
from bot.store.engine import Database
from bot.store.tables import outbox, subscriptions
from bot.store.wishes import end, equal


class Subscriptions:
    """The port `SubscriptionStore` on SQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def subscribe(self, subscription: Subscription) -> bool:
        values = asdict(subscription)
        async with self._database.write() as connection:
            await projects.want(self._database, connection, subscription.project)
            inserted = await connection.execute(
                self._database.insert(subscriptions).values(values).on_conflict_do_nothing()
            )
            if not inserted.rowcount:
                mine = equal(subscriptions, values, ("channel", "project"))
                await connection.execute(update(subscriptions).where(mine).values(values))
            return bool(inserted.rowcount)

    async def unsubscribe(self, channel: str, project: str) -> bool:
        identity = {"channel": channel, "project": project}
        async with self._database.write() as connection:
            return await end(connection, subscriptions, identity)

    async def change(
        self,
        told: SubscriptionChanged,
        *,
        announce: bool,
        now: int,
        undone: SubscriptionChanged | None = None,
    ) -> bool:
        async with self._database.write() as connection:
            await projects.lock(connection, told.project)
            if not await _replaced(self._database, connection, told):
                return False
            postings = [_announcement(told)] if announce else []
            if undone is not None:
                postings.append(replace(_announcement(replace(undone, undone_by=told.by)), only_edit=True))
            await queue.add(self._database, connection, postings, now=now)
            return True

    async def told_change(self, change: str) -> SubscriptionChanged | None:
        async with self._database.read() as connection:
            payload = await connection.scalar(
                select(outbox.c.payload).where(outbox.c.key == change_key(change))
            )
        told = rows.notification_from(payload) if payload else None
        return told if isinstance(told, SubscriptionChanged) else None

    async def find(
        self, *, channel: str | None = None, project: str | None = None
    ) -> tuple[Subscription, ...]:
        query = select(subscriptions).order_by(subscriptions.c.project, subscriptions.c.channel)
        if channel is not None:
            query = query.where(subscriptions.c.channel == channel)
        if project is not None:
            query = query.where(subscriptions.c.project == project)
        async with self._database.read() as connection:
            found = await connection.execute(query)
        return tuple(rows.subscription_from(row) for row in found.mappings())


async def _replaced(database: Database, connection: AsyncConnection, told: SubscriptionChanged) -> bool:
    identity = {"channel": told.channel, "project": told.project}
    mine = equal(subscriptions, identity, tuple(identity))
    found = (await connection.execute(select(subscriptions).where(mine))).mappings().one_or_none()
    if (rows.subscription_from(found) if found else None) != told.before:
        return False
    if told.after is None:
        return await end(connection, subscriptions, identity)
    values = asdict(told.after)
    await projects.want(database, connection, told.project)
    if told.before is None:
        written = await connection.execute(
            database.insert(subscriptions).values(values).on_conflict_do_nothing()
        )
    else:
        written = await connection.execute(update(subscriptions).where(mine).values(values))
    return bool(written.rowcount)


def _announcement(told: SubscriptionChanged) -> NewPosting:
    return NewPosting(
        key=change_key(told.change),
        destination=told.channel,
        project=told.project,
        version_name="",
        notification=told,
    )
