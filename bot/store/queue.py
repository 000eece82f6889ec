"""How postings get into the outbox: once for each key, and what is edited in place again when it changes."""

from collections.abc import Iterable

from sqlalchemy import Select, case, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.notifications import EDITED, NewPosting, VersionCard
from bot.store import rows
from bot.store.engine import Database
from bot.store.tables import DROPPED, FOLDED, POSTED, WAITING, outbox


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
