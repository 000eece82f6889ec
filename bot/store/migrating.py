"""Migrations: brings the database to this release's schema at start-up, one process at a time."""

import logging
from enum import StrEnum
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from bot.domain.errors import StoreDown
from bot.store.engine import Database

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
    """Where there was one before, nobody should have to find out by missing their subscriptions."""
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
