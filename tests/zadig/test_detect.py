"""Finding out the dialect, and staying right when Zadig is upgraded under the bot."""

import asyncio
import logging
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from bot.domain.errors import (
    LicenceMissing,
    ReleaseBotError,
    ServerDown,
    Unauthorized,
    WrongServer,
)
from bot.domain.models import Kind, VersionReference
from bot.domain.requests import CreateVersion, DeleteVersion, RetryVersion
from bot.zadig.catalog import ZadigCatalog
from bot.zadig.client import Client
from bot.zadig.detect import Detector, detect
from bot.zadig.dialects import dialects
from bot.zadig.phrases import DialectMismatch
from bot.zadig.releases import ZadigReleases
from bot.zadig.server import Server

if TYPE_CHECKING:
    from tests.zadig.conftest import Reply, Wire

PROBE = "GET /openapi/delivery/releases/detail"
ID = "66287b110b8b8a631910f5ae"
SUCCESS = {"message": "success"}
REFERENCE = VersionReference(project="shop", name="v14", id=ID)
V1_ROW = {"id": ID, "version_name": "v14", "status": "success", "create_time": 1, "progress": None}
V2_ROW = {"id": "f" * 24, "version_name": "v14", "status": "success", "create_time": 1, "source": "manual"}
V2_DETAILS = {"version": "v14", "status": "success", "created_at": 1}
CREATE = CreateVersion(project="shop", kind=Kind.K8S, version_name="v14", environment="qa")


@pytest.fixture
def says_v1(reply: "type[Reply]") -> "Reply":
    return complaint(reply, "projectKey can't be empty!")


@pytest.fixture
def says_v2(reply: "type[Reply]") -> "Reply":
    return complaint(reply, "versionName can't be empty!")


@pytest.fixture
def upgraded(reply: "type[Reply]") -> "Reply":
    """What Zadig 4 answers to the details call of v1."""
    return reply(status=405, content=b"Method not allowed: GET /openapi/x", content_type="text/plain")


@pytest.fixture
def upgrade(says_v1: "Reply", says_v2: "Reply", upgraded: "Reply", reply: "type[Reply]") -> "list[Reply]":
    """A call for details, with the upgrade just before it."""
    after = [reply(body={"list": [V2_ROW], "total": 1}), reply(body=V2_DETAILS)]
    return [says_v1, upgraded, says_v2, *after]


def complaint(reply: "type[Reply]", description: str) -> "Reply":
    return reply(status=400, body={"type": "error", "code": 400, "description": description, "message": "x"})


@pytest.fixture
def releases(client: Client, catalog: ZadigCatalog) -> ZadigReleases:
    server = Server(client=client)
    detector = Detector(client=client, dialects=dialects(client, catalog, server))
    return ZadigReleases(detector=detector, server=server)


async def test_the_complaint_tells_the_dialect(
    client: Client, wire: "Wire", says_v1: "Reply", says_v2: "Reply"
) -> None:
    wire.answers(says_v1, says_v2)
    assert (await detect(client), await detect(client)) == ("v1", "v2")
    assert wire.lines == [PROBE, PROBE]


async def test_a_server_that_takes_the_question_for_a_version_speaks_v1(
    client: Client, wire: "Wire", reply: "type[Reply]"
) -> None:
    description = "failed to get delivery version, ID: detail, error: 查询交付中心版本失败: "
    wire.answers(reply(status=500, body={"code": 500, "description": description}))
    assert await detect(client) == "v1"


async def test_a_surprise_is_asked_about_once_more(
    client: Client, wire: "Wire", reply: "type[Reply]", says_v2: "Reply"
) -> None:
    wire.answers(complaint(reply, "somebody else's description"), says_v2)
    assert await detect(client) == "v2"


async def test_a_server_that_is_down_for_a_moment_is_waited_for(
    client: Client, wire: "Wire", says_v1: "Reply"
) -> None:
    wire.answers(httpx.ConnectError("refused"), says_v1)
    assert await detect(client) == "v1"


@pytest.mark.parametrize(
    ("answer", "means"),
    [
        ({"status": 401, "content": b""}, Unauthorized),
        ({"status": 403, "content": b""}, ServerDown),
        ({"status": 403, "body": {"reason": "mfa_enrollment_required"}}, Unauthorized),
        ({"status": 400, "body": {"code": 7050, "message": "x"}}, LicenceMissing),
        ({"status": 200, "content": b"<html>", "content_type": "text/html"}, WrongServer),
        ({"status": 302, "content": b""}, WrongServer),
        ({"status": 200, "body": {}}, WrongServer),
        ({"status": 400, "body": {"code": 400, "description": "something else"}}, WrongServer),
        ({"status": 404, "content": b"Invalid path: /openapi/delivery/releases/detail"}, WrongServer),
        ({"status": 404, "content": b"not found"}, WrongServer),
        ({"status": 500, "content": b""}, ServerDown),
    ],
    ids=repr,
)
async def test_anything_else_is_reported_not_guessed(
    answer: dict[str, Any], means: type[ReleaseBotError], client: Client, wire: "Wire", reply: "type[Reply]"
) -> None:
    wire.answers(reply(**({"content_type": ""} | answer)))
    with pytest.raises(ReleaseBotError) as caught:
        await detect(client)
    assert type(caught.value) is means
    assert caught.value.remedy


async def test_a_zadig_without_an_api_for_versions_is_named(
    client: Client, wire: "Wire", reply: "type[Reply]"
) -> None:
    wire.answers(
        reply(
            status=404, content=b"Invalid path: /openapi/delivery/releases/detail", content_type="text/plain"
        )
    )
    with pytest.raises(WrongServer, match="no API for versions") as caught:
        await detect(client)
    assert "2.3.1" in caught.value.remedy


async def test_the_dialect_is_found_out_once_however_many_ask(
    releases: ZadigReleases, wire: "Wire", says_v1: "Reply", reply: "type[Reply]"
) -> None:
    wire.answers(says_v1, reply(body={"list": []}))
    await asyncio.gather(*(releases.page("shop", number=1, size=10) for _ in range(5)))
    assert wire.lines.count(PROBE) == 1


async def test_a_failed_detection_is_tried_again_by_the_next_call(
    releases: ZadigReleases, wire: "Wire", says_v1: "Reply", reply: "type[Reply]"
) -> None:
    wire.answers(reply(status=401, content=b""), says_v1, reply(body={"list": []}))
    with pytest.raises(Unauthorized):
        await releases.page("shop", number=1, size=10)
    assert (await releases.page("shop", number=1, size=10)).items == ()


async def test_details_survive_an_upgrade_by_name(
    releases: ZadigReleases, wire: "Wire", upgrade: "list[Reply]", caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    wire.answers(*upgrade)
    details = await releases.show(REFERENCE)
    assert (details.version.name, details.version.id) == ("v14", "f" * 24)
    found = [record.dialect for record in caplog.records if hasattr(record, "dialect")]
    assert found == ["v1", "v2"]


async def test_a_list_of_the_other_dialect_is_read_after_another_look(
    releases: ZadigReleases, wire: "Wire", says_v1: "Reply", says_v2: "Reply", reply: "type[Reply]"
) -> None:
    wire.answers(says_v1, reply(body={"list": [V2_ROW], "total": 1}), says_v2)
    wire.script.append(reply(body={"list": [V2_ROW], "total": 1}))
    page = await releases.page("shop", number=1, size=10)
    assert page.items[0].labels == ()


async def test_a_mismatch_that_stays_is_reported(
    releases: ZadigReleases, wire: "Wire", says_v1: "Reply", upgraded: "Reply"
) -> None:
    wire.answers(says_v1, upgraded, says_v1)
    with pytest.raises(DialectMismatch):
        await releases.show(REFERENCE)


async def test_a_create_asks_for_the_dialect_first_because_the_wrong_one_would_be_understood(
    releases: ZadigReleases, wire: "Wire", says_v1: "Reply", says_v2: "Reply", reply: "type[Reply]"
) -> None:
    wire.answers(says_v1, reply(body={"list": []}))
    await releases.page("shop", number=1, size=10)
    wire.answers(says_v2, reply(body={"services": []}), reply(body=SUCCESS))
    await releases.create(CREATE)
    assert b'"source": "from_env"' in wire.requests[-1].content


async def test_a_create_sends_nothing_while_the_dialect_is_unknown(
    releases: ZadigReleases, wire: "Wire", reply: "type[Reply]"
) -> None:
    wire.answers(reply(status=401, content=b""))
    with pytest.raises(Unauthorized):
        await releases.create(CREATE)
    assert wire.lines == [PROBE]


async def test_writes_go_to_the_dialect_that_is_spoken(
    releases: ZadigReleases, wire: "Wire", says_v2: "Reply", reply: "type[Reply]"
) -> None:
    wire.answers(says_v2, reply(body=SUCCESS))
    await releases.retry(RetryVersion(project="shop", version_name="v14", version_id=ID, kind=Kind.HELM))
    await releases.delete(DeleteVersion(project="shop", version_name="v14", version_id=ID))
    assert wire.lines[1:] == [
        f"POST /openapi/delivery/releases/retry?id={ID}&projectKey=shop",
        f"DELETE /openapi/delivery/releases/{ID}?projectKey=shop",
    ]


async def test_a_set_dialect_is_believed(
    client: Client, catalog: ZadigCatalog, wire: "Wire", upgraded: "Reply"
) -> None:
    detector = Detector(
        client=client, dialects=dialects(client, catalog, Server(client=client)), setting="v1"
    )
    wire.answers(upgraded)
    with pytest.raises(DialectMismatch) as caught:
        await ZadigReleases(detector=detector, server=Server(client=client)).show(REFERENCE)
    assert "ZADIG_DIALECT" in caught.value.remedy
    assert PROBE not in wire.lines
    assert (await detector.confirmed()).name == "v1"
