"""Things that go wrong on demand."""

import asyncio
import json
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from bot.sandbox.zadig import Pace
from bot.sandbox.zadig.faults import AFTERWARDS, INSIDE, INSTEAD, KINDS

if TYPE_CHECKING:
    from tests.sandbox.zadig.conftest import Api, OpenApi

RELEASES = "/openapi/delivery/releases"
LIST: dict[str, Any] = {"projectKey": "shop", "pageNum": 1, "pageSize": 10}


async def listing(api: "Api") -> httpx.Response:
    return await api.get(**LIST)


@pytest.mark.parametrize(
    ("kind", "status", "content_type", "start"),
    [
        ("500", 500, "application/json; charset=utf-8", b'{"code":500,"description":"server selection error'),
        ("502_html", 502, "text/html; charset=utf-8", b"<html>\r\n<head><title>502 Bad Gateway</title>"),
        ("503", 503, "text/plain; charset=utf-8", b"upstream connect error"),
        ("html", 200, "text/html; charset=utf-8", b"<!DOCTYPE html>"),
        ("empty_500", 500, None, b""),
        ("401", 401, None, b""),
        ("403", 403, None, b""),
        ("license", 400, "application/json; charset=utf-8", b'{"code":7050,'),
    ],
)
async def test_an_answer_can_be_replaced(
    api: "Api", kind: str, status: int, content_type: str | None, start: bytes
) -> None:
    await api.control("faults", kind=kind, times=1)
    answer = await listing(api)
    assert (answer.status_code, answer.headers.get("content-type")) == (status, content_type)
    assert answer.content.startswith(start)
    assert bool(answer.content) is bool(start)
    assert (await listing(api)).status_code == 200, "it was to happen once"


async def test_a_replaced_answer_means_that_nothing_was_done(api: "Api") -> None:
    for kind in INSTEAD.keys() - {"drop_before"}:
        await api.control("faults", kind=kind, where="create", times=1)
        await api.create_k8s()
    assert not api.zadig.versions


async def test_a_text_of_its_own_replaces_the_faults(api: "Api") -> None:
    await api.control("faults", kind="500", error="集群不可用\nsecond line")
    assert (await listing(api)).json()["description"] == "集群不可用\nsecond line"


async def test_json_can_be_cut_in_half_after_the_work_was_done(api: "Api") -> None:
    await api.control("faults", kind="truncated", times=1)
    answer = await api.create_k8s()
    assert answer.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        answer.json()
    assert [each["version_name"] for each in await api.versions()] == ["v14"]


@pytest.mark.parametrize(("kind", "created"), [("drop_before", 0), ("drop_after", 1)])
async def test_without_a_socket_a_dropped_connection_is_an_error_of_the_transport(
    api: "Api", kind: str, created: int
) -> None:
    await api.control("faults", kind=kind, times=1)
    with pytest.raises(ConnectionError):
        await api.create_k8s()
    assert len(await api.versions()) == created


async def test_a_slow_create_has_its_row_long_before_its_answer(api: "Api") -> None:
    await api.control("faults", kind="slow", where="create", seconds=60, times=1)
    creating = asyncio.create_task(api.create_k8s())
    await asyncio.sleep(0.01)
    assert (await api.listed("v14"))["status"] == "creating"
    api.wait(30)
    await asyncio.sleep(0.01)
    assert not creating.done()
    assert (await api.listed("v14"))["status"] == "success", "it settled before its creator heard of it"
    api.wait(30)
    assert (await creating).json() == {"message": "success"}


async def test_any_fault_can_be_late(api: "Api") -> None:
    await api.control("faults", kind="503", seconds=10)
    slow = asyncio.create_task(listing(api))
    await asyncio.sleep(0.01)
    assert not slow.done()
    api.wait(10)
    assert (await slow).status_code == 503


async def test_creating_itself_takes_time_in_which_the_row_is_there(open_api: "OpenApi") -> None:
    api = await open_api(pace=Pace(create_seconds=2, chart_seconds=3, failure_rate=0))
    for create, name, project in (
        (api.create_k8s, "v14", "shop"),
        (api.create_helm, "2026.6", "platform"),
    ):
        creating = asyncio.create_task(create())
        await asyncio.sleep(0.01)
        assert (await api.listed(name, project))["status"] == "creating"
        seen = (await api.shown(name, project))["version_info"]["status"]
        assert seen == "success", "a look at details in the meantime sees no workflow, and lies"
        api.wait(6)
        assert (await creating).status_code == 200
        assert (await api.shown(name, project))["version_info"]["status"] in {"creating", "success"}


async def test_a_create_that_fails_late_leaves_a_failed_row(api: "Api") -> None:
    await api.control("faults", kind="failing_create", times=1)
    answer = await api.create_k8s()
    assert answer.status_code == 500
    assert "failed to create delivery version custom workflow task, versionName: v14, err: " in answer.text
    info = (await api.shown("v14"))["version_info"]
    assert info["status"] == "failed"
    assert info["progress"]["error"].startswith("failed to create delivery version custom workflow task")
    answer = await api.create_k8s(retry=True)
    assert "no workflow task found for version: v14" in answer.json()["description"]


async def test_a_version_can_be_deleted_underneath_whoever_asks_for_it(api: "Api", api2: "Api") -> None:
    for each, path, query in (
        (api, f"{RELEASES}/{{id}}", {"projectKey": "shop"}),
        (api2, f"{RELEASES}/detail", {"projectKey": "shop", "versionName": "v14"}),
    ):
        await each.control("version", action="create", project="shop", name="v14")
        version = await each.listed("v14")
        await each.control("faults", kind="deleted_underneath", where="detail", times=1)
        assert (await each.get(path.format(**version), **query)).status_code == 500
        assert await each.versions() == []


async def test_a_retry_of_a_version_deleted_underneath_finds_nothing(api: "Api") -> None:
    await api.control("version", action="create", project="shop", name="v14")
    await api.control("version", action="fail", project="shop", name="v14")
    await api.control("faults", kind="deleted_underneath", where="retry", times=1)
    answer = await api.create_k8s(retry=True)
    assert "failed to query delivery version data, verisonName: v14" in answer.json()["description"]


CALLS: list[tuple[str, str, str, Any]] = [
    ("list", "GET", f"{RELEASES}?projectKey=shop&pageNum=1&pageSize=1", None),
    ("detail", "GET", f"{RELEASES}/{'0' * 24}?projectKey=shop", None),
    ("create", "POST", f"{RELEASES}/k8s", {"retry": False}),
    ("create", "POST", f"{RELEASES}/helm", {"retry": "true"}),
    ("retry", "POST", f"{RELEASES}/k8s", {"retry": True}),
    ("delete", "DELETE", f"{RELEASES}/{'0' * 24}?projectKey=shop", None),
    ("catalog", "GET", "/openapi/system/registry", None),
    ("*", "GET", "/openapi/nowhere", None),
]


@pytest.mark.parametrize("where", ["list", "detail", "create", "retry", "delete", "catalog", "*"])
async def test_a_fault_befalls_the_calls_it_is_for(api: "Api", where: str) -> None:
    await api.control("faults", kind="503", where=where)
    for operation, method, path, body in CALLS:
        status = (await api.http.request(method, path, json=body)).status_code
        assert (status == 503) is (where in {"*", operation}), (operation, path)


async def test_v2_has_a_call_of_its_own_for_retrying(api2: "Api") -> None:
    await api2.control("faults", kind="503", where="retry")
    assert (await api2.http.post(f"{RELEASES}/retry")).status_code == 503
    assert (await api2.create_v2(retry=True)).status_code == 200


async def test_a_fault_happens_so_many_times_and_then_no_more(api: "Api") -> None:
    await api.control("faults", kind="503", times=2)
    assert [(await listing(api)).status_code for _ in range(3)] == [503, 503, 200]
    assert list(api.zadig.faults) == []


async def test_a_fault_for_ever_ends_when_it_is_taken_away(api: "Api") -> None:
    added = await api.control("faults", kind="503")
    await api.control("faults", kind="500", where="create")
    assert [(await listing(api)).status_code for _ in range(3)] == [503, 503, 503]
    left = (await api.http.delete("/_control/faults", params={"id": added["id"]})).json()
    assert [each["kind"] for each in left["faults"]] == ["500"]
    assert (await listing(api)).status_code == 200
    assert (await api.http.delete("/_control/faults")).json()["faults"] == []


async def test_a_fault_with_a_known_id_replaces_that_one(api: "Api") -> None:
    for kind in ("503", "500"):
        await api.control("faults", id="mine", kind=kind)
    assert (await api.http.get("/_control/faults")).json()["faults"] == [
        {"id": "mine", "where": "*", "kind": "500", "seconds": 0.0, "times": None, "error": ""}
    ]


@pytest.mark.parametrize(
    "body", [{"kind": "earthquake"}, {"kind": "500", "where": "moon"}, {}, {"kind": "500", "times": 0}]
)
async def test_an_unknown_fault_is_refused_with_what_there_is(api: "Api", body: dict[str, Any]) -> None:
    answer = await api.http.post("/_control/faults", json=body)
    assert answer.status_code == 400
    assert answer.json()["ok"] is False
    assert answer.json()["detail"]


def test_every_kind_is_in_exactly_one_table() -> None:
    assert len(KINDS) == len(INSTEAD) + len(AFTERWARDS) + len(INSIDE)
