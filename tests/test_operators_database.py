"""What can be wrong with the database, as real processes: `check` has tried it, `serve` says it in a line, `/readyz` notices."""

import asyncio
import json
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy.engine import make_url

from tests.faults.databases import Postgres, postgres_server
from tests.faults.pools import NONE, PGBOUNCER, pgbouncer
from tests.journeys.living import Life, living
from tests.test_cli import environment, port, process, ready
from tests.test_operators import end

__all__ = ["port"]


@pytest.fixture
async def life() -> AsyncIterator[Life]:
    async with living() as life:
        yield life


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with postgres_server() as server:
        server.psql("CREATE ROLE bot LOGIN")
        yield server


async def refused(life: Life, port: int, directory: Path, url: str) -> str:
    """What `check` and `serve` say of a database that neither can work with: the same."""
    ours = environment(life, "http", port) | {"DATABASE_URL": url}
    served, checked = await asyncio.gather(end("serve", directory, **ours), end("check", directory, **ours))
    assert (served.status, checked.status) == (1, 1), (served, checked)
    (line,) = [one for one in served.err.splitlines() if one.startswith("The bot cannot start: ")]
    (found,) = [one for one in checked.out.splitlines() if one.startswith("FIX ")]
    assert found.startswith("FIX  Database: ")
    assert " → " in found
    assert line.removeprefix("The bot cannot start: ").split(".")[0] in found
    return found


def with_role(url: str, role: str) -> str:
    return url.replace("//postgres:@", f"//{role}@")


REFUSED: dict[str, tuple[str, str, str]] = {
    # What is done to the database first, what is added to its URL, and what is said.
    "a role without CREATE": ("REVOKE CREATE ON SCHEMA public FROM PUBLIC", "", "refuses the bot's role"),
    "a server that takes no writes": (
        "ALTER DATABASE {name} SET default_transaction_read_only = on",
        "",
        "can be read but not written to",
    ),
    "a role that may not come in": (
        "REVOKE CONNECT ON DATABASE {name} FROM PUBLIC",
        "",
        "refuses the bot's role",
    ),
    "a parameter without effect": ("SELECT 1", "&keepalives=1", "has the parameter keepalives"),
    "encryption that is none": ("SELECT 1", "&sslmode=always", "has the parameter sslmode"),
}


@pytest.mark.postgres
@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED)
async def test_a_server_that_will_not_do_is_a_line(
    case: tuple[str, str, str], life: Life, port: int, server: Postgres, tmp_path: Path
) -> None:
    command, more, says = case
    url = server.url()
    name = make_url(url).database
    server.psql(f"\\c {name}\n{command.format(name=name)}")
    assert says in await refused(life, port, tmp_path, with_role(url, "bot") + more)


@pytest.mark.postgres
async def test_encryption_is_asked_for_in_postgresqls_own_words(
    life: Life, port: int, server: Postgres, tmp_path: Path
) -> None:
    url = f"{server.url()}&sslmode=require&connect_timeout=2&application_name=ours"
    checked = await end("check", tmp_path, **environment(life, "http", port) | {"DATABASE_URL": url})
    assert checked.status == 0, checked
    assert "ok   Database: answers, takes writes and is empty" in checked.out


@pytest.mark.postgres
@pytest.mark.skipif(PGBOUNCER is None, reason=NONE)
async def test_a_pool_that_shares_sessions_is_a_line(
    life: Life, port: int, server: Postgres, tmp_path: Path
) -> None:
    with pgbouncer(server.url(), "transaction") as url:
        assert "pool_mode = session" in await refused(life, port, tmp_path, url)


async def readiness(http: httpx.AsyncClient, port: int) -> tuple[int, dict[str, str]]:
    answer = await http.get(f"http://127.0.0.1:{port}/readyz")
    return answer.status_code, answer.json()["problems"]


async def until(http: httpx.AsyncClient, port: int, status: int) -> dict[str, str]:
    """What is wrong, as soon as this is the status; no answer is a failure of the bot's own meanwhile."""
    async with asyncio.timeout(15):
        while True:
            found, problems = await readiness(http, port)
            assert found in (200, 503)
            if found == status:
                return problems
            await asyncio.sleep(0.1)


@pytest.mark.postgres
async def test_rights_that_are_taken_away_while_it_runs_are_noticed_and_given_back(
    life: Life, port: int, server: Postgres, tmp_path: Path
) -> None:
    url = server.url()
    name = make_url(url).database
    server.psql(f"\\c {name}\nGRANT ALL ON SCHEMA public TO bot; ALTER DATABASE {name} OWNER TO bot")
    ours = environment(life, "http", port) | {"DATABASE_URL": with_role(url, "bot")}
    async with process("serve", cwd=tmp_path, **ours) as running:
        await ready(life.http, port, running)
        for taken, given in (
            (
                "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM bot",
                "GRANT ALL ON ALL TABLES IN SCHEMA public TO bot",
            ),
            ("ALTER SCHEMA public RENAME TO hidden", "ALTER SCHEMA hidden RENAME TO public"),
        ):
            server.psql(f"\\c {name}\n{taken}")
            assert (await until(life.http, port, 503)).keys() == {"database"}
            server.psql(f"\\c {name}\n{given}")
            await until(life.http, port, 200)
        assert running.returncode is None


async def test_a_file_that_may_only_be_read_is_a_line(life: Life, port: int, tmp_path: Path) -> None:
    await end("check", tmp_path, **environment(life, "http", port))
    async with process("serve", cwd=tmp_path, **environment(life, "http", port)) as running:
        await ready(life.http, port, running)
    url = f"sqlite+aiosqlite:///file:{tmp_path}/release-bot.sqlite3?mode=ro&uri=true"
    assert "can be read but not written to" in await refused(life, port, tmp_path, url)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[tuple[Path, Callable[[str], None]]]:
    """A disk of four megabytes, and how to mount it anew."""
    place, mount = tmp_path / "disk", shutil.which("mount")
    place.mkdir()

    def mounted(*options: str) -> bool:
        done = subprocess.run([str(mount), *options, str(place)], check=False, capture_output=True)  # noqa: S603 - ours
        return done.returncode == 0

    if mount is None or os.geteuid() != 0 or not mounted("-t", "tmpfs", "-o", "size=4m", "tmpfs"):
        pytest.skip("only root may mount a disk to fill it")

    def remount(option: str) -> None:
        assert mounted("-o", f"remount,{option}")

    yield place, remount
    subprocess.run(["umount", "--lazy", str(place)], check=True)  # noqa: S603, S607 - where mount is


async def test_a_full_disk_and_a_read_only_one_are_noticed(
    life: Life, port: int, tmp_path: Path, small_disk: tuple[Path, Callable[[str], None]]
) -> None:
    disk, remount = small_disk
    url = f"sqlite+aiosqlite:///{disk}/bot.sqlite3"
    ours = environment(life, "http", port) | {"DATABASE_URL": url}
    async with process("serve", cwd=tmp_path, **ours) as running:
        await ready(life.http, port, running)
        filler = disk / "filler"
        room = os.statvfs(disk)
        filler.write_bytes(b"x" * (room.f_bfree * room.f_frsize))
        problems = await until(life.http, port, 503)
        assert "full" in problems["database"]
        assert (
            "FIX  Database: The disk of the bot's database is full."
            in (await end("check", tmp_path, **ours)).out
        )
        filler.unlink()
        await until(life.http, port, 200)
    remount("ro")
    assert "can" in await refused(life, port, tmp_path, url)


async def test_a_file_that_is_deleted_underneath_is_missed_at_once_and_at_the_next_start(
    life: Life, port: int, tmp_path: Path
) -> None:
    ours = environment(life, "http", port)
    database = tmp_path / "release-bot.sqlite3"
    async with process("serve", cwd=tmp_path, **ours) as running:
        await ready(life.http, port, running)
        database.unlink()
        problems = await until(life.http, port, 503)
        assert "database" in problems
        running.terminate()
        _, err = await running.communicate()
    assert running.returncode == 0
    logged = [json.loads(line) for line in err.decode().splitlines()]
    assert "WARNING" in {line["level"] for line in logged if line["action"] == "database_created"}
    assert any(
        "removed or replaced" in line.get("problem", "") for line in logged if line["action"] == "database"
    )
    assert "is gone, and with it every subscription" in await refused(
        life, port, tmp_path, f"sqlite+aiosqlite:///{database}"
    )
    assert not database.exists()
