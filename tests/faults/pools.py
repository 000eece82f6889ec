"""A PgBouncer in front of a PostgreSQL, as far as one is installed."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import make_url

from tests.faults.replicas import free_port

PGBOUNCER = shutil.which("pgbouncer") or shutil.which("/usr/sbin/pgbouncer")
NONE = "no PgBouncer on this machine: install the package pgbouncer"


@contextmanager
def pgbouncer(url: str, mode: str) -> Iterator[str]:
    """The URL of the same database behind a pool in this mode: one session for all where it can be shared."""
    server = make_url(url)
    sockets, port = str(server.query["host"]), free_port()
    directory = Path(tempfile.mkdtemp(prefix="release-bot-pool-"))
    settings = directory / "pgbouncer.ini"
    settings.write_text(
        f"[databases]\nbot = host={sockets} dbname={server.database} user={server.username}\n[pgbouncer]\n"
        f"listen_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\nauth_type = any\npool_mode = {mode}\n"
    )
    settings.chmod(0o644)
    directory.chmod(0o755)
    command = [str(PGBOUNCER), "-q", str(settings)]
    if os.geteuid() == 0:  # it refuses to be root
        command[1:1] = ["-u", Path(sockets).owner()]
    running = subprocess.Popen(  # noqa: S603 - our own words
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(port)
        yield f"postgresql+asyncpg://bot@127.0.0.1:{port}/bot"
    finally:
        running.kill()
        running.wait(10)
        shutil.rmtree(directory)


def _wait_for(port: int) -> None:
    end = time.monotonic() + 10
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.02)
        else:
            return
