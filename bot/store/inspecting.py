"""Looks at a database without making or changing anything in it: what `check` says of it."""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

from sqlalchemy import select
from sqlalchemy.engine import URL

from bot.domain.errors import StoreDown
from bot.store import sqlite
from bot.store.engine import open_database, read_url
from bot.store.migrating import Schema, schema_of
from bot.store.tables import subscriptions


@dataclass(frozen=True, kw_only=True, slots=True)
class Inspection:
    """What was found. `absent` is the file that is not there yet; `channels` are those with subscriptions, in order."""

    schema: Schema
    absent: str = ""
    channels: tuple[str, ...] = ()


async def inspect_store(url: str, *, patience: float = 2.5) -> Inspection:
    """Look at the database at `url`. Raises StoreDown if it does not answer, cannot be made, or is of a newer release."""
    path = _file(read_url(url))
    if path is not None and not path.exists():
        _must_be_possible(path)
        return Inspection(schema=Schema.MISSING, absent=str(path))
    async with open_database(url, patience=patience) as database, database.read() as connection:
        if not database.postgres:
            await sqlite.refuse_damaged(connection)
        schema = await connection.run_sync(schema_of)
        if schema is Schema.MISSING:
            return Inspection(schema=schema)
        found = await connection.execute(select(subscriptions.c.channel).distinct())
        return Inspection(schema=schema, channels=tuple(sorted(found.scalars())))


def _file(url: URL) -> Path | None:
    """Where SQLite keeps the database; None for one in memory and for PostgreSQL."""
    if url.get_backend_name() == "postgresql" or url.database in (None, "", ":memory:"):
        return None
    return Path(str(url.database).removeprefix("file:").partition("?")[0])


def _must_be_possible(path: Path) -> None:
    """That a file can be made in the nearest directory there is; a nameless one is tried, because permissions do not tell."""
    nearest = next(parent for parent in path.absolute().parents if parent.exists())
    try:
        with TemporaryFile(dir=nearest):
            pass
    except OSError as error:
        raise StoreDown("The bot's database cannot be made.", raw=str(error)) from error
