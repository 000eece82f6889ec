"""The HTTP side: a guard in front of everything that Slack sends, and health and metrics for operators."""

import hmac
import json
import logging
import math
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.domain.secrets import scrubbed, scrubbed_bytes
from bot.request_bodies import Bodies, Turned, check_length

log = logging.getLogger(__name__)

EVENTS = "/slack/events"
_MAX_DIGITS = 12  # of a unix time, generously; int() of thousands raises
_MAX_FIELDS = 100  # of a form; Slack's have about fifteen
# Under this name the scope of a request that has passed the guard holds what its body says.
PAYLOAD = "release_bot.payload"
TOLERANCE_SECONDS = 300  # https://docs.slack.dev/authentication/verifying-requests-from-slack
# Anyone can send what is turned away: for each reason there is a line in this time at most, which counts the others.
LINE_SECONDS = 1.0


class Guard:
    """Pure ASGI in front of Bolt: caps the body, verifies the signature over its raw bytes, and only then looks inside.

    Bolt parses before it verifies, logs whole bodies on bad signatures, and answers malformed ones with 500.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        signing_secret: str,
        now: Callable[[], float] = time.time,
        bodies: Bodies | None = None,
        on_answer: Callable[[int, float], None] = lambda _status, _seconds: None,
    ) -> None:
        self._app = app
        self.renew(signing_secret)
        self._now = now
        self._bodies = bodies or Bodies()
        self._on_answer = on_answer
        self._lines = _Lines(now)

    def renew(self, signing_secret: str) -> None:
        """From now on Slack signs with this one."""
        self._secret = signing_secret.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        started = time.perf_counter()
        status = 500

        async def counting(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        try:
            body, payload = await self._accepted(scope, receive)
        except Turned as turned:
            self._lines.write(turned)
            await _refuse(counting, turned)
        else:
            await self._app({**scope, PAYLOAD: payload}, _replay(body), counting)
        finally:
            self._on_answer(status, time.perf_counter() - started)

    async def _accepted(self, scope: Scope, receive: Receive) -> tuple[bytes, dict[str, Any]]:
        if scope["method"] != "POST":
            raise Turned(405, "only POST")
        timestamp, signature = self._credentials(scope)
        check_length(_header(scope, b"content-length") or b"0")
        body = await self._bodies.read(receive)
        expected = hmac.digest(self._secret, b"v0:" + timestamp + b":" + body, "sha256").hex()
        if not hmac.compare_digest(b"v0=" + expected.encode(), signature):
            raise Turned(401, "bad signature")
        return body, read_payload((_header(scope, b"content-type") or b"").decode("latin-1"), body)

    def _credentials(self, scope: Scope) -> tuple[bytes, bytes]:
        timestamp = _header(scope, b"x-slack-request-timestamp")
        signature = _header(scope, b"x-slack-signature")
        if timestamp is None or signature is None:
            raise Turned(401, "signature headers missing or doubled")
        if not timestamp.isdigit() or len(timestamp) > _MAX_DIGITS:
            raise Turned(401, "timestamp is not a number")
        if abs(self._now() - int(timestamp)) > TOLERANCE_SECONDS:
            raise Turned(401, "timestamp is stale")
        return timestamp, signature


def _header(scope: Scope, name: bytes) -> bytes | None:
    values = [value for key, value in scope["headers"] if key == name]
    return values[0] if len(values) == 1 else None


class _Lines:
    """The log of what is turned away: a flood of it costs no more than it must, and leaves what matters readable."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._written_at: dict[str, float] = {}
        self._unwritten: Counter[str] = Counter()

    def write(self, turned: Turned) -> None:
        """A line with how many it stands for, unless there has just been one for this reason."""
        now, reason = self._now(), turned.reason
        self._unwritten[reason] += 1
        if abs(now - self._written_at.get(reason, -math.inf)) >= LINE_SECONDS:
            self._written_at[reason] = now
            times = self._unwritten.pop(reason)
            fields = {"status": turned.status, "reason": reason, "times": times}
            log.warning("turned away", extra={"action": "turned_away", **fields})


# What is too long or too slow is not read to its end: the connection goes with it.
_WITH_REFUSAL = {
    405: {"allow": "POST"},
    408: {"connection": "close"},
    413: {"connection": "close"},
    503: {"connection": "close"},
}


async def _refuse(send: Send, turned: Turned) -> None:
    headers = {"content-type": "application/json", **_WITH_REFUSAL.get(turned.status, {})}
    await respond(send, turned.status, headers, _body(turned.reason))


@cache
def _body(reason: str) -> bytes:
    return json.dumps({"error": reason}).encode()


def read_payload(content_type: str, body: bytes) -> dict[str, Any]:
    """What Slack says in a body: the JSON object, the JSON object in the field `payload` of a form, or the form itself.

    Raises Turned (400) for anything else: Bolt would answer it with 500, and it takes every form in which the word
    "payload" occurs, such as a command about a project of that name, for an empty one.
    """
    media_type = content_type.lower()
    try:
        text = body.decode()
        if media_type.startswith("application/json"):
            payload = json.loads(text)
        elif media_type.startswith("application/x-www-form-urlencoded"):
            form = dict(
                parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text), max_num_fields=_MAX_FIELDS)
            )
            payload = json.loads(form["payload"]) if "payload" in form else form
        else:
            raise Turned(400, "neither a form nor JSON")
    except (ValueError, RecursionError):
        raise Turned(400, "body is malformed") from None
    if not isinstance(payload, dict) or not payload:
        raise Turned(400, "body is not an object")
    return payload


def _replay(body: bytes) -> Receive:
    sent = False

    async def receive() -> Message:
        nonlocal sent
        if sent:
            return {"type": "http.disconnect"}
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


async def respond(send: Send, status: int, headers: Mapping[str, str], body: bytes) -> None:
    """Send a whole answer."""
    raw = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    length = (b"content-length", b"%d" % len(body))
    await send({"type": "http.response.start", "status": status, "headers": [*raw, length]})
    await send({"type": "http.response.body", "body": body})


Readiness = Callable[[], Awaitable[dict[str, str]]]


def build_web(
    *,
    events: ASGIApp | None,
    readiness: Readiness,
    metrics: Callable[[], Awaitable[bytes]],
    alive: Callable[[], bool],
    degraded: Callable[[], dict[str, str]] = dict,
) -> Starlette:
    """`/slack/events` (None: Socket Mode, then 404), `/healthz`, `/readyz` and `/metrics`.

    `readiness` gives what is wrong by part, empty if nothing is: then `/readyz` answers 200, else 503. `degraded` gives what
    is wrong with what the bot can do without for a while: `/readyz` says it and answers 200 all the same.
    """

    async def healthz(_request: Request) -> Response:
        return JSONResponse({"alive": alive()}, 200 if alive() else 503)

    async def readyz(_request: Request) -> Response:
        problems = {part: scrubbed(text) for part, text in (await readiness()).items()}
        less = degraded()
        body = {"ready": not problems, "problems": problems, **({"degraded": less} if less else {})}
        return JSONResponse(body, 503 if problems else 200)

    async def figures(_request: Request) -> Response:
        return PlainTextResponse(scrubbed_bytes(await metrics()), media_type="text/plain; version=0.0.4")

    routes = [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", figures)]
    if events is not None:
        routes.append(Route(EVENTS, events, methods=None))
    return _Web(events, routes)


class _Web(Starlette):
    """Starlette, but what Slack sends goes straight to where it is answered: nothing stands before that but the guard."""

    def __init__(self, events: ASGIApp | None, routes: list[Route]) -> None:
        super().__init__(routes=routes)
        self._events = events

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if self._events is not None and scope["type"] == "http" and scope["path"] == EVENTS:
            await self._events(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)
