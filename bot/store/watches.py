"""Watches: which users follow which versions until they settle."""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import (
    select,
)

from bot.domain.notifications import NewPosting
from bot.domain.watching import Watch
from bot.store import projects, queue, rows
from bot.store.engine import Database
from bot.store.tables import watches
from bot.store.wishes import end


class Watches:
    """The port `WatchStore` on SQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def watch(self, watch: Watch) -> bool:
        async with self._database.write() as connection:
            await projects.want(self._database, connection, watch.project)
            inserted = await connection.execute(
                self._database.insert(watches).values(asdict(watch)).on_conflict_do_nothing()
            )
            return bool(inserted.rowcount)

    async def unwatch(self, user: str, project: str, version_name: str) -> bool:
        identity = {"user": user, "project": project, "version_name": version_name}
        async with self._database.write() as connection:
            return await end(connection, watches, identity)

    async def all(self) -> tuple[Watch, ...]:
        async with self._database.read() as connection:
            found = await connection.execute(select(watches).order_by(*watches.primary_key.columns))
        return tuple(rows.watch_from(row) for row in found.mappings())

    async def end(self, ended: Sequence[Watch], *, told: NewPosting, now: int) -> bool:
        async with self._database.write() as connection:
            over = [await end(connection, watches, asdict(one)) for one in sorted(ended, key=_by_project)]
            if any(over):
                await queue.add(self._database, connection, [told], now=now)
            return any(over)

    async def of(self, user: str) -> tuple[Watch, ...]:
        query = select(watches).where(watches.c.user == user)
        async with self._database.read() as connection:
            found = await connection.execute(query.order_by(watches.c.project, watches.c.version_name))
        return tuple(rows.watch_from(row) for row in found.mappings())


def _by_project(watch: Watch) -> str:
    """Projects are locked in one order, so that two transactions cannot wait for each other."""
    return watch.project
