"""What is used of other libraries beyond their interfaces: each says what broke, and where to mend it, when a new release is tried.

The libraries are pinned to a minor version in `pyproject.toml` for it.
"""

import inspect
from threading import Thread

import aiosqlite
import pytest
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from bot.header_timeout import HeaderTimeoutProtocol


async def test_a_connection_of_aiosqlite_has_a_thread() -> None:
    connection = aiosqlite.connect(":memory:")
    mend = (
        "aiosqlite keeps its thread elsewhere: bot/store/sqlite.py, _Driver.connect, waits for it at shutdown"
    )
    assert isinstance(getattr(connection, "_thread", None), Thread), mend
    await (await connection).close()


def protocol() -> HttpToolsProtocol:
    config = Config(app=lambda: None)
    config.load()
    return HttpToolsProtocol(config=config, server_state=ServerState(), app_state={})


@pytest.mark.parametrize("name", ["loop", "connections", "pipeline", "transport", "cycle"])
async def test_uvicorns_protocol_still_has_what_time_outs_are_told_by(name: str) -> None:
    mend = f"uvicorn's HTTP protocol has no `{name}` any more: bot/header_timeout.py reads it"
    assert hasattr(protocol(), name), mend


@pytest.mark.parametrize(
    "name",
    [
        "connection_made",
        "connection_lost",
        "data_received",
        "on_message_begin",
        "on_headers_complete",
        "on_message_complete",
    ],
)
def test_uvicorns_protocol_is_still_told_of_each_part_of_a_request(name: str) -> None:
    ours, theirs = getattr(HeaderTimeoutProtocol, name), getattr(HttpToolsProtocol, name, None)
    mend = f"uvicorn's HTTP protocol has another `{name}`: bot/header_timeout.py overrides it"
    assert theirs is not None, mend
    assert list(inspect.signature(ours).parameters) == list(inspect.signature(theirs).parameters), mend


def test_a_request_of_uvicorns_says_when_its_answer_is_complete() -> None:
    mend = "uvicorn's requests have no `response_complete` any more: bot/header_timeout.py, `waits`, reads it"
    assert "response_complete" in inspect.getsource(RequestResponseCycle.__init__), mend


@pytest.mark.parametrize(
    "name", ["message_processor", "current_session_monitor", "message_receiver", "aiohttp_client_session"]
)
async def test_slacks_socket_client_keeps_its_tasks_where_they_can_be_ended(name: str) -> None:
    client = SocketModeClient(app_token="xapp-1", ping_interval=60)
    try:
        mend = (
            f"slack_sdk's Socket Mode client has no `{name}` any more: bot/slack/sockets.py, _close, ends it"
        )
        assert hasattr(client, name), mend
    finally:
        await client.aiohttp_client_session.close()
        if client.message_processor is not None:
            client.message_processor.cancel()
