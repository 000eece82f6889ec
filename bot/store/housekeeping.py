"""What is remembered for a while only: delivery keys, and everything that has grown old."""

from sqlalchemy import case, delete, func, select

from bot.domain.polls import Figures
from bot.store.engine import Database
from bot.store.tables import FOLDED, WAITING, deliveries, drafts, habits, outbox, projects

DAY = 24 * 3600
KEEP_POSTINGS_SECONDS = 30 * DAY
KEEP_DRAFTS_SECONDS = 7 * DAY
KEEP_DELIVERIES_SECONDS = DAY
KEEP_HABITS_SECONDS = 365 * DAY


# Written again and again: what changes nothing succeeds on a full disk too.
_PING = {"key": "ping", "at": 0}


class Housekeeping:
    """The part of `Store` that serves no user, drops what is delivered twice and forgets what is old."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ping(self) -> None:
        if self._database.file is not None:
            self._database.file.must_have_room()
        written = self._database.insert(deliveries).values(_PING)
        async with self._database.write(lasting=False) as connection:
            await connection.execute(
                written.on_conflict_do_update(index_elements=["key"], set_={"at": _PING["at"]})
            )

    async def time(self) -> float | None:
        if not self._database.postgres:
            return None
        async with self._database.read() as connection:
            now = await connection.exec_driver_sql("SELECT extract(epoch FROM clock_timestamp())::float8")
            return float(now.scalar_one())

    async def figures(self, *, now: int) -> Figures:
        waits = select(func.count(), func.min(outbox.c.created_at)).where(outbox.c.state == WAITING)
        follows = select(func.count(), func.sum(case((projects.c.failures > 0, 1), else_=0)))
        async with self._database.read() as connection:
            waiting, first = (await connection.execute(waits)).one()
            followed, failing = (await connection.execute(follows.select_from(projects))).one()
        return Figures(
            waiting=waiting,
            oldest=0 if first is None else max(0, now - first),
            projects=followed,
            failing=failing or 0,
        )

    async def once(self, key: str, *, now: int) -> bool:
        async with self._database.write() as connection:
            written = await connection.execute(
                self._database.insert(deliveries)
                .values(key=key, at=now)
                .on_conflict_do_update(
                    index_elements=["key"],
                    set_={"at": now},
                    where=deliveries.c.at <= now - KEEP_DELIVERIES_SECONDS,
                )
            )
            return bool(written.rowcount)

    async def clean_up(self, *, now: int) -> None:
        old = (
            delete(outbox).where(
                outbox.c.state != WAITING,
                outbox.c.state != FOLDED,
                outbox.c.updated_at <= now - KEEP_POSTINGS_SECONDS,
            ),
            delete(drafts).where(drafts.c.at <= now - KEEP_DRAFTS_SECONDS),
            delete(deliveries).where(deliveries.c.at <= now - KEEP_DELIVERIES_SECONDS),
            delete(habits).where(habits.c.at <= now - KEEP_HABITS_SECONDS),
        )
        async with self._database.write() as connection:
            for statement in old:
                await connection.execute(statement)
