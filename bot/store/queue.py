"""The rows of the outbox: how postings get in, once for each key, and which of them may be claimed."""

from collections.abc import Iterable

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.notifications import EDITED, NewPosting, VersionCard
from bot.store import rows
from bot.store.engine import Database
from bot.store.tables import DROPPED, FOLDED, NOBODY, POSTED, WAITING, WRONG_CLOCK_SECONDS, outbox

# Any number that nothing else in the database uses for its advisory locks.
_CLAIMING = 7_240_115_001


async def keep_others_from_claiming(database: Database, connection: AsyncConnection) -> None:
    """Until the transaction ends: two claims that cannot see each other could take two rows of one destination.

    On SQLite there is only one writer anyway.
    """
    if database.postgres:
        await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _CLAIMING})


async def claimable(connection: AsyncConnection, *, now: int, limit: int, busy: frozenset[str]) -> list[int]:
    """The ids of at most `limit` rows, one for each destination that is not busy, the oldest first."""
    found = await connection.execute(_CLAIMABLE, {"now": now, "most": limit, "busy": sorted(busy)})
    return [row.id for row in found]


def still_due(now: int, ids: list[int]) -> Select[tuple[int]]:
    """Those of the rows that no other process holds or has just changed."""
    return (
        select(outbox.c.id).where(outbox.c.id.in_(ids), is_due(outbox, now)).with_for_update(skip_locked=True)
    )


def in_flight(table: FromClause, now: int | ColumnElement[int]) -> ColumnElement[bool]:
    """Claimed by a process whose lease still runs."""
    return and_(
        table.c.owner != NOBODY, table.c.lease_until > now, table.c.updated_at <= now + WRONG_CLOCK_SECONDS
    )


def is_due(table: FromClause, now: int | ColumnElement[int]) -> ColumnElement[bool]:
    """Waits, and neither for its time nor for a lease to end."""
    return and_(
        table.c.state == WAITING,
        or_(
            and_(table.c.next_at <= now, table.c.lease_until <= now),
            table.c.updated_at > now + WRONG_CLOCK_SECONDS,
        ),
    )


def _claimable() -> Select[tuple[int]]:
    """Built once: this query runs every second, and putting it together takes longer than running it.

    The subqueries are scalars on purpose. PostgreSQL makes joins of NOT EXISTS, and without fresh statistics it may read
    the whole queue once for each destination; a scalar is looked up in its index.
    """
    now = bindparam("now", type_=outbox.c.next_at.type)
    row, waiting, flying = outbox.alias("row"), outbox.alias("waiting"), outbox.alias("flying")
    destinations = (
        select(waiting.c.destination)
        .where(waiting.c.state == WAITING, waiting.c.destination.not_in(bindparam("busy", expanding=True)))
        .distinct()
        .subquery("destinations")
    )
    first = (
        select(row.c.id)
        .where(
            row.c.destination == destinations.c.destination,
            is_due(row, now),
            row.c.place == _first_place(row),
            _card(row) != "",
        )
        .order_by(row.c.place, row.c.id)
        .limit(1)
        .correlate(destinations)
        .scalar_subquery()
    )
    in_the_air = (
        select(func.count())
        .where(flying.c.destination == destinations.c.destination, in_flight(flying, now))
        .correlate(destinations)
        .scalar_subquery()
    )
    firsts = select(first.label("id")).select_from(destinations).where(in_the_air == 0).subquery("firsts")
    return (
        select(outbox.c.id)
        .join_from(firsts, outbox, outbox.c.id == firsts.c.id)
        .order_by(outbox.c.place, outbox.c.id)
        .limit(bindparam("most", type_=outbox.c.id.type))
    )


def _first_place(row: FromClause) -> ColumnElement[int]:
    """Where the queue of this destination and version begins; what is to be told together with others is still in it."""
    earlier = outbox.alias("earlier")
    return (
        select(func.min(earlier.c.place))
        .where(
            earlier.c.state.in_((WAITING, FOLDED)),
            earlier.c.destination == row.c.destination,
            earlier.c.project == row.c.project,
            earlier.c.version_name == row.c.version_name,
        )
        .correlate(row)
        .scalar_subquery()
    )


def _card(row: FromClause) -> ColumnElement[str]:
    """Where the card stands that this row belongs under; empty while it waits to be posted, else anything."""
    card = outbox.alias("card")
    awaited = select(card.c.ts).where(card.c.key == row.c.thread_of, card.c.state == WAITING)
    return func.coalesce(awaited.correlate(row).scalar_subquery(), "nowhere")


_CLAIMABLE = _claimable()


async def add(
    database: Database, connection: AsyncConnection, postings: Iterable[NewPosting], *, now: int
) -> None:
    """Write postings in the order given, but cards first: what belongs into a card's thread waits for the card.

    A key that is known is left alone; what is `EDITED` gets the new state to show and, once posted, lines up again. What
    was given up stays so.
    """
    ordered = sorted(postings, key=lambda posting: not isinstance(posting.notification, VersionCard))
    if not ordered:
        return
    for place, posting in enumerate(ordered, await connection.scalar(next_place()) or 1):
        if isinstance(posting.notification, EDITED) and await _show(connection, posting, place, now):
            continue
        if not posting.only_edit:
            await _insert(database, connection, posting, place, now)


def next_place() -> Select[int]:
    """Behind everything that has not been told yet; null if there is nothing."""
    return select(func.max(outbox.c.place) + 1).where(outbox.c.state.in_((WAITING, FOLDED)))


async def _show(connection: AsyncConnection, posting: NewPosting, place: int, now: int) -> bool:
    """Replace what a known message shows, unless it shows that already; False if the key is not known."""
    payload = rows.payload_of(posting)
    known = select(outbox.c.payload).where(outbox.c.key == posting.key).with_for_update()
    shown = await connection.scalar(known)
    if shown is None or shown == payload:
        return shown is not None
    posted = outbox.c.state == POSTED
    await connection.execute(
        update(outbox)
        .where(outbox.c.key == posting.key, outbox.c.state != DROPPED)
        .values(
            payload=payload,
            revision=outbox.c.revision + 1,
            state=WAITING,
            place=case((posted, place), else_=outbox.c.place),
            attempts=case((posted, 0), else_=outbox.c.attempts),
            next_at=case((posted, 0), else_=outbox.c.next_at),
            updated_at=case((posted, now), else_=outbox.c.updated_at),
        )
    )
    return True


async def _insert(
    database: Database, connection: AsyncConnection, posting: NewPosting, place: int, now: int
) -> None:
    values = rows.posting_values(posting, place=place, now=now)
    if posting.thread_of and not await _exists(connection, posting.thread_of):
        values["thread_of"] = ""
    await connection.execute(
        database.insert(outbox).values(values).on_conflict_do_nothing(index_elements=["key"])
    )


async def _exists(connection: AsyncConnection, key: str) -> bool:
    return await connection.scalar(select(outbox.c.id).where(outbox.c.key == key)) is not None
