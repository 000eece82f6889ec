"""Migrations: brings the database to this release's schema at start-up, one process at a time."""

import logging
from enum import StrEnum
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

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
    async with database.write() as connection:
        if database.postgres:
            await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATING})
        await connection.run_sync(_upgrade)


def schema_of(connection: Connection) -> Schema:
    """Only looks. Raises StoreDown if a newer release has been here."""
    scripts = ScriptDirectory.from_config(_config())
    current = _current(connection, scripts)
    if current is None:
        return Schema.MISSING
    return Schema.CURRENT if current == scripts.get_current_head() else Schema.OLDER


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.set_main_option("path_separator", "os")
    return config


def _current(connection: Connection, scripts: ScriptDirectory) -> str | None:
    context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
    current = context.get_current_revision()
    if current is not None and current not in {script.revision for script in scripts.walk_revisions()}:
        raise StoreDown(
            f"The database was made by a newer release of the bot (schema {current}).",
            remedy="Run that release again, or restore a backup of the database from before the upgrade.",
        )
    return current


def _upgrade(connection: Connection) -> None:
    config = _config()
    config.attributes["connection"] = connection
    scripts = ScriptDirectory.from_config(config)
    if _current(connection, scripts) == scripts.get_current_head():
        return
    command.upgrade(config, "head")
    log.info("schema migrated", extra={"action": "schema_migrated", "schema": scripts.get_current_head()})
