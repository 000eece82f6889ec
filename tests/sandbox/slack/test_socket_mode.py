"""Socket Mode over real sockets: tickets, hello, envelopes, acknowledgements, refreshes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest

from bot.sandbox.slack import Clock, Workspace, build_app
from tests.sandbox.slack.conftest import (
    ADA,
    APP_TOKEN,
    GENERAL,
    MANIFEST,
    START,
    Json,
    modal,
    served,
    until,
)

pytestmark = pytest.mark.usefixtures("no_proxies")


@dataclass
class Office:
    """A workspace on a real port, and whoever talks to it."""

    workspace: Workspace
    session: aiohttp.ClientSession
    url: str

    async def act(self, name: str, /, **body: Any) -> Json:
        async with self.session.post(f"{self.url}/_control/{name}", json=body) as response:
            return dict(await response.json())

    async def open(self) -> str:
        """A fresh Socket Mode address."""
        headers = {"Authorization": f"Bearer {APP_TOKEN}"}
        async with self.session.post(f"{self.url}/api/apps.connections.open", headers=headers) as response:
            answer = await response.json()
        assert answer["ok"], answer
        return str(answer["url"])

    @asynccontextmanager
    async def connected(self, **query: str) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
        """A connection that has said hello."""
        url = await self.open() + "".join(f"&{key}={value}" for key, value in query.items())
        async with self.session.ws_connect(url) as websocket:
            assert (await received(websocket))["type"] == "hello"
            yield websocket


@asynccontextmanager
async def office_of(**settings: Any) -> AsyncIterator[Office]:
    defaults: Json = {"manifest": MANIFEST, "clock": Clock(rate=0, start=START)}
    workspace = Workspace(**defaults | settings)
    async with served(build_app(workspace)) as url, aiohttp.ClientSession() as session:
        yield Office(workspace=workspace, session=session, url=url)


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    async with office_of() as one:
        yield one


async def received(websocket: aiohttp.ClientWebSocketResponse) -> Json:
    return dict(await websocket.receive_json(timeout=5))


async def acknowledge(
    websocket: aiohttp.ClientWebSocketResponse, envelope: Json, payload: Any = None
) -> None:
    ack = {"envelope_id": envelope["envelope_id"]}
    await websocket.send_json(ack if payload is None else ack | {"payload": payload})


@dataclass
class Typing:
    """Somebody typing `/release`, meanwhile."""

    task: asyncio.Task[Json] = field(init=False)
    office: Office

    def __post_init__(self) -> None:
        self.task = asyncio.create_task(
            self.office.act("type", user=ADA, channel=GENERAL, text="/release list")
        )


async def test_hello_comes_first(office: Office) -> None:
    url = await office.open()
    async with office.session.ws_connect(url) as websocket:
        hello = await received(websocket)

    assert url.startswith("ws://127.0.0.1:")
    assert "app_id=A0SANDBOX01" in url
    assert hello["num_connections"] == 1
    assert hello["connection_info"] == {"app_id": "A0SANDBOX01"}
    assert hello["debug_info"]["host"]
    assert hello["debug_info"]["approximate_connection_time"] > 360


async def test_a_ticket_is_good_for_one_connection(office: Office) -> None:
    url = await office.open()
    async with office.session.ws_connect(url) as websocket:
        await received(websocket)
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await office.session.ws_connect(url)

    assert refused.value.status == 403


async def test_an_old_ticket_is_refused(office: Office) -> None:
    url = await office.open()
    office.workspace.clock.advance(31)
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await office.session.ws_connect(url)


async def test_a_command_is_delivered_and_answered(office: Office) -> None:
    async with office.connected() as websocket:
        typing = Typing(office)
        envelope = await received(websocket)
        await acknowledge(websocket, envelope, {"text": "working"})
        answer = await typing.task

    assert envelope["type"] == "slash_commands"
    assert envelope["accepts_response_payload"] is True
    assert envelope["payload"]["command"] == "/release"
    assert "retry_attempt" not in envelope
    assert answer == {"ok": True, "ack": {"text": "working"}}


async def test_interactions_and_events_have_their_own_envelopes(office: Office) -> None:
    async with office.connected() as websocket:
        await office.act("open_home", user=ADA)
        event = await received(websocket)
        await acknowledge(websocket, event, {"text": "events take no answer"})
        shortcut = asyncio.create_task(office.act("shortcut", user=ADA, callback_id="new"))
        interaction = await received(websocket)
        await acknowledge(websocket, interaction)
        assert (await shortcut)["ok"]

    assert (event["type"], event["accepts_response_payload"]) == ("events_api", False)
    assert (event["retry_attempt"], event["retry_reason"]) == (0, "")
    assert event["payload"]["event"]["type"] == "app_home_opened"
    assert (interaction["type"], interaction["accepts_response_payload"]) == ("interactive", True)
    assert interaction["payload"]["type"] == "shortcut"


async def test_a_submission_is_answered_in_the_acknowledgement(office: Office) -> None:
    async with office.connected() as websocket:
        view = office.workspace.views.open(ADA, modal())
        submitting = asyncio.create_task(
            office.act("submit", user=ADA, view_id=view.id, values={"name": "x"})
        )
        envelope = await received(websocket)
        errors = {"response_action": "errors", "errors": {"name": "Taken"}}
        await acknowledge(websocket, envelope, errors)

        assert await submitting == {"ok": True} | errors


async def test_an_acknowledgement_is_good_on_any_connection(office: Office) -> None:
    async with office.connected() as first, office.connected() as second:
        typing = Typing(office)
        reading = {asyncio.create_task(received(each)): each for each in (first, second)}
        [done], [other] = await asyncio.wait(reading, return_when=asyncio.FIRST_COMPLETED)
        await acknowledge(reading[other], done.result())

        assert (await typing.task)["ok"]
        other.cancel()


async def test_each_payload_goes_to_one_connection_in_turn(office: Office) -> None:
    async with office.connected() as first, office.connected() as second:
        got: list[int] = []

        async def answer(number: int, websocket: aiohttp.ClientWebSocketResponse) -> None:
            while True:
                envelope = await websocket.receive_json()
                got.append(number)
                await acknowledge(websocket, envelope)

        readers = [asyncio.create_task(answer(*each)) for each in enumerate((first, second))]
        for _ in range(4):
            assert (await Typing(office).task)["ok"]
        for reader in readers:
            reader.cancel()

    assert sorted(got) == [0, 0, 1, 1]


async def test_ten_connections_are_the_most(office: Office) -> None:
    sockets = [await office.session.ws_connect(await office.open()) for _ in range(11)]
    first_frames = [await received(each) for each in sockets]
    for each in sockets:
        await each.close()

    assert [one.get("num_connections") for one in first_frames[:10]] == list(range(1, 11))
    assert first_frames[10]["type"] == "disconnect"
    assert first_frames[10]["reason"] == "too_many_websockets"


async def test_no_acknowledgement_is_a_time_out_and_a_retry(office: Office) -> None:
    async with office.connected() as websocket:
        typing = Typing(office)
        await received(websocket)
        office.workspace.clock.advance(3.1)
        assert await typing.task == {"ok": False, "error": "operation_timeout"}

        await office.act("open_home", user=ADA)
        first = await received(websocket)
        office.workspace.clock.advance(3.1)
        second = await received(websocket)
        await acknowledge(websocket, second)

    assert first["payload"]["event_id"] == second["payload"]["event_id"]
    assert first["envelope_id"] != second["envelope_id"]
    assert (second["retry_attempt"], second["retry_reason"]) == (1, "timeout")


async def test_a_warning_comes_ten_seconds_before_the_end(office: Office) -> None:
    async with office.connected(debug_reconnects="true") as websocket:
        office.workspace.clock.advance(350.1)
        warning = await received(websocket)
        office.workspace.clock.advance(10)
        refresh = await received(websocket)
        closed = await websocket.receive(timeout=5)

    assert (warning["type"], warning["reason"]) == ("disconnect", "warning")
    assert (refresh["type"], refresh["reason"]) == ("disconnect", "refresh_requested")
    assert closed.type in {aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED}


@pytest.mark.parametrize("reason", ["warning", "refresh_requested", "link_disabled"])
async def test_connections_are_refreshed_on_demand(office: Office, reason: str) -> None:
    async with office.connected() as websocket:
        assert await office.act("sockets", reason=reason) == {"ok": True, "connections": 1}
        frame = await received(websocket)

        assert (frame["type"], frame["reason"]) == ("disconnect", reason)
        assert len(office.workspace.sockets) == (1 if reason == "warning" else 0)


async def test_connections_can_be_dropped_without_a_word(office: Office) -> None:
    async with office.connected() as websocket:
        await office.act("sockets", reason="drop")
        frame = await websocket.receive(timeout=5)

    assert frame.type in {aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED}


async def test_a_refresh_on_the_way_leaves_the_ack_to_the_next_connection(office: Office) -> None:
    await office.act("faults", where="delivery", kind="socket_disconnect")
    async with office.connected() as old:
        typing = Typing(office)
        envelope, goodbye = await received(old), await received(old)
        async with office.connected() as new:
            await acknowledge(new, envelope)
            assert (await typing.task)["ok"]

    assert goodbye["reason"] == "refresh_requested"


async def test_with_sockets_connected_nothing_goes_over_http() -> None:
    async with office_of(request_url="http://127.0.0.1:9/slack/events") as office:
        async with office.connected() as websocket:
            typing = Typing(office)
            await acknowledge(websocket, await received(websocket))
            assert (await typing.task)["ok"]
        await until(lambda: len(office.workspace.sockets) == 0)

        assert (await Typing(office).task)["error"] == "dispatch_failed"
        assert office.workspace.traffic.after(0)[-1]["status"] == "ConnectError"


async def test_socket_mode_in_the_manifest_keeps_http_out() -> None:
    manifest = MANIFEST | {"settings": MANIFEST["settings"] | {"socket_mode_enabled": True}}
    async with office_of(manifest=manifest, request_url="http://127.0.0.1:9/slack/events") as office:
        assert (await Typing(office).task)["error"] == "dispatch_failed"
        assert office.workspace.traffic.after(0)[-1]["status"] == "no receiver"


async def test_events_wait_for_the_next_connection() -> None:
    async with office_of() as office:
        async with office.connected():
            pass
        await until(lambda: len(office.workspace.sockets) == 0)
        await office.act("open_home", user=ADA)
        await until(lambda: len(office.workspace.traffic.after(0)) > 3)
        async with office.connected() as websocket:
            office.workspace.clock.advance(60)
            envelope = await received(websocket)
            await acknowledge(websocket, envelope)

    assert envelope["retry_attempt"] >= 1


async def test_nonsense_on_a_socket_is_ignored(office: Office) -> None:
    async with office.connected() as websocket:
        await websocket.send_json(["nonsense"])
        await websocket.send_json({"envelope_id": "unknown"})
        await websocket.send_json({"type": "ping"})
        typing = Typing(office)
        await acknowledge(websocket, await received(websocket))

        assert (await typing.task)["ok"]
