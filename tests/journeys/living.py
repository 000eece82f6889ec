"""A sandbox with the bot in it, on real sockets, and the people who live there."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol, TypeVar

import httpx
import uvicorn
from pydantic import SecretStr

from bot.clock import SystemClock
from bot.compose.running import Running, running
from bot.config import Settings
from bot.domain.ports import Clock
from bot.sandbox import World
from bot.sandbox.clock import Clock as SandboxClock
from bot.sandbox.slack import Workspace
from bot.sandbox.zadig import STEADY, Zadig
from bot.slack.manifest import manifest

JSON = dict[str, Any]
T = TypeVar("T")
# A button that stands below the message that tells how a version ended, and below no card.
OUTCOME = "version_button.show"
ADA, GRACE, LINUS = "U0ADA000001", "U0GRACE0001", "U0LINUS0001"


@contextlib.asynccontextmanager
async def serving(app: Any) -> AsyncIterator[str]:
    """The address of an application on a free port of the loopback interface."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None, lifespan="off"))
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn tells nobody
        await asyncio.sleep(0.005)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


class AheadClock(Clock):
    """The time of day, and what a test has let pass."""

    def __init__(self) -> None:
        self.ahead = timedelta()
        self._clock = SystemClock()

    def now(self) -> datetime:
        return self._clock.now() + self.ahead

    def monotonic(self) -> float:
        return self._clock.monotonic() + self.ahead.total_seconds()


class Later:
    """An application that is named after its address is known."""

    def __init__(self) -> None:
        self.app: Any = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self.app(scope, receive, send)


@dataclass(kw_only=True)
class Life:
    """Everything a journey needs: `person` acts, `channel` reads, `world` is changed from outside."""

    world: World
    address: str
    http: httpx.AsyncClient
    settings: Settings
    bot: Running | None = None
    bot_app: Later

    @contextlib.asynccontextmanager
    async def bot_running(self, clock: Clock | None = None, **more: float) -> AsyncIterator[Running]:
        """The bot from start to stop, by another clock than this machine's if one is given; entered again: a restart."""
        async with running(self.settings, clock=clock, **more) as bot:
            self.bot, self.bot_app.app = bot, bot.web
            yield bot
        self.bot = None

    async def connected(self) -> None:
        """Wait for a Socket Mode connection."""
        while not len(self.world.workspace.sockets):  # noqa: ASYNC110 - nor does the workspace
            await asyncio.sleep(0.01)

    async def zadig(self, project: str, action: str, name: str = "", **more: Any) -> JSON:
        """Somebody acts in Zadig itself.

        What the second dialect takes for a duplicate because both were created within one second is tried again in the next.
        """
        body = {"project": project, "action": action, **({"name": name} if name else {}), **more}
        end = asyncio.get_running_loop().time() + 1.2
        while True:
            answer = dict((await self.http.post("/zadig/_control/version", json=body)).json())
            if "failed to insert" not in str(answer) or asyncio.get_running_loop().time() > end:
                return answer
            await asyncio.sleep(0.1)

    async def zadig_fault(self, **fault: Any) -> None:
        await self.http.post("/zadig/_control/faults", json=fault)

    async def zadig_well(self) -> None:
        await self.http.delete("/zadig/_control/faults")

    def zadig_asked(self, method: str, path: str) -> list[JSON]:
        """The requests that the local Zadig got, oldest first."""
        entries = self.world.zadig.traffic.after(0)
        return [entry for entry in entries if entry["method"] == method and path in entry["path"]]

    def person(self, user: str) -> "Person":
        return Person(life=self, user=user)


class Reachable(Protocol):
    """A workspace whose control API can be called."""

    @property
    def http(self) -> httpx.AsyncClient: ...


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody who types, clicks, fills in and reads, through the calls of the workspace's page."""

    life: Reachable
    user: str

    async def control(self, path: str, **body: Any) -> JSON:
        answer = await self.life.http.post(f"/_control/{path}", json={"user": self.user, **body})
        return dict(answer.json())

    async def state(self) -> JSON:
        return dict((await self.life.http.get("/_control/state", params={"user": self.user})).json())

    async def channel(self, name: str) -> JSON:
        state = await self.state()
        wanted = name.lstrip("#")
        return next(one for one in state["channels"] if one["name"] == wanted)

    async def types(self, text: str, *, channel: str = "shop") -> JSON:
        """Type into a channel; what the app acknowledged it with."""
        return await self.control("type", channel=(await self.channel(channel))["id"], text=text)

    async def messages(self, channel: str = "shop") -> list[JSON]:
        return list((await self.channel(channel))["messages"])

    async def direct_messages(self) -> list[JSON]:
        state = await self.state()
        return [m for one in state["channels"] if one["kind"] == "im" for m in one["messages"]]

    async def sees(self, *texts: str, channel: str = "shop", seconds: float = 5) -> JSON:
        """Wait for a message that holds all these texts; the newest such."""

        async def look() -> JSON | None:
            return newest(await self.messages(channel), *texts)

        return await eventually(look, f"{texts} in #{channel}", self.messages(channel), seconds)

    async def hears(self, *texts: str, seconds: float = 5) -> JSON:
        """The same in direct messages."""

        async def look() -> JSON | None:
            return newest(await self.direct_messages(), *texts)

        return await eventually(look, f"{texts} in a direct message", self.direct_messages(), seconds)

    async def modal(self, *texts: str, seconds: float = 5) -> JSON:
        """Wait for the topmost modal to hold these texts."""

        async def look() -> JSON | None:
            views = (await self.state())["views"]
            return (
                views[-1]
                if views and all(text in json.dumps(views[-1], ensure_ascii=False) for text in texts)
                else None
            )

        return await eventually(look, f"{texts} in a modal", self.state(), seconds)

    async def no_modal(self) -> bool:
        return not (await self.state())["views"]

    async def clicks(self, message: JSON, label: str, *, channel: str = "shop") -> JSON:
        """Click the button of this label, or choose the menu entry of this label."""
        target = (await self._place(message, channel)) | element_of(message["blocks"], label)
        return await self.control("click", **target)

    async def clicks_in(self, view: JSON, label: str) -> JSON:
        return await self.control("click", view_id=view["id"], **element_of(view["blocks"], label))

    async def _place(self, message: JSON, channel: str) -> JSON:
        return {"channel": message.get("channel") or (await self.channel(channel))["id"], "ts": message["ts"]}

    async def fills(self, view: JSON, **values: Any) -> JSON:
        """Put values into inputs by block id (`__` stands for a colon, then `/` for a single one); the state of the view."""
        answer: JSON = {}
        for name, value in values.items():
            block_id = name
            block = next(b for b in view["blocks"] if b.get("block_id") == block_id)
            element = block["element"]
            answer = await self.control(
                "input",
                view_id=view["id"],
                block_id=block_id,
                action_id=element["action_id"],
                **value_of(element, value),
            )
        return answer

    async def submits(self, view: JSON) -> JSON:
        return await self.control("submit", view_id=view["id"])


def value_of(element: JSON, value: Any) -> JSON:
    match element["type"]:
        case "static_select" | "external_select" | "radio_buttons":
            return {"selected_option": value}
        case "multi_static_select" | "multi_external_select" | "checkboxes":
            return {"selected_options": list(value)}
        case _:
            return {"value": value}


def newest(messages: list[JSON], *texts: str) -> JSON | None:
    """The newest message that holds all these texts, in its text or its blocks."""
    for message in reversed(messages):
        whole = json.dumps(message, ensure_ascii=False)
        if all(text in whole for text in texts):
            return message
    return None


def element_of(blocks: list[JSON], label: str) -> JSON:
    """How to click the button or the menu entry of this label."""
    for block in blocks:
        elements = block.get("elements") or ([block["accessory"]] if block.get("accessory") else [])
        for element in elements:
            if element.get("type") == "button" and element["text"]["text"].startswith(label):
                return {"block_id": block["block_id"], "action_id": element["action_id"]}
            for option in element.get("options") or []:
                if option["text"]["text"].startswith(label):
                    return {
                        "block_id": block["block_id"],
                        "action_id": element["action_id"],
                        "selected_option": option["value"],
                    }
    raise AssertionError(f"nothing to click named {label} in {json.dumps(blocks, ensure_ascii=False)[:3000]}")


async def eventually(
    look: Callable[[], Awaitable[T | None]], what: str, otherwise: Coroutine[Any, Any, Any], seconds: float
) -> T:
    """Poll until `look` finds something; AssertionError with what there is instead."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while loop.time() < end:
        found = await look()
        if found is not None:
            otherwise.close()
            return found
        await asyncio.sleep(0.03)
    there = json.dumps(await otherwise, ensure_ascii=False, indent=1)[-6000:]
    raise AssertionError(f"never saw {what}; there is: {there}")


@contextlib.asynccontextmanager
async def living(
    *,
    mode: Literal["http", "socket"] = "http",
    dialect: Literal["v1", "v2"] = "v1",
    database: str = "sqlite+aiosqlite:///:memory:",
    speed: float = 20,
    **settings: Any,
) -> AsyncIterator[Life]:
    """A sandbox with its people; start the bot in it with `bot_running`."""
    bot_app = Later()
    async with contextlib.AsyncExitStack() as stack:
        bot_address = await stack.enter_async_context(serving(bot_app))
        manifested = manifest()
        manifested["settings"]["socket_mode_enabled"] = mode == "socket"
        workspace = Workspace(
            manifest=manifested,
            request_url=f"{bot_address}/slack/events" if mode == "http" else None,
            rate_limits=False,
        )
        clock = SandboxClock()
        zadig = Zadig(dialect=dialect, clock=clock, pace=STEADY, speed=speed)
        world = World(zadig=zadig, workspace=workspace)
        await stack.enter_async_context(world.running())
        address = await stack.enter_async_context(serving(world.app))
        installed = workspace.settings
        values: JSON = {
            "slack_bot_token": SecretStr(installed.bot_token),
            "slack_app_token": SecretStr(installed.app_token) if mode == "socket" else None,
            "slack_signing_secret": SecretStr(installed.signing_secret),
            "slack_api_url": f"{address}/api/",
            "zadig_url": f"{address}/zadig",
            "zadig_token": SecretStr(zadig.token),
            "database_url": database,
            "poll_seconds": 0.3,
            "idle_poll_seconds": 0.5,
            "zadig_dialect": "auto",
            "command": "/release",
        } | settings
        # Connections are given up before the server does that, in the middle of a request.
        kept = httpx.Limits(keepalive_expiry=2)
        http = await stack.enter_async_context(httpx.AsyncClient(base_url=address, timeout=20, limits=kept))
        yield Life(
            world=world,
            address=address,
            http=http,
            settings=Settings(**values),
            bot_app=bot_app,
        )
