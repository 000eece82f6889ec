"""What is known of the server's version, and what is not sent because of it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bot.domain.models import Kind
from bot.domain.requests import CreateVersion, Field, ImageRequest, ServiceRequest
from bot.zadig.client import Client
from bot.zadig.fingerprints import SPANS, ServerVersion
from bot.zadig.server import GOOD_FOR_SECONDS, LIMITS, Server, read_server_version

if TYPE_CHECKING:
    from tests.zadig.conftest import Reply, TestClock, Wire

ROUTES = ("statistics/v2/rollback/detail", "collaborations", "environments/x/service/y/pods")
COPIED = ServiceRequest(
    name="cart", chart_version="1.0.0", images=(ImageRequest(container="app", image_name="cart", tag="1"),)
)
LEFT = replace(COPIED, images=tuple(replace(image, copied=False) for image in COPIED.images))
K8S = CreateVersion(
    project="shop",
    kind=Kind.K8S,
    version_name="v1.2",
    environment="dev",
    registry="62ce",
    services=(COPIED,),
)
HELM = replace(K8S, kind=Kind.HELM, version_name="2-0", chart_repository="charts", services=(LEFT,))


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("4.0.0", (4, 0, 0)),
        (" v4.2.1\n", (4, 2, 1)),
        ("4.1", (4, 1, 0)),
        ("4.0.0-20250915", (4, 0, 0)),
        ("5.10.3-amd64", (5, 10, 3)),
        ("", None),
        ("latest", None),
        ("4", None),
        ("4.00000", None),
    ],
)
def test_versions_are_read_as_people_write_them(text: str, version: ServerVersion | None) -> None:
    assert read_server_version(text) == version


@pytest.fixture
def not_there(reply: "type[Reply]") -> "Reply":
    return reply(status=404, content=b"Invalid path: /openapi/system/cli/context", content_type="text/plain")


@pytest.mark.parametrize(
    ("setting", "dialect", "version"),
    [
        ("3.0.0", "v1", (3, 0, 0)),
        ("4.0.0", "v1", None),
        ("", "v1", None),
        ("4.0.0", "v2", (4, 0, 0)),
        ("3.4.1", "v2", None),
        ("5.0.0", "v2", None),
        ("nonsense", "v2", None),
    ],
)
async def test_a_setting_counts_where_it_fits_what_can_be_seen(
    *,
    setting: str,
    dialect: str,
    version: ServerVersion | None,
    client: Client,
    wire: "Wire",
    not_there: "Reply",
) -> None:
    wire.answers(not_there)
    assert await Server(client=client, setting=setting).version(dialect) == version


@pytest.mark.parametrize(
    ("said", "setting", "version"),
    [
        ("5.0.0", "4.0.0", (5, 0, 0)),
        ("v5.1.0", "", (5, 1, 0)),
        ("", "4.0.0", None),
        ("", "5.2.0", (5, 2, 0)),
        (None, "4.0.0", None),
        ("dev", "4.0.0", None),
    ],
)
async def test_what_the_server_says_outdates_the_setting(
    said: str | None, setting: str, version: ServerVersion | None, client: Client, wire: "Wire"
) -> None:
    wire.says({"user": {"name": "bot"}, "server_version": said, "request_id": "x"})
    assert await Server(client=client, setting=setting).version("v2") == version


async def test_the_server_is_asked_once_an_hour(
    client: Client, wire: "Wire", clock: "TestClock", not_there: "Reply", reply: "type[Reply]"
) -> None:
    server = Server(client=client, setting="4.0.0")
    wire.answers(not_there)
    assert [await server.version("v2") for _ in range(3)] == [(4, 0, 0)] * 3
    assert wire.lines == [f"GET /openapi/{path}" for path in ("system/cli/context", *ROUTES)]
    wire.answers(reply(body={"server_version": "5.0.0"}))
    assert await server.version("v2") == (4, 0, 0)
    clock.time += GOOD_FOR_SECONDS
    assert [await server.version("v2") for _ in range(3)] == [(5, 0, 0)] * 3
    assert len(wire.lines) == 5


async def test_a_server_that_is_away_is_asked_again(
    client: Client, wire: "Wire", reply: "type[Reply]"
) -> None:
    server = Server(client=client, setting="4.1.0")
    wire.answers(reply(status=503, content=b"upstream"))
    assert await server.version("v2") == (4, 1, 0)
    wire.says({"server_version": "5.0.0"})
    assert await server.version("v2") == (5, 0, 0)


def cases() -> Iterator[tuple[str, str, CreateVersion, list[str]]]:
    plain = replace(K8S, version_name="v1-2")
    helm_copied = replace(HELM, services=(COPIED,))
    for version in ("2.3.1", "3.0.0"):
        yield version, "v1", replace(K8S, services=(COPIED, LEFT)), [Field.NOT_COPIED]
        yield version, "v1", K8S, []
        yield version, "v1", helm_copied, []
    for version in ("3.1.0", "3.4.1"):
        yield version, "v1", helm_copied, [Field.NOT_COPIED]
        yield version, "v1", HELM, []
        yield version, "v1", replace(K8S, services=(COPIED, LEFT)), []
    yield "4.0.0", "v2", K8S, [Field.VERSION_NAME]
    yield "4.0.0", "v2", replace(K8S, version_name="v1_2"), [Field.VERSION_NAME]
    yield "4.0.0", "v2", plain, []
    yield "4.0.0", "v2", replace(K8S, services=(LEFT,)), []
    yield (
        "4.0.0",
        "v2",
        replace(helm_copied, version_name="2.0"),
        [Field.VERSION_NAME, Field.CHART_REPOSITORY],
    )
    yield "4.1.0", "v2", HELM, [Field.CHART_REPOSITORY]
    yield "4.1.0", "v2", replace(HELM, chart_repository=""), []
    yield "4.1.0", "v2", K8S, []
    for version in ("4.2.0", "4.3.0"):
        for request in (K8S, HELM, helm_copied):
            yield version, "v2", request, []


@pytest.mark.parametrize(("version", "dialect", "request_", "fields"), list(cases()))
async def test_what_a_server_breaks_on_is_a_problem_of_a_field(
    *,
    version: str,
    dialect: str,
    request_: CreateVersion,
    fields: list[str],
    client: Client,
    wire: "Wire",
    not_there: "Reply",
) -> None:
    wire.answers(not_there)
    problems = await Server(client=client, setting=version).problems(request_, dialect)
    assert [problem.field for problem in problems] == fields
    assert all(problem.text.endswith(".") for problem in problems)


@pytest.mark.parametrize("dialect", ["v1", "v2"])
async def test_nothing_is_a_problem_while_the_version_is_not_known(
    dialect: str, client: Client, wire: "Wire", not_there: "Reply"
) -> None:
    wire.answers(not_there)
    server = Server(client=client)
    for request in (K8S, HELM, replace(HELM, services=(COPIED,))):
        assert await server.problems(request, dialect) == ()


async def test_what_a_server_said_of_names_is_believed_for_an_hour(
    client: Client, wire: "Wire", clock: "TestClock", not_there: "Reply"
) -> None:
    wire.answers(not_there)
    server = Server(client=client)
    server.takes_plain_names_only()
    assert [problem.field for problem in await server.problems(K8S, "v2")] == [Field.VERSION_NAME]
    clock.time += GOOD_FOR_SECONDS
    assert await server.problems(K8S, "v2") == ()


def test_no_limit_outlives_the_versions_it_is_of() -> None:
    spans = {limit.span for limit in LIMITS} - set(SPANS.values())
    assert all(span.first < span.before < (5, 0, 0) for span in spans)


@pytest.mark.parametrize(
    ("setting", "dialect", "copies"),
    [
        ("", "v1", None),
        ("3.0.2", "v1", True),
        ("3.1.0", "v1", False),
        ("3.4.1", "v1", False),
        ("", "v2", True),
    ],
)
async def test_which_servers_copy_images_of_helm_versions(
    *, setting: str, dialect: str, copies: bool | None, client: Client, wire: "Wire", not_there: "Reply"
) -> None:
    wire.answers(not_there)
    assert await Server(client=client, setting=setting).copies_helm_images(dialect) is copies
