"""Socket Mode connections: refreshed, dropped, refused and swallowed ones come back, and closing leaves nothing behind."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import httpx
import pytest
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack import Workspace, build_app
from bot.slack.manifest import manifest
from bot.slack.sockets import SocketPolicy, Sockets
from tests.journeys.living import ADA, serving

# A ping that is not answered within half its interval ends a connection: not too fast for a busy machine.
QUICK = SocketPolicy(ping=1.0, timeout_seconds=0.5, look=0.02, closing=0.3)


@dataclass(kw_only=True)
class Slack:
    """A workspace whose handshakes can be refused."""

    workspace: Workspace
    http: httpx.AsyncClient
    refusals: int = 0
    handshakes: int = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "websocket":
            self.handshakes += 1
            if self.refusals:
                self.refusals -= 1
                await receive()
                await send({"type": "websocket.close", "code": 4003})
                return
        await build_app(self.workspace)(scope, receive, send)

    async def type(self) -> Any:
        """Somebody types a command; what it was acknowledged with."""
        body = {"user": ADA, "channel": "C0SHOP00001", "text": "/release help"}
        return (await self.http.post("/_control/type", json=body)).json()

    async def calm(self) -> None:
        """Wait until nobody connects any more: told to go and cut off at once, the SDK may connect twice."""
        before = -1
        while before != self.handshakes or len(self.workspace.sockets) != 2:
            before = self.handshakes
            await asyncio.sleep(0.3)

    async def fault(self, **fault: Any) -> None:
        await self.http.post(
            "/_control/faults", json={"where": "api", "method": "apps.connections.open"} | fault
        )

    async def well(self) -> None:
        await self.http.delete("/_control/faults")


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    workspace = Workspace(manifest=manifest(), rate_limits=False)
    async with httpx.AsyncClient(timeout=10) as http:
        slack = Slack(workspace=workspace, http=http)
        async with workspace.running(), serving(slack) as address:
            http.base_url = httpx.URL(address)
            yield slack


@pytest.fixture
def opened(slack: Slack) -> Callable[..., Any]:
    """Opens connections to the workspace, or to another address that leads there, for a bot that only knows help."""

    @asynccontextmanager
    async def opened(policy: SocketPolicy = QUICK, address: str = "") -> AsyncIterator[Sockets]:
        installed = slack.workspace.settings
        async with aiohttp.ClientSession() as session:
            base = address or str(slack.http.base_url)
            client = AsyncWebClient(
                token=installed.bot_token, base_url=f"{base}/api/", session=session, retry_handlers=[]
            )
            sockets = Sockets(an_app(client), installed.app_token, policy=policy)
            async with sockets.open():
                yield sockets

    return opened


def an_app(client: AsyncWebClient) -> AsyncApp:
    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id=None)

    async def help_(ack: Callable[..., Any]) -> None:
        await ack("at your service")

    app = AsyncApp(client=client, authorize=authorize, process_before_response=True, signing_secret="")
    app.command("/release")(help_)
    return app


Opened = Callable[..., Any]


async def until(holds: Callable[[], bool], what: str, seconds: float = 8) -> None:
    for _ in range(int(seconds / 0.01)):
        if holds():
            return
        await asyncio.sleep(0.01)
    pytest.fail(f"never {what}")


def actions(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [
        str(vars(record).get("action")) for record in caplog.records if record.name == "bot.slack.sockets"
    ]


def errors(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [str(vars(record)["error"]) for record in caplog.records if "error" in vars(record)]


@pytest.fixture(autouse=True)
def everything_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", logger="bot.slack.sockets")


async def test_two_connections_stand_and_serve(slack: Slack, opened: Opened) -> None:
    async with opened() as sockets:
        assert sockets.problem == "no connection stands"
        await until(lambda: sockets.connected == 2, "two connections")
        assert sockets.problem == ""
        assert "at your service" in str(await slack.type())


@pytest.mark.parametrize("reason", ["refresh_requested", "warning", "drop"])
async def test_a_refresh_or_a_lost_connection_loses_no_command(
    slack: Slack, opened: Opened, caplog: pytest.LogCaptureFixture, reason: str
) -> None:
    async with opened() as sockets:
        await until(lambda: sockets.connected == 2, "two connections")
        await slack.http.post("/_control/sockets", json={"reason": reason})
        await until(lambda: slack.handshakes >= 4 and sockets.connected == 2, "two new connections")
        await slack.calm()
        assert "at your service" in str(await slack.type())
    assert "socket_rebuilt" not in actions(caplog)


async def test_an_answer_finds_its_way_while_the_connections_are_refreshed(
    slack: Slack, opened: Opened
) -> None:
    async with opened() as sockets:
        await until(lambda: sockets.connected == 2, "two connections")
        fault = {"where": "delivery", "kind": "socket_disconnect", "method": "/release"}
        await slack.http.post("/_control/faults", json=fault)
        assert "at your service" in str(await slack.type())


async def test_a_stale_ticket_is_thrown_away_with_its_connection(
    slack: Slack, opened: Opened, caplog: pytest.LogCaptureFixture
) -> None:
    """The SDK would try the same ticket for ever."""
    slack.refusals = 2
    async with opened() as sockets:
        await until(lambda: sockets.connected == 2, "two connections")
        assert "at your service" in str(await slack.type())
    assert actions(caplog).count("socket_rebuilt") == 2
    assert actions(caplog).count("socket_trouble") == 2
    for error in errors(caplog):
        assert "403" in error
        assert "ticket=…" in error, "a ticket is a secret"


@pytest.mark.parametrize("error", ["invalid_auth", "too_many_websockets"])
async def test_a_refused_connection_is_named_and_forgotten_when_it_works(
    slack: Slack, opened: Opened, caplog: pytest.LogCaptureFixture, error: str
) -> None:
    """The app token is wrong, or ten connections stand already because old processes still run."""
    await slack.fault(kind="error", error=error, times=None)
    async with opened() as sockets:
        await until(lambda: error in sockets.problem, "a problem")
        await until(lambda: actions(caplog).count("socket_rebuilt") >= 2, "rebuilt")
        await slack.well()
        await until(lambda: sockets.connected == 2, "two connections")
        assert sockets.problem == ""
    said = errors(caplog)
    assert len(said) == 2 * len(set(said)), "each is said once for each connection"


@pytest.mark.parametrize("kind", ["429", "500", "html", "truncated", "drop_before", "slow"])
async def test_trouble_at_slack_passes(slack: Slack, opened: Opened, kind: str) -> None:
    await slack.fault(kind=kind, times=2, retry_after=0, seconds=0.2)
    async with opened() as sockets:
        await until(lambda: sockets.connected == 2, "two connections")


@dataclass
class Swamp:
    """A network in between: once it is `frozen`, nothing gets through any more, and nobody is told."""

    upstream: httpx.URL
    frozen: asyncio.Event = field(default_factory=asyncio.Event)
    writers: list[asyncio.StreamWriter] = field(default_factory=list)

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(self.upstream.host, self.upstream.port)
        self.writers += [writer, back]
        frozen = self.frozen
        await asyncio.gather(self._carry(reader, back, frozen), self._carry(there, writer, frozen))

    def swallow(self) -> None:
        """The connections that stand lead nowhere from now on; new ones work."""
        self.frozen.set()
        self.frozen = asyncio.Event()

    async def _carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, frozen: asyncio.Event
    ) -> None:
        try:
            while data := await reader.read(65_536):
                if not frozen.is_set():
                    writer.write(data)
            if not frozen.is_set():
                writer.close()
        except ConnectionError:
            writer.close()


async def test_a_silent_network_is_noticed_and_closing_does_not_wait_for_it(
    slack: Slack, opened: Opened
) -> None:
    swamp = Swamp(slack.http.base_url)
    server = await asyncio.start_server(swamp, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        context = opened(address=f"http://127.0.0.1:{port}")
        sockets = await context.__aenter__()
        await until(lambda: sockets.connected == 2, "two connections")
        swamp.frozen.set()
        await until(lambda: sockets.connected == 0, "down")
        async with asyncio.timeout(2):
            await context.__aexit__(None, None, None)
        for writer in swamp.writers:
            writer.close()


async def test_connections_that_lead_nowhere_are_replaced_after_two_pings(
    slack: Slack, opened: Opened
) -> None:
    """That is twelve seconds at most with the bot's own policy: nothing is heard of a connection that has vanished."""
    swamp = Swamp(slack.http.base_url)
    server = await asyncio.start_server(swamp, "127.0.0.1", 0)
    async with server, opened(address=f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}") as sockets:
        await until(lambda: sockets.connected == 2, "two connections")
        stood, vanished = slack.handshakes, tuple(swamp.writers)
        swamp.swallow()
        began = asyncio.get_running_loop().time()
        await until(lambda: slack.handshakes >= stood + 1 and sockets.connected == 2, "two new connections")
        gap = asyncio.get_running_loop().time() - began
        assert gap / QUICK.ping <= 12 / SocketPolicy().ping + 1.5, (
            "a busy machine is forgiven a ping and a half"
        )
        for writer in vanished:
            writer.close()  # Slack has noticed too
        await slack.calm()
        assert "at your service" in str(await slack.type())
    for writer in swamp.writers:
        writer.close()


async def test_closing_leaves_nothing_running(slack: Slack, opened: Opened) -> None:
    before = asyncio.all_tasks()
    for refusals in (0, 2):
        slack.refusals = refusals
        async with opened() as sockets:
            if not refusals:
                await until(lambda: sockets.connected == 2, "two connections")
            else:
                await until(lambda: slack.refusals == 0, "refused")
    await asyncio.sleep(0.05)
    left = {
        task
        for task in asyncio.all_tasks() - before
        if "slack_sdk" in repr(task) or "socket" in task.get_name()
    }
    assert not left
