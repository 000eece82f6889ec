"""A workspace whose clock stands still, a program that it delivers to, and people to act as."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.sandbox.slack import Clock, Workspace, build_app

Json = dict[str, Any]

START = 1_700_000_000.0
BOT_TOKEN, APP_TOKEN = "xoxb-sandbox", "xapp-sandbox"
ADA, GRACE, LINUS, GUEST = "U0ADA000001", "U0GRACE0001", "U0LINUS0001", "U0GUEST0001"
BOT_USER, BOT_ID = "U0BOT000001", "B0SANDBOX01"
GENERAL, RELEASES, SHOP, OPS_SECRET = "C0GENERAL01", "C0RELEASES1", "C0SHOP00001", "C0OPSSECRET"
ADAS_DM = "D0ADA000001"

MANIFEST: Json = {
    "display_information": {"name": "Release bot"},
    "features": {
        "bot_user": {"display_name": "release-bot"},
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
        "slash_commands": [
            {"command": "/release", "description": "Versions", "usage_hint": "list"},
            {"command": "/who", "description": "Names", "should_escape": True},
        ],
        "shortcuts": [
            {"name": "New version", "type": "global", "callback_id": "new", "description": "Create"},
            {"name": "Look up", "type": "message", "callback_id": "look_up", "description": "Find"},
        ],
    },
    "oauth_config": {
        "scopes": {
            "bot": [
                "app_mentions:read",
                "channels:history",
                "channels:join",
                "channels:read",
                "chat:write",
                "commands",
                "groups:history",
                "groups:read",
                "im:history",
                "im:read",
                "im:write",
                "reactions:write",
                "team:read",
                "usergroups:read",
                "users:read",
                "users:read.email",
            ]
        }
    },
    "settings": {
        "interactivity": {"is_enabled": True},
        "event_subscriptions": {
            "bot_events": [
                "app_home_opened",
                "app_mention",
                "channel_archive",
                "member_joined_channel",
                "member_left_channel",
                "message.channels",
                "message.im",
                "tokens_revoked",
            ]
        },
    },
}


def section(text: str = "hello", **more: Any) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def button(action_id: str = "go", **more: Any) -> Json:
    return {"type": "button", "text": plain("Go"), "action_id": action_id, **more}


def actions(*elements: Json, block_id: str = "row") -> Json:
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def text_input(block_id: str = "name", **more: Any) -> Json:
    element = {"type": "plain_text_input", "action_id": "typed", **more.pop("element", {})}
    return {"type": "input", "block_id": block_id, "label": plain("Name"), "element": element, **more}


def modal(*blocks: Json, **more: Any) -> Json:
    return {
        "type": "modal",
        "callback_id": "form",
        "title": plain("Form"),
        "submit": plain("Save"),
        "blocks": list(blocks) or [text_input()],
        **more,
    }


def home(*blocks: Json, **more: Any) -> Json:
    return {"type": "home", "blocks": list(blocks) or [section()], **more}


@dataclass
class Received:
    """One request as the program got it."""

    headers: dict[str, str]
    body: bytes
    payload: Json

    @property
    def name(self) -> str:
        event = self.payload.get("event", {}).get("type")
        return str(event or self.payload.get("type") or self.payload.get("command"))


Answer = Callable[[Received], Awaitable[Response]]


def answers(body: Any = None, status: int = 200, headers: dict[str, str] | None = None) -> Answer:
    """An answer that is always the same: nothing, a text, or JSON."""

    async def answer(_: Received) -> Response:
        if isinstance(body, dict | list):
            return JSONResponse(body, status, headers)
        return PlainTextResponse(body or "", status, headers)

    return answer


@dataclass
class Program:
    """The app at the other end: keeps what it gets, and acknowledges unless `on` says otherwise."""

    received: list[Received] = field(default_factory=list)
    on: dict[str, Answer] = field(default_factory=dict)

    def named(self, name: str) -> list[Received]:
        return [one for one in self.received if one.name == name]

    def last(self, name: str) -> Json:
        return self.named(name)[-1].payload

    async def receive(self, request: Request) -> Response:
        body = await request.body()
        one = Received(headers=dict(request.headers), body=body, payload=_payload(request, body))
        self.received.append(one)
        answer = self.on.get(one.name)
        return await answer(one) if answer is not None else Response()

    def application(self) -> Starlette:
        return Starlette(routes=[Route("/slack/{rest:path}", self.receive, methods=["POST"])])


def _payload(request: Request, body: bytes) -> Json:
    if request.headers["content-type"] == "application/json":
        return dict(json.loads(body))
    form = dict(parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True))
    return dict(json.loads(form["payload"])) if "payload" in form else dict(form)


@dataclass
class Sandbox:
    """The workspace with everything that tests do to it."""

    workspace: Workspace
    clock: Clock
    program: Program
    client: httpx.AsyncClient

    async def call(self, method: str, /, *, bearer: str | None = BOT_TOKEN, **arguments: Any) -> Json:
        """A Web API call as JSON."""
        response = await self.respond(method, bearer=bearer, **arguments)
        return dict(response.json())

    async def respond(
        self, method: str, /, *, bearer: str | None = BOT_TOKEN, **arguments: Any
    ) -> httpx.Response:
        headers = {"Content-Type": "application/json; charset=utf-8"}
        if bearer is not None:
            headers["Authorization"] = f"Bearer {bearer}"
        return await self.client.post(f"/api/{method}", content=json.dumps(arguments), headers=headers)

    async def post(self, channel: str = GENERAL, **arguments: Any) -> str:
        """Posts as the app and gives the ts."""
        answer = await self.call("chat.postMessage", channel=channel, **({"text": "hi"} | arguments))
        assert answer["ok"], answer
        return str(answer["ts"])

    async def act(self, name: str, /, **body: Any) -> Json:
        """Acts as a person; refused acts raise."""
        response = await self.client.post(f"/_control/{name}", json=body)
        assert response.status_code == 200, response.text
        return dict(response.json())

    async def refused(self, name: str, /, **body: Any) -> str:
        """Why a person cannot do this."""
        response = await self.client.post(f"/_control/{name}", json=body)
        assert response.status_code == 400, response.text
        assert response.json()["ok"] is False
        assert response.json()["detail"]
        return str(response.json()["error"])

    async def state(self, user: str = ADA) -> Json:
        return dict((await self.client.get("/_control/state", params={"user": user})).json())

    async def messages(self, channel: str = GENERAL, user: str = ADA) -> list[Json]:
        """What this person sees in a channel."""
        state = await self.state(user)
        return next((list(one["messages"]) for one in state["channels"] if one["id"] == channel), [])

    async def hook(self, url: str, **body: Any) -> httpx.Response:
        return await self.client.post(url, json=body)

    async def command(self, text: str = "", *, user: str = ADA, channel: str = GENERAL) -> Json:
        """Runs /release and gives the payload that the program got."""
        await self.act("type", user=user, channel=channel, text=f"/release {text}".strip())
        return self.program.last("/release")

    async def trigger(self, user: str = ADA, channel: str = GENERAL) -> str:
        return str((await self.command(user=user, channel=channel))["trigger_id"])

    async def opened(self, view: Json | None = None, *, user: str = ADA) -> Json:
        """A modal on this person's screen."""
        answer = await self.call("views.open", trigger_id=await self.trigger(user), view=view or modal())
        assert answer["ok"], answer
        return dict(answer["view"])

    async def stack(self, user: str = ADA) -> list[Json]:
        return list((await self.state(user))["views"])

    async def settled(self) -> None:
        await self.workspace.settled()


@asynccontextmanager
async def sandbox_of(**settings: Any) -> AsyncIterator[Sandbox]:
    """A sandbox with other settings than the fixture's."""
    program, clock = Program(), Clock(rate=0, start=START)
    defaults: Json = {
        "manifest": MANIFEST,
        "request_url": "http://program.test/slack/events",
        "clock": clock,
        "app_transport": httpx.ASGITransport(app=program.application(), raise_app_exceptions=False),
        "rate_limits": False,
    }
    workspace = Workspace(**defaults | settings)
    transport = httpx.ASGITransport(app=build_app(workspace))
    async with (
        workspace.running(),
        httpx.AsyncClient(transport=transport, base_url="http://workspace.test") as client,
    ):
        yield Sandbox(workspace=workspace, clock=clock, program=program, client=client)


@asynccontextmanager
async def served(app: Any) -> AsyncIterator[str]:
    """The application on a port of loopback, for what needs real connections; its address without a slash."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_config=None, ws="websockets-sansio", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.005)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        with suppress(asyncio.CancelledError):
            await serving
        listener.close()


async def until(done: Callable[[], bool]) -> None:
    """Waits, in real time, for something that happens in another task or connection."""
    async with asyncio.timeout(5):
        while not done():  # noqa: ASYNC110 - any condition at all
            await asyncio.sleep(0.005)


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with sandbox_of() as one:
        yield one


@pytest.fixture
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loopback servers are reached directly, whatever this machine's environment says."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
