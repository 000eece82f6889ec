"""Outages: what fails, which channels have been told of it, and that each is told once however many processes notice it."""

from collections import defaultdict
from collections.abc import Iterable

from pydantic import TypeAdapter
from sqlalchemy import and_, delete, func, select, text, union, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.notifications import NewPosting
from bot.domain.outages import Cause, Failing, Outage, Review, Situation, Word
from bot.store import queue, rows
from bot.store.engine import Database
from bot.store.tables import asks, outages, projects, subscriptions

# Any number that nothing else in the database uses for its advisory locks.
_REVIEWING = 7_240_115_002
_NAMES: TypeAdapter[tuple[str, ...]] = TypeAdapter(tuple[str, ...])


class Outages:
    """The part of `Store` that knows what cannot be seen, and who knows it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def situation(self) -> Situation | None:
        async with self._database.read() as connection:
            # In this order: what ends meanwhile is then found twice at most, and never taken for what has just begun.
            told = await _told(connection)
            failing = await _failing(connection)
            if not failing and not told:
                return None
            last_seen = await connection.scalar(select(func.max(projects.c.seen_at)))
            followed = await _followed(connection)
        return Situation(failing=failing, outages=told, followed=followed, last_seen=last_seen or 0)

    async def record(self, review: Review, *, now: int) -> None:
        async with self._database.write() as connection:
            await _keep_others_from_reviewing(self._database, connection)
            ended = [word for word in review.ended if await _end(connection, word.outage)]
            begun = [word for word in review.begun if await _begin(self._database, connection, word.outage)]
            await queue.add(self._database, connection, _postings([*ended, *begun]), now=now)
            if review.seen:
                well = update(projects).where(projects.c.project == review.seen)
                await connection.execute(well.values(failures=0, failing_since=None, trouble=""))
            if review.over:
                fresh = update(projects).where(projects.c.failures > 0)
                await connection.execute(fresh.values(failures=1, failing_since=now))


def _postings(words: Iterable[Word]) -> list[NewPosting]:
    return [word.posting for word in words if word.posting is not None]


async def _failing(connection: AsyncConnection) -> tuple[Failing, ...]:
    found = await connection.execute(
        select(projects.c.project, projects.c.trouble, projects.c.failures, projects.c.failing_since)
        .where(projects.c.failures > 0)
        .order_by(projects.c.failing_since, projects.c.project)
    )
    return tuple(
        Failing(project=row.project, trouble=trouble, failures=row.failures, since=row.failing_since)
        for row in found
        if row.failing_since is not None and (trouble := rows.trouble_from(row.trouble)) is not None
    )


async def _told(connection: AsyncConnection) -> tuple[Outage, ...]:
    found = await connection.execute(select(outages).order_by(outages.c.since, outages.c.channel))
    return tuple(
        Outage(
            channel=row.channel,
            cause=Cause(row.cause),
            since=row.since,
            projects=_NAMES.validate_json(row.projects),
        )
        for row in found
        if row.cause in set(Cause)
    )


async def _followed(connection: AsyncConnection) -> dict[str, tuple[str, ...]]:
    """By channel the projects that it subscribed to or where a user asked for a version, by name."""
    wishes = union(
        select(subscriptions.c.channel, subscriptions.c.project), select(asks.c.channel, asks.c.project)
    ).subquery()
    found = await connection.execute(select(wishes).order_by(wishes.c.channel, wishes.c.project))
    followed: dict[str, list[str]] = defaultdict(list)
    for channel, project in found:
        followed[channel].append(project)
    return {channel: tuple(names) for channel, names in followed.items()}


def _first(outage: Outage) -> str:
    return outage.projects[0] if outage.projects else ""


async def _keep_others_from_reviewing(database: Database, connection: AsyncConnection) -> None:
    """Until the transaction ends. On SQLite there is only one writer anyway."""
    if database.postgres:
        await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _REVIEWING})


async def _begin(database: Database, connection: AsyncConnection, outage: Outage) -> bool:
    """False if the channel knows; also if another process has told it of some of these projects: the rest is news by itself."""
    told = await connection.execute(
        select(outages.c.projects).where(outages.c.channel == outage.channel, outages.c.cause == outage.cause)
    )
    known = {project for row in told for project in _NAMES.validate_json(row.projects)}
    if known & set(outage.projects):
        return False
    values = {
        "channel": outage.channel,
        "cause": outage.cause,
        "project": _first(outage),
        "since": outage.since,
        "projects": _NAMES.dump_json(outage.projects).decode(),
    }
    written = await connection.execute(database.insert(outages).values(values).on_conflict_do_nothing())
    return bool(written.rowcount)


async def _end(connection: AsyncConnection, outage: Outage) -> bool:
    columns = outages.c
    this = and_(
        columns.channel == outage.channel,
        columns.cause == outage.cause,
        columns.project == _first(outage),
        columns.since == outage.since,
    )
    return bool((await connection.execute(delete(outages).where(this))).rowcount)
