"""Who wants to hear of what: subscriptions, watches and asks, and who deletes."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Result,
    RowMapping,
    Select,
    Table,
    and_,
    bindparam,
    delete,
    select,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.notifications import NewPosting, SubscriptionChanged, change_key
from bot.domain.watching import Deletion, Interest, PendingRequest, Subscription, Watch
from bot.store import projects, queue, rows
from bot.store.engine import Database
from bot.store.tables import asks, deletions, outbox, subscriptions, watches

_DELETION_IDENTITY = ("project", "version_name", "created_at", "user", "at")
_ASK_IDENTITY = ("project", "version_name", "action", "user", "channel", "at")


def _of_project(table: Table) -> Select[Any]:
    first = [asks.c.at] if table is asks else []
    mine = table.c.project == bindparam("project")
    return select(table).where(mine).order_by(*first, *table.primary_key.columns)


# Built once: every look runs these, and putting them together takes longer than running them.
_CHANNELS, _WATCHES, _ASKS, _DELETIONS = map(_of_project, (subscriptions, watches, asks, deletions))
# Mostly there is nothing but subscriptions, and one question finds that out.
_ANYTHING_ELSE = union_all(
    *(
        select(table.c.project).where(table.c.project == bindparam("project"))
        for table in (watches, asks, deletions)
    )
).limit(1)


class Subscriptions:
    """The part of `Store` that remembers people's and channels' wishes."""

    _database: Database

    async def subscribe(self, subscription: Subscription) -> bool:
        """Add or replace; True if the channel had none for this project. The project is due at once."""
        values = asdict(subscription)
        async with self._database.write() as connection:
            await projects.want(self._database, connection, subscription.project)
            inserted = await connection.execute(
                self._database.insert(subscriptions).values(values).on_conflict_do_nothing()
            )
            if not inserted.rowcount:
                mine = _equal(subscriptions, values, ("channel", "project"))
                await connection.execute(update(subscriptions).where(mine).values(values))
            return bool(inserted.rowcount)

    async def unsubscribe(self, channel: str, project: str) -> bool:
        """True if there was one."""
        identity = {"channel": channel, "project": project}
        async with self._database.write() as connection:
            return await _end(connection, subscriptions, identity)

    async def change_subscription(
        self,
        told: SubscriptionChanged,
        *,
        announce: bool,
        now: int,
        undone: SubscriptionChanged | None = None,
    ) -> bool:
        """Put `told.after` in the place of `told.before`, unless something else stands there by now: then False.

        In the same transaction the channel's message is enqueued, if it is to be told, and the message of the change that
        is `undone` by this one is edited.
        """
        async with self._database.write() as connection:
            await projects.lock(connection, told.project)
            if not await _replaced(self._database, connection, told):
                return False
            postings = [_announcement(told)] if announce else []
            if undone is not None:
                postings.append(replace(_announcement(replace(undone, undone_by=told.by)), only_edit=True))
            await queue.add(self._database, connection, postings, now=now)
            return True

    async def subscription_change(self, change: str) -> SubscriptionChanged | None:
        """A change that its channel was told of within the last 30 days, by its id."""
        async with self._database.read() as connection:
            payload = await connection.scalar(
                select(outbox.c.payload).where(outbox.c.key == change_key(change))
            )
        told = rows.notification_from(payload) if payload else None
        return told if isinstance(told, SubscriptionChanged) else None

    async def subscriptions(
        self, *, channel: str | None = None, project: str | None = None
    ) -> tuple[Subscription, ...]:
        """All, or those of a channel, or of a project; by project, then channel."""
        query = select(subscriptions).order_by(subscriptions.c.project, subscriptions.c.channel)
        if channel is not None:
            query = query.where(subscriptions.c.channel == channel)
        if project is not None:
            query = query.where(subscriptions.c.project == project)
        async with self._database.read() as connection:
            found = await connection.execute(query)
        return tuple(rows.subscription_from(row) for row in found.mappings())

    async def watch(self, watch: Watch) -> bool:
        """True if the person did not watch it already. The project is due at once."""
        async with self._database.write() as connection:
            await projects.want(self._database, connection, watch.project)
            inserted = await connection.execute(
                self._database.insert(watches).values(asdict(watch)).on_conflict_do_nothing()
            )
            return bool(inserted.rowcount)

    async def unwatch(self, user: str, project: str, version_name: str) -> bool:
        """True if they did."""
        identity = {"user": user, "project": project, "version_name": version_name}
        async with self._database.write() as connection:
            return await _end(connection, watches, identity)

    async def every_watch(self) -> tuple[Watch, ...]:
        """What everybody watches, by person."""
        async with self._database.read() as connection:
            found = await connection.execute(select(watches).order_by(*watches.primary_key.columns))
        return tuple(rows.watch_from(row) for row in found.mappings())

    async def end_watches(self, ended: Sequence[Watch], *, told: NewPosting, now: int) -> bool:
        """End these and enqueue what their person is told, in one transaction; False if there was none left to end."""
        async with self._database.write() as connection:
            over = [await _end(connection, watches, asdict(one)) for one in sorted(ended, key=_by_project)]
            if any(over):
                await queue.add(self._database, connection, [told], now=now)
            return any(over)

    async def watches(self, user: str) -> tuple[Watch, ...]:
        """What a person watches, by project and version name."""
        query = select(watches).where(watches.c.user == user)
        async with self._database.read() as connection:
            found = await connection.execute(query.order_by(watches.c.project, watches.c.version_name))
        return tuple(rows.watch_from(row) for row in found.mappings())

    async def ask(self, ask: PendingRequest) -> None:
        """Remember an ask. The project is due at once."""
        changing = {"epoch": ask.epoch, "in_flight": ask.in_flight, "request": ask.request}
        async with self._database.write() as connection:
            await projects.want(self._database, connection, ask.project)
            await connection.execute(
                self._database.insert(asks)
                .values(asdict(ask))
                .on_conflict_do_update(index_elements=[asks.c[name] for name in _ASK_IDENTITY], set_=changing)
            )

    async def answered(self, ask: PendingRequest, *, keep: bool) -> None:
        """The call is over: no longer in flight, or forgotten."""
        async with self._database.write() as connection:
            if keep:
                await connection.execute(update(asks).where(this_ask(ask)).values(in_flight=False))
            else:
                await _end(connection, asks, _ask_identity(ask))

    async def note_deletion(self, deletion: Deletion) -> None:
        """Remember who deletes a version. The project is due at once, also if nobody else follows it."""
        async with self._database.write() as connection:
            await projects.want(self._database, connection, deletion.project)
            await connection.execute(
                self._database.insert(deletions).values(asdict(deletion)).on_conflict_do_nothing()
            )

    async def forget_deletion(self, deletion: Deletion) -> None:
        """Nothing came of it."""
        identity = {name: getattr(deletion, name) for name in _DELETION_IDENTITY}
        async with self._database.write() as connection:
            await _end(connection, deletions, identity)

    async def deletions(self, project: str) -> tuple[Deletion, ...]:
        """Those of which no look has seen yet what came of them."""
        async with self._database.read() as connection:
            found = await connection.execute(_DELETIONS, {"project": project})
        return tuple(rows.deletion_from(row) for row in found.mappings())

    async def interest(self, project: str) -> Interest:
        """Everybody who wants to hear of the project, in a fixed order, and its deletions."""
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


async def _replaced(database: Database, connection: AsyncConnection, told: SubscriptionChanged) -> bool:
    identity = {"channel": told.channel, "project": told.project}
    mine = _equal(subscriptions, identity, tuple(identity))
    found = (await connection.execute(select(subscriptions).where(mine))).mappings().one_or_none()
    if (rows.subscription_from(found) if found else None) != told.before:
        return False
    if told.after is None:
        return await _end(connection, subscriptions, identity)
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


def _by_project(watch: Watch) -> str:
    """Projects are locked in one order, so that two transactions cannot wait for each other."""
    return watch.project


def this_ask(ask: PendingRequest) -> ColumnElement[bool]:
    """Which row an ask is: everything that stays the same in its life."""
    return _equal(asks, _ask_identity(ask), _ASK_IDENTITY)


def this_watch(watch: Watch) -> ColumnElement[bool]:
    """Which row a watch is; one that was ended and begun anew is another."""
    return _equal(watches, asdict(watch), ("user", "project", "version_name", "since"))


def this_deletion(deletion: Deletion) -> ColumnElement[bool]:
    """Which row a deletion is."""
    return _equal(deletions, asdict(deletion), _DELETION_IDENTITY)


def _ask_identity(ask: PendingRequest) -> rows.Values:
    return {name: getattr(ask, name) for name in _ASK_IDENTITY}


def _equal(table: Table, values: rows.Values, names: Sequence[str]) -> ColumnElement[bool]:
    return and_(*(table.c[name] == values[name] for name in names))


async def _all(connection: AsyncConnection, query: Select[Any], values: rows.Values) -> Sequence[RowMapping]:
    found: Result[Any] = await connection.execute(query, values)
    return found.mappings().all()


async def _end(connection: AsyncConnection, table: Table, identity: rows.Values) -> bool:
    """Take a wish back, and forget its project if that was the last one; whether there was such a wish."""
    await projects.lock(connection, identity["project"])
    ended = await connection.execute(delete(table).where(_equal(table, identity, tuple(identity))))
    if ended.rowcount:
        await projects.forget_if_unwanted(connection, identity["project"])
    return bool(ended.rowcount)
