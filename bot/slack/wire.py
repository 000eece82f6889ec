"""What is listened to on the wire to Slack: the last moment before a request is written, and the time in its answers."""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import SimpleNamespace
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.domain.secrets import scrubbed_tree
from bot.failpoints import Point, reached

_before: ContextVar[float] = ContextVar("send_before", default=math.inf)


class DiscreetClient(AsyncWebClient):
    """Slack's client, in whose calls no secret stands but the token that each of them carries."""

    async def api_call(
        self, api_method: str, *, params: dict[str, Any] | None = None, json: Any = None, **more: Any
    ) -> AsyncSlackResponse:
        """As slack_sdk's, which takes an app-level token for a parameter."""
        token = {"token": params["token"]} if params and "token" in params else {}
        said = {**scrubbed_tree(params), **token} if params else params
        return await super().api_call(api_method, params=said, json=scrubbed_tree(json), **more)


class TooLateToSend(Exception):  # noqa: N818 - another process sends it: not an error
    """The time until which the request could be begun is over; nothing has been written."""


@contextmanager
def sent_before(moment: float) -> Iterator[None]:
    """Requests of this task in this block raise TooLateToSend instead of being written from that moment on."""
    token = _before.set(moment)
    try:
        yield
    finally:
        _before.reset(token)


def guarding_claims(monotonic: Callable[[], float]) -> aiohttp.TraceConfig:
    """Tracing for the session of Slack's client: aiohttp calls it with an open connection in hand, before the first byte.

    Everything that can take its time is behind it then: the look at the database, conversations.open, DNS, TLS.
    """

    async def check(
        _session: aiohttp.ClientSession,
        _context: SimpleNamespace,
        _request: aiohttp.TraceRequestHeadersSentParams,
    ) -> None:
        before = _before.get()
        if before < math.inf:
            reached(Point.BEFORE_POST)
        if monotonic() >= before:
            raise TooLateToSend

    trace = aiohttp.TraceConfig()
    trace.on_request_headers_sent.append(check)
    return trace


def hearing_the_time(heard: Callable[[str], None]) -> aiohttp.TraceConfig:
    """Tracing that hands on the Date of every answer."""

    async def listen(
        _session: aiohttp.ClientSession, _context: SimpleNamespace, request: aiohttp.TraceRequestEndParams
    ) -> None:
        if date := request.response.headers.get("Date"):
            heard(date)

    trace = aiohttp.TraceConfig()
    trace.on_request_end.append(listen)
    return trace
