"""What routes give away, from answers that Zadig gives and from those that only something in front of it would."""

from typing import TYPE_CHECKING, Any

import httpx
import pytest

from bot.domain.models import Kind
from bot.zadig.client import ONCE, Client
from bot.zadig.fingerprints import AFTER_ALL, SPANS, Span
from bot.zadig.server import GOOD_FOR_SECONDS, Server
from bot.zadig.transport import Transport
from tests.domain.samples import create_helm

if TYPE_CHECKING:
    from tests.zadig.conftest import Reply, TestClock

LABELS = "/openapi/service/yaml/x/labels"
ROLLBACKS = "/openapi/statistics/v2/rollback/detail"
COLLABORATIONS = "/openapi/collaborations"
PODS = "/openapi/environments/x/service/y/pods"
CONTEXT = "/openapi/system/cli/context"
HERE: dict[str, Any] = {"status": 400, "body": {"type": "error", "code": 400, "message": "Bad Request"}}


def gone(path: str) -> dict[str, Any]:
    return {"status": 404, "content": f"Invalid path: {path}".encode(), "content_type": "text/plain"}


def text(status: int, said: str, content_type: str = "text/plain") -> dict[str, Any]:
    return {"status": status, "content": said.encode(), "content_type": content_type}


OTHER_VERB = text(405, f"Method not allowed: GET {COLLABORATIONS}")


class Routes(httpx.AsyncBaseTransport):
    """Answers by path, and as Zadig where a path is not there."""

    def __init__(self, reply: "type[Reply]", **routes: dict[str, Any] | Exception) -> None:
        self.reply = reply
        self.routes = routes
        self.asked: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        self.asked.append(f"{request.method} {path}")
        found = self.routes.get(path, gone(path))
        if isinstance(found, Exception):
            raise found
        return self.reply(**found).response()


def server(routes: Routes, clock: "TestClock", setting: str = "") -> Server:
    transport = Transport("http://zadig.test", "a.b.c", clock=clock, transport=routes)
    return Server(client=Client(transport=transport, retry=ONCE), setting=setting)


UNKNOWN = Span(first=(4, 0, 0), before=(5, 0, 0))


@pytest.mark.parametrize(
    ("routes", "span"),
    [
        ({}, UNKNOWN),
        ({ROLLBACKS: HERE}, Span(first=(4, 0, 0), before=(4, 2, 0))),
        ({ROLLBACKS: HERE, COLLABORATIONS: OTHER_VERB}, Span(first=(4, 2, 0), before=(4, 3, 0))),
        ({COLLABORATIONS: OTHER_VERB}, Span(first=(4, 2, 0), before=(4, 3, 0))),
        ({COLLABORATIONS: OTHER_VERB, PODS: HERE}, Span(first=(4, 3, 0), before=(5, 0, 0))),
        ({ROLLBACKS: HERE, PODS: HERE}, UNKNOWN),
        ({COLLABORATIONS: text(405, "<html>blocked</html>", "text/html")}, UNKNOWN),
        ({COLLABORATIONS: text(405, "")}, UNKNOWN),
        ({COLLABORATIONS: {"body": []}}, UNKNOWN),
        ({PODS: {"body": {"pods": []}}}, UNKNOWN),
        ({PODS: text(403, "")}, UNKNOWN),
        ({PODS: {"status": 400, "body": {"error": "blocked"}}}, UNKNOWN),
        ({PODS: {"status": 404, "body": {"code": 404, "type": "error"}}}, UNKNOWN),
        (
            {ROLLBACKS: HERE, COLLABORATIONS: text(404, "404 page not found")},
            Span(first=(4, 0, 0), before=(4, 3, 0)),
        ),
        (
            {ROLLBACKS: HERE, COLLABORATIONS: text(404, "Invalid path: /elsewhere")},
            Span(first=(4, 0, 0), before=(4, 3, 0)),
        ),
        ({CONTEXT: {"body": {}}}, SPANS["v2"]),
        ({CONTEXT: {"body": []}}, SPANS["v2"]),
        ({CONTEXT: text(403, "")}, SPANS["v2"]),
        ({CONTEXT: {"body": {"user": {"name": "bot"}}}}, Span(first=(5, 0, 0), before=AFTER_ALL)),
        ({CONTEXT: {"body": {"server_version": "v5.1.0"}}}, Span.of((5, 1, 0))),
    ],
    ids=repr,
)
async def test_only_what_zadig_itself_says_tells_a_version(
    routes: dict[str, Any], span: Span, reply: "type[Reply]", clock: "TestClock"
) -> None:
    wire = Routes(reply, **routes)
    assert await server(wire, clock).span("v2") == span
    assert all(line.startswith("GET ") for line in wire.asked)


@pytest.mark.parametrize(
    ("routes", "span"),
    [
        ({}, SPANS["v1"]),
        ({LABELS: HERE}, Span(first=(3, 2, 0), before=(3, 3, 0))),
        ({LABELS: HERE, ROLLBACKS: HERE}, Span(first=(3, 3, 0), before=(4, 0, 0))),
    ],
    ids=repr,
)
async def test_the_first_dialect_is_told_by_what_is_there(
    routes: dict[str, Any], span: Span, reply: "type[Reply]", clock: "TestClock"
) -> None:
    assert await server(Routes(reply, **routes), clock).span("v1") == span


@pytest.mark.parametrize(
    ("written", "span"),
    [
        ("4.1.0", Span.of((4, 1, 0))),
        ("4.2.0", Span(first=(4, 0, 0), before=(4, 2, 0))),
        ("latest", Span(first=(4, 0, 0), before=(4, 2, 0))),
    ],
)
async def test_what_was_written_down_counts_where_it_can_be(
    written: str, span: Span, reply: "type[Reply]", clock: "TestClock"
) -> None:
    assert await server(Routes(reply, **{ROLLBACKS: HERE}), clock, written).span("v2") == span


@pytest.mark.parametrize(
    "away", [httpx.ConnectError("refused"), text(503, "upstream connect error")], ids=["refused", "503"]
)
@pytest.mark.parametrize("path", [CONTEXT, COLLABORATIONS])
async def test_a_server_that_is_away_can_be_any_and_is_asked_again(
    away: Any, path: str, reply: "type[Reply]", clock: "TestClock"
) -> None:
    wire = Routes(reply, **{ROLLBACKS: HERE, path: away})
    known = server(wire, clock)
    assert await known.span("v2") == SPANS["v2"]
    del wire.routes[path]
    assert await known.span("v2") == Span(first=(4, 0, 0), before=(4, 2, 0))


async def test_what_is_known_is_asked_for_again_after_an_hour_a_surprise_or_in_another_dialect(
    reply: "type[Reply]", clock: "TestClock"
) -> None:
    wire = Routes(reply)
    known = server(wire, clock)
    for _ in range(2):
        await known.span("v2")
    assert len(wire.asked) == 4
    clock.time += GOOD_FOR_SECONDS
    await known.span("v2")
    assert len(wire.asked) == 8
    known.forget()
    await known.span("v2")
    assert len(wire.asked) == 12
    await known.span("v1")
    assert wire.asked[12:] == [f"GET {LABELS}", f"GET {ROLLBACKS}"]


async def test_charts_ask_afresh(reply: "type[Reply]", clock: "TestClock") -> None:
    wire = Routes(reply, **{ROLLBACKS: HERE})
    known = server(wire, clock)
    assert await known.problems(create_helm(), "v2")
    wire.routes[COLLABORATIONS] = OTHER_VERB
    clock.time += 60
    assert await known.problems(create_helm(), "v2") == ()
    assert create_helm().kind is Kind.HELM


def test_a_span_reads_like_a_version() -> None:
    assert str(Span.of((4, 2, 1))) == "4.2.1"
    assert str(UNKNOWN) == "4.0.0 or later, before 5.0.0"
    assert str(SPANS["v2"]) == "4.0.0 or later"
