"""The rows of projects that are followed: made with the first wish, forgotten with the last."""

import secrets

from sqlalchemy import String, and_, bindparam, case, cast, delete, func, select, union_all, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.engine import Database
from bot.store.tables import WAITING, asks, deletions, outbox, projects, seen, subscriptions, watches

# Built once: every poll ends with it.
_FOLLOWERS = select(func.count()).select_from(
    union_all(
        *(
            select(table.c.project).where(table.c.project == bindparam("project"))
            for table in (subscriptions, watches, asks, deletions)
        )
    ).subquery()
)

# A transaction that changes who follows a project takes the project's row first: two transactions cannot wait for each other
# then, and no transaction forgets a project that another transaction is just beginning to follow.


async def want(database: Database, connection: AsyncConnection, project: str) -> None:
    """Make the row if there is none, and make the project due at once."""
    fresh = {
        "project": project,
        "next_look_at": 0,
        "asked_soon": True,
        "touched_at": 0,
        "owner": "",
        # A project can be forgotten and followed anew while an old look is still running: its fence must not fit again.
        "fence": secrets.randbelow(2**52),
        "lease_until": 0,
        "failures": 0,
    }
    await connection.execute(
        database.insert(projects)
        .values(fresh)
        .on_conflict_do_update(index_elements=["project"], set_={"next_look_at": 0, "asked_soon": True})
    )


async def lock(connection: AsyncConnection, project: str) -> bool:
    """Keep other transactions from changing what the project's followers are until the transaction ends; whether it has any."""
    found = await connection.scalar(
        select(projects.c.project).where(projects.c.project == project).with_for_update()
    )
    return found is not None


async def make_due(connection: AsyncConnection, project: str, *, now: int) -> None:
    """Due at `now`, or earlier if it was; a poll that is running leaves it so."""
    earlier = case((projects.c.next_look_at < now, projects.c.next_look_at), else_=now)
    await connection.execute(
        update(projects).where(projects.c.project == project).values(next_look_at=earlier, asked_soon=True)
    )


async def forget_if_unwanted(connection: AsyncConnection, project: str) -> bool:
    """Forget the project and what was seen of it if it is not followed any more; whether that was so.

    Its next epochs are counted from 1 again, so the keys of past outcomes are retired: they must not swallow new ones.
    """
    if await connection.scalar(_FOLLOWERS, {"project": project}):
        return False
    for table in (seen, deletions):
        await connection.execute(delete(table).where(table.c.project == project))
    await connection.execute(delete(projects).where(projects.c.project == project))
    await _retire_keys(connection, project)
    return True


async def _retire_keys(connection: AsyncConnection, project: str) -> None:
    """With them goes what says in whose thread a row belongs."""
    suffix = "@" + cast(outbox.c.id, String)
    retiring = and_(
        outbox.c.project == project,
        outbox.c.kind.not_in(("version_card", "subscription_changed")),
        ~outbox.c.key.endswith(suffix),
    )
    above = outbox.alias("above")
    renamed = select(above.c.key + "@" + cast(above.c.id, String)).where(above.c.key == outbox.c.thread_of)
    await connection.execute(
        update(outbox)
        .where(
            outbox.c.project == project,
            outbox.c.state == WAITING,
            outbox.c.thread_of.in_(select(outbox.c.key).where(retiring)),
        )
        .values(thread_of=renamed.scalar_subquery())
    )
    await connection.execute(update(outbox).where(retiring).values(key=outbox.c.key + suffix))


async def release(connection: AsyncConnection, owner: str) -> None:
    """Hand back every poll of this owner; its project is due at once, and a late record changes nothing."""
    await connection.execute(
        update(projects)
        .where(projects.c.owner == owner)
        .values(owner="", fence=projects.c.fence + 1, lease_until=0, next_look_at=0)
    )
