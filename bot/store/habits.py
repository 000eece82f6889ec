"""Habits: what a user or a channel used last, so that a form can open on it."""

from sqlalchemy import select

from bot.store.engine import Database
from bot.store.tables import habits


class Habits:
    """The part of `Store` that remembers values by key."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def remember(self, key: str, value: str, *, now: int) -> None:
        values = {"key": key, "value": value, "at": now}
        async with self._database.write() as connection:
            await connection.execute(
                self._database.insert(habits)
                .values(values)
                .on_conflict_do_update(index_elements=["key"], set_=values)
            )

    async def recall(self, key: str) -> str | None:
        async with self._database.read() as connection:
            found = await connection.scalar(select(habits.c.value).where(habits.c.key == key))
        return None if found is None else str(found)
