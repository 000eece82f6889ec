"""What only shows on a real server: dropped connections, the stream of events, mounting."""

import asyncio
import json

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.routing import Mount

from bot.sandbox.slack import Workspace, build_app
from tests.sandbox.slack.conftest import ADA, BOT_TOKEN, GENERAL, served

pytestmark = pytest.mark.usefixtures("no_proxies")


async def posted(url: str) -> aiohttp.ClientResponse:
    headers = {"Authorization": f"Bearer {BOT_TOKEN}"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(
            f"{url}/api/chat.postMessage", json={"channel": GENERAL, "text": "x"}, headers=headers
        ) as got,
    ):
        await got.read()
        return got


@pytest.mark.parametrize("prefix", ["", "/mounted"])
@pytest.mark.parametrize(("kind", "messages"), [("drop_before", 0), ("drop_after", 1)])
async def test_a_dropped_connection_is_really_closed(kind: str, messages: int, prefix: str) -> None:
    workspace = Workspace()
    app = build_app(workspace)
    async with (
        workspace.running(),
        served(Starlette(routes=[Mount(prefix, app)]) if prefix else app) as server,
        aiohttp.ClientSession() as session,
    ):
        url = server + prefix
        await session.post(f"{url}/_control/faults", json={"where": "api", "kind": kind})
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await posted(url)
        channel = workspace.conversations.find(GENERAL)
        assert channel is not None
        assert len(channel.messages) == messages
        assert (await posted(url)).status == 200


async def test_the_sdks_default_retry_posts_twice_after_a_drop() -> None:
    """The trap that the fault is for: the client sends the message again, though it had been posted."""
    workspace = Workspace()
    async with served(build_app(workspace)) as url, aiohttp.ClientSession() as session:
        await session.post(f"{url}/_control/faults", json={"where": "api", "kind": "drop_after"})
        client = AsyncWebClient(token=BOT_TOKEN, base_url=f"{url}/api/")
        await client.chat_postMessage(channel=GENERAL, text="once?")
        channel = workspace.conversations.find(GENERAL)

        assert channel is not None
        assert [one.text for one in channel.messages.values()] == ["once?", "once?"]


async def test_events_are_streamed_as_they_happen() -> None:
    workspace = Workspace()
    async with (
        served(build_app(workspace)) as url,
        aiohttp.ClientSession() as session,
        session.get(f"{url}/_control/events", params={"user": ADA}) as stream,
    ):
        hello = await next_event(stream)
        await session.post(f"{url}/_control/type", json={"user": ADA, "channel": GENERAL, "text": "hi"})
        event = await next_event(stream)
        workspace.stream.close()
        rest = await asyncio.wait_for(stream.content.read(), 5)

    assert stream.headers["Content-Type"].startswith("text/event-stream")
    assert rest == b"\n"
    assert hello["type"] == "hello"
    assert (event["type"], event["channel"]) == ("message", GENERAL)


async def next_event(stream: aiohttp.ClientResponse) -> dict[str, object]:
    async with asyncio.timeout(5):
        while True:
            line = (await stream.content.readline()).decode()
            if line.startswith("data: "):
                return dict(json.loads(line.removeprefix("data: ")))


async def test_urls_know_where_the_workspace_is_mounted() -> None:
    workspace = Workspace()
    outer = Starlette(routes=[Mount("/slack", build_app(workspace))])
    async with workspace.running(), served(outer) as server, aiohttp.ClientSession() as session:
        headers = {"Authorization": "Bearer xapp-sandbox"}
        async with session.post(f"{server}/slack/api/apps.connections.open", headers=headers) as got:
            url = (await got.json())["url"]
        async with session.ws_connect(url) as websocket:
            hello = await websocket.receive_json(timeout=5)

    assert url.startswith(server.replace("http", "ws") + "/slack/link/")
    assert hello["type"] == "hello"
