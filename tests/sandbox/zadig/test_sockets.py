"""What needs real sockets: dropped connections, and events that keep coming."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Literal

import httpx
import pytest
import uvicorn
import uvloop
from starlette.applications import Starlette
from starlette.routing import Mount

from bot.sandbox.zadig import Pace, Zadig, build_app, running
from bot.sandbox.zadig.elsewhere import Wish, create

RELEASES = "/zadig/openapi/delivery/releases"
QUICK = Pace(
    image_seconds=(0.05, 0.05), create_seconds=0, watch_seconds=0.1, wrap_up_seconds=0, failure_rate=0
)
Http = Literal["h11", "httptools"]
LIST: dict[str, str | int] = {"projectKey": "shop", "pageNum": 1, "pageSize": 10}


@asynccontextmanager
async def served(zadig: Zadig, http: Http = "httptools") -> AsyncIterator[httpx.AsyncClient]:
    """This Zadig at `/zadig` of a server on loopback, with its ticker running beside it."""
    app = Starlette(routes=[Mount("/zadig", app=build_app(zadig))])
    with socket.create_server(("127.0.0.1", 0)) as listener:
        host, port = listener.getsockname()
        server = uvicorn.Server(uvicorn.Config(app, http=http, log_config=None, lifespan="off"))
        async with running(zadig, every=0.02):
            serving = asyncio.create_task(server.serve(sockets=[listener]))
            try:
                while not server.started:  # noqa: ASYNC110 - uvicorn has nothing to wait for
                    await asyncio.sleep(0.01)
                headers = {"authorization": f"Bearer {zadig.token}"}
                async with httpx.AsyncClient(base_url=f"http://{host}:{port}", headers=headers) as client:
                    yield client
            finally:
                server.should_exit = True
                await serving


def body(name: str = "v14") -> dict[str, Any]:
    registry = "62ce6231e0281143de477e60"
    image = {"container_name": "cart", "image_name": "cart", "image_tag": name}
    services = [{"service_name": "cart", "image_datas": [image]}]
    return {
        "project_key": "shop",
        "version_name": name,
        "env_name": "dev",
        "image_registry_id": registry,
        "yaml_datas": services,
    }


@pytest.mark.parametrize("loop", [asyncio.new_event_loop, uvloop.new_event_loop])
@pytest.mark.parametrize("http", ["h11", "httptools"])
@pytest.mark.parametrize(("kind", "created"), [("drop_before", 0), ("drop_after", 1)])
def test_a_connection_is_dropped_without_an_answer(
    loop: Callable[[], asyncio.AbstractEventLoop],
    http: Http,
    kind: str,
    created: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def journey() -> None:
        async with served(Zadig(history=False, pace=QUICK), http) as client:
            await client.post("/zadig/_control/faults", json={"kind": kind, "times": 1})
            with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
                await client.post(f"{RELEASES}/k8s", json=body())
            answer = await client.get(RELEASES, params=LIST)
            assert answer.json()["total"] == created

    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(journey())
    assert caplog.records == [], "the server takes it as a client that went away"


async def test_a_client_that_gives_up_on_a_slow_create_has_created_all_the_same() -> None:
    zadig = Zadig(history=False, pace=QUICK)
    async with served(zadig) as client:
        await client.post("/zadig/_control/faults", json={"kind": "slow", "seconds": 0.3, "times": 1})
        with pytest.raises(httpx.ReadTimeout):
            await client.post(f"{RELEASES}/k8s", json=body(), timeout=0.1)
        assert (await client.get(RELEASES, params=LIST)).json()["total"] == 1


async def test_other_requests_do_not_wait_for_a_slow_one() -> None:
    zadig = Zadig(pace=QUICK)
    async with served(zadig) as client:
        await client.post("/zadig/_control/faults", json={"kind": "slow", "seconds": 5, "where": "detail"})
        slow = asyncio.create_task(client.get(f"{RELEASES}/{'0' * 24}", params={"projectKey": "shop"}))
        await asyncio.sleep(0.05)
        assert (await client.get(RELEASES, params=LIST)).status_code == 200
        assert not slow.done()
        zadig.clock.advance(5)
        assert (await slow).status_code == 500


async def events_until(client: httpx.AsyncClient, *, wanted: str) -> AsyncIterator[dict[str, Any]]:
    async with client.stream("GET", "/zadig/_control/events") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        async for line in stream.aiter_lines():
            if line.startswith("data: "):
                event = json.loads(line.removeprefix("data: "))
                yield event
                if wanted in line:
                    return


async def test_events_tell_of_requests_faults_and_every_step_of_a_version() -> None:
    zadig = Zadig(history=False, pace=QUICK)
    async with served(zadig) as client:
        seen = []
        async with asyncio.timeout(10):
            async for event in events_until(client, wanted='"status": "success"'):
                seen.append(event)
                if event["type"] == "hello":
                    await client.post("/zadig/_control/faults", json={"kind": "500", "where": "delete"})
                    await client.post(f"{RELEASES}/k8s", json=body())
    types = [event["type"] for event in seen]
    assert types[:4] == ["hello", "faults", "request", "version"]
    assert [event["seq"] for event in seen] == sorted({event["seq"] for event in seen})
    versions = [event["version"] for event in seen if event["type"] == "version"]
    assert {event["project"] for event in seen if event["type"] == "version"} == {"shop"}
    assert versions[0]["status"] == "creating"
    assert [each["done"] for each in versions] == sorted(each["done"] for each in versions)
    assert (versions[-1]["status"], versions[-1]["done"]) == ("success", 1)
    assert seen[2]["entry"]["path"] == "/openapi/delivery/releases/k8s"


async def test_events_end_when_the_zadig_does() -> None:
    zadig = Zadig(history=False)
    async with (
        asyncio.timeout(10),
        served(zadig) as client,
        client.stream("GET", "/zadig/_control/events") as stream,
    ):
        lines = stream.aiter_lines()
        assert "hello" in await anext(lines)
        zadig.events.close()
        assert [line async for line in lines if line] == []


async def test_the_app_has_a_lifespan_of_its_own() -> None:
    zadig = Zadig(history=False)
    app = build_app(zadig)
    async with app.router.lifespan_context(app), zadig.events.watching() as queue:
        await queue.get()
        create(zadig, Wish(project="shop"))
        assert (await asyncio.wait_for(queue.get(), 5) or {})["type"] == "version"
