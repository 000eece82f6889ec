"""What operators can get wrong, as real processes: a line that names it and the fix, in every command, and never a traceback."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.journeys.living import Life, living
from tests.test_cli import environment, port, process, ready

__all__ = ["port"]

SECRET = "hush"


@dataclass(frozen=True, kw_only=True)
class End:
    """How a process ended."""

    status: int | None
    out: str
    err: str


async def end(command: str, cwd: Path, **variables: str) -> End:
    """Run it to its end; whatever it says is no traceback and holds no secret."""
    async with process(command, cwd=cwd, **variables) as running, asyncio.timeout(60):
        out, err = await running.communicate()
    ended = End(status=running.returncode, out=out.decode(), err=err.decode())
    assert "Traceback" not in ended.out + ended.err, ended
    assert SECRET not in ended.out + ended.err
    return ended


@pytest.fixture
async def life() -> AsyncIterator[Life]:
    async with living() as life:
        yield life


PROXY = "http://bot:hush@127.0.0.1"
HARMLESS = {
    "addresses and networks that need no proxy": {
        "HTTP_PROXY": f"{PROXY}:1",
        "NO_PROXY": "localhost,::1/128,127.0.0.0/8",
    },
    "a proxy of another kind that nothing needs": {
        "ALL_PROXY": "socks5://127.0.0.1:1",
        "NO_PROXY": "127.0.0.1",
    },
    "variables of others": {
        "WEB_CONCURRENCY": "many",
        "FORWARDED_ALLOW_IPS": "nobody",
        "CRASH_AT": "before_look",
        "FREEZE_AT": "nonsense",
        "PYTHONIOENCODING": "ascii",
    },
    "a key log that cannot be written": {"SSLKEYLOGFILE": "/proc/nowhere/keys"},
}


@pytest.mark.parametrize("variables", HARMLESS.values(), ids=HARMLESS)
async def test_what_concerns_it_not_keeps_it_from_nothing(
    life: Life, port: int, variables: dict[str, str], tmp_path: Path
) -> None:
    ours = environment(life, "http", port) | variables
    async with process("serve", cwd=tmp_path, **ours) as running:
        await ready(life.http, port, running)
        checked = await end("check", tmp_path, **ours)
        assert checked.status == 0, checked
        assert all(line.startswith(("ok ", "--   Slack delivery")) for line in checked.out.splitlines())
        assert running.returncode is None


UNUSABLE = {
    "a proxy of another kind": (
        {"ALL_PROXY": "socks5://bot:hush@127.0.0.1:1"},
        "ALL_PROXY: the bot cannot use a proxy of the kind socks5://; name an HTTP proxy",
    ),
    "a proxy with a space": (
        {"HTTP_PROXY": "http://bot:hush@127.0.0.1 :1"},
        "HTTP_PROXY: this is no address of a proxy",
    ),
    "a proxy with a bad port": ({"http_proxy": f"{PROXY}:port"}, "http_proxy: this is no address of a proxy"),
    "a port that is none": ({"HTTP_PROXY": f"{PROXY}:99999"}, "HTTP_PROXY: this is no address of a proxy"),
    "no certificates": (
        {"SSL_CERT_FILE": "nowhere.pem"},
        "SSL_CERT_FILE: nowhere.pem cannot be read: No such file",
    ),
    "garbage for certificates": (
        {"SSL_CERT_FILE": "garbage"},
        "SSL_CERT_FILE: garbage holds no certificates",
    ),
    "a directory for certificates": ({"SSL_CERT_FILE": "."}, "SSL_CERT_FILE: . "),
    "no directory of certificates": (
        {"SSL_CERT_FILE": "", "SSL_CERT_DIR": "nowhere"},
        "SSL_CERT_DIR: nowhere cannot be read",
    ),
    "a token in two lines": ({"ZADIG_TOKEN": "hush\nhush"}, "ZADIG_TOKEN: it has a line break in it"),
    "half a pair of quotation marks": (
        {"SLACK_BOT_TOKEN": "\u201cxoxb-hush"},
        "SLACK_BOT_TOKEN: it has the character U+201C",
    ),
    "a token twice": ({"ZADIG_TOKEN_FILE": "garbage"}, "ZADIG_TOKEN and ZADIG_TOKEN_FILE are both set"),
    "a page with an unknown field": (
        {"VERSION_PAGE": "{origin}/{branch}"},
        "VERSION_PAGE: {branch} is unknown",
    ),
    "seconds without end": ({"POLL_SECONDS": "1e300"}, "POLL_SECONDS: Input should be less than"),
    "no address": ({"ZADIG_URL": "https://zadig..example"}, "ZADIG_URL: give an address"),
}


@pytest.mark.parametrize(("variables", "line"), UNUSABLE.values(), ids=UNUSABLE)
async def test_what_cannot_be_used_is_a_line_in_serve_and_in_check(
    life: Life, port: int, variables: dict[str, str], line: str, tmp_path: Path
) -> None:
    (tmp_path / "garbage").write_text("no certificate")
    ours = environment(life, "http", port) | variables
    served, checked = await asyncio.gather(end("serve", tmp_path, **ours), end("check", tmp_path, **ours))
    assert served.status == 2
    first, named, last = served.err.splitlines()
    assert (first, last) == ("These settings need fixing:", "The README lists them all.")
    assert named.startswith(line)
    assert checked.status == 1
    assert checked.out.startswith(f"FIX  {named} → ")
    assert len(checked.out.splitlines()) == 1


async def test_the_demo_needs_none_of_it(tmp_path: Path) -> None:
    """It leaves this machine by no way, so none that is barred bars it."""
    names: dict[str, str] = {}
    for variables, _ in UNUSABLE.values():
        names |= variables
    for variables in HARMLESS.values():
        names |= variables
    async with process("demo", "--port", "0", cwd=tmp_path, **names) as running, asyncio.timeout(30):
        assert running.stdout
        assert running.stderr
        async for line in running.stdout:
            if b"Open the page" in line:
                break
        else:
            pytest.fail((await running.stderr.read()).decode())


@pytest.mark.parametrize("command", ["serve", "demo"])
async def test_a_host_that_can_be_none_is_a_line(command: str, life: Life, port: int, tmp_path: Path) -> None:
    arguments = [command] if command == "serve" else [command, "--host", "a..b"]
    async with process(
        *arguments, cwd=tmp_path, **environment(life, "http", port) | {"HOST": "a..b"}
    ) as running:
        _, err = await running.communicate()
    assert running.returncode == 1
    assert err.decode().startswith("The bot cannot start: it cannot listen on a..b")
    assert len(err.decode().splitlines()) == 1


@asynccontextmanager
async def proxy() -> AsyncIterator[tuple[int, list[str]]]:
    """One that notes what it is asked for, and refuses everything; its port, and its notes."""
    asked: list[str] = []

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append((await reader.readline()).decode())
        writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(refuse, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], asked


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("name", ["HTTP_PROXY", "ALL_PROXY"])
async def test_one_proxy_leads_to_slack_and_to_zadig(
    name: str, scheme: str, life: Life, port: int, tmp_path: Path
) -> None:
    async with proxy() as (number, asked):
        ours = environment(life, "socket", port) | {
            "SLACK_API_URL": f"{scheme}://slack.test/api/",
            "ZADIG_URL": f"{scheme}://zadig.test",
            name: f"bot:hush@127.0.0.1:{number}",
        }
        checked = await end("check", tmp_path, **ours)
    assert checked.status == 1
    seen = " ".join(asked)
    assert "slack.test" in seen
    assert "zadig.test" in seen


DOTENVS = {"UTF-16": "utf-16", "a byte order mark": "utf-8-sig", "Latin letters in a remark": "latin-1"}


@pytest.mark.parametrize("encoding", DOTENVS.values(), ids=DOTENVS)
async def test_a_file_of_settings_may_come_from_any_editor(
    encoding: str, life: Life, port: int, tmp_path: Path
) -> None:
    ours = environment(life, "http", port)
    text = "# Schlüssel\n" + "".join(f"{name}={value}\n" for name, value in ours.items())
    (tmp_path / ".env").write_bytes(text.encode(encoding))
    checked = await end("check", tmp_path)
    assert checked.status == 0, checked


async def test_a_directory_in_place_of_the_file_of_settings_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()
    served = await end("serve", tmp_path)
    assert served.status == 2
    assert any(line.startswith(".env is a directory") for line in served.err.splitlines())


async def test_the_installed_command_is_the_same_start(tmp_path: Path) -> None:
    """As the script that an installation writes."""
    script = "import sys\nfrom bot.__main__ import start\nsys.exit(start())"
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", script, "--help"),
        cwd=Path(__file__).parents[1],
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await running.communicate()
    async with process("--help", cwd=tmp_path) as module:
        same, _ = await module.communicate()
    assert (running.returncode, out) == (0, same)
