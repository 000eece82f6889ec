"""The tables as the newest migration leaves them; times are unix seconds, strings are empty rather than null."""

from hashlib import sha256
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    literal_column,
    text,
)

from bot.domain.secrets import scrubbed

# A row that was touched this many seconds from now in the future was touched by a clock that has been set back since: it is
# due, whatever it says.
WRONG_CLOCK_SECONDS = 300

# PostgreSQL refuses a NUL in a text, and an index entry of more than 2,704 bytes; Zadig refuses neither in a name.
_NUL, _SYMBOL_FOR_NUL = "\x00", "\N{SYMBOL FOR NULL}"
_NAME_CHARACTERS, _KEY_CHARACTERS, _REASON_CHARACTERS = 200, 600, 3000


class Name(TypeDecorator[str]):
    """Text from outside that is looked up by: any text goes in, and comes back as it was unless it is absurdly long."""

    impl = String
    cache_ok = True

    def __init__(self, most: int = _NAME_CHARACTERS) -> None:
        super().__init__()
        self.most = most

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        value = value and scrubbed(value)
        if value and len(value) > self.most:
            digest = sha256(value.encode(errors="surrogatepass")).hexdigest()
            value = f"{value[: self.most - len(digest)]}{digest}"
        return value and value.replace(_NUL, _SYMBOL_FOR_NUL)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return value and value.replace(_SYMBOL_FOR_NUL, _NUL)


class Prose(TypeDecorator[str]):
    """Text that holds what people or other systems have said; without any secret that they may have said with it."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return value and scrubbed(value)


metadata = MetaData(
    naming_convention={"ix": "%(table_name)s_%(column_0_N_name)s", "uq": "%(table_name)s_%(column_0_N_name)s"}
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("channel", Name, primary_key=True),
    Column("project", Name, primary_key=True, index=True),
    Column("by", Name, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("only_failures", Boolean, nullable=False),
    Column("in_thread", Boolean, nullable=False),
    Column("cards", Boolean, nullable=False),
)

watches = Table(
    "watches",
    metadata,
    Column("user_id", Name, key="user", primary_key=True),
    Column("project", Name, primary_key=True, index=True),
    Column("version_name", Name, primary_key=True),
    Column("since", BigInteger, nullable=False),
)

asks = Table(
    "asks",
    metadata,
    Column("project", Name, primary_key=True),
    Column("version_name", Name, primary_key=True),
    Column("action", Name, primary_key=True),
    Column("user_id", Name, key="user", primary_key=True),
    Column("channel", Name, primary_key=True),
    Column("at", BigInteger, primary_key=True),
    Column("epoch", Integer, nullable=False),
    Column("in_flight", Boolean, nullable=False),
    Column("request", Name, nullable=False, server_default=text("''")),
)

# Who deletes versions from Slack, until a poll has seen what came of it. `created_at` is the version's.
deletions = Table(
    "deletions",
    metadata,
    Column("project", Name, primary_key=True),
    Column("version_name", Name, primary_key=True),
    Column("created_at", BigInteger, primary_key=True),
    Column("user_id", Name, key="user", primary_key=True),
    Column("at", BigInteger, primary_key=True),
    Column("request", Name, nullable=False, server_default=text("''")),
)

# What people asked the bot to do, and what came of it. Rows are added, and neither changed nor cleaned up. `created_at` is
# that of the version, null while there is none yet.
requests = Table(
    "requests",
    metadata,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("id", Name, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("team", Name, nullable=False),
    Column("user_id", Name, key="user", nullable=False),
    Column("channel", Name, nullable=False),
    Column("thread", Name, nullable=False),
    Column("deed", Name, nullable=False),
    Column("project", Name, nullable=False),
    Column("version_name", Name, nullable=False),
    Column("created_at", BigInteger),
    Column("particulars", Text, nullable=False),
    UniqueConstraint("id"),
    Index(None, "project", "version_name"),
    sqlite_autoincrement=True,
)
results = Table(
    "results",
    metadata,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("request", Name, nullable=False),
    Column("result", Name, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("reason", Name(_REASON_CHARACTERS), nullable=False),
    Column("created_at", BigInteger),
    UniqueConstraint("request", "result"),
    sqlite_autoincrement=True,
)

# One row for each project that is followed. `seen_at` is the time of the last poll that worked, null before
# the first. `asked_soon` says that a user acted since the claim began. `touched_at` is when the row was last planned.
# `trouble` says why the last poll failed, empty if it did not.
projects = Table(
    "projects",
    metadata,
    Column("project", Name, primary_key=True),
    Column("next_look_at", BigInteger, nullable=False, index=True),
    Column("asked_soon", Boolean, nullable=False),
    Column("touched_at", BigInteger, nullable=False, index=True),
    Column("owner", Name, nullable=False),
    Column("fence", BigInteger, nullable=False),
    Column("lease_until", BigInteger, nullable=False),
    Column("seen_at", BigInteger),
    Column("failures", Integer, nullable=False),
    Column("failing_since", BigInteger),
    Column("trouble", Prose, nullable=False, server_default=text("''")),
)

# What channels have been told of projects that cannot be seen, until they are told that it is over. `project` is the first
# of its projects, empty where it is Zadig as a whole.
outages = Table(
    "outages",
    metadata,
    Column("channel", Name, primary_key=True),
    Column("cause", Name, primary_key=True),
    Column("project", Name, primary_key=True),
    Column("since", BigInteger, nullable=False),
    Column("projects", Prose, nullable=False),
)

# What is remembered of each version. `at` is null for the versions that the last poll saw: it is the project's `seen_at`,
# so that a poll which saw nothing new writes one row and not one for each version.
seen = Table(
    "seen",
    metadata,
    Column("project", Name, primary_key=True),
    Column("version_name", Name, primary_key=True),
    Column("epoch", Integer, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("at", BigInteger),
    Column("stalled", Boolean, nullable=False),
    Column("gone", Boolean, nullable=False),
    Column("version", Prose, nullable=False),
)

WAITING = literal_column("'waiting'", String)
POSTED = literal_column("'posted'", String)
DROPPED = literal_column("'dropped'", String)
FOLDED = literal_column("'folded'", String)
NOBODY = literal_column("''", String)
UNTOLD = "state = 'waiting' AND attempts = 0 AND ts = '' AND kind <> 'version_card'"
# Owns a row whose destination has to rest until the lease ends: nothing is in flight, and nothing may go there.
RESTING = "resting"

# Postings. `state` is waiting, posted, dropped, or folded while another row, `fold`, is to tell it together with others; a
# waiting row is claimed while it has an owner. `place` orders the queue: a card that changes after it was posted lines up again. `revision` counts what the card shows,
# `sent_revision` is the oldest that may stand in Slack. `channel` and `ts` are where it stands.
outbox = Table(
    "outbox",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("key", Name(_KEY_CHARACTERS), nullable=False),
    Column("destination", Name, nullable=False),
    Column("project", Name, nullable=False),
    Column("version_name", Name, nullable=False),
    Column("kind", Name, nullable=False),
    Column("payload", Prose, nullable=False),
    Column("thread_of", Name(_KEY_CHARACTERS), nullable=False),
    Column("fallback", Name, nullable=False),
    Column("operation_id", String(32), nullable=False),
    Column("place", BigInteger, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("sent_revision", Integer, nullable=False),
    Column("state", Name, nullable=False),
    Column("reason", Name(_REASON_CHARACTERS), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("uncertain", Boolean, nullable=False),
    Column("first_tried_at", BigInteger),
    Column("next_at", BigInteger, nullable=False),
    Column("owner", Name, nullable=False),
    Column("fence", BigInteger, nullable=False),
    Column("lease_until", BigInteger, nullable=False),
    Column("channel", Name, nullable=False),
    Column("ts", Name, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("updated_at", BigInteger, nullable=False),
    Column("fold", BigInteger, nullable=False, server_default=text("0")),
    UniqueConstraint("key"),
    Index(None, "project", "version_name"),
    sqlite_autoincrement=True,
)


def _partial(name: str, where: str, *columns: Column[Any]) -> None:
    """An index over the few rows that are still at work, so that a month of history costs the queue nothing."""
    condition = text(where)
    Index(name, *columns, sqlite_where=condition, postgresql_where=condition)


_row = outbox.c
# No index begins with `place`: PostgreSQL would rather walk that from its start than look a destination's rows up.
_partial("outbox_queue", "state = 'waiting'", _row.destination, _row.place)
_partial(
    "outbox_order",
    "state IN ('waiting', 'folded')",
    _row.destination,
    _row.project,
    _row.version_name,
    _row.place,
)
_partial("outbox_untold", UNTOLD, _row.destination)
_partial("outbox_claimed", "owner <> ''", _row.destination)
_partial("outbox_finished", "state <> 'waiting'", _row.updated_at)
_partial("outbox_fold", "fold <> 0", _row.fold, _row.id)
_partial("outbox_folds", "kind = 'outcomes_folded'", _row.destination, _row.updated_at)
_partial("projects_in_trouble", "failures > 0", projects.c.failing_since)

# `number` breaks ties between drafts of one second.
drafts = Table(
    "drafts",
    metadata,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("id", Name, nullable=False),
    Column("form", Name, nullable=False),
    Column("user_id", Name, key="user", nullable=False),
    Column("channel", Name, nullable=False),
    Column("content", Prose, nullable=False),
    Column("at", BigInteger, nullable=False, index=True),
    Column("view_id", Name, nullable=False),
    Column("state", Name, nullable=False),
    UniqueConstraint("id"),
    Index(None, "user", "form", "state"),
)

# What Slack has delivered: each key once.
deliveries = Table(
    "deliveries",
    metadata,
    Column("key", Name(_KEY_CHARACTERS), primary_key=True),
    Column("at", BigInteger, nullable=False, index=True),
)

# What was used last, by whom or where: `key` says which, `value` only its writer reads.
habits = Table(
    "habits",
    metadata,
    Column("key", Name(_KEY_CHARACTERS), primary_key=True),
    Column("value", Prose, nullable=False),
    Column("at", BigInteger, nullable=False, index=True),
)
