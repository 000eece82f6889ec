"""Socket Mode: tickets, connections, and envelopes that are acknowledged on any of them."""

import asyncio
import contextlib
import itertools
import secrets
from typing import Any, Literal

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from bot.sandbox.clock import Clock
from bot.sandbox.slack.delivery.parcel import NOBODY, Answer, Parcel
from bot.sandbox.slack.model import Json
from bot.sandbox.slack.people import APP_ID
from bot.sandbox.slack.traffic import Traffic

MAX_CONNECTIONS = 10
TICKET_SECONDS = 30.0
CONNECTION_SECONDS = 4 * 3600.0
DEBUG_CONNECTION_SECONDS = 360.0
WARNING_SECONDS = 10.0

Reason = Literal["warning", "refresh_requested", "link_disabled", "too_many_websockets"]

_ANSWERED = frozenset({"slash_commands", "interactive"})
"""The envelopes whose acknowledgement may carry a payload."""


class Sockets:
    """The app's Socket Mode connections; a payload goes to one of them, in turn."""

    def __init__(self, clock: Clock, traffic: Traffic) -> None:
        self._clock = clock
        self._traffic = traffic
        self._tickets: dict[str, float] = {}
        self._connections: list[WebSocket] = []
        self._turn = itertools.count()
        self._waiting: dict[str, asyncio.Future[Any]] = {}

        self.were_used = False
        """Whether the app has ever connected."""

    def __len__(self) -> int:
        return len(self._connections)

    def ticket(self) -> str:
        """A new ticket, good for one connection within 30 seconds."""
        ticket = secrets.token_urlsafe(24)
        self._tickets[ticket] = self._clock.now()
        return ticket

    async def send(self, parcel: Parcel, *, then_refresh: bool = False) -> Answer:
        """Sends to one connection and waits for the acknowledgement, without a time-out of its own.

        `then_refresh` disconnects at once, so that the acknowledgement has to come over the next connection.
        """
        if not self._connections:
            return NOBODY
        envelope = _envelope(parcel)
        waiting = self._waiting[envelope["envelope_id"]] = asyncio.get_running_loop().create_future()
        try:
            await self._connections[next(self._turn) % len(self._connections)].send_json(envelope)
            if then_refresh:
                await self.disconnect()
            body = await waiting
        except (RuntimeError, WebSocketDisconnect):
            return NOBODY
        finally:
            del self._waiting[envelope["envelope_id"]]
        return Answer(status="ack", body=body if envelope["accepts_response_payload"] else None)

    async def serve(self, websocket: WebSocket) -> None:
        """Runs one connection from handshake to end; a used, unknown or old ticket is refused with 403."""
        issued = self._tickets.pop(websocket.query_params.get("ticket", ""), None)
        if issued is None or self._clock.now() - issued > TICKET_SECONDS:
            await websocket.close(code=4003)
            return
        await websocket.accept()
        if len(self._connections) >= MAX_CONNECTIONS:
            await self._send(websocket, _disconnect("too_many_websockets"))
            await websocket.close()
            return
        self._connections.append(websocket)
        self.were_used = True
        debug = websocket.query_params.get("debug_reconnects") == "true"
        lifetime = DEBUG_CONNECTION_SECONDS if debug else CONNECTION_SECONDS
        refresh = asyncio.ensure_future(self._refresh(websocket, lifetime))
        try:
            await self._send(websocket, self._hello(lifetime))
            await self._receive(websocket)
        finally:
            refresh.cancel()
            self._forget(websocket)

    async def disconnect(self, reason: Reason = "refresh_requested") -> None:
        """Tells every connection to go; all but a warning also close it."""
        for websocket in list(self._connections):
            await self._dismiss(websocket, reason)

    async def drop(self) -> None:
        """Closes every connection without a word, as a failing network does."""
        for websocket in list(self._connections):
            await self._close(websocket, code=1011)

    async def _dismiss(self, websocket: WebSocket, reason: Reason) -> None:
        await self._send(websocket, _disconnect(reason))
        if reason != "warning":
            await self._close(websocket)

    async def _close(self, websocket: WebSocket, code: int = 1000) -> None:
        self._forget(websocket)
        if websocket.application_state is WebSocketState.CONNECTED:
            with contextlib.suppress(RuntimeError, WebSocketDisconnect):
                await websocket.close(code)

    async def _refresh(self, websocket: WebSocket, lifetime: float) -> None:
        await self._clock.sleep(lifetime - WARNING_SECONDS)
        await self._dismiss(websocket, "warning")
        await self._clock.sleep(WARNING_SECONDS)
        await self._dismiss(websocket, "refresh_requested")

    async def _receive(self, websocket: WebSocket) -> None:
        """Reads acknowledgements until the connection ends; one of any envelope is good on any connection."""
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            while True:
                frame = await websocket.receive_json()
                self._acknowledged(frame)

    def _acknowledged(self, frame: Any) -> None:
        envelope_id = frame.get("envelope_id") if isinstance(frame, dict) else None
        waiting = self._waiting.get(envelope_id or "")
        self._traffic.record(
            "socket", "ack" if waiting else "ack of nothing", status="in", started=self._clock.now(),
            request=frame, response=None,
        )  # fmt: skip
        if waiting is not None and not waiting.done():
            waiting.set_result(frame.get("payload") or None)

    async def _send(self, websocket: WebSocket, frame: Json) -> None:
        with contextlib.suppress(RuntimeError, WebSocketDisconnect):
            await websocket.send_json(frame)
        self._traffic.record(
            "socket", frame["type"], status="out", started=self._clock.now(), request=frame, response=None
        )

    def _hello(self, lifetime: float) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._connections),
            "connection_info": {"app_id": APP_ID},
            "debug_info": _debug_info() | {"approximate_connection_time": int(lifetime)},
        }

    def _forget(self, websocket: WebSocket) -> None:
        if websocket in self._connections:
            self._connections.remove(websocket)


def _envelope(parcel: Parcel) -> Json:
    envelope: Json = {
        "envelope_id": secrets.token_hex(16),
        "type": parcel.envelope,
        "payload": parcel.payload,
        "accepts_response_payload": parcel.envelope in _ANSWERED,
    }
    if parcel.envelope == "events_api":
        envelope |= {"retry_attempt": parcel.retry_attempt, "retry_reason": parcel.retry_reason or ""}
    return envelope


def _disconnect(reason: Reason) -> Json:
    return {"type": "disconnect", "reason": reason, "debug_info": _debug_info()}


def _debug_info() -> Json:
    return {"host": "sandbox"}
