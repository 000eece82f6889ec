"""Delivers over HTTP, signed as Slack signs: version v0 over the timestamp and the raw body."""

import hashlib
import hmac
import json
import ssl
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import httpx

from bot.sandbox.slack.delivery.parcel import Answer, Parcel

REDIRECTS_FOLLOWED = 2
"""Slack: the Events API follows up to two 301s or 302s."""
STALE_SECONDS = 600
_REDIRECTS = (301, 302)
NO_TIMEOUT = httpx.Timeout(None)
"""Whoever sends decides how long to wait, in the workspace's time."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SignedRequest:
    url: str
    body: bytes
    headers: dict[str, str]


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """The value of X-Slack-Signature. Slack: verifying requests."""
    base = f"v0:{timestamp}:".encode() + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


def signed(parcel: Parcel, *, url: str, secret: str, now: float) -> SignedRequest:
    """The request for a parcel: commands as a form, interactions as a form's `payload`, events as JSON."""
    content_type, body = _encoded(parcel)
    timestamp = str(int(now))
    headers = {
        "Content-Type": content_type,
        "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": signature(secret, timestamp, body),
    }
    if parcel.retry_attempt:
        headers["X-Slack-Retry-Num"] = str(parcel.retry_attempt)
        headers["X-Slack-Retry-Reason"] = parcel.retry_reason or "unknown_error"
    return SignedRequest(url=url, body=body, headers=headers)


def _encoded(parcel: Parcel) -> tuple[str, bytes]:
    if parcel.envelope == "events_api":
        return "application/json", json.dumps(parcel.payload).encode()
    if parcel.envelope == "slash_commands":
        return "application/x-www-form-urlencoded", urlencode(parcel.payload).encode()
    return "application/x-www-form-urlencoded", urlencode({"payload": json.dumps(parcel.payload)}).encode()


class HttpDelivery:
    """A client that posts signed requests; `transport` replaces the network in tests."""

    def __init__(self, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._transport = transport
        self._client: httpx.AsyncClient | None = None

    def _open(self) -> httpx.AsyncClient:
        if self._client is None or self._client.is_closed:
            limits = httpx.Limits(max_connections=None, max_keepalive_connections=20)
            self._client = httpx.AsyncClient(
                transport=self._transport,
                limits=limits,
                timeout=NO_TIMEOUT,
                follow_redirects=False,
                trust_env=False,
            )
        return self._client

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()

    async def send(self, request: SignedRequest) -> Answer:
        """Posts the request and reads the acknowledgement; it has no time-out of its own."""
        url = request.url
        try:
            for _ in range(REDIRECTS_FOLLOWED + 1):
                response = await self._open().post(url, content=request.body, headers=request.headers)
                if response.status_code not in _REDIRECTS:
                    return _answer(response)
                url = str(response.url.join(response.headers["location"]))
        except httpx.HTTPError as error:
            return Answer(error="dispatch_failed", reason=_reason(error), status=type(error).__name__)
        return Answer(error="dispatch_failed", reason="too_many_redirects", status="too many redirects")


def _reason(error: httpx.HTTPError) -> str:
    if isinstance(error.__cause__, ssl.SSLError) or "SSL" in str(error):
        return "ssl_error"
    return "connection_failed" if isinstance(error, httpx.TransportError) else "unknown_error"


def _answer(response: httpx.Response) -> Answer:
    if not response.is_success:
        retry = response.headers.get("x-slack-no-retry") != "1"
        return Answer(
            error="http_service_error",
            reason="http_error",
            status=response.status_code,
            body=response.text or None,
            retry=retry,
        )
    return Answer(status=response.status_code, body=_body(response))


def _body(response: httpx.Response) -> Any:
    if not response.content:
        return None
    if "json" not in response.headers.get("content-type", ""):
        return response.text
    try:
        return response.json()
    except ValueError:
        return response.text
