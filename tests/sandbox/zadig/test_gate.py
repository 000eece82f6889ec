"""Who gets in, and in which order a request is looked at."""

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.sandbox.zadig.conftest import Api, OpenApi

RELEASES = "/openapi/delivery/releases"
SOME_ID = "66287b110b8b8a631910f5ae"

CALLS = [
    ("GET", RELEASES, "projectKey=shop&pageNum=1&pageSize=10", None),
    ("GET", f"{RELEASES}/{SOME_ID}", "projectKey=shop", None),
    ("DELETE", f"{RELEASES}/{SOME_ID}", "projectKey=shop", None),
    ("POST", f"{RELEASES}/k8s", "", {"project_key": "shop"}),
    ("POST", f"{RELEASES}/helm", "", {"project_key": "shop"}),
]
VIEWING, CREATING, DELETING = CALLS[:2], CALLS[3:], CALLS[2:3]


async def status_of(api: "Api", call: tuple[str, str, str, object]) -> tuple[int, bytes]:
    method, path, query, body = call
    answer = await api.http.request(method, f"{path}?{query}", json=body)
    return answer.status_code, answer.content


@pytest.mark.parametrize(
    "header",
    [
        "",
        "{token}",
        "Bearer",
        "Bearer  {token}",
        "Bearer {token} ",
        " Bearer {token}",
        "Bearer {token} x",
        "Bearer nonsense",
    ],
)
@pytest.mark.parametrize("path", [RELEASES, "/openapi/system/registry", "/openapi/nowhere"])
async def test_a_header_that_is_not_two_words_is_turned_away_without_a_word(
    api: "Api", header: str, path: str
) -> None:
    answer = await api.http.get(path, headers={"authorization": header.format(token=api.zadig.token)})
    assert (answer.status_code, answer.content) == (401, b"")
    assert "content-type" not in answer.headers


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "X-API-KEY", "anything"])
async def test_the_scheme_of_the_header_does_not_matter(api: "Api", scheme: str) -> None:
    answer = await api.http.get(
        "/openapi/system/registry", headers={"authorization": f"{scheme} {api.zadig.token}"}
    )
    assert answer.status_code == 200


async def test_a_token_in_the_query_wins_over_the_header(api: "Api") -> None:
    linus = api.zadig.person("linus")
    assert linus is not None
    assert (await api.get(projectKey="billing", pageNum=1, pageSize=1)).status_code == 200
    assert (await api.get(projectKey="billing", pageNum=1, pageSize=1, token=linus.token)).status_code == 403
    assert (await api.get(projectKey="shop", pageNum=1, pageSize=1, token="nonsense")).status_code == 401


async def test_a_revoked_token_is_turned_away(api: "Api") -> None:
    await api.control("token", revoked=True)
    assert (await api.get()).status_code == 401
    await api.control("token", revoked=False)
    assert (await api.get()).status_code == 400


async def test_a_token_can_be_chosen_and_else_says_who_it_acts_as(open_api: "OpenApi") -> None:
    assert (await open_api(token="open sesame")).zadig.token == "open sesame"
    payload = (await open_api()).zadig.token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    assert claims["name"] == "Release Bot"


@pytest.mark.parametrize(
    ("account", "calls", "status"),
    [
        ("release-bot", CALLS, {200, 500}),
        ("ada", CALLS, {200, 500}),
        ("grace", CALLS, {200, 500}),
        ("linus", VIEWING, {200, 500}),
        ("linus", CREATING, {403}),
        ("linus", DELETING, {403}),
    ],
)
async def test_permissions_are_those_of_the_tokens_owner(
    api: "Api", account: str, calls: list[tuple[str, str, str, object]], status: set[int]
) -> None:
    api.as_person(account)
    assert {(await status_of(api, call))[0] for call in calls} <= status


async def test_a_project_that_the_token_may_not_use_is_an_empty_403(api: "Api") -> None:
    api.as_person("grace")
    for project in ("billing", "nowhere"):
        answer = await api.get(projectKey=project, pageNum=1, pageSize=10)
        assert (answer.status_code, answer.content) == (403, b"")
        assert "content-type" not in answer.headers


async def test_an_admin_sees_an_unknown_project_as_an_empty_one(api: "Api") -> None:
    assert (await api.get(projectKey="nowhere", pageNum=1, pageSize=10)).json() == {"list": [], "total": 0}


async def test_the_delivery_centre_role_opens_details_but_not_lists(api: "Api") -> None:
    await api.create_k8s()
    version = await api.listed("v14")
    linus = api.as_person("linus").zadig.person("linus")
    assert linus is not None
    linus.verbs, linus.system_verbs = {}, frozenset({"release_get"})
    assert (await api.get(f"{RELEASES}/{version['id']}", projectKey="shop")).status_code == 200
    assert (await api.get(projectKey="shop", pageNum=1, pageSize=10)).status_code == 403


@pytest.mark.parametrize("call", CALLS)
async def test_every_call_about_versions_needs_a_licence(
    api: "Api", call: tuple[str, str, str, object]
) -> None:
    await api.control("license", license="expired")
    status, content = await status_of(api, call)
    assert (status, json.loads(content)) == (
        400,
        {
            "code": 7050,
            "description": "",
            "extra": {},
            "message": "用户许可证不可用，请检查许可证后重试",
            "type": "error",
        },
    )


async def test_an_unreachable_licence_service_is_a_plain_error(api: "Api") -> None:
    await api.control("license", license="unreachable")
    answer = await api.get(projectKey="shop", pageNum=1, pageSize=10)
    assert answer.status_code == 500
    assert answer.json()["description"].startswith("failed to validate zadig license status, error:")


async def test_token_then_parameters_then_permission_then_licence(api: "Api") -> None:
    await api.control("license", license="expired")
    linus = api.as_person("linus")
    wrong: dict[str, Any] = {"pageNum": 0}
    forbidden: dict[str, Any] = {"projectKey": "billing", "pageNum": 1, "pageSize": 1}
    assert (await linus.get(**wrong, token="nonsense")).status_code == 401
    assert (await linus.get(**wrong)).status_code == 400
    assert (await linus.get(**wrong)).json()["code"] == 400
    assert (await linus.get(**forbidden)).status_code == 403
    assert (await linus.get(**forbidden | {"projectKey": "shop"})).json()["code"] == 7050


async def test_from_430_on_only_tokens_that_are_switched_on_are_let_in(open_api: "OpenApi") -> None:
    older = (await open_api(server_version="4.2.1")).as_person("linus")
    assert (await older.get(projectKey="shop", pageNum=1, pageSize=1)).status_code == 200
    api = (await open_api(server_version="4.3.0")).as_person("linus")
    assert (await api.get(projectKey="shop", pageNum=1, pageSize=1)).status_code == 401
    await api.control("token", account="linus", token_enabled=True)
    assert (await api.get(projectKey="shop", pageNum=1, pageSize=1)).status_code == 200


async def test_from_430_on_a_missing_second_factor_is_a_403_with_a_reason(api2: "Api") -> None:
    await api2.control("token", mfa_reason="mfa_enrollment_required")
    answer = await api2.get()
    assert (answer.status_code, answer.json()) == (403, {"reason": "mfa_enrollment_required"})
    assert answer.headers["x-zadig-auth-reason"] == "mfa_enrollment_required"
