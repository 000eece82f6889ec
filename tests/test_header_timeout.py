"""Connections on which a request never gets to its end: closed in time, while others are served."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import httpx
import pytest
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.header_timeout import MAX_AHEAD, MAX_BYTES, HeaderTimeoutProtocol
from bot.web import respond

SECONDS = 0.4
Connect = Callable[[], Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]]


class HastyProtocol(HeaderTimeoutProtocol):
    max_seconds = SECONDS
    max_body_seconds = 2 * SECONDS


class CrowdedProtocol(HeaderTimeoutProtocol):
    max_connections = 20


async def app(_scope: Scope, receive: Receive, send: Send) -> None:
    """Reads everything, waits longer than headers may take, and answers."""
    while (await receive()).get("more_body"):
        pass
    await asyncio.sleep(1.5 * SECONDS)
    await respond(send, 200, {}, b"well")


@asynccontextmanager
async def served(protocol: type[HeaderTimeoutProtocol], app: ASGIApp) -> AsyncIterator[str]:
    config = uvicorn.Config(
        app, host="127.0.0.1", port=0, log_config=None, lifespan="off", http=protocol, timeout_keep_alive=5
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn tells nobody
        await asyncio.sleep(0.005)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    await task


@pytest.fixture
async def address() -> AsyncIterator[str]:
    async with served(HastyProtocol, app) as address:
        yield address


@pytest.fixture
async def connect(address: str) -> AsyncIterator[Connect]:
    writers: list[asyncio.StreamWriter] = []

    async def connect() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        url = httpx.URL(address)
        reader, writer = await asyncio.open_connection(url.host, url.port)
        writers.append(writer)
        return reader, writer

    yield connect
    for writer in writers:
        writer.close()


async def rest(reader: asyncio.StreamReader, seconds: float = 5) -> bytes:
    async with asyncio.timeout(seconds):
        try:
            return await reader.read()
        except ConnectionResetError:
            return b""


async def test_who_says_nothing_is_hung_up_on(connect: Connect) -> None:
    reader, _ = await connect()
    assert await rest(reader, 3 * SECONDS) == b""


@pytest.mark.parametrize("pause", [0.05, 0.15])
async def test_headers_that_drip_are_not_waited_for(connect: Connect, pause: float) -> None:
    reader, writer = await connect()
    began = time.monotonic()

    async def drip() -> None:
        with suppress(ConnectionError):
            for letter in b"POST /slack/events HTTP/1.1\r\nHost: x\r\nX-Slow: " + b"a" * 1000:
                writer.write(bytes([letter]))
                await writer.drain()
                await asyncio.sleep(pause)

    dripping = asyncio.create_task(drip())
    assert (await rest(reader)).startswith(b"HTTP/1.1 408 ")
    assert time.monotonic() - began < 3 * SECONDS
    dripping.cancel()
    await asyncio.gather(dripping, return_exceptions=True)


async def test_headers_without_end_are_cut_off(connect: Connect) -> None:
    reader, writer = await connect()
    answering = asyncio.create_task(rest(reader))
    writer.write(b"GET / HTTP/1.1\r\n")
    sent = 0
    with suppress(ConnectionError):
        while not answering.done() and sent < 100 * MAX_BYTES:
            writer.write(b"X-More: " + b"a" * 8000 + b"\r\n")
            sent += 8000
            await writer.drain()
            await asyncio.sleep(0)
    assert (await answering)[:13] in (b"HTTP/1.1 431 ", b"")
    assert sent < 100 * MAX_BYTES


async def test_a_request_after_another_has_its_own_time(connect: Connect) -> None:
    reader, writer = await connect()
    for _ in range(2):
        writer.write(b"POST / HTTP/1.1\r\nHost: x\r\n")
        await writer.drain()
        await asyncio.sleep(SECONDS / 2)
        writer.write(b"Content-Length: 2\r\n\r\nab")
        assert b" 200 " in await reader.readline(), "an answer may take longer than headers"
        assert (await reader.readuntil(b"well")).endswith(b"well")
        await asyncio.sleep(1.5 * SECONDS)
    writer.write(b"POST / HT")
    assert (await rest(reader, 3 * SECONDS)).startswith(b"HTTP/1.1 408 ")


async def test_hundreds_that_never_end_hold_up_nobody(address: str, connect: Connect) -> None:
    for _ in range(300):
        _, writer = await connect()
        writer.write(b"POST /slack/events HTTP/1.1\r\nHost: ")
    async with httpx.AsyncClient() as client:
        began = time.monotonic()
        answers = await asyncio.gather(*(client.get(address) for _ in range(20)))
        assert {answer.status_code for answer in answers} == {200}
        assert time.monotonic() - began < 1.5 * SECONDS + 2


async def at_once(_scope: Scope, _receive: Receive, send: Send) -> None:
    """Answers before it has read anything."""
    await respond(send, 405, {}, b"no")


async def test_a_body_without_end_is_not_waited_for_even_where_it_is_answered() -> None:
    async with served(HastyProtocol, at_once) as address:
        url = httpx.URL(address)
        reader, writer = await asyncio.open_connection(url.host, url.port)
        writer.write(b"POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nabc")
        assert b" 405 " in await rest(reader), "and then the connection is closed"
        writer.close()


async def test_of_too_many_connections_the_one_goes_that_was_waited_for_longest() -> None:
    async with served(CrowdedProtocol, at_once) as address:
        url = httpx.URL(address)
        crowd = [await asyncio.open_connection(url.host, url.port) for _ in range(20)]
        for _, writer in crowd:
            writer.write(b"POST /slack/events HTTP/1.1\r\nHost: ")
        async with httpx.AsyncClient(timeout=2) as client:
            for _ in range(5):
                assert (await client.get(address, headers={"Connection": "close"})).status_code == 405
        assert await rest(crowd[0][0]) == b""
        for _, writer in crowd:
            writer.close()


async def test_requests_far_ahead_of_their_answers_are_not_kept(connect: Connect) -> None:
    reader, writer = await connect()
    writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" * (MAX_AHEAD * 1000))
    assert (await rest(reader))[:13] in (b"HTTP/1.1 400 ", b""), "a reset can overtake the answer"
