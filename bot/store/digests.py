"""Folds: outcomes that become one message, one row that tells them all, and the list behind it."""

import logging
from collections import defaultdict

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    delete,
    func,
    or_,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.digests import Digest, DigestPage, DigestRule, OpenDigest, WaitingOutcome
from bot.domain.endings import Ending
from bot.domain.notifications import NewPosting
from bot.domain.ports import PostedMessage
from bot.store import rows
from bot.store.engine import Database
from bot.store.queue import in_flight, next_place
from bot.store.tables import DROPPED, FOLDED, POSTED, RESTING, UNTOLD, WAITING, outbox

log = logging.getLogger(__name__)

FOLDS = "outcomes_folded"
# So many rows of one destination are polled in one go.
MAX_ROWS = 2000

_columns = outbox.c


class Digests:
    """The part of `Store` that knows what was told together."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, fold: str, *, number: int, size: int) -> DigestPage:
        async with self._database.read() as connection:
            row = await connection.scalar(select(_columns.id).where(_columns.key == _key(fold)))
            mine = and_(_columns.fold == (row or 0), _columns.fold != 0)
            total = await connection.scalar(select(func.count()).select_from(outbox).where(mine)) or 0
            found = await connection.scalars(
                select(_columns.payload)
                .where(mine)
                .order_by(_columns.id)
                .offset((number - 1) * size)
                .limit(size)
            )
        return DigestPage(total=total, outcomes=tuple(map(rows.outcome_from, found)))


async def fold(database: Database, connection: AsyncConnection, folding: DigestRule, *, now: int) -> None:
    """Make one row of what belongs together, for every destination where much waits. No other process may be claiming."""
    bounds = {"more_than": folding.more_than, "grown_since": folding.grown_since}
    destinations = list(await connection.scalars(_CROWDED, bounds))
    if not destinations:
        return
    waiting = await _waiting(connection, destinations)
    standing = await _standing(connection, destinations, folding.grown_since)
    for destination in destinations:
        for one in folding.together(waiting[destination], standing[destination]):
            await _put_together(database, connection, one, now)


async def _put_together(database: Database, connection: AsyncConnection, fold: Digest, now: int) -> None:
    if fold.into is not None:
        await _grow(connection, fold, now)
    into = await _begin(database, connection, fold, now) if fold.into is None else fold.into
    await _drop_cards(connection, fold)
    await connection.execute(
        update(outbox).where(_columns.id.in_(fold.rows)).values(state=FOLDED, fold=into, updated_at=now)
    )
    told = fold.notification
    log.info(
        "folded",
        extra={
            "action": "folded",
            "destination": fold.destination,
            "kind": told.of,
            "rows": len(fold.rows),
            "count": told.count,
        },
    )


def _key(fold: str) -> str:
    return f"fold/{fold}"


def _idle() -> ColumnElement[bool]:
    """It is not being sent."""
    return _columns.owner.in_(("", RESTING))


def _untouched() -> ColumnElement[bool]:
    """It has never been sent, not even perhaps."""
    return and_(
        _columns.state == WAITING,
        _idle(),
        _columns.attempts == 0,
        ~_columns.uncertain,
        _columns.ts == "",
    )


def _can_grow(grown_since: int | ColumnElement[int]) -> ColumnElement[bool]:
    """It is not being sent, and it need not be found out whether it stands in Slack."""
    certain = or_(_columns.ts != "", and_(_columns.attempts == 0, ~_columns.uncertain))
    return and_(
        _columns.kind == FOLDS,
        _columns.updated_at > grown_since,
        _columns.state.in_((WAITING, POSTED)),
        _idle(),
        certain,
    )


def _crowded() -> Select[str]:
    """Looked up in an index of its own, and built once: this is asked before every round."""
    growing = select(_columns.destination).where(_can_grow(bindparam("grown_since")))
    return (
        select(_columns.destination)
        .where(text(UNTOLD))
        .group_by(_columns.destination)
        .having(or_(func.count() > bindparam("more_than"), _columns.destination.in_(growing)))
        .order_by(_columns.destination)
    )


_CROWDED = _crowded()


async def _waiting(connection: AsyncConnection, destinations: list[str]) -> dict[str, list[WaitingOutcome]]:
    """The untouched outcomes that are the first of their version in line, oldest first."""
    found = await connection.execute(
        select(outbox)
        .where(
            _columns.destination.in_(destinations),
            _untouched(),
            _columns.kind.in_(Ending),
            _columns.place == _first_outcome(),
        )
        .order_by(_columns.place, _columns.id)
        .limit(MAX_ROWS)
        .with_for_update(skip_locked=True)
    )
    waiting: dict[str, list[WaitingOutcome]] = defaultdict(list)
    for row in found.mappings():
        waiting[row["destination"]] += rows.waiting_from(row)
    return waiting


def _first_outcome() -> ColumnElement[int]:
    """Where the queue of a row's destination and version begins, cards left out."""
    earlier = outbox.alias("earlier")
    return (
        select(func.min(earlier.c.place))
        .where(
            earlier.c.state.in_((WAITING, FOLDED)),
            earlier.c.destination == _columns.destination,
            earlier.c.project == _columns.project,
            earlier.c.version_name == _columns.version_name,
            earlier.c.kind != "version_card",
        )
        .correlate(outbox)
        .scalar_subquery()
    )


async def _standing(
    connection: AsyncConnection, destinations: list[str], grown_since: int
) -> dict[str, list[OpenDigest]]:
    found = await connection.execute(
        select(outbox)
        .where(_can_grow(grown_since), _columns.destination.in_(destinations))
        .order_by(_columns.id)
        .with_for_update(skip_locked=True)
    )
    standing: dict[str, list[OpenDigest]] = defaultdict(list)
    for row in found.mappings():
        standing[row["destination"]] += rows.standing_from(row)
    return standing


async def _begin(database: Database, connection: AsyncConnection, fold: Digest, now: int) -> int:
    """The new row, at the head of its destination; as old as the oldest that it tells."""
    head = await connection.execute(
        select(func.min(_columns.place)).where(
            _columns.destination == fold.destination, _columns.state == WAITING
        )
    )
    oldest = await connection.scalar(select(func.min(_columns.created_at)).where(_columns.id.in_(fold.rows)))
    values = rows.posting_values(_posting(fold), place=head.scalar_one() or 0, now=now)
    inserted = await connection.execute(
        database.insert(outbox).values(**values | {"created_at": oldest}).returning(_columns.id)
    )
    return int(inserted.scalar_one())


def _posting(fold: Digest) -> NewPosting:
    """A queue of its own: the version is none."""
    key = _key(fold.notification.fold)
    return NewPosting(
        key=key,
        destination=fold.destination,
        project="",
        version_name=key,
        notification=fold.notification,
    )


async def _grow(connection: AsyncConnection, fold: Digest, now: int) -> None:
    behind = func.coalesce(next_place().scalar_subquery(), 1)
    posted = _columns.state == POSTED
    await connection.execute(
        update(outbox)
        .where(_columns.id == fold.into)
        .values(
            payload=rows.payload_of(_posting(fold)),
            revision=_columns.revision + 1,
            state=WAITING,
            place=case((posted, behind), else_=_columns.place),
            next_at=case((posted, 0), else_=_columns.next_at),
            updated_at=now,
        )
    )


async def _drop_cards(connection: AsyncConnection, fold: Digest) -> None:
    """What was never announced need not be announced one by one when it is told that it has ended."""
    told = select(_columns.project, _columns.version_name).where(_columns.id.in_(fold.rows))
    await connection.execute(
        delete(outbox).where(
            _columns.destination == fold.destination,
            _columns.kind == "version_card",
            _columns.ts == "",
            _untouched(),
            tuple_(_columns.project, _columns.version_name).in_(told),
        )
    )


async def posted(connection: AsyncConnection, fold: int, message: PostedMessage, *, now: int) -> None:
    """The message of this fold stands: with it everything that it tells."""
    await connection.execute(
        update(outbox)
        .where(_columns.fold == fold, _columns.fold != 0, _columns.state == FOLDED)
        .values(
            state=POSTED,
            channel=message.channel,
            ts=message.ts,
            owner="",
            lease_until=0,
            updated_at=now,
        )
    )


async def undo(connection: AsyncConnection, fold: int, *, now: int) -> None:
    """The fold is given up: what it has not told yet is told one by one, and not folded again."""
    await connection.execute(
        update(outbox)
        .where(_columns.fold == fold, _columns.fold != 0, _columns.state == FOLDED)
        .values(state=WAITING, fold=0, attempts=1, updated_at=now)
    )


async def undo_all(connection: AsyncConnection, destination: str, *, now: int) -> None:
    """The same for every fold that waits for a destination and is not in flight."""
    waiting = and_(
        _columns.kind == FOLDS,
        _columns.destination == destination,
        _columns.state == WAITING,
        ~in_flight(outbox, now),
    )
    for fold in (await connection.scalars(select(_columns.id).where(waiting))).all():
        await undo(connection, fold, now=now)
        await connection.execute(
            update(outbox).where(_columns.id == fold).values(state=DROPPED, updated_at=now)
        )
