"""What real servers do to a client that waits: hang, drip, cut off, flood and break the connection."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

from bot.domain.errors import OutcomeUnknown, ReleaseBotError, ServerDown, Unreadable
from bot.domain.ports import Clock
from bot.zadig.calls import Call, Purpose
from bot.zadig.transport import Transport, TransportLimits

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
LIST = Call(purpose=Purpose.LIST, path=("x",), seconds=0.3)
CREATE = Call(purpose=Purpose.CREATE, verb="POST", path=("x",), body={}, seconds=0.3)
LIMITS = TransportLimits(grace=0.1, connections=2, wait_for_connection=0.2, connect=0.3)


class RealClock(Clock):
    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


@asynccontextmanager
async def serving(handler: Handler) -> AsyncIterator[Transport]:
    """A transport to a server on 127.0.0.1 that treats every connection with `handler`."""
    tasks: set[asyncio.Task[None]] = set()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        tasks.add(task)
        try:
            await handler(reader, writer)
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    transport = Transport(f"http://127.0.0.1:{port}", "a.b.c", clock=RealClock(), limits=LIMITS)
    try:
        yield transport
    finally:
        await transport.aclose()
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await server.wait_closed()


async def swallow(reader: asyncio.StreamReader) -> None:
    await reader.readuntil(b"\r\n\r\n")


async def hang(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    await swallow(reader)
    await asyncio.sleep(60)


async def drip_headers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await swallow(reader)
    for letter in "HTTP/1.1 200 OK\r\nX-Slow: " + "a" * 1000:
        writer.write(letter.encode())
        await writer.drain()
        await asyncio.sleep(0.05)


async def drip_body(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await swallow(reader)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(1000):
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.05)


async def cut_off(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await swallow(reader)
    writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"list": [')
    await writer.drain()


async def hang_up(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    await swallow(reader)


async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await swallow(reader)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n")
    for _ in range(1000):
        writer.write(b"x" * 100_000)
        await writer.drain()


async def babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await swallow(reader)
    writer.write(b"220 mail.example.com ESMTP\r\n")
    await writer.drain()


CASES: list[tuple[Handler, type[ReleaseBotError]]] = [
    (hang, ServerDown),
    (drip_headers, ServerDown),
    (drip_body, ServerDown),
    (cut_off, ServerDown),
    (hang_up, ServerDown),
    (flood, Unreadable),
    (babble, ServerDown),
]


@pytest.mark.parametrize(("handler", "means"), CASES, ids=lambda value: value.__name__)
async def test_a_read_ends_at_its_deadline(handler: Handler, means: type[ReleaseBotError]) -> None:
    async with serving(handler) as transport:
        started = time.monotonic()
        with pytest.raises(means):
            await transport.send(LIST)
        assert time.monotonic() - started < 0.8


@pytest.mark.parametrize("handler", [handler for handler, _ in CASES], ids=lambda value: value.__name__)
async def test_a_write_that_went_out_has_an_unknown_outcome(handler: Handler) -> None:
    async with serving(handler) as transport:
        with pytest.raises(OutcomeUnknown):
            await transport.send(CREATE)


async def test_an_address_without_a_server_means_that_nothing_was_sent() -> None:
    transport = Transport("http://127.0.0.1:1", "a.b.c", clock=RealClock(), limits=LIMITS)
    with pytest.raises(ServerDown, match="cannot be reached"):
        await transport.send(CREATE)
    await transport.aclose()


async def test_a_name_that_is_none_means_down_or_wrong() -> None:
    transport = Transport("http://" + "a" * 70 + ".invalid", "a.b.c", clock=RealClock(), limits=LIMITS)
    with pytest.raises(ReleaseBotError):
        await transport.send(LIST)
    await transport.aclose()


async def test_the_pool_recovers_from_a_server_that_hung() -> None:
    healthy = asyncio.Event()

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await swallow(reader)
        if not healthy.is_set():
            await asyncio.sleep(60)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
        await writer.drain()

    async with serving(handler) as transport:
        for _ in range(2):
            calls = [asyncio.create_task(transport.send(LIST)) for _ in range(8)]
            await asyncio.sleep(0.05)
            calls[0].cancel()
            results = await asyncio.gather(*calls, return_exceptions=True)
            assert all(isinstance(result, ServerDown | asyncio.CancelledError) for result in results)
        healthy.set()
        answers = [await transport.send(LIST) for _ in range(4)]
        assert {answer.body for answer in answers} == {b"{}"}
        assert len(transport._pools) == 1
