"""Bolt's getting-started app, unchanged, works in the workspace over HTTP and over Socket Mode."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.sandbox.slack import Workspace, build_app
from tests.sandbox.slack.conftest import (
    ADA,
    APP_TOKEN,
    BOT_TOKEN,
    GENERAL,
    MANIFEST,
    Json,
    actions,
    button,
    home,
    modal,
    section,
    served,
    until,
)

pytestmark = pytest.mark.usefixtures("no_proxies")

Say = Callable[..., Awaitable[Any]]


def getting_started(api: str) -> AsyncApp:
    """A listener for a message, a button, a command with a modal, its submission, options and the Home tab."""
    client = AsyncWebClient(token=BOT_TOKEN, base_url=api)
    app = AsyncApp(client=client, signing_secret="sandbox-signing-secret")

    @app.message("hello")
    async def say_hello(message: Json, say: Say) -> None:
        await say(text="Hey", blocks=[section(f"Hey <@{message['user']}>!"), actions(button("button_click"))])

    @app.action("button_click")
    async def clicked(body: Json, ack: Say, respond: Say) -> None:
        await ack()
        await respond(
            text=f"<@{body['user']['id']}> clicked", response_type="in_channel", replace_original=False
        )

    @app.command("/release")
    async def open_form(ack: Say, body: Json, client: AsyncWebClient) -> None:
        await ack("One moment")
        await client.views_open(trigger_id=body["trigger_id"], view=modal())

    @app.view("form")
    async def submitted(ack: Say, view: Json, client: AsyncWebClient) -> None:
        name = view["state"]["values"]["name"]["typed"]["value"]
        if name == "taken":
            await ack(response_action="errors", errors={"name": "Taken already"})
            return
        await ack()
        await client.chat_postMessage(channel=GENERAL, text=f"Created {name}")

    @app.event("app_home_opened")
    async def welcome(event: Json, client: AsyncWebClient) -> None:
        await client.views_publish(user_id=event["user"], view=home(section("Welcome")))

    return app


class Day:
    """Ada's day in the workspace."""

    def __init__(self, workspace: Workspace, session: aiohttp.ClientSession, url: str) -> None:
        self.workspace = workspace
        self._session = session
        self._url = url

    async def act(self, name: str, /, **body: Any) -> Json:
        async with self._session.post(f"{self._url}/_control/{name}", json={"user": ADA, **body}) as response:
            return dict(await response.json())

    def texts(self) -> list[str]:
        channel = self.workspace.conversations.find(GENERAL)
        assert channel is not None
        return [one.text for one in channel.messages.values()]

    def last_ts(self) -> str:
        channel = self.workspace.conversations.find(GENERAL)
        assert channel is not None
        return list(channel.messages)[-1]


@asynccontextmanager
async def over_http() -> AsyncIterator[Day]:
    workspace = Workspace(manifest=MANIFEST)
    async with served(build_app(workspace)) as url, aiohttp.ClientSession() as session:
        handler = AsyncSlackRequestHandler(getting_started(f"{url}/api/"))

        async def receive(request: Request) -> Response:
            return await handler.handle(request)

        bolt = Starlette(routes=[Route("/slack/events", receive, methods=["POST"])])
        async with served(bolt) as app_url:
            workspace.configure(request_url=f"{app_url}/slack/events")
            yield Day(workspace, session, url)


@asynccontextmanager
async def over_socket_mode() -> AsyncIterator[Day]:
    workspace = Workspace(manifest=MANIFEST)
    async with served(build_app(workspace)) as url, aiohttp.ClientSession() as session:
        app = getting_started(f"{url}/api/")
        handler = AsyncSocketModeHandler(app, APP_TOKEN)
        await handler.connect_async()  # type: ignore[no-untyped-call] # as Bolt ships it
        await until(lambda: len(workspace.sockets) == 1)
        yield Day(workspace, session, url)
        await handler.close_async()  # type: ignore[no-untyped-call] # as Bolt ships it


@pytest.mark.parametrize("way", [over_http, over_socket_mode])
async def test_a_getting_started_app_lives_through_a_day(way: Callable[[], Any]) -> None:
    async with way() as day:
        await day.act("type", channel=GENERAL, text="hello there")
        await until(lambda: day.texts() == ["hello there", "Hey"])
        clicked = await day.act(
            "click", channel=GENERAL, ts=day.last_ts(), block_id="row", action_id="button_click"
        )
        assert clicked == {"ok": True}
        await until(lambda: day.texts()[-1] == f"<@{ADA}> clicked")

        answer = await day.act("type", channel=GENERAL, text="/release")
        assert answer["ok"], answer
        await until(lambda: day.workspace.views.top(ADA) is not None)
        view = day.workspace.views.top(ADA)
        assert view is not None
        refused = await day.act("submit", view_id=view.id, values={"name": "taken"})
        assert refused["errors"] == {"name": "Taken already"}
        assert (await day.act("submit", view_id=view.id, values={"name": "v13"}))["ok"]
        await until(lambda: day.texts()[-1] == "Created v13")

        await day.act("open_home")
        await until(lambda: day.workspace.views.home(ADA) is not None)
        assert (await day.act("shortcut", callback_id="new"))["ok"] is False


async def test_the_sdk_reconnects_when_the_workspace_refreshes() -> None:
    async with over_socket_mode() as day:
        await day.workspace.sockets.disconnect("refresh_requested")
        await until(lambda: len(day.workspace.sockets) == 1)
        await day.act("type", channel=GENERAL, text="hello again")
        await until(lambda: day.texts() == ["hello again", "Hey"])


async def test_the_sdk_raises_slacks_errors() -> None:
    workspace = Workspace(manifest=MANIFEST, rate_limits=False)
    async with served(build_app(workspace)) as url:
        client = AsyncWebClient(token=BOT_TOKEN, base_url=f"{url}/api/")
        with pytest.raises(SlackApiError) as raised:
            await client.chat_postMessage(channel="C0NOWHERE00", text="x")
        listed = [page["channels"] async for page in await client.conversations_list(limit=2)]

    assert raised.value.response["error"] == "channel_not_found"
    assert [len(channels) for channels in listed] == [2, 1]
