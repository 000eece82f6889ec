"""Who may change something here: programs, and the page that this server itself has served; no page from anywhere else.

A browser sends any page's requests to this machine. What a page of elsewhere sends says so in its Origin, and where a name
was bent to point here (DNS rebinding), that name stands in Host: https://fetch.spec.whatwg.org/#origin-header
"""

import json
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

LOOKING = frozenset({"GET", "HEAD", "OPTIONS"})
# Browsers mark their requests with the first since 2020, and with the second whatever changes something.
BROWSERS_SAY = ("sec-fetch-site", "origin")


class OwnPageOnly:
    """Pure ASGI in front of a server of the sandbox; what is refused gets 403, or 415 for a control call that is no JSON."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        problem = _problem(scope) if scope["type"] in ("http", "websocket") else None
        if problem is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": problem[1]})
        else:
            await _refuse(send, *problem)


def _problem(scope: Scope) -> tuple[int, str] | None:
    headers = Headers(scope=scope)
    if any(name in headers for name in BROWSERS_SAY):
        host = headers.get("host", "")
        if not _is_local(host):
            return 403, "this host is not the sandbox's: open it by its address or as localhost"
        origin = headers.get("origin")
        changes = scope["type"] == "websocket" or scope["method"] not in LOOKING
        if changes and origin is not None and urlsplit(origin).netloc.lower() != host.lower():
            return 403, "a page of another origin may change nothing here"
    return _about_content(scope, headers)


def _about_content(scope: Scope, headers: Headers) -> tuple[int, str] | None:
    """JSON is what a page of elsewhere cannot send without asking first."""
    if scope["type"] != "http" or scope["method"] in LOOKING or "/_control/" not in scope["path"]:
        return None
    empty = headers.get("content-length", "0") == "0" and "transfer-encoding" not in headers
    content_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type == "application/json" or (empty and not content_type):
        return None
    return 415, "send application/json"


def _is_local(host: str) -> bool:
    """An address or a name of this machine: no name server can make a page of elsewhere have such a host."""
    try:
        name = (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return False
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return bool(ip_address(name))
    except ValueError:
        return False


async def _refuse(send: Send, status: int, detail: str) -> None:
    body = json.dumps({"ok": False, "error": "not_from_here", "detail": detail}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
