"""The command line: `serve`, `demo` and `check`."""

import argparse
import asyncio
import contextlib
import gc
import logging
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Coroutine, Iterator, Sequence
from importlib.util import find_spec
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

import uvicorn
from pydantic import SecretStr
from starlette.types import ASGIApp

from bot import __version__
from bot.access_file import read_policy
from bot.check import check, database_fix
from bot.clock import FollowedClock
from bot.compose.running import running
from bot.config import Settings, SettingsError, named_access_file, read_settings
from bot.domain.errors import ReleaseBotError, StoreDown, to_operator
from bot.domain.secrets import for_operators, keep
from bot.header_timeout import HeaderTimeoutProtocol
from bot.log import print_discreetly, set_up

if TYPE_CHECKING:
    from bot.sandbox import World

log = logging.getLogger(__name__)

# How long open requests may take once the process is told to stop; together with the drain below ten seconds.
GRACE_SECONDS = 2
MAX_PORT = 65535
# With these in the environment Bolt turns on OAuth with a file store and drops the bot's token, silently.
OAUTH = ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET")
# How others leave this machine, which the demo does not.
WAYS_OUT = tuple(
    name
    for word in ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "ssl_cert_file", "ssl_cert_dir")
    for name in (word, word.upper())
)


class CannotListenError(Exception):
    """The HTTP server's address is taken, or is none of this machine's."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command; leaves with 2 if `serve` can make no sense of the settings, 1 if it cannot start or a check found something."""
    parsed = _parser().parse_args(arguments)
    sys.excepthook = print_discreetly
    try:
        status = _run(parsed.run(parsed))
    except SettingsError as error:
        print(f"These settings need fixing:\n{error}\nThe README lists them all.", file=sys.stderr)
        status = 2
    except CannotListenError as error:
        status = _cannot_start(str(error))
    except ReleaseBotError as error:
        remedy = database_fix(error) if isinstance(error, StoreDown) else to_operator(error.remedy)
        status = _cannot_start(f"{error} {error.raw and f'({error.raw}) '}{remedy}")
    sys.exit(status)


def _run(command: Coroutine[Any, Any, int]) -> int:
    """On uvloop where there is one: it answers Slack in two thirds of the time."""
    try:
        from uvloop import new_event_loop  # noqa: PLC0415 - not on Windows
    except ImportError:
        return asyncio.run(command)
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        return runner.run(command)


def _cannot_start(reason: str) -> int:
    print(f"The bot cannot start: {for_operators(' '.join(reason.split()))}", file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="release-bot", description="Zadig versions in Slack")
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(required=True, metavar="serve | demo | check")
    serve = commands.add_parser("serve", help="the bot against a real Slack and a real Zadig")
    serve.set_defaults(run=_serve)
    demo = commands.add_parser("demo", help="a local Zadig, a local Slack and the bot, without any account")
    demo.add_argument("--host", default="127.0.0.1", help="listen here (default: %(default)s)")
    demo.add_argument("--port", default=8080, type=_port, help="and on this port (default: %(default)s)")
    demo.add_argument(
        "--dialect", default="v1", choices=("v1", "v2"), help="of the local Zadig (default: %(default)s)"
    )
    demo.set_defaults(run=_demo)
    checking = commands.add_parser(
        "check", help="try tokens, scopes, dialect, licence and database, and say how to fix them"
    )
    checking.set_defaults(run=_check)
    return parser


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > MAX_PORT:
        raise argparse.ArgumentTypeError(f"{text} is not a port: use 0 (any free one) to {MAX_PORT}")
    return int(text)


def _settings() -> Settings:
    """The settings; where they make no sense, what is wrong with the access file is said along with them."""
    try:
        return read_settings()
    except SettingsError as error:
        problems = [str(error)]
    try:
        read_policy(named_access_file())
    except SettingsError as error:
        problems.append(str(error))
    raise SettingsError("\n".join(problems))


async def _serve(_parsed: argparse.Namespace) -> int:
    settings = _settings()
    keep(settings.secrets)
    set_up(settings.log_format, settings.log_level)
    _forget(OAUTH)
    stopped = _stopped()
    with _bound(settings.host, settings.port) as listener:
        async with running(settings) as bot, _listening(bot.web, listener, stopped):
            gc.freeze()  # what is open stays open: no request shall wait while it is searched for garbage
            log.info("serving", extra={"action": "serving", "address": _address(listener)})
            await stopped.wait()
            log.info("stopping", extra={"action": "stopping"})
    log.info("stopped", extra={"action": "stopped"})
    return 0


async def _demo(parsed: argparse.Namespace) -> int:
    if find_spec("bot.sandbox") is None:
        print(_NO_SANDBOX, file=sys.stderr)
        return 2
    # Nothing else needs the sandbox, which takes a tenth of the start and some megabytes.
    from bot.sandbox import World  # noqa: PLC0415
    from bot.sandbox.slack import Clock, Workspace  # noqa: PLC0415
    from bot.sandbox.zadig import Zadig  # noqa: PLC0415
    from bot.slack.manifest import manifest  # noqa: PLC0415

    set_up("text", "WARNING")
    _forget(OAUTH + WAYS_OUT)
    stopped = _stopped()
    clock = Clock()
    world = World(
        zadig=Zadig(clock=clock, dialect=parsed.dialect),
        workspace=Workspace(clock=clock, manifest=manifest()),
    )
    with _bound(parsed.host, parsed.port) as listener:
        async with world.running(), _listening(world.app, listener, stopped):
            settings = _demo_settings(world, _address(listener))
            async with running(settings, clock=FollowedClock(clock.now)):
                print(_WELCOME.format(address=_address(listener)), flush=True)
                _warn_beyond(listener)
                await stopped.wait()
            world.close_streams()
    return 0


def _forget(names: Sequence[str]) -> None:
    for name in names:
        os.environ.pop(name, None)


def _demo_settings(world: "World", address: str) -> Settings:
    """The sandbox's own, whatever the environment and `.env` say."""
    installed = world.workspace.settings
    return Settings(
        slack_bot_token=SecretStr(installed.bot_token),
        slack_app_token=SecretStr(installed.app_token),
        slack_api_url=f"{address}/api/",
        zadig_url=f"{address}/zadig",
        zadig_token=SecretStr(world.zadig.token),
        database_url="sqlite+aiosqlite:///:memory:",
        poll_seconds=2,
        idle_poll_seconds=5,
    )


def _warn_beyond(listener: socket.socket) -> None:
    host = listener.getsockname()[0]
    if not ip_address(host.partition("%")[0]).is_loopback:
        warning = f"Warning: it listens on {host}: anyone who can reach this machine can use and change everything in the sandbox."
        print(warning, file=sys.stderr, flush=True)


_NO_SANDBOX = (
    "The sandbox is not part of this installation: container images leave it out. Run `demo` from a checkout."
)
_WELCOME = """
The sandbox is open. Stop it with Ctrl+C; nothing in it is kept.

  Workspace page   {address}/
  Slack Web API    {address}/api/
  Zadig API        {address}/zadig

Open the page and type  /release create
"""


async def _check(_parsed: argparse.Namespace) -> int:
    try:
        settings = _settings()
    except SettingsError as error:
        for line in str(error).splitlines():
            print(f"FIX  {line} → fix it in the environment or in .env; the README lists all settings")
        return 1
    set_up("text", "ERROR")
    _forget(OAUTH)
    findings = await check(settings)
    for finding in findings:
        print(finding.line)
    return 0 if all(finding.right for finding in findings) else 1


def _stopped() -> asyncio.Event:
    """Set by SIGINT and SIGTERM, also while the bot is still starting."""
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    return stopped


@contextlib.contextmanager
def _bound(host: str, port: int) -> Iterator[socket.socket]:
    """The address is taken before anything is opened; no one can connect until the server listens. Raises CannotListenError."""
    with contextlib.ExitStack() as stack:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
            family, kind, protocol, _, address = min(found, key=lambda one: one[0] != socket.AF_INET)
            # With its protocol: asyncio sends answers at once, and not 40 ms later, only on sockets that say they are TCP.
            listener = stack.enter_context(socket.socket(family, kind, protocol))
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
        except (OSError, ValueError) as error:  # ValueError: what no name of a host can be
            raise CannotListenError(f"it cannot listen on {host}, port {port}: {error}") from error
        yield listener


def _address(listener: socket.socket) -> str:
    """Where this machine reaches the listener."""
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - the words for everywhere
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class _Server(uvicorn.Server):
    """A server that leaves the signals to us: there is more to close than connections."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn's, and says when it is done."""
        await super().startup(sockets)
        self.listening.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Nothing is captured; uvicorn would raise them again before the bot has drained."""
        yield


@contextlib.asynccontextmanager
async def _listening(app: ASGIApp, listener: socket.socket, stopped: asyncio.Event) -> AsyncIterator[None]:
    """Serve until the block ends; `stopped` is set if the server ends by itself."""
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="off",
        http=HeaderTimeoutProtocol,
        timeout_graceful_shutdown=GRACE_SECONDS,
        # Else it reads WEB_CONCURRENCY and FORWARDED_ALLOW_IPS, which are others' variables.
        workers=1,
        proxy_headers=False,
        forwarded_allow_ips="",
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve([listener]), name="http server")
    serving.add_done_callback(lambda _: stopped.set())
    serving.add_done_callback(lambda _: server.listening.set())
    try:
        await server.listening.wait()
        yield
    finally:
        server.should_exit = True
        await serving
