"""Where the database is: DATABASE_URL as the drivers take it, with the parameters that PostgreSQL's own programs know."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.domain.errors import StoreDown

DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
}
_REMEDY = "DATABASE_URL has to look like sqlite+aiosqlite:///bot.sqlite3 or postgresql+asyncpg://user:password@host/name."
# What the driver takes from the address itself.
_PLAIN = frozenset({"host", "port", "user", "password", "database", "target_session_attrs"})
# What it takes only from an address of its own kind.
_IN_DSN = frozenset(
    {
        "sslmode",
        "sslcert",
        "sslkey",
        "sslrootcert",
        "sslcrl",
        "sslpassword",
        "sslnegotiation",
        "ssl_min_protocol_version",
        "ssl_max_protocol_version",
        "passfile",
        "service",
        "servicefile",
        "krbsrvname",
        "gsslib",
    }
)
_FILES = frozenset({"sslcert", "sslkey", "sslrootcert", "sslcrl"})
_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
_SERVER_SETTINGS = frozenset({"application_name", "options"})
_ANOTHER_NAME = {"dbname": "database", "fallback_application_name": "application_name", "ssl": "sslmode"}
# What has no effect in these words, because the driver does just that.
_NOTHING: Mapping[str, frozenset[str]] = {
    "gssencmode": frozenset({"disable", "prefer"}),
    "channel_binding": frozenset({"disable", "prefer"}),
    "client_encoding": frozenset({"utf8", "utf-8", "auto", "unicode"}),
    "requirepeer": frozenset({""}),
    "load_balance_hosts": frozenset({"disable"}),
    "sslcompression": frozenset({"0"}),
    "sslsni": frozenset({"1"}),
}
_GIVES_UP = "leave it out: the bot itself gives up a connection that is silent for 5 seconds"
_INSTEAD = {
    "keepalives": _GIVES_UP,
    "keepalives_idle": _GIVES_UP,
    "keepalives_interval": _GIVES_UP,
    "keepalives_count": _GIVES_UP,
    "tcp_user_timeout": _GIVES_UP,
    "command_timeout": _GIVES_UP,
    "timeout": "write connect_timeout",
    "hostaddr": "write the address in place of the host",
}
# Of files: what SQLite's own driver takes.
_OF_SQLITE = frozenset(
    {"timeout", "isolation_level", "detect_types", "check_same_thread", "cached_statements", "uri"}
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """`url` says where, `dsn` holds what PostgreSQL's driver takes from nowhere else, `settings` are for its server.

    `connect_seconds` is how long to wait for a connection, None if nothing is said.
    """

    url: URL
    dsn: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    connect_seconds: float | None = None

    @property
    def postgres(self) -> bool:
        return self.url.get_backend_name() == "postgresql"

    @property
    def shown(self) -> str:
        """For people, without the password."""
        return self.url.set(query={}).render_as_string(hide_password=True)


def read_address(text: str) -> Address:
    """Raises StoreDown for what is no address of SQLite or PostgreSQL, and for a parameter that can have no effect."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise StoreDown("DATABASE_URL is not a database URL.", remedy=_REMEDY) from None
    driver = DRIVERS.get(url.drivername.partition("+")[0])
    if driver is None:
        raise StoreDown(f"The bot does not know the database {url.drivername}.", remedy=_REMEDY)
    address = (_of_postgres if driver == DRIVERS["postgresql"] else _of_sqlite)(url.set(drivername=driver))
    try:
        address.url.get_dialect()().create_connect_args(address.url)
    except (ArgumentError, ValueError, TypeError):
        raise StoreDown("DATABASE_URL does not say where the database is.", remedy=_REMEDY) from None
    except OSError as error:
        remedy = "Start the bot in a directory that exists."
        raise StoreDown(
            "The directory that the bot runs in is gone.", remedy=remedy, raw=str(error)
        ) from None
    return address


def _of_sqlite(url: URL) -> Address:
    if not str(url.database).startswith("file:"):
        for name in url.query.keys() - _OF_SQLITE:
            _refuse(name, "SQLite knows no such parameter", "leave it out")
    return Address(url=url)


def _of_postgres(url: URL) -> Address:
    plain: dict[str, Any] = {}
    kept: dict[str, dict[str, str]] = {"dsn": {}, "settings": {}, "connect": {}}
    for given, value in url.query.items():
        name = _ANOTHER_NAME.get(given, given)
        if name in _PLAIN:
            plain[name] = value
        elif (place := _place(name)) is not None:
            kept[place][name] = value if isinstance(value, str) else value[-1]
        else:
            _must_mean_nothing(name, str(value))
    _check_encryption(kept["dsn"])
    return Address(
        url=_with_name(url, plain).set(
            query={name: value for name, value in plain.items() if name != "database"}
        ),
        dsn=f"postgresql://?{urlencode(kept['dsn'])}" if kept["dsn"] else "",
        settings=kept["settings"],
        connect_seconds=_seconds(kept["connect"].get("connect_timeout")),
    )


def _check_encryption(said: Mapping[str, str]) -> None:
    """The driver would tell less."""
    if said.get("sslmode", "prefer") not in _MODES:
        _refuse("sslmode", "it has another value than PostgreSQL knows", f"choose among {', '.join(_MODES)}")
    for name in sorted(_FILES & said.keys()):
        path = Path(said[name])
        if not path.is_file() and (name, said[name]) != ("sslrootcert", "system"):
            _refuse(name, f"there is no file {path}", "name one that the bot can read")


def _with_name(url: URL, plain: Mapping[str, Any]) -> URL:
    return url.set(database=str(plain["database"])) if "database" in plain and not url.database else url


def _place(name: str) -> str | None:
    places: tuple[tuple[str, Callable[[str], bool]], ...] = (
        ("dsn", _IN_DSN.__contains__),
        ("settings", _SERVER_SETTINGS.__contains__),
        ("connect", "connect_timeout".__eq__),
    )
    return next((place for place, holds in places if holds(name)), None)


def _seconds(text: str | None) -> float | None:
    """As PostgreSQL counts: 0 is for ever."""
    if not text:
        return None
    if not text.isdecimal():
        _refuse("connect_timeout", "it is no number of seconds", "write it like connect_timeout=5")
    return float(text) or None


def _must_mean_nothing(name: str, value: str) -> None:
    if value.lower() in _NOTHING.get(name, ()):
        return
    if name in _NOTHING:
        _refuse(f"{name}={value}", "the bot's driver cannot do that", "leave it out")
    why = "the bot's driver does not know it" if name in _INSTEAD else "no such parameter is known"
    _refuse(name, why, _INSTEAD.get(name, "leave it out"))


def _refuse(name: str, why: str, fix: str) -> None:
    raise StoreDown(f"DATABASE_URL has the parameter {name}: {why}.", remedy=f"{fix[:1].upper()}{fix[1:]}.")
