"""The command line: `serve`, `demo` and `check`."""

import argparse
import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Iterator, Sequence

import uvicorn
from pydantic import SecretStr
from starlette.types import ASGIApp

from bot import log
from bot.bootstrap import running
from bot.checking import check
from bot.config import Settings, SettingsError, read_settings
from bot.sandbox import World
from bot.sandbox.releases import Zadig
from bot.sandbox.workspace import Workspace
from bot.slack.manifest import manifest

# How long open requests may take once the process is told to stop; together with the drain below ten seconds.
GRACE_SECONDS = 2


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command; leaves with status 2 for settings that make no sense, 1 for a check that found something."""
    parsed = _parser().parse_args(arguments)
    try:
        sys.exit(asyncio.run(parsed.run(parsed)))
    except SettingsError as error:
        print(f"The settings do not work:\n{error}\nThe README lists them all.", file=sys.stderr)
        sys.exit(2)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="release-bot", description="Zadig versions in Slack")
    commands = parser.add_subparsers(required=True, metavar="serve | demo | check")
    serve = commands.add_parser("serve", help="the bot against a real Slack and a real Zadig")
    serve.set_defaults(run=_serve)
    demo = commands.add_parser(
        "demo", help="a local Zadig, a local workspace and the bot, without any account"
    )
    demo.add_argument("--host", default="127.0.0.1", help="listen here (default: %(default)s)")
    demo.add_argument("--port", default=8080, type=int, help="and on this port (default: %(default)s)")
    demo.add_argument(
        "--dialect", default="v1", choices=("v1", "v2"), help="of the local Zadig (default: %(default)s)"
    )
    demo.set_defaults(run=_demo)
    checking = commands.add_parser(
        "check", help="is everything right: tokens, scopes, dialect, licence, database?"
    )
    checking.set_defaults(run=_check)
    return parser


async def _serve(_parsed: argparse.Namespace) -> int:
    settings = read_settings()
    log.set_up(settings.log_format, settings.log_level)
    _forget_oauth()
    async with running(settings) as bot, _listening(bot.web, settings.host, settings.port) as server:
        await server.stopped.wait()
    return 0


def _forget_oauth() -> None:
    """With these two in the environment Bolt turns on OAuth with a file store and drops the bot's token, silently."""
    for name in ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET"):
        os.environ.pop(name, None)


async def _demo(parsed: argparse.Namespace) -> int:
    log.set_up("text", "WARNING")
    _forget_oauth()
    workspace = Workspace(manifest=manifest())
    world = World(zadig=Zadig(dialect=parsed.dialect), workspace=workspace)
    async with world.running(), _listening(world.app, parsed.host, parsed.port) as server:
        settings = _demo_settings(world, server.address)
        async with running(settings):
            print(_WELCOME.format(address=server.address), flush=True)
            await server.stopped.wait()
    return 0


def _demo_settings(world: World, address: str) -> Settings:
    """The sandbox's own, whatever the environment and `.env` say."""
    installed = world.workspace.settings
    values = {
        "slack_bot_token": SecretStr(installed.bot_token),
        "slack_app_token": SecretStr(installed.app_token),
        "slack_api_url": f"{address}/api/",
        "zadig_url": f"{address}/zadig",
        "zadig_token": SecretStr(world.zadig.token),
        "database_url": "sqlite+aiosqlite:///:memory:",
        "poll_seconds": 2,
        "idle_poll_seconds": 5,
        "slack_signing_secret": None,
        "zadig_dialect": "auto",
        "command": "/release",
    }
    return Settings(_env_file=None, **values)  # type: ignore[arg-type] # each value is checked by pydantic


_WELCOME = """
The sandbox is open. Stop it with Ctrl+C; nothing in it is kept.

  Workspace page   {address}/
  Slack Web API    {address}/api/
  Zadig API        {address}/zadig

Open the page and type  /release create
"""


async def _check(_parsed: argparse.Namespace) -> int:
    settings = read_settings()
    log.set_up("text", "ERROR")
    findings = await check(settings)
    for finding in findings:
        print(finding.line)
    return 0 if all(finding.right for finding in findings) else 1


class _Server(uvicorn.Server):
    """A server that leaves the signals to us: there is more to close than connections."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.stopped = asyncio.Event()
        self.listening = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn's, and says when it is done."""
        await super().startup(sockets)
        if self.started:
            self.listening.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Nothing is captured; uvicorn would raise them again before the bot has drained."""
        yield

    @property
    def address(self) -> str:
        host, port = self.servers[0].sockets[0].getsockname()[:2]
        return f"http://{host}:{port}"


@contextlib.asynccontextmanager
async def _listening(app: ASGIApp, host: str, port: int) -> AsyncIterator[_Server]:
    """Serve until SIGINT or SIGTERM sets `stopped`. Raises SystemExit if the port is taken."""
    config = uvicorn.Config(
        app, host=host, port=port, log_config=None, lifespan="off", timeout_graceful_shutdown=GRACE_SECONDS
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve(), name="http server")
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, server.stopped.set)
    try:
        listening = asyncio.create_task(server.listening.wait())
        await asyncio.wait({serving, listening}, return_when=asyncio.FIRST_COMPLETED)
        listening.cancel()
        if serving.done():
            await serving
        yield server
    finally:
        server.should_exit = True
        await asyncio.gather(serving, return_exceptions=True)
