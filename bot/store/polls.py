"""Polls: which project is due, who may poll it, and what a poll leaves behind in one transaction."""

import logging

from sqlalchemy import ColumnElement, RowMapping, and_, bindparam, case, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.changes import Memory, Seen
from bot.domain.errors import Unreadable
from bot.domain.ports import PollClaim, PollOutcome
from bot.failpoints import Point, reached
from bot.store import projects as followed
from bot.store import queue, rows
from bot.store.engine import Database
from bot.store.record import add_results
from bot.store.revisions import revise
from bot.store.tables import WRONG_CLOCK_SECONDS, asks, deletions, projects, seen, watches
from bot.store.wishes import this_ask, this_deletion, this_watch

log = logging.getLogger(__name__)


class Polls:
    """The part of `Store` that shares looks among any number of processes.

    Claims and looks without news do not wait for the disk: one that is forgotten is done again. One that found something
    waits, because Zadig may show something else by then.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def seen(self, project: str) -> Memory | None:
        """What the last poll saw; None if there was none.

        What a newer release wrote and this one cannot read is left out: it will be seen anew, and nothing is told twice.
        """
        async with self._database.read() as connection:
            found = await connection.execute(_MEMORY, {"project": project})
        known = found.mappings().all()
        if not known:
            return None
        every = [_seen(row) for row in known if row["version"] is not None]
        return {one.version.name: one for one in every if one is not None}

    async def soon(self, project: str, *, now: int) -> None:
        async with self._database.write() as connection:
            await followed.make_due(connection, project, now=now)

    async def claim(self, owner: str, *, now: int, limit: int, lease: int) -> tuple[PollClaim, ...]:
        """At most `limit` due projects, those that wait longest first.

        A claim makes its project due again when the lease ends, in case the poll is not recorded.
        """
        async with self._database.write(lasting=False) as connection:
            found = await connection.execute(_DUE, {"now": now, "most": limit})
            due = {row.project: now - row.next_look_at if row.next_look_at else 0 for row in found}
            if not due:
                return ()
            claim: rows.Values = {
                "owner": owner,
                "lease_until": now + lease,
                "next_look_at": now + lease,
                "asked_soon": False,
                "touched_at": now,
            }
            claimed = await connection.execute(_CLAIM, {**claim, "due": list(due)})
            mine = {row["project"]: row for row in claimed.mappings()}
            return tuple(rows.claim_from(mine[name], late) for name, late in due.items())

    async def spread(self, *, now: int, per_second: int) -> None:
        waiting = (
            select(
                projects.c.project,
                (func.row_number().over(order_by=(projects.c.next_look_at, projects.c.project)) - 1).label(
                    "place"
                ),
            )
            .where(_is_due(now), projects.c.asked_soon.is_(False))
            .subquery()
        )
        async with self._database.write(lasting=False) as connection:
            await connection.execute(
                update(projects)
                .where(projects.c.project == waiting.c.project, waiting.c.place >= per_second)
                .values(next_look_at=now + waiting.c.place // per_second, touched_at=now)
            )

    async def renew(self, claim: PollClaim, *, now: int, lease: int) -> bool:
        values: rows.Values = {"lease_until": now + lease, "touched_at": now}
        async with self._database.write(lasting=False) as connection:
            held = update(projects).where(_IS_HELD)
            # What a user asked for meanwhile stays due at once.
            renewed = await connection.execute(
                held.values(
                    **values,
                    next_look_at=case((projects.c.asked_soon, projects.c.next_look_at), else_=now + lease),
                ),
                _claimed(claim),
            )
            return bool(renewed.rowcount)

    async def record(self, outcome: PollOutcome, *, now: int) -> bool:
        project = outcome.claim.project
        async with self._database.write(lasting=_found_something(outcome)) as connection:
            held = await connection.execute(_HELD, _claimed(outcome.claim))
            plan = held.mappings().one_or_none()
            if plan is None:
                return False
            if outcome.memory is not None:
                await _remember(connection, project, outcome.memory, _seen_at(outcome, now))
            reached(Point.IN_TRANSACTION)
            await queue.add(self._database, connection, outcome.postings, now=now)
            for ask in outcome.settled_asks:
                await connection.execute(delete(asks).where(this_ask(ask)))
            for watch in outcome.ended_watches:
                await connection.execute(delete(watches).where(this_watch(watch)))
            for deletion in outcome.ended_deletions:
                await connection.execute(delete(deletions).where(this_deletion(deletion)))
            fresh = {posting.key for posting in outcome.postings}
            await revise(self._database, connection, outcome.revisions, fresh=fresh, now=now)
            await add_results(self._database, connection, outcome.results)
            if not await followed.forget_if_unwanted(connection, project):
                next_look_at = now + round(outcome.next_in)
                if plan["asked_soon"]:
                    next_look_at = min(next_look_at, plan["next_look_at"])
                await _hand_back(connection, outcome, next_look_at, now)
            reached(Point.BEFORE_COMMIT)
            return True


def _found_something(outcome: PollOutcome) -> bool:
    over = outcome.settled_asks or outcome.ended_watches or outcome.ended_deletions
    return bool(outcome.postings or outcome.results or outcome.revisions or over)


def _claimed(claim: PollClaim) -> rows.Values:
    """The parameters of `_IS_HELD`."""
    return {"claimed": claim.project, "claimed_fence": claim.fence}


def _seen(row: RowMapping) -> Seen | None:
    try:
        return rows.seen_from(row, row["seen_at"])
    except Unreadable:
        names = {"project": row["project"], "version_name": row["version_name"]}
        log.warning("memory unreadable", extra={"action": "memory_unreadable", **names})
        return None


def _is_due(now: int | ColumnElement[int]) -> ColumnElement[bool]:
    columns = projects.c
    return or_(
        and_(columns.next_look_at <= now, columns.lease_until <= now),
        columns.touched_at > now + WRONG_CLOCK_SECONDS,
    )


# The project's row, if it is still claimed as it was when the claim was given out.
_IS_HELD = and_(
    projects.c.project == bindparam("claimed"),
    projects.c.fence == bindparam("claimed_fence"),
    projects.c.owner != "",
)
# Built once: every poll runs these, and putting them together takes longer than running them.
_MEMORY = (
    select(projects.c.seen_at, seen)
    .join_from(projects, seen, projects.c.project == seen.c.project, isouter=True)
    .where(projects.c.project == bindparam("project"), projects.c.seen_at.is_not(None))
)
_REMEMBERED = select(seen).where(seen.c.project == bindparam("project"))
_DUE = (
    select(projects.c.project, projects.c.next_look_at)
    .where(_is_due(bindparam("now", type_=projects.c.next_look_at.type)))
    .order_by(projects.c.next_look_at, projects.c.project)
    .limit(bindparam("most", type_=projects.c.fence.type))
    .with_for_update(skip_locked=True)
)
_CLAIM = (
    update(projects)
    .where(projects.c.project.in_(bindparam("due", expanding=True)))
    .values(fence=projects.c.fence + 1)
    .returning(*projects.c)
)
_HELD = select(projects.c.next_look_at, projects.c.asked_soon).where(_IS_HELD).with_for_update()
_PLAN = update(projects).where(projects.c.project == bindparam("planned"))


async def _hand_back(connection: AsyncConnection, outcome: PollOutcome, next_look_at: int, now: int) -> None:
    plan: rows.Values = {
        "next_look_at": next_look_at,
        "touched_at": now,
        "owner": "",
        "lease_until": 0,
        "failures": outcome.failures,
        "failing_since": outcome.failing_since,
        "trouble": rows.trouble_text(outcome.trouble),
    }
    if outcome.memory is not None:
        plan["seen_at"] = _seen_at(outcome, now)
    await connection.execute(_PLAN, {**plan, "planned": outcome.claim.project})


def _seen_at(outcome: PollOutcome, now: int) -> int:
    """When the poll was, or, where that is unknown, when the newest of what is remembered was seen."""
    if outcome.seen_at is not None:
        return outcome.seen_at
    return max((one.at for one in (outcome.memory or {}).values()), default=now)


async def _remember(connection: AsyncConnection, project: str, memory: Memory, seen_at: int) -> None:
    """Replace what is remembered, writing only what differs."""
    after = rows.seen_values(project, memory, seen_at)
    known = await connection.execute(_REMEMBERED, {"project": project})
    before = {row["version_name"]: dict(row) for row in known.mappings()}
    outdated = [name for name in before if before[name] != after.get(name)]
    if outdated:
        await connection.execute(
            delete(seen).where(seen.c.project == project, seen.c.version_name.in_(outdated))
        )
    fresh = [values for name, values in after.items() if before.get(name) != values]
    if fresh:
        await connection.execute(seen.insert(), fresh)
