"""The load: requests over kept connections, as many at a time as asked for, each timed."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

from tests.bench.measuring import percentile
from tests.bench.payloads import signed
from tests.bench.servers import Server


@dataclass(frozen=True, kw_only=True, slots=True)
class Load:
    """What came of it: requests a second, and seconds for each."""

    rate: float
    seconds: Sequence[float]

    @property
    def p50(self) -> float:
        return percentile(self.seconds, 0.5)

    @property
    def p99(self) -> float:
        return percentile(self.seconds, 0.99)


class _Connection(asyncio.Protocol):
    """Sends the next request `pause` seconds after the one before is answered; `over` when there is none left."""

    def __init__(self, requests: Iterator[bytes], *, expected: bytes, pause: float = 0) -> None:
        self._requests = requests
        self._expected = expected
        self._pause = pause
        self._received = b""
        self._begun = 0.0
        self._transport: asyncio.Transport | None = None
        self.seconds: list[float] = []
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is no subclass
        self._next()

    def _next(self) -> None:
        request = next(self._requests, None)
        assert self._transport is not None
        if request is None:
            self._end(None)
            self._transport.close()
        else:
            self._begun = time.perf_counter()
            self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, gap, body = self._received.partition(b"\r\n\r\n")
        if not gap or len(body) < _length(head):
            return
        self.seconds.append(time.perf_counter() - self._begun)
        self._received = b""
        if self._expected not in head.split(b"\r\n", 1)[0]:
            self._end(AssertionError(f"{head!r} {body[:200]!r}"))
        elif self._pause:
            asyncio.get_running_loop().call_later(self._pause, self._next)
        else:
            self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end(exc or AssertionError("the server closed the connection"))

    def _end(self, error: Exception | None) -> None:
        if self.over.done():
            return
        if error is None:
            self.over.set_result(None)
        else:
            self.over.set_exception(error)


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


async def hammer(
    server: Server, bodies: Sequence[str], *, at_a_time: int, forged: bool = False, pause: float = 0
) -> Load:
    """Send all, so many at a time, with pauses of so many seconds. AssertionError for any answer but 200 (forged: 401)."""
    waiting = iter([signed(body, forged=forged) for body in bodies])
    expected = b" 401 " if forged else b" 200 "
    loop = asyncio.get_running_loop()

    def connection() -> _Connection:
        return _Connection(waiting, expected=expected, pause=pause)

    begun = time.perf_counter()
    opened = [await loop.create_connection(connection, "127.0.0.1", server.port) for _ in range(at_a_time)]
    await asyncio.gather(*(one.over for _, one in opened))
    seconds = [second for _, one in opened for second in one.seconds]
    return Load(rate=len(seconds) / (time.perf_counter() - begun), seconds=seconds)
