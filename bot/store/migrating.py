"""The schema: brought up to date at start by one process at a time, and looked at by `check` without changing anything."""

import logging
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryFile

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    MetaData,
    Table,
    delete,
    false,
    insert,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.schema import CreateTable

from bot.domain.errors import StoreDown
from bot.store import sqlite
from bot.store.addresses import read_address
from bot.store.engine import Database, open_database
from bot.store.files import reaching
from bot.store.tables import metadata, subscriptions

log = logging.getLogger(__name__)

SCRIPTS = Path(__file__).parent / "migrations"
VERSION_TABLE = "schema_version"
# Any number that nothing else in the database uses for its advisory locks.
_MIGRATING = 7_240_115_000


class Schema(StrEnum):
    """How a database's schema compares with this release's."""

    MISSING = "missing"
    OLDER = "older"
    CURRENT = "current"


async def migrate(database: Database) -> None:
    """Bring the schema up to date. Raises StoreDown if a newer release has been here, or the database does not answer."""
    async with database.read() as connection:
        schema = await connection.run_sync(schema_of)
    if schema is Schema.CURRENT:
        return
    if schema is Schema.MISSING and database.file is not None and database.file.note.exists():
        raise database.file.gone(f"{database.file.path} holds nothing")
    async with database.unhurried() as connection:
        if database.postgres:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATING})
        await connection.run_sync(_upgrade)
    if schema is Schema.MISSING:
        _say_that_it_is_new(database)


def _say_that_it_is_new(database: Database) -> None:
    """Where there was one before, users should not have to find out by missing their subscriptions."""
    level = logging.WARNING if database.postgres or database.file else logging.INFO
    fields = {"action": "database_created", "database": database.address.shown}
    log.log(level, "a new database was made, without any subscriptions", extra=fields)


def schema_of(connection: Connection) -> Schema:
    """Only looks. Raises StoreDown if a newer release has been here."""
    current = _current(connection)
    if current is None:
        return Schema.MISSING
    return Schema.CURRENT if current == revisions()[-1] else Schema.OLDER


def revisions() -> tuple[str, ...]:
    """Every schema that this release knows, oldest first: its scripts are named after them."""
    return tuple(sorted(path.name.partition("_")[0] for path in (SCRIPTS / "versions").glob("v*.py")))


def _current(connection: Connection) -> str | None:
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    current: str | None = connection.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}"))  # noqa: S608 - a constant
    if current is not None and current not in revisions():
        raise StoreDown(
            f"The database was made by a newer release of the bot (schema {current}).",
            remedy="Run that release again, or restore a backup of the database from before the upgrade.",
        )
    return current


def _upgrade(connection: Connection) -> None:
    if schema_of(connection) is Schema.CURRENT:
        return
    # Alembic takes a tenth of the start and is hardly ever needed.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    log.info("schema migrated", extra={"action": "schema_migrated", "schema": revisions()[-1]})


# Made to see whether one can be made, and never kept.
_TRIAL = Table("release_bot_check", MetaData(), Column("n", Integer))


@dataclass(frozen=True, kw_only=True, slots=True)
class Inspection:
    """What was found. `absent` is the file that is not there yet; `channels` are those with subscriptions, in order."""

    schema: Schema
    absent: str = ""
    channels: tuple[str, ...] = ()


async def inspect_store(url: str, *, timeout_seconds: float = 2.5) -> Inspection:
    """Look at the database at `url`, and try to write what the bot writes, of which nothing stays.

    Raises StoreDown if it does not answer, takes no writes, cannot be made, is gone, or is of a newer release.
    """
    address = read_address(url)
    path = None if address.postgres else _file(address.url)
    with reaching():
        if path is not None and not path.exists():
            if (file := sqlite.file_of(address.url)) is not None:
                file.must_not_be_gone()
            _must_be_possible(path)
            return Inspection(schema=Schema.MISSING, absent=str(path))
    async with open_database(url, timeout_seconds=timeout_seconds) as database:
        await database.meet()
        async with database.read() as connection:
            if not database.postgres:
                await sqlite.refuse_damaged(connection)
            schema = await connection.run_sync(schema_of)
            channels = () if schema is Schema.MISSING else await _channels(connection)
        if schema is Schema.MISSING and database.file is not None and database.file.note.exists():
            raise database.file.gone(f"{path} holds nothing")
        await _try_to_write(database, schema)
        return Inspection(schema=schema, channels=channels)


async def _channels(connection: AsyncConnection) -> tuple[str, ...]:
    found = await connection.execute(select(subscriptions.c.channel).distinct())
    return tuple(sorted(found.scalars()))


async def _try_to_write(database: Database, schema: Schema) -> None:
    """What `serve` does at its start, and while it runs; all of it is rolled back."""
    if database.file is not None:
        database.file.must_have_room()
    async with database.trial() as connection:
        if schema is not Schema.CURRENT or not database.postgres:
            await connection.execute(CreateTable(_TRIAL))
        if schema is Schema.OLDER and database.postgres:  # only its owner changes a table
            await connection.execute(text(f"COMMENT ON TABLE {subscriptions.name} IS NULL"))
        if schema is Schema.CURRENT:
            for table in metadata.sorted_tables:
                await _try_to_change(connection, table)


async def _try_to_change(connection: AsyncConnection, table: Table) -> None:
    """Permission is asked for whether or not there is a row."""
    columns = list(table.columns)
    nothing = select(*columns).where(false())
    keys = [str(one.key) for one in columns]
    await connection.execute(insert(table).from_select(keys, nothing, include_defaults=False))
    await connection.execute(update(table).where(false()).values({keys[0]: columns[0]}))
    await connection.execute(delete(table).where(false()))


def _file(url: URL) -> Path | None:
    """Where SQLite keeps the database; None for one in memory."""
    if url.database in (None, "", ":memory:"):
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
