"""The command line, as processes: they say what is wrong in a line, do what they promise, and stop when they are told."""

import asyncio
import json
import os
import re
import shutil
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal

import httpx
import pytest

import bot
from bot import cli, log
from bot.config import Settings
from tests.journeys.living import ADA, Life, living
from tests.test_log import restored

__all__ = ["restored"]

pytestmark = pytest.mark.usefixtures("restored")

ROOT = Path(__file__).parents[1]
TYPED = {"user": ADA, "channel": "C0SHOP00001"}


def names(directory: Path) -> list[str]:
    return [path.name for path in directory.iterdir()]


@asynccontextmanager
async def process(
    *arguments: str, cwd: Path, **environment: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """`python -m bot …` with nothing of our own environment that it could read."""
    ours = {name: value for name, value in os.environ.items() if name.lower() not in Settings.model_fields}
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *arguments),
        cwd=cwd,
        env=ours | {"PYTHONPATH": str(ROOT)} | environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield running
    finally:
        if running.returncode is None:
            running.kill()
        await running.communicate()


async def told_to_stop(running: asyncio.subprocess.Process, number: signal.Signals) -> tuple[float, str]:
    """How long it took, and what was on standard error; the status has to be 0."""
    started = time.monotonic()
    running.send_signal(number)
    async with asyncio.timeout(12):
        _, errors = await running.communicate()
    assert running.returncode == 0, errors.decode()
    return time.monotonic() - started, errors.decode()


def environment(life: Life, mode: Literal["http", "socket"], port: int) -> dict[str, str]:
    installed = life.world.workspace.settings
    delivery = {
        "http": {"SLACK_SIGNING_SECRET": installed.signing_secret},
        "socket": {"SLACK_APP_TOKEN": installed.app_token},
    }
    return delivery[mode] | {
        "SLACK_BOT_TOKEN": installed.bot_token,
        "SLACK_API_URL": f"{life.address}/api/",
        "ZADIG_URL": f"{life.address}/zadig",
        "ZADIG_TOKEN": life.world.zadig.token,
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "POLL_SECONDS": "1",
        # Bolt's trap: with these two it would want a file store of installations.
        "SLACK_CLIENT_ID": "1",
        "SLACK_CLIENT_SECRET": "2",
    }


@pytest.fixture
def port() -> int:
    """One that was free a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


async def ready(http: httpx.AsyncClient, port: int, running: asyncio.subprocess.Process) -> None:
    for _ in range(400):
        assert running.returncode is None, await running.communicate()
        try:
            if (await http.get(f"http://127.0.0.1:{port}/readyz")).status_code == 200:
                return
        except httpx.TransportError:
            pass
        await asyncio.sleep(0.05)
    pytest.fail("never ready")


@pytest.mark.parametrize(("mode", "number"), [("http", signal.SIGTERM), ("socket", signal.SIGINT)])
async def test_serve_serves_and_stops_in_time_with_work_under_way(
    mode: Any, number: signal.Signals, port: int, tmp_path: Path
) -> None:
    async with living(mode=mode) as life:
        life.world.workspace.configure(request_url=f"http://127.0.0.1:{port}/slack/events")
        variables = environment(life, mode, port)
        async with process("serve", cwd=tmp_path, **variables) as running:
            await ready(life.http, port, running)
            ada = life.person(ADA)
            await ada.types("/release subscribe shop")
            await ada.sees("now subscribed")
            await life.zadig_fault(kind="slow", seconds=1.5)
            await ada.types("/release list shop")
            seconds, errors = await told_to_stop(running, number)
        await life.zadig_well()
    assert seconds < 10
    lines = [json.loads(line) for line in errors.splitlines()]
    assert [line["action"] for line in lines if line["action"] in ("serving", "stopping", "stopped")] == [
        "serving",
        "stopping",
        "stopped",
    ]
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "ZADIG_TOKEN"):
        assert variables.get(name, "never set") not in errors
    assert (tmp_path / "release-bot.sqlite3").exists()


async def test_serve_says_in_a_line_that_the_port_is_taken_and_has_done_nothing_yet(
    taken: int, tmp_path: Path
) -> None:
    async with living() as life:
        async with process("serve", cwd=tmp_path, **environment(life, "http", taken)) as running:
            output, errors = await running.communicate()
        assert running.returncode == 1
        (line,) = errors.decode().splitlines()
        assert f"port {taken}" in line
        assert "in use" in line
        assert output == b""
        assert not life.world.workspace.traffic.after(0)
    assert names(tmp_path) == []


async def test_the_demo_shows_three_addresses_that_answer_and_leaves_nothing_behind(tmp_path: Path) -> None:
    """Whatever is in the environment and in `.env`: it needs neither an account nor a way out of this machine."""
    (tmp_path / ".env").write_text("STALLED_MINUTES=never\nCOMMAND=/other\nLOG_LEVEL=chatty\n")
    nowhere = "http://127.0.0.1:1"
    proxies = {"HTTP_PROXY": nowhere, "https_proxy": nowhere, "PORT": "none", "SLACK_BOT_TOKEN": "xoxb-real"}
    arguments = ("demo", "--port", "0", "--dialect", "v2")
    async with process(*arguments, cwd=tmp_path, **proxies) as running:
        page, api, zadig = await addresses(running)
        assert (api, zadig) == (f"{page}api/", f"{page}zadig")
        async with httpx.AsyncClient(timeout=10) as http:
            assert "<html" in (await http.get(page)).text
            assert (await http.post(f"{api}api.test")).json()["ok"]
            state = (await http.get(f"{zadig}/_control/state")).json()
            assert state["ok"]
            assert "v2" in json.dumps(state)
            await answered(http, page)
            async with http.stream("GET", f"{page}_control/events", params={"user": ADA}):
                seconds, errors = await told_to_stop(running, signal.SIGINT)
    assert errors == ""
    assert seconds < 5
    assert names(tmp_path) == [".env"]


async def test_ten_minutes_of_the_demo_pass_for_everybody_in_it(tmp_path: Path) -> None:
    """Otherwise the bot says of Zadig's versions that they come from the future and took no time."""
    async with process("demo", "--port", "0", cwd=tmp_path) as running:
        page, _, zadig = await addresses(running)
        async with httpx.AsyncClient(timeout=10) as http:
            await answered(http, page)
            await http.post(f"{page}_control/type", json=TYPED | {"text": "/release subscribe shop"})
            await read_on(http, page, "now subscribed")
            version = {"project": "shop", "name": "v99"}
            moved = {"now": 0.0}
            for more in ({"action": "create", "outcome": "hang"}, {"action": "succeed"}):
                assert (await http.post(f"{zadig}/_control/version", json=version | more)).is_success
                moved = (await http.post(f"{zadig}/_control/clock", json={"advance": 600})).json()
            state = (await http.get(f"{page}_control/state", params={"user": ADA})).json()
            assert 0 <= state["now"] - moved["now"] < 60
            await read_on(http, page, "succeeded in 10 min", "succeeded in 20 min")
            _, errors = await told_to_stop(running, signal.SIGINT)
    assert errors == ""


async def read_on(http: httpx.AsyncClient, page: str, *words: str) -> None:
    """Somebody waits until one of these is in #shop."""
    async with asyncio.timeout(20):
        while True:
            seen = (await http.get(f"{page}_control/state", params={"user": ADA})).text
            if any(each in seen for each in words):
                return
            await asyncio.sleep(0.1)


async def answered(http: httpx.AsyncClient, page: str) -> None:
    """The bot behind the page answers a command as soon as it is connected."""
    typed = TYPED | {"text": "/release help"}
    for _ in range(100):
        if "/release list" in (await http.post(f"{page}_control/type", json=typed)).text:
            return
        await asyncio.sleep(0.05)
    pytest.fail("the bot does not answer")


async def addresses(running: asyncio.subprocess.Process) -> list[str]:
    assert running.stdout
    found: list[str] = []
    async with asyncio.timeout(20):
        async for line in running.stdout:
            found += re.findall(r"http://\S+", line.decode())
            if b"Open the page" in line:
                return found
    pytest.fail(f"it ended: {await running.communicate()}")


# What needs no process of its own.


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In an empty directory, without any setting."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


NEEDED = ["SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "ZADIG_URL", "ZADIG_TOKEN"]


def run(*arguments: str) -> int | str | None:
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    return ended.value.code


@pytest.mark.usefixtures("alone")
def test_without_settings_every_line_says_what_to_set(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("serve") == 2
    shown = capsys.readouterr()
    first, *lines, last = shown.err.splitlines()
    assert (first, last) == ("These settings need fixing:", "The README lists them all.")
    assert [line.split()[0].rstrip(":") for line in lines] == NEEDED
    assert shown.out == ""


@pytest.mark.usefixtures("alone")
def test_settings_that_make_no_sense_are_something_that_a_check_finds(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run("check") == 1
    shown = capsys.readouterr()
    lines = shown.out.splitlines()
    assert all(line.startswith("FIX  ") and " → " in line for line in lines)
    assert [line.split()[1].rstrip(":") for line in lines] == NEEDED
    assert shown.err == ""


GOOD = {
    "SLACK_BOT_TOKEN": "xoxb-hush",
    "SLACK_SIGNING_SECRET": "hush",
    "ZADIG_URL": "http://127.0.0.1:1",
    "ZADIG_TOKEN": "hush",
    "HOST": "127.0.0.1",
    "PORT": "0",
}
NO_START = {
    "no PostgreSQL": ({"DATABASE_URL": "postgresql+asyncpg://bot:hush@127.0.0.1:1/bot"}, "DATABASE_URL"),
    "no directory": ({"DATABASE_URL": "sqlite+aiosqlite:////proc/nowhere/bot.sqlite3"}, "DATABASE_URL"),
    "not a database": (
        {"DATABASE_URL": "sqlite+aiosqlite:///broken.sqlite3"},
        "is damaged, or is no database. (file is not a database) Restore a backup",
    ),
    "a host that is none": ({"HOST": "nowhere.invalid"}, "cannot listen on nowhere.invalid"),
    "a host of others": ({"HOST": "192.0.2.1"}, "cannot listen on 192.0.2.1"),
}


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize(("settings", "reason"), NO_START.values(), ids=NO_START)
def test_what_keeps_it_from_starting_is_one_line(
    settings: dict[str, str], reason: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("broken.sqlite3").write_bytes(b"not a database at all. " * 100)
    for name, value in (GOOD | settings).items():
        monkeypatch.setenv(name, value)
    assert run("serve") == 1
    *logged, line = capsys.readouterr().err.splitlines()
    assert line.startswith("The bot cannot start: ")
    assert reason in line
    assert "hush" not in line
    assert {json.loads(one)["level"] for one in logged} <= {"INFO"}


@pytest.mark.parametrize(
    "arguments", [(), ("dance",), ("demo", "--dialect", "v3"), ("demo", "--port", "65536")]
)
def test_what_it_cannot_do_is_answered_with_usage(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*arguments) == 2
    assert "usage: release-bot" in capsys.readouterr().err


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--help") == 0
    shown = capsys.readouterr().out
    assert all(f"  {command} " in shown for command in ("serve", "demo", "check"))


@pytest.mark.parametrize(
    ("bound", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:"),
        ("localhost", "http://127.0.0.1:"),
        ("0.0.0.0", "http://127.0.0.1:"),  # noqa: S104 - what it is
        ("::1", "http://[::1]:"),
        ("::", "http://[::1]:"),
    ],
)
def test_the_printed_address_can_be_opened(bound: str, address: str) -> None:
    if ":" in bound and not Path("/proc/net/if_inet6").exists():
        pytest.skip("no IPv6 on this machine")
    with cli._bound(bound, 0) as listener:
        assert cli._address(listener).startswith(address)


def test_our_own_lines_are_under_the_name_that_is_set_up() -> None:
    assert cli.log.name.startswith(f"{log.OURS}.")


@pytest.mark.parametrize("name", ["access.toml", " access.toml\n", "nowhere.toml", ""])
def test_what_is_wrong_with_the_access_file_is_said_with_the_other_settings(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for setting in Settings.model_fields:
        monkeypatch.delenv(setting.upper(), raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "access.toml").write_text("[general]\nwrite = []")
    monkeypatch.setenv("ACCESS_FILE", name)
    with pytest.raises(SystemExit) as left:
        cli.main(["check"])
    assert left.value.code == 1
    said = capsys.readouterr().out
    assert "ZADIG_URL is missing" in said
    assert ("ACCESS_FILE: general.write is unknown" in said) == (name.strip() == "access.toml")
    assert ("ACCESS_FILE: nowhere.toml cannot be read" in said) == (name == "nowhere.toml")


@pytest.mark.parametrize(("host", "lines"), [("127.0.0.1", 0), ("0.0.0.0", 1)])  # noqa: S104 - bound, and never listened on
def test_a_demo_beyond_this_machine_warns_in_one_line(
    host: str, lines: int, capsys: pytest.CaptureFixture[str]
) -> None:
    with cli._bound(host, 0) as listener:
        cli._warn_beyond(listener)
    said = capsys.readouterr().err
    assert said.count("\n") == lines
    assert (host in said) == bool(lines)


def test_the_version_has_one_source(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--version") == 0
    assert capsys.readouterr().out == f"release-bot {bot.__version__}\n"


async def test_an_image_without_the_sandbox_says_so_and_needs_it_for_nothing_else(tmp_path: Path) -> None:
    """The tree as `.dockerignore` leaves it."""
    source = Path(bot.__file__).parent
    ignored = (source.parent / ".dockerignore").read_text().split()
    assert "bot/sandbox" in ignored
    shutil.copytree(source, tmp_path / "bot", ignore=shutil.ignore_patterns("sandbox", "__pycache__"))
    for arguments, status, words in (
        (["demo"], 2, "The sandbox is not part of this installation"),
        (["serve"], 2, "These settings need fixing"),
        (["--version"], 0, f"release-bot {bot.__version__}"),
    ):
        running = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", *arguments, cwd=tmp_path, env={"PATH": os.environ["PATH"]},
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        said, _ = await running.communicate()
        assert (running.returncode, words in said.decode()) == (status, True), said.decode()
