"""HTTP connections on which a request has to come in time, of which there are so many: uvicorn itself waits for ever, and takes any number."""

from asyncio import Transport
from enum import Enum, auto
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

# For the headers of a request, from the connection or their first byte on; Slack's come at once, in one or two kilobytes.
MAX_SECONDS, MAX_BYTES = 10.0, 64 * 1024
# For the body behind them, also where it is answered before it is there; its reader has a shorter timeout and better words.
MAX_BODY_SECONDS = 15.0
MAX_CONNECTIONS = 512
# Requests on one connection before the first is answered: Slack sends the next after the answer.
MAX_AHEAD = 8
_TOO_SLOW, _TOO_LARGE = b"408 Request Timeout", b"431 Request Header Fields Too Large"


class _Stage(Enum):
    HEADERS = auto()
    BODY = auto()
    COMPLETE = auto()


class HeaderTimeoutProtocol(HttpToolsProtocol):
    """uvicorn's protocol, which closes connections on which a request never gets to its end.

    A request that comes in one piece, as nearly all do, costs no timer. Where there are too many connections, the one
    goes that has been waited for longest: who sends a request at once is served, however many others send none.
    """

    max_seconds = MAX_SECONDS
    max_body_seconds = MAX_BODY_SECONDS
    max_connections = MAX_CONNECTIONS

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._stage = _Stage.HEADERS
        self._timed = _Stage.COMPLETE
        self._received = 0
        self._timer: Any = None
        self.waiting_since = self.loop.time()

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override] # as uvicorn's
        """As in uvicorn, like the others here."""
        super().connection_made(transport)
        self._arm(_Stage.HEADERS)
        if len(self.connections) > self.max_connections:
            self._make_room()

    def _make_room(self) -> None:
        open_ones = [one for one in self.connections if not one.transport.is_closing()]
        idle = [one for one in open_ones if isinstance(one, HeaderTimeoutProtocol) and one.waits]
        if len(open_ones) > self.max_connections:
            min(idle, key=lambda one: one.waiting_since, default=self).transport.abort()

    @property
    def waits(self) -> bool:
        """Whether the other side has to send something."""
        return self._stage is not _Stage.COMPLETE or self.cycle.response_complete

    def connection_lost(self, exc: Exception | None) -> None:
        self._disarm()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        if len(self.pipeline) >= MAX_AHEAD:
            raise ValueError("too many requests ahead of their answers")  # httptools makes it a 400
        self._stage = _Stage.HEADERS
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._stage = _Stage.BODY
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._stage = _Stage.COMPLETE
        self.waiting_since = self.loop.time()
        super().on_message_complete()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._stage is _Stage.HEADERS:
            self._received += len(data)
        else:
            self._received = 0
        if self._received > MAX_BYTES:
            self._refuse(_TOO_LARGE)
        elif self._stage is _Stage.COMPLETE or self.transport.get_protocol() is not self:
            self._disarm()  # the second: it has become a WebSocket
        elif self._timed is not self._stage:
            self._arm(self._stage)

    def _arm(self, stage: _Stage) -> None:
        self._disarm()
        self._timed = stage
        if stage is _Stage.HEADERS:
            self._timer = self.loop.call_later(self.max_seconds, self._refuse, _TOO_SLOW)
        else:
            self._timer = self.loop.call_later(self.max_body_seconds, self._hang_up)

    def _disarm(self) -> None:
        self._timed = _Stage.COMPLETE
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _refuse(self, status: bytes) -> None:
        """Who has sent nothing at all is told nothing."""
        if not self.transport.is_closing():
            if self._received:
                self.transport.write(
                    b"HTTP/1.1 " + status + b"\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
                )
            self.transport.close()

    def _hang_up(self) -> None:
        if not self.transport.is_closing():
            self.transport.abort()
