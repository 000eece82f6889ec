"""Strangers who send too much, too slowly or for ever: a process grows by next to nothing and goes on answering Slack."""

import asyncio
import hashlib
import hmac
import itertools
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest

from tests.faults.cluster import Cluster, cluster
from tests.faults.databases import sqlite_url
from tests.faults.replicas import Replica
from tests.journeys.living import ADA

MEGABYTE = 1024 * 1024
# Slack waits three seconds for an answer.
LONGEST_ANSWER, MAX_GROWTH = 3.0, 12
HEAD = b"POST /slack/events HTTP/1.1\r\nHost: bot\r\nContent-Type: application/json\r\n"
_numbers = itertools.count()


@pytest.fixture
async def bots(tmp_path: Path) -> AsyncIterator[Cluster]:
    async with cluster(tmp_path, database=sqlite_url(tmp_path), replicas=1) as bots:
        await bots.start()
        yield bots


def signed(bots: Cluster) -> tuple[bytes, dict[str, str]]:
    """A command as Slack sends it."""
    body = urlencode(
        {
            "command": "/release",
            "text": "help",
            "user_id": ADA,
            "channel_id": "C0SHOP00001",
            "team_id": "T0SANDBOX01",
            "trigger_id": f"flood-{next(_numbers)}",
            "response_url": f"{bots.life.address}/hooks/commands/nobody",
        }
    ).encode()
    timestamp = str(int(time.time()))
    secret = bots.life.world.workspace.settings.signing_secret
    digest = hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256).hexdigest()
    return body, {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": f"v0={digest}",
    }


async def acknowledged(bots: Cluster, replica: Replica, count: int = 60) -> list[float]:
    """How long so many commands took, one after the other, the shortest first."""
    taken = []
    async with httpx.AsyncClient(timeout=10, trust_env=False) as client:
        for _ in range(count):
            body, headers = signed(bots)
            began = time.perf_counter()
            answer = await client.post(f"{replica.address}/slack/events", content=body, headers=headers)
            taken.append(time.perf_counter() - began)
            assert answer.status_code == 200
            await asyncio.sleep(0.02)
    return sorted(taken)


Stranger = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def sends_without_end(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
    await _pour(writer, b"10000\r\n" + b"x" * 65536 + b"\r\n")


async def sends_two_hundred_megabytes(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(HEAD + b"Content-Length: %d\r\n\r\n" % (200 * MEGABYTE))
    await _pour(writer, b"x" * 65536)


async def sends_a_signature_and_a_body_that_grows(
    _: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    stamped = f"X-Slack-Request-Timestamp: {int(time.time())}\r\nX-Slack-Signature: v0=00\r\n".encode()
    writer.write(HEAD + stamped + b"Transfer-Encoding: chunked\r\n\r\n")
    await _pour(writer, b"10000\r\n" + b"x" * 65536 + b"\r\n")


async def sends_headers_without_end(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(HEAD)
    await _pour(writer, b"X-More: " + b"a" * 8000 + b"\r\n")


async def drips(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    for letter in itertools.cycle(HEAD):
        writer.write(bytes([letter]))
        await writer.drain()
        await asyncio.sleep(0.5)


async def says_nothing(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    await reader.read()


async def _pour(writer: asyncio.StreamWriter, piece: bytes) -> None:
    for _ in range(200 * MEGABYTE // len(piece)):
        writer.write(piece)
        await writer.drain()


FLOODS: dict[Stranger, int] = {
    sends_without_end: 4,
    sends_two_hundred_megabytes: 4,
    sends_a_signature_and_a_body_that_grows: 4,
    sends_headers_without_end: 4,
    drips: 150,
    says_nothing: 150,
}


@asynccontextmanager
async def flooded(replica: Replica) -> AsyncIterator[None]:
    """All strangers at once, each again as soon as it is turned away."""

    async def again(stranger: Stranger) -> None:
        while True:
            with suppress(OSError):
                reader, writer = await asyncio.open_connection("127.0.0.1", replica.port)
                try:
                    await stranger(reader, writer)
                finally:
                    writer.close()
            await asyncio.sleep(0.2)

    tasks = [asyncio.create_task(again(stranger)) for stranger, count in FLOODS.items() for _ in range(count)]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_floods_neither_fill_the_memory_nor_keep_slack_waiting(bots: Cluster) -> None:
    (bot,) = bots.replicas
    await bot.serving()
    idle = await acknowledged(bots, bot)
    before, open_before = bot.megabytes, bot.descriptors
    async with flooded(bot):
        await asyncio.sleep(2)
        busy = await acknowledged(bots, bot)
        await asyncio.sleep(8)
        busy += await acknowledged(bots, bot)
        at_most = bot.megabytes
        assert bot.descriptors - open_before < sum(FLOODS.values()) + 20
    await asyncio.sleep(1)
    print(  # noqa: T201 - the figures, for whoever looks
        f"idle p50 {idle[30] * 1000:.0f} ms, most {idle[-1] * 1000:.0f} ms; flooded p50 {sorted(busy)[60] * 1000:.0f} ms, "
        f"most {max(busy) * 1000:.0f} ms; {at_most - before:+.1f} MB, {bot.descriptors - open_before:+} descriptors after"
    )
    assert max(busy) < LONGEST_ANSWER
    assert at_most - before < MAX_GROWTH
    assert bot.descriptors - open_before < 20
    assert "Traceback" not in bot.log.read_text()
    await bots.ada.types("/release list shop")
    await bots.ada.sees("Versions of shop")
