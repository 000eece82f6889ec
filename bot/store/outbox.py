"""The outbox: claims that can be lost, order within each channel and version, and what became of every posting."""

import logging
from collections.abc import Sequence

from sqlalchemy import ColumnElement, RowMapping, and_, case, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.digests import DigestRule
from bot.domain.errors import Unreadable
from bot.domain.notifications import NewPosting, OutcomeDigest
from bot.domain.ports import PostedMessage, Posting
from bot.domain.watching import Subscription
from bot.store import digests, projects, queue, rows
from bot.store.engine import Database
from bot.store.queue import claimable, in_flight, keep_others_from_claiming, still_due
from bot.store.tables import DROPPED, NOBODY, POSTED, RESTING, WAITING, outbox, subscriptions

log = logging.getLogger(__name__)

# While an upgrade runs, a newer process may write what an older one cannot read: it leaves such rows to others for a while.
UNREADABLE_WAIT_SECONDS = 120
MAX_UNREADABLE_CLAIMS = 30

_FREE: rows.Values = {"owner": "", "lease_until": 0}


class Outbox:
    """The part of `Store` that keeps postings until they stand in Slack or have been given up."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def enqueue(self, postings: Sequence[NewPosting], *, now: int) -> None:
        async with self._database.write() as connection:
            await queue.add(self._database, connection, postings, now=now)

    async def claim(
        self,
        owner: str,
        *,
        now: int,
        limit: int,
        lease: int,
        busy: frozenset[str] = frozenset(),
        folding: DigestRule | None = None,
    ) -> tuple[Posting, ...]:
        """At most one due row for each destination that is not `busy` and has none in flight, the oldest first.

        A row whose last claim ran out may have been sent by the process that held it: it comes back as uncertain.
        """
        async with self._database.write() as connection:
            await keep_others_from_claiming(self._database, connection)
            if folding is not None:
                await digests.fold(self._database, connection, folding, now=now)
            due = await claimable(connection, now=now, limit=limit, busy=busy)
            if not due:
                return ()
            claimed = await connection.execute(
                update(outbox)
                .where(outbox.c.id.in_(still_due(now, due)))
                .values(
                    owner=owner,
                    fence=outbox.c.fence + 1,
                    lease_until=now + lease,
                    attempts=outbox.c.attempts + 1,
                    uncertain=or_(outbox.c.uncertain, _perhaps_sent()),
                    sent_revision=_oldest_that_may_stand(),
                    first_tried_at=func.coalesce(outbox.c.first_tried_at, now),
                    updated_at=now,
                )
                .returning(*outbox.c)
            )
            found = sorted(claimed.mappings(), key=lambda row: (row["place"], row["id"]))
            threads = await _threads(connection, [row["thread_of"] for row in found if row["thread_of"]])
            postings = []
            for row in found:
                try:
                    postings.append(rows.posting_from(row, threads))
                except Unreadable as error:
                    await _set_aside(connection, row, error, now)
            return tuple(postings)

    async def renew(self, posting: Posting, owner: str, *, now: int, lease: int) -> bool:
        async with self._database.write() as connection:
            return await _change(connection, posting, {"lease_until": now + lease}, held_by=owner)

    async def mark_posted(
        self, posting: Posting, message: PostedMessage, *, now: int, again: bool = False
    ) -> bool:
        values = _posted(posting, message, now) | ({"state": WAITING} if again else {})
        async with self._database.write() as connection:
            held = await _change(connection, posting, values)
            if held and isinstance(posting.notification, OutcomeDigest):
                await digests.posted(connection, posting.id, message, now=now)
            return held

    async def mark_later(
        self, posting: Posting, *, at: int, uncertain: bool, reason: str, rest: bool = False
    ) -> bool:
        """Try again at `at`. False if the claim was lost.

        With `rest` the attempt does not count, and the row keeps its whole destination from being claimed until then.
        """
        values: rows.Values = {**_FREE, "next_at": at, "uncertain": uncertain, "reason": reason}
        if rest:
            values |= {"owner": RESTING, "lease_until": at, "attempts": outbox.c.attempts - 1}
        async with self._database.write() as connection:
            return await _change(connection, posting, values)

    async def mark_dropped(
        self, posting: Posting, *, reason: str, now: int, instead: Sequence[NewPosting] = ()
    ) -> bool:
        async with self._database.write() as connection:
            held = await _change(connection, posting, _dropped(reason, now))
            if held:
                await digests.undo(connection, posting.id, now=now)
                await queue.add(self._database, connection, instead, now=now)
            return held

    async def drop_destination(self, channel: str, *, reason: str, now: int) -> tuple[Subscription, ...]:
        """End the channel's subscriptions and drop its waiting rows; what was ended, by project.

        Left are a row in flight, which its holder marks, and those that a person is told instead when their turn comes.
        """
        async with self._database.write() as connection:
            query = select(subscriptions).where(subscriptions.c.channel == channel)
            followed = await connection.execute(query.order_by(subscriptions.c.project))
            ended = tuple(rows.subscription_from(row) for row in followed.mappings())
            for one in ended:
                await projects.lock(connection, one.project)
            names = [one.project for one in ended]
            await connection.execute(
                delete(subscriptions).where(
                    subscriptions.c.channel == channel, subscriptions.c.project.in_(names)
                )
            )
            await digests.undo_all(connection, channel, now=now)
            await connection.execute(
                update(outbox)
                .where(
                    outbox.c.destination == channel,
                    outbox.c.state == WAITING,
                    ~in_flight(outbox, now),
                    or_(outbox.c.fallback == "", outbox.c.kind == "version_card"),
                )
                .values(_dropped(reason, now))
            )
            for name in names:
                await projects.forget_if_unwanted(connection, name)
            return ended

    async def backlog(self) -> int:
        async with self._database.read() as connection:
            waiting = select(func.count()).select_from(outbox).where(outbox.c.state == WAITING)
            return await connection.scalar(waiting) or 0

    async def release_claims(self, owner: str) -> None:
        """Hand back every claim of this owner, of polls and of postings; a late mark changes nothing.

        A posting that was not marked may just be on its way to Slack: it comes back as uncertain, and when its lease ends,
        because a search before then could miss it.
        """
        async with self._database.write() as connection:
            await projects.release(connection, owner)
            await connection.execute(
                update(outbox)
                .where(outbox.c.owner != NOBODY, outbox.c.owner == owner)
                .values(
                    **_FREE,
                    fence=outbox.c.fence + 1,
                    uncertain=or_(outbox.c.uncertain, _perhaps_sent()),
                    next_at=outbox.c.lease_until,
                )
            )


def _posted(posting: Posting, message: PostedMessage, now: int) -> rows.Values:
    return {
        **_FREE,
        "state": case((outbox.c.revision == posting.revision, POSTED), else_=WAITING),
        "channel": message.channel,
        "ts": message.ts,
        "attempts": 0,
        "uncertain": False,
        "next_at": 0,
        "reason": "",
        "updated_at": now,
    }


def _dropped(reason: str, now: int) -> rows.Values:
    return {**_FREE, "state": DROPPED, "reason": reason, "updated_at": now}


def _perhaps_sent() -> ColumnElement[bool]:
    """A row that a process had claimed and never marked; an edit can be repeated without harm."""
    return and_(outbox.c.owner.not_in(("", RESTING)), outbox.c.ts == "")


def _oldest_that_may_stand() -> ColumnElement[int]:
    """What an unclear attempt sent may stand in Slack while the card has moved on: finding it there is not the end of it."""
    unclear = and_(outbox.c.ts == "", or_(outbox.c.uncertain, _perhaps_sent()))
    return case((unclear, outbox.c.sent_revision), else_=outbox.c.revision)


async def _change(
    connection: AsyncConnection, posting: Posting, values: rows.Values, *, held_by: str = ""
) -> bool:
    """Change a row that is still claimed as it was when it was given out; False if the claim was lost."""
    held = [outbox.c.id == posting.id, outbox.c.fence == posting.fence, outbox.c.owner.not_in(("", RESTING))]
    if held_by:
        held.append(outbox.c.owner == held_by)
    changed = await connection.execute(update(outbox).where(*held).values(values))
    return bool(changed.rowcount)


async def _threads(connection: AsyncConnection, keys: Sequence[str]) -> dict[str, PostedMessage]:
    """Where the cards of these keys stand; those that were given up are left out."""
    if not keys:
        return {}
    cards = await connection.execute(
        select(outbox.c.key, outbox.c.channel, outbox.c.ts).where(
            outbox.c.key.in_(keys), outbox.c.state != DROPPED, outbox.c.ts != ""
        )
    )
    return {row.key: PostedMessage(channel=row.channel, ts=row.ts) for row in cards}


async def _set_aside(connection: AsyncConnection, row: RowMapping, error: Unreadable, now: int) -> None:
    """Leave a row that cannot be read to newer processes, and give it up if there are none."""
    values = {**_FREE, "next_at": now + UNREADABLE_WAIT_SECONDS, "reason": str(error)}
    if row["attempts"] >= MAX_UNREADABLE_CLAIMS:
        values = _dropped(str(error), now)
    log.warning(
        "posting unreadable",
        extra={"action": "posting_unreadable", "posting": row["key"], "attempts": row["attempts"]},
    )
    await connection.execute(update(outbox).where(outbox.c.id == row["id"]).values(values))
