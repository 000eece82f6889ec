"""What a driver's errors mean to the people who run the bot: a table, by SQLSTATE on PostgreSQL, by words on SQLite."""

import re
from dataclasses import dataclass

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, NotSupportedError, ProgrammingError

from bot.domain.errors import AN_OPERATOR, StoreDown

# Mistakes of ours, unless the table below says otherwise.
_DEFECTS = (DataError, IntegrityError, NotSupportedError, ProgrammingError)
READ_ONLY = r"in a read-only transaction|readonly database"


@dataclass(frozen=True, kw_only=True, slots=True)
class _Row:
    states: frozenset[str]
    words: str
    text: str
    remedy: str


SHARED_TEXT = "A pool in front of the bot's database gives its sessions to others between transactions, as PgBouncer does in transaction mode."
SHARED_REMEDY = f"{AN_OPERATOR}give the bot a pool in session mode (pool_mode = session), or name the server itself in DATABASE_URL."
_NEVER = r"(?!)"

TABLE = (
    _Row(
        states=frozenset(),
        words=r"statement pooling mode",
        text="A pool in front of the bot's database allows no transactions, as PgBouncer does in statement mode.",
        remedy=SHARED_REMEDY,
    ),
    _Row(  # a statement that was prepared is not there, or another of its name is: it is another's session
        states=frozenset({"26000", "42P05"}),
        words=_NEVER,
        text=SHARED_TEXT,
        remedy=SHARED_REMEDY,
    ),
    _Row(
        states=frozenset(),
        words=r"must be one of|expected to be one of",
        text="DATABASE_URL, or a variable PG… of the environment, makes no sense to the database's driver.",
        remedy="correct what it names.",
    ),
    _Row(
        states=frozenset({"25006"}),
        words=READ_ONLY,
        text="The bot's database can be read but not written to.",
        remedy="make the database, its file and its directory writable for the bot.",
    ),
    _Row(
        states=frozenset({"42501"}),
        words=_NEVER,
        text="The bot's database refuses the bot's role.",
        remedy="grant the role of DATABASE_URL the right to use, create and change tables in the database.",
    ),
    _Row(
        states=frozenset({"42P01", "42703", "3F000"}),
        words=r"no such (table|column)",
        text="The bot's tables are not in its database.",
        remedy="restore a backup of the database, or restart the bot to have missing tables made anew.",
    ),
    _Row(
        states=frozenset({"53100"}),
        words=r"database or disk is full",
        text="The disk of the bot's database is full.",
        remedy="make room on the disk of the database.",
    ),
    _Row(
        states=frozenset({"28000", "28P01", "3D000"}),
        words=_NEVER,
        text="The bot's database does not let the bot in.",
        remedy="check user, password and name of the database in DATABASE_URL.",
    ),
)


def refusal(error: BaseException) -> StoreDown | None:
    """What an error of a driver means; None for a mistake of the bot's own. `raw` has the driver's words, for the log."""
    raw = words(error)
    state = getattr(getattr(error, "orig", None), "sqlstate", None)
    for row in TABLE:
        if state in row.states or re.search(row.words, raw):
            return StoreDown(row.text, remedy=f"{AN_OPERATOR}{row.remedy.removeprefix(AN_OPERATOR)}", raw=raw)
    if isinstance(error, _DEFECTS):
        return None
    return StoreDown("The bot's database does not answer.", raw=raw)


def words(error: BaseException) -> str:
    """The driver's own, without the statement and its parameters."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    return f"{type(cause).__name__}: {cause}"
