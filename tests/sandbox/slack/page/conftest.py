"""A browser on the page of a real workspace, with a Zadig beside it and a small Bolt app that the tests script."""

import asyncio
import os
import shutil
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
import uvicorn
from playwright.async_api import Browser, Locator, Page, async_playwright, expect
from slack_bolt.adapter.asgi.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.routing import Mount

from bot.sandbox import zadig as local
from bot.sandbox.slack import Clock, Workspace, build_app

Json = dict[str, Any]

ADA, GRACE, LINUS, GUEST = "U0ADA000001", "U0GRACE0001", "U0LINUS0001", "U0GUEST0001"
GENERAL, RELEASES, SHOP, OPS_SECRET = "C0GENERAL01", "C0RELEASES1", "C0SHOP00001", "C0OPSSECRET"
ADAS_DM = "D0ADA000001"
PATIENCE = 10_000  # milliseconds: a busy machine is slow, and no test waits longer than it has to

expect.set_options(timeout=PATIENCE)

MANIFEST: Json = {
    "display_information": {"name": "Test bot"},
    "features": {
        "bot_user": {"display_name": "test-bot"},
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
        "slash_commands": [
            {"command": "/form", "description": "Opens a form", "usage_hint": "[name]"},
            {"command": "/forget", "description": "Never answers", "usage_hint": "me"},
            {"command": "/post", "description": "Posts blocks"},
        ],
        "shortcuts": [
            {
                "name": "New thing",
                "type": "global",
                "callback_id": "new_thing",
                "description": "Opens a form",
            },
            {"name": "Look at this", "type": "message", "callback_id": "look_at", "description": "Shows it"},
        ],
    },
    "oauth_config": {
        "scopes": {
            "bot": ["commands", "chat:write", "channels:history", "channels:read", "im:history", "users:read"]
        }
    },
    "settings": {
        "interactivity": {"is_enabled": True},
        "event_subscriptions": {"bot_events": ["app_home_opened"]},
    },
}


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def section(text: str, **more: Any) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def options(*values: str) -> list[Json]:
    return [{"text": plain(value.title()), "value": value} for value in values]


def button(action_id: str, text: str = "Go", **more: Any) -> Json:
    return {"type": "button", "action_id": action_id, "text": plain(text), **more}


def actions(*elements: Json, block_id: str = "row") -> Json:
    return {"type": "actions", "block_id": block_id, "elements": list(elements)}


def field_of(block_id: str, element: Json, **more: Any) -> Json:
    """An input block whose element has the block's id as its action_id."""
    element = {"action_id": block_id, **element}
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain(block_id.title()),
        "element": element,
        **more,
    }


def text_field(block_id: str = "name", **more: Any) -> Json:
    return field_of(block_id, {"type": "plain_text_input", **more.pop("element", {})}, **more)


def select_field(block_id: str, *values: str, **more: Any) -> Json:
    return field_of(block_id, {"type": "static_select", "options": options(*values)}, **more)


def modal(*blocks: Json, **more: Any) -> Json:
    return {
        "type": "modal",
        "callback_id": "form",
        "title": plain("A form"),
        "submit": plain("Save"),
        "blocks": list(blocks),
        **more,
    }


def chromium() -> str | None:
    return os.environ.get("CHROMIUM") or shutil.which("chromium")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of these need a browser, and share one, so they share its event loop."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    path = chromium()
    if path is None:
        pytest.skip("no Chromium: install the package chromium, or name one in CHROMIUM")
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield opened
        await opened.close()


class App:
    """The app at the other end: acknowledges whatever comes, remembers it, and does what a test has put `on`."""

    def __init__(self, client: AsyncWebClient) -> None:
        self.client = client
        self.heard: list[Json] = []
        self.on: dict[str, Callable[..., Awaitable[object]]] = {}
        self.bolt = AsyncApp(
            client=client, signing_secret="sandbox-signing-secret", process_before_response=True
        )
        self.bolt.use(self._hear)

    async def _hear(self, body: Json, ack: Any) -> object:
        """Everything is dealt with here, by name, so Bolt's listeners are not needed."""
        name = self._name(body)
        self.heard.append(body)
        act = self.on.get(name)
        return await act(body, ack) if act is not None else await ack()

    def _name(self, body: Json) -> str:
        if "command" in body:
            return str(body["command"])
        if body["type"] == "block_actions":
            return str(body["actions"][0]["action_id"])
        if body["type"] == "event_callback":
            return str(body["event"]["type"])
        return str(body["type"])

    def opens(self, command: str, *blocks: Json, **more: Any) -> None:
        """From now on the command opens this form."""

        async def act(body: Json, ack: Any) -> object:
            await self.client.views_open(trigger_id=body["trigger_id"], view=modal(*blocks, **more))
            return await ack()

        self.on[command] = act

    def answers(self, name: str, **answer: Any) -> None:
        """From now on what has this name is acknowledged with this."""

        async def act(_: Json, ack: Any) -> object:
            return await ack(**answer)

        self.on[name] = act

    async def post(self, *blocks: Json, channel: str = SHOP, text: str = "blocks", **more: Any) -> str:
        """Posts a message and gives its ts."""
        answer = await self.client.chat_postMessage(channel=channel, text=text, blocks=list(blocks), **more)
        return str(answer["ts"])

    def named(self, name: str) -> list[Json]:
        return [body for body in self.heard if self._name(body) == name]

    async def last(self, name: str) -> Json:
        """The last payload of that name, waiting for it if need be."""
        async with asyncio.timeout(PATIENCE / 1000):
            while not self.named(name):  # noqa: ASYNC110 - it comes over a real connection
                await asyncio.sleep(0.01)
        return self.named(name)[-1]

    async def action(self, action_id: str) -> Json:
        """The entry of `actions` in the last block_actions of that element."""
        return dict((await self.last(action_id))["actions"][0])


@dataclass
class Screen:
    """A window on the workspace."""

    page: Page
    address: str
    errors: list[str] = field(default_factory=list)

    async def visit(
        self, user: str = ADA, channel: str = SHOP, *, more: str = "", welcomed: bool = True
    ) -> "Screen":
        if welcomed:
            await self.page.add_init_script("localStorage.setItem('workspace.welcome', 'dismissed')")
        await self.page.goto(f"{self.address}/?user={user}&channel={channel}{more}")
        await expect(self.by_id("channel")).to_be_visible()
        return self

    def by_id(self, name: str) -> Locator:
        return self.page.get_by_test_id(name)

    def element(self, action_id: str) -> Locator:
        """The control of a Block Kit element, wherever it stands."""
        return self.page.locator(f'[data-action-id="{action_id}"]')

    def block(self, block_id: str) -> Locator:
        return self.page.locator(f'[data-block-id="{block_id}"]')

    @property
    def composer(self) -> Locator:
        return self.by_id("composer")

    @property
    def modal(self) -> Locator:
        return self.by_id("modal")

    @property
    def messages(self) -> Locator:
        return self.by_id("messages")

    async def say(self, text: str) -> None:
        await self.composer.fill(text)
        await self.by_id("send").click()

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.page.keyboard.press(key)

    async def choose(self, action_id: str, typed: str) -> None:
        """Types into a select and takes the first that fits."""
        await self.element(action_id).click()
        await self.page.keyboard.type(typed)
        await expect(self.page.get_by_role("option").first).to_be_visible()
        await self.press("Enter")

    async def focused(self, attribute: str = "data-action-id") -> str | None:
        found: str | None = await self.page.evaluate(
            "name => document.activeElement.getAttribute(name)", attribute
        )
        return found


@dataclass
class Stage:
    """Everything at once: the workspace, the app, Zadig, and windows that people open."""

    address: str
    workspace: Workspace
    zadig: local.Zadig
    app: App
    browser: Browser
    screens: list[Screen] = field(default_factory=list)

    async def screen(self, *, narrow: bool = False, theme: str = "light", panel: bool = False) -> Screen:
        """A window with its own storage, so its own preferences. The panel is closed unless it is asked for."""
        context = await self.browser.new_context(
            viewport={"width": 400 if narrow else 1280, "height": 800},
            color_scheme="dark" if theme == "dark" else "light",
            reduced_motion="reduce",
            locale="en-US",
            timezone_id="Pacific/Honolulu",
        )
        context.set_default_timeout(PATIENCE)
        page = await context.new_page()
        await page.add_init_script(
            f"localStorage.getItem('workspace.panel') ?? localStorage.setItem('workspace.panel', '{'open' if panel else 'closed'}')"
        )
        one = Screen(page=page, address=self.address)
        page.on("pageerror", lambda error: one.errors.append(str(error)))
        self.screens.append(one)
        return one

    async def close(self) -> None:
        """No window may have met an error of its own code."""
        for screen in self.screens:
            await screen.page.context.close()
        assert [error for screen in self.screens for error in screen.errors] == []


@pytest_asyncio.fixture(loop_scope="session")
async def stage(browser: Browser, request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    request.getfixturevalue("no_proxies")
    listener = socket.create_server(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    clock = Clock()
    workspace = Workspace(
        clock=clock, manifest=MANIFEST, request_url=f"{address}/app/slack/events", rate_limits=False
    )
    zadig = local.Zadig(clock=clock, pace=local.STEADY)
    async with aiohttp.ClientSession() as session:
        app = App(AsyncWebClient(token="xoxb-sandbox", base_url=f"{address}/api/", session=session))
        async with _served(listener, workspace, zadig, app):
            one = Stage(address=address, workspace=workspace, zadig=zadig, app=app, browser=browser)
            yield one
            await one.close()


@asynccontextmanager
async def _served(
    listener: socket.socket, workspace: Workspace, zadig: local.Zadig, app: App
) -> AsyncIterator[None]:
    bolt: Any = AsyncSlackRequestHandler(app.bolt, path="/app/slack/events")  # its own types are narrower
    routes = [
        Mount("/app", bolt),
        Mount("/zadig", local.build_app(zadig)),
        Mount("/", build_app(workspace)),
    ]
    config = uvicorn.Config(
        Starlette(routes=routes),
        log_config=None,
        lifespan="off",
        ws="websockets-sansio",
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    async with workspace.running(), local.running(zadig):
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.005)
        try:
            yield
        finally:
            workspace.stream.close()
            server.should_exit = True
            with suppress(asyncio.CancelledError):
                await serving
            listener.close()


@pytest_asyncio.fixture(loop_scope="session")
async def screen(stage: Stage) -> Screen:
    """Ada's window, in #shop."""
    opened = await stage.screen()
    return await opened.visit()
