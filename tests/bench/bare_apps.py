"""The baselines of acknowledgement: apps behind uvicorn that verify signatures and acknowledge, and do nothing else."""

import hashlib
import hmac
import re
import sys
import time
from collections.abc import Awaitable, Callable

import uvicorn
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.bench.servers import SECRET, Bare

ANY = re.compile("")
TOLERANCE_SECONDS = 300


async def acknowledge(ack: AsyncAck) -> None:
    await ack()


def bolt(api: str, *, before: bool) -> Starlette:
    """Bolt as its documentation has it; `before`: answers are sent when listeners return, and not polled for."""
    app = AsyncApp(
        client=AsyncWebClient(token="xoxb-bench", base_url=api),
        signing_secret=SECRET,
        process_before_response=before,
    )
    app.command(ANY)(acknowledge)
    app.view(ANY)(acknowledge)
    handler = AsyncSlackRequestHandler(app)

    async def events(request: Request) -> Response:
        return await handler.handle(request)

    return _serving(events)


async def _verified(request: Request) -> Response:
    body = await request.body()
    stamp = request.headers.get("x-slack-request-timestamp", "0")
    expected = hmac.new(SECRET.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    genuine = hmac.compare_digest(f"v0={expected}", request.headers.get("x-slack-signature", ""))
    fresh = abs(time.time() - int(stamp)) <= TOLERANCE_SECONDS
    return Response(status_code=200 if genuine and fresh else 401)


def _serving(events: Callable[[Request], Awaitable[Response]]) -> Starlette:
    return Starlette(routes=[Route("/slack/events", events, methods=["POST"])])


def build(kind: Bare, api: str) -> Starlette:
    if kind is Bare.STARLETTE:
        return _serving(_verified)
    return bolt(api, before=kind is Bare.BOLT_BEFORE)


if __name__ == "__main__":
    uvicorn.run(
        build(Bare(sys.argv[2]), sys.argv[3]),
        host="127.0.0.1",
        port=int(sys.argv[1]),
        log_config=None,
        access_log=False,
        loop="uvloop",
        http="httptools",
    )
