"""Which rows of the outbox may be claimed: the query that keeps order within each channel and version."""

from sqlalchemy import ColumnElement, FromClause, Select, and_, bindparam, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.engine import Database
from bot.store.tables import FOLDED, NOBODY, WAITING, WRONG_CLOCK_SECONDS, outbox

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
    """Those of the rows that nobody else holds or has just changed."""
    return (
        select(outbox.c.id).where(outbox.c.id.in_(ids), is_due(outbox, now)).with_for_update(skip_locked=True)
    )


def in_flight(table: FromClause, now: int | ColumnElement[int]) -> ColumnElement[bool]:
    """Claimed by somebody whose lease still runs."""
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
