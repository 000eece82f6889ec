"""Bodies that nobody has vouched for: what they cost together, and who goes where they cost too much."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
import uvicorn
from starlette.types import Message

from bot.header_timeout import HeaderTimeoutProtocol
from bot.request_bodies import MAX_BYTES, Bodies, Turned
from bot.web import Guard, build_web, respond
from tests.test_web import COMMAND, NOW, SECRET, signed


class Sender:
    """A client that sends what it is told to."""

    def __init__(self) -> None:
        self.chunks: asyncio.Queue[tuple[bytes, bool]] = asyncio.Queue()

    def send(self, data: bytes, *, more: bool = True) -> None:
        self.chunks.put_nowait((data, more))

    async def receive(self) -> Message:
        body, more = await self.chunks.get()
        return {"type": "http.request", "body": body, "more_body": more}


async def moved() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_where_bodies_become_too_many_bytes_the_largest_goes_and_the_small_ones_stay() -> None:
    bodies = Bodies(max_together=1000)
    large, small, late = Sender(), Sender(), Sender()
    reading = [asyncio.ensure_future(bodies.read(one.receive)) for one in (large, small, late)]
    large.send(b"x" * 700)
    small.send(b"y" * 200)
    await moved()
    late.send(b"z" * 150)
    await moved()
    with pytest.raises(Turned) as turned:
        await reading[0]
    assert (turned.value.status, turned.value.reason) == (503, "too many bytes at once")
    small.send(b"y", more=False)
    late.send(b"", more=False)
    assert await asyncio.gather(*reading[1:]) == [b"y" * 201, b"z" * 150]
    again = Sender()
    again.send(b"x" * 1000, more=False)
    assert len(await bodies.read(again.receive)) == 1000, "nothing is held any more"


async def test_who_is_the_largest_itself_goes_at_once() -> None:
    bodies = Bodies(max_together=1000)
    sender = Sender()
    sender.send(b"x" * 1001, more=False)
    with pytest.raises(Turned, match="503"):
        await bodies.read(sender.receive)


async def test_a_body_that_is_given_up_is_no_slow_one_and_the_other_way_round() -> None:
    slow = Bodies(max_seconds=0.05)
    with pytest.raises(Turned) as turned:
        await slow.read(Sender().receive)
    assert turned.value.status == 408


def resident_megabytes() -> float:
    line = next(one for one in Path("/proc/self/status").read_text().splitlines() if one.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


async def test_hundreds_of_bodies_that_never_end_cost_little_and_hold_up_nobody() -> None:
    """400 connections, each but a byte short of the largest body: 400 MiB if they were all kept."""

    async def behind(_scope: object, _receive: object, send: Callable[..., object]) -> None:
        await respond(send, 200, {}, b"well")  # type: ignore[arg-type]

    async def nothing() -> dict[str, str]:
        return {}

    async def figures() -> bytes:
        return b""

    guard = Guard(behind, signing_secret=SECRET, now=lambda: NOW)
    web = build_web(events=guard, readiness=nothing, metrics=figures, alive=lambda: True)
    config = uvicorn.Config(
        web, host="127.0.0.1", port=0, log_config=None, lifespan="off", http=HeaderTimeoutProtocol
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn tells nobody
        await asyncio.sleep(0.005)
    port = server.servers[0].sockets[0].getsockname()[1]
    head = "".join(f"{name}: {value}\r\n" for name, value in signed(COMMAND).items())
    request = f"POST /slack/events HTTP/1.1\r\nHost: x\r\n{head}Content-Length: {MAX_BYTES}\r\n\r\n".encode()
    chunk = b"x" * 65_536
    before = resident_megabytes()
    writers = []

    async def upload() -> None:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writers.append(writer)
        try:
            writer.write(request)
            for _ in range(15):
                writer.write(chunk)
                await writer.drain()
        except ConnectionError:
            pass

    await asyncio.gather(*(upload() for _ in range(400)))
    assert resident_megabytes() - before < 150
    async with httpx.AsyncClient(timeout=5) as client:
        address = f"http://127.0.0.1:{port}/slack/events"
        answer = await client.post(address, content=COMMAND, headers=signed(COMMAND))
        assert answer.status_code == 200
    for writer in writers:
        writer.close()
    server.should_exit = True
    await serving
