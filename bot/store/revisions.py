"""Messages that stand are put in line again to say what has become of their version: with it, or not at all."""

from collections.abc import Collection, Iterable, Iterator

from sqlalchemy import RowMapping, case, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.changes import same
from bot.domain.endings import REVISED_KINDS
from bot.domain.errors import Unreadable
from bot.domain.notifications import NewPosting, Notification, VersionCard, VersionDeleted
from bot.domain.revisions import Revision, revised
from bot.store import queue, rows
from bot.store.engine import Database
from bot.store.tables import DROPPED, POSTED, WAITING, outbox

_columns = outbox.c


async def revise(
    database: Database,
    connection: AsyncConnection,
    revisions: Iterable[Revision],
    *,
    fresh: Collection[str],
    now: int,
) -> None:
    """Change what is said of these versions wherever they were told of. Cards whose keys are `fresh` have been changed already."""
    for one in revisions:
        about = await _about(connection, one)
        for row, notification in about:
            if row["kind"] != "version_card" or row["key"] not in fresh:
                after = revised(notification, one, current=not _is_retired(row))
                if after != notification:
                    await _say(connection, row, after, now)
        if one.aloud:
            replies = list(_replies(about, one))
            await queue.add(database, connection, replies, now=now)


About = list[tuple[RowMapping, Notification]]


async def _about(connection: AsyncConnection, revision: Revision) -> About:
    """Every row about this very version that has not been given up, oldest first."""
    version = revision.version
    found = await connection.execute(
        select(outbox)
        .where(
            _columns.project == version.project,
            _columns.version_name == version.name,
            _columns.kind.in_(REVISED_KINDS),
            _columns.state != DROPPED,
        )
        .order_by(_columns.id)
        .with_for_update()
    )
    return [pair for row in found.mappings().all() for pair in _readable(row) if _is_of(pair[1], revision)]


def _readable(row: RowMapping) -> Iterator[tuple[RowMapping, Notification]]:
    try:
        yield row, rows.notification_from(row["payload"])
    except Unreadable:
        return


def _is_of(notification: Notification, revision: Revision) -> bool:
    about = getattr(notification, "version", None)
    return about is not None and same(about, revision.version)


def _is_retired(row: RowMapping) -> bool:
    return str(row["key"]).endswith(f"@{row['id']}")


async def _say(connection: AsyncConnection, row: RowMapping, notification: Notification, now: int) -> None:
    """What is told together with others stays where it is: only its line in their list changes."""
    values: rows.Values = {"payload": rows.text_of(notification), "revision": _columns.revision + 1}
    if not row["fold"]:
        posted = _columns.state == POSTED
        place = await connection.scalar(queue.next_place()) or 1
        values |= {
            "state": WAITING,
            "place": case((posted, place), else_=_columns.place),
            "attempts": case((posted, 0), else_=_columns.attempts),
            "next_at": case((posted, 0), else_=_columns.next_at),
            "updated_at": case((posted, now), else_=_columns.updated_at),
        }
    await connection.execute(update(outbox).where(_columns.id == row["id"]).values(values))


def _replies(about: About, revision: Revision) -> Iterator[NewPosting]:
    """One for each destination: under the card, or under the last outcome where there is no card."""
    anchors: dict[str, RowMapping] = {}
    for row, notification in about:
        card = anchors.get(row["destination"])
        if not row["fold"] and not (card and card["kind"] == "version_card"):
            anchors[row["destination"]] = row
        if isinstance(notification, VersionCard):
            anchors[row["destination"]] = row
    for destination, anchor in anchors.items():
        yield NewPosting(
            key=f"deleted/{anchor['key']}",
            destination=destination,
            project=revision.version.project,
            version_name=revision.version.name,
            notification=VersionDeleted(version=revision.version, deleted_by=revision.by),
            thread_of=anchor["key"],
        )
