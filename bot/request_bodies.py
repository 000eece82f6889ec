"""Reading bodies that have not been verified yet: each costs so much at most, and all together no more than that many."""

import asyncio
from dataclasses import dataclass, field

from starlette.types import Receive

MAX_BYTES = 1024 * 1024  # Slack's own payloads stay far below
MAX_SECONDS = 10.0  # for a whole body
MAX_TOGETHER = 16 * MAX_BYTES
_MAX_DIGITS = 12  # of a length, generously; int() of thousands raises


@dataclass(frozen=True, slots=True)
class Turned(Exception):  # noqa: N818 - a request that is turned away is an outcome, not an error of ours
    """A request that goes no further: the status to answer with, and why."""

    status: int
    reason: str


@dataclass(eq=False, slots=True)
class _Body:
    """What has come of one, until `limit` says that it takes too long or that its bytes are needed elsewhere."""

    limit: asyncio.Timeout
    came: bytearray = field(default_factory=bytearray)
    given_up: bool = False


class Bodies:
    """Those that are being read. Where they become too many bytes, the largest goes: Slack's are small."""

    def __init__(self, *, max_seconds: float = MAX_SECONDS, max_together: int = MAX_TOGETHER) -> None:
        self._max_seconds = max_seconds
        self._max_together = max_together
        self._reading: set[_Body] = set()
        self._together = 0

    async def read(self, receive: Receive) -> bytes:
        """A whole body. Raises Turned for one that is too large, too slow, cut off, or the largest where there is no room."""
        body = _Body(asyncio.timeout(self._max_seconds))
        self._reading.add(body)
        try:
            async with body.limit:
                await self._collect(body, receive)
            if not body.given_up:
                return bytes(body.came)
        except TimeoutError:
            if not body.given_up:
                raise Turned(408, "body too slow") from None
        finally:
            self._reading.discard(body)
            self._drop(body)
        raise Turned(503, "too many bytes at once")

    async def _collect(self, body: _Body, receive: Receive) -> None:
        while not body.given_up:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Turned(400, "body incomplete")
            chunk = message.get("body", b"")
            if len(body.came) + len(chunk) > MAX_BYTES:
                raise Turned(413, "body too large")
            body.came += chunk
            self._together += len(chunk)
            self._make_room()
            if not message.get("more_body"):
                return

    def _make_room(self) -> None:
        while self._together > self._max_together:
            largest = max(self._reading, key=lambda body: len(body.came))
            largest.given_up = True
            self._drop(largest)
            largest.limit.reschedule(asyncio.get_running_loop().time())

    def _drop(self, body: _Body) -> None:
        self._together -= len(body.came)
        body.came = bytearray()


def check_length(declared: bytes) -> None:
    """Raises Turned for a Content-Length that is no number or too large."""
    if not declared.isdigit():
        raise Turned(400, "content-length is not a number")
    if len(declared) > _MAX_DIGITS or int(declared) > MAX_BYTES:
        raise Turned(413, "body too large")
