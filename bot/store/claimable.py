"""Which rows of the outbox may be claimed: the query that keeps order within each channel and version."""

from sqlalchemy import ColumnElement, FromClause, ScalarSelect, Select, and_, exists, or_, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.engine import Database
from bot.store.tables import NOBODY, WAITING, WRONG_CLOCK_SECONDS, outbox

# Any number that nothing else in the database uses for its advisory locks.
_CLAIMING = 7_240_115_001


async def keep_others_from_claiming(database: Database, connection: AsyncConnection) -> None:
    """Until the transaction ends: two claims that cannot see each other could take two rows of one destination.

    On SQLite there is only one writer anyway.
    """
    if database.postgres:
        await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _CLAIMING})


def claimable(*, now: int, limit: int, busy: frozenset[str]) -> Select[tuple[int]]:
    """The ids of at most `limit` rows, one for each destination, the oldest first."""
    waiting = outbox.alias("waiting")
    destinations = (
        select(waiting.c.destination)
        .where(waiting.c.state == WAITING, waiting.c.destination.not_in(sorted(busy)))
        .distinct()
        .subquery("destinations")
    )
    flying = outbox.alias("flying")
    quiet = ~exists().where(flying.c.destination == destinations.c.destination, in_flight(flying, now))
    first = select(_first(destinations, now)).select_from(destinations).where(quiet)
    return (
        select(outbox.c.id)
        .where(
            outbox.c.id.in_(first),
            _is_due(outbox, now),
        )
        .order_by(outbox.c.place, outbox.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )


def in_flight(table: FromClause, now: int) -> ColumnElement[bool]:
    """Claimed by somebody whose lease still runs."""
    return and_(
        table.c.owner != NOBODY, table.c.lease_until > now, table.c.updated_at <= now + WRONG_CLOCK_SECONDS
    )


def _is_due(table: FromClause, now: int) -> ColumnElement[bool]:
    return and_(
        table.c.state == WAITING,
        or_(
            and_(table.c.next_at <= now, table.c.lease_until <= now),
            table.c.updated_at > now + WRONG_CLOCK_SECONDS,
        ),
    )


def _first(destinations: FromClause, now: int) -> ScalarSelect[int]:
    """The oldest row of each destination that is due and waits for no other row."""
    row = outbox.alias("row")
    return (
        select(row.c.id)
        .where(
            row.c.destination == destinations.c.destination,
            _is_due(row, now),
            ~_follows_another(row),
            ~_waits_for_card(row),
        )
        .order_by(row.c.place, row.c.id)
        .limit(1)
        .correlate(destinations)
        .scalar_subquery()
    )


def _follows_another(row: FromClause) -> ColumnElement[bool]:
    """An earlier row of the same destination and version still waits."""
    earlier = outbox.alias("earlier")
    return exists().where(
        earlier.c.state == WAITING,
        earlier.c.destination == row.c.destination,
        earlier.c.project == row.c.project,
        earlier.c.version_name == row.c.version_name,
        or_(earlier.c.place < row.c.place, and_(earlier.c.place == row.c.place, earlier.c.id < row.c.id)),
    )


def _waits_for_card(row: FromClause) -> ColumnElement[bool]:
    """It belongs into the thread of a card that does not stand yet and has not been given up."""
    card = outbox.alias("card")
    return exists().where(card.c.key == row.c.thread_of, card.c.state == WAITING, card.c.ts == "")
