"""HTTP connections on which a request has to begin in time: uvicorn itself waits for headers for ever, and takes any number."""

from asyncio import Transport
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

# For the headers of a request, from the connection or their first byte on; Slack's come at once, in one or two kilobytes.
MOST_SECONDS, MOST_BYTES = 10.0, 64 * 1024
_TOO_SLOW, _TOO_LARGE = b"408 Request Timeout", b"431 Request Header Fields Too Large"


class PunctualProtocol(HttpToolsProtocol):
    """uvicorn's protocol, which closes connections that never get to the end of their headers.

    A request whose headers come in one piece, as nearly all do, costs no timer.
    """

    most_seconds = MOST_SECONDS

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._in_headers = True
        self._received = 0
        self._timer: Any = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override] # as uvicorn's
        """As in uvicorn, like the others here."""
        super().connection_made(transport)
        self._arm()

    def connection_lost(self, exc: Exception | None) -> None:
        self._disarm()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        self._in_headers = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._in_headers = False
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if not self._in_headers:
            self._received = 0
            self._disarm()
            return
        self._received += len(data)
        if self._received > MOST_BYTES:
            self._refuse(_TOO_LARGE)
        elif self._timer is None:
            self._arm()

    def _arm(self) -> None:
        self._timer = self.loop.call_later(self.most_seconds, self._refuse, _TOO_SLOW)

    def _disarm(self) -> None:
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
