"""How people and tests look into the local Zadig and make things happen in it."""

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.sandbox.zadig.conftest import Api, OpenApi


async def state(api: "Api") -> dict[str, Any]:
    return dict((await api.http.get("/_control/state")).json())


async def test_the_state_shows_projects_with_their_versions_newest_first(open_api: "OpenApi") -> None:
    api = await open_api(history=True)
    seen = await state(api)
    assert (seen["ok"], seen["dialect"], seen["now"]) == (True, "v1", api.zadig.now())
    assert (seen["rate"], seen["speed"], seen["failure_rate"]) == (0, 1, 0)
    assert [each["key"] for each in seen["projects"]] == ["shop", "platform", "billing", "machines"]
    shop = seen["projects"][0]
    assert [each["key"] for each in shop["environments"]] == ["dev", "staging", "prod"]
    assert [each["name"] for each in shop["versions"]] == ["v13", "v12", "v11", "v10"]
    failed = shop["versions"][2]
    assert failed["error"].startswith("failed to push image registry.example.com/release/"), (
        "people see the reason"
    )
    assert (failed["done"], failed["total"], failed["labels"]) == (5, 6, ["checkout"])
    assert failed["images"][-1]["status"] == "failed"
    assert set(failed) >= {"id", "kind", "status", "created_at", "created_by", "deleted", "description"}


async def test_somebody_creates_a_version_in_zadigs_own_pages(api: "Api") -> None:
    made = await api.control(
        "version",
        action="create",
        project="shop",
        name="v20",
        by="Ada Lovelace",
        description="From the page",
        labels=["x"],
        environment="prod",
        images=[{"service": "cart", "tag": "2.0"}, {"service": "catalog", "container": "proxy"}],
    )
    assert [(each["name"], each["tag"]) for each in made["version"]["images"]] == [
        ("cart", "2.0"),
        ("edge-proxy", "v20"),
    ]
    listed = await api.listed("v20")
    assert (listed["created_by"], listed["description"]) == ("Ada Lovelace", "From the page")
    details = await api.shown("v20")
    assert details["version_info"]["labels"] == ["x"]
    assert len(details["deploy_infos"]) == 2


async def test_a_version_without_particulars_gets_a_name_and_some_images(api: "Api") -> None:
    for expected in ("v1", "v2", "v3"):
        made = await api.control("version", action="create", project="shop")
        assert made["version"]["name"] == expected
        assert made["version"]["total"] > 0


@pytest.mark.parametrize(
    ("newest", "following"),
    [
        ("v14", "v15"),
        ("v99", "v100"),
        ("v09", "v10"),
        ("2.0.0", "2.0.1"),
        ("2026.5-rc1", "2026.5-rc2"),
        ("7", "8"),
        ("hotfix", "hotfix-1"),
        ("v10", "v12"),
    ],
)
async def test_a_version_without_a_name_comes_after_the_newest(
    api: "Api", newest: str, following: str
) -> None:
    for name in ("v3", "v11", newest):
        api.wait(60)
        await api.control("version", action="create", project="shop", name=name)
    made = await api.control("version", action="create", project="shop")
    assert made["version"]["name"] == following


async def test_the_next_name_of_a_shop_with_history_is_not_how_many_there_are(open_api: "OpenApi") -> None:
    api = await open_api(history=True)
    made = await api.control("version", action="create", project="shop")
    assert made["version"]["name"] == "v14"


async def test_the_name_of_a_deleted_version_is_not_given_again(api: "Api") -> None:
    await api.control("version", action="create", project="shop", name="v14")
    await api.control("version", action="delete", project="shop", name="v14")
    made = await api.control("version", action="create", project="shop")
    assert made["version"]["name"] == "v15"


@pytest.mark.parametrize("project", ["shop", "platform"])
async def test_an_outcome_can_be_wished_for(api: "Api", project: str) -> None:
    for outcome, status in (("success", "success"), ("failed", "failed"), ("hang", "creating")):
        await api.control(
            "version", action="create", project=project, name=outcome, outcome=outcome, error="so there"
        )
        api.wait(60)
        assert (await api.listed(outcome, project))["status"] == status
    info = (await api.shown("failed", project))["version_info"]
    expected = "" if project == "shop" else "1 error occurred:\n\t* so there\n\n"
    assert info["progress"]["error"] == expected


async def act(api: "Api", action: str, **more: Any) -> dict[str, Any]:
    return dict((await api.control("version", action=action, project="shop", name="v14", **more))["version"])


async def test_a_version_can_be_helped_on_image_by_image(api: "Api") -> None:
    await api.create_k8s()
    assert (await act(api, "advance"))["done"] == 1
    assert (await act(api, "advance"))["done"] == 2
    api.wait(5)
    assert (await api.listed("v14"))["status"] == "success"


async def test_a_version_can_succeed_or_fail_at_once(api: "Api") -> None:
    await api.create_k8s()
    version = await act(api, "fail", error="because of {target}")
    assert (version["status"], version["error"]) == (
        "failed",
        "because of registry.example.com/release/cart:v14",
    )
    version = await act(api, "succeed")
    assert (version["status"], version["done"], version["error"]) == ("success", 2, "")
    api.wait(7200)
    assert (await api.listed("v14"))["status"] == "success"


async def test_a_version_can_hang_and_be_freed(api: "Api") -> None:
    await api.create_k8s()
    await act(api, "hang")
    api.wait(600)
    assert (await api.listed("v14"))["status"] == "creating"
    await act(api, "advance")
    api.wait(10)
    assert (await api.listed("v14"))["status"] == "success"


async def test_a_version_can_be_retried_and_deleted_in_zadigs_pages(api: "Api", api2: "Api") -> None:
    for each in (api, api2):
        await each.control("version", action="create", project="shop", name="v14", outcome="failed")
        each.wait(60)
        assert (await act(each, "retry"))["status"] == "retrying"
        each.wait(60)
        await each.shown("v14")
        assert (await each.listed("v14"))["status"] == "success"
        await act(each, "delete")
        assert await each.versions() == []


async def test_a_helm_version_can_be_retried_in_zadigs_pages(api: "Api") -> None:
    await api.control("version", action="create", project="platform", name="v1", outcome="failed")
    api.wait(60)
    await api.control("version", action="retry", project="platform", name="v1")
    api.wait(60)
    assert (await api.shown("v1", "platform"))["version_info"]["status"] == "success"


@pytest.mark.parametrize(
    ("what", "body", "detail"),
    [
        ("version", {"action": "create", "project": "nowhere"}, "there is no project 'nowhere'"),
        ("version", {"action": "create", "project": "shop", "environment": "moon"}, "no environment 'moon'"),
        ("version", {"action": "create", "project": "shop", "images": [{"service": "x"}]}, "no service 'x'"),
        (
            "version",
            {"action": "create", "project": "shop", "images": [{"service": "cart", "container": "x"}]},
            "no container 'x'",
        ),
        ("version", {"action": "delete", "project": "shop", "name": "v99"}, "no version 'v99'"),
        ("version", {"action": "advance", "project": "shop", "name": "v13"}, "v13 is success"),
        ("version", {"action": "hang", "project": "shop", "name": "v13"}, "v13 is success"),
        ("version", {"action": "retry", "project": "shop", "name": "v13"}, "can't reCreate version"),
        ("version", {"action": "create", "project": "shop", "name": "v13"}, "already exist"),
        ("version", {"action": "explode", "project": "shop"}, "action: "),
        ("version", {"action": "create", "project": "shop", "nmae": "v1"}, "nmae: "),
        ("clock", {"advance": -1}, "advance: "),
        ("token", {"account": "nobody"}, "there are release-bot, ada"),
        ("license", {"license": "free"}, "license: "),
        ("upgrade", {"server_version": "4"}, "server_version: "),
        ("settings", {"failure_rate": 2}, "failure_rate: "),
    ],
)
async def test_what_cannot_be_done_is_refused_with_a_reason(
    open_api: "OpenApi", what: str, body: dict[str, Any], detail: str
) -> None:
    api = await open_api(history=True)
    answer = await api.http.post(f"/_control/{what}", json=body)
    assert answer.status_code == 400
    assert answer.json()["ok"] is False
    assert detail in answer.json()["detail"]


async def test_traffic_is_remembered_without_tokens(api: "Api") -> None:
    await api.create_k8s()
    await api.get(projectKey="shop", pageNum=1, pageSize=1, token=api.zadig.token)
    await api.get("/openapi/nowhere")
    await api.get("/api/aslan/system/helm/project", projectName="shop")
    answer = await api.http.get("/_control/traffic")
    assert api.zadig.token not in answer.text
    created, listed, missing, _ = answer.json()["entries"]
    assert (created["seq"], created["method"], created["status"]) == (1, "POST", 200)
    assert created["request"]["body"]["version_name"] == "v14"
    assert created["response"]["body"] == {"message": "success"}
    assert listed["request"]["query"] == {"projectKey": "shop", "pageNum": "1", "pageSize": "1", "token": "…"}
    assert (missing["path"], missing["response"]["body"]) == (
        "/openapi/nowhere",
        "Invalid path: /openapi/nowhere",
    )
    later = (await api.http.get("/_control/traffic", params={"after": 3})).json()["entries"]
    assert [each["seq"] for each in later] == [4]


async def test_a_dropped_connection_is_in_the_traffic_too(api: "Api") -> None:
    await api.control("faults", kind="drop_after")
    with pytest.raises(ConnectionError):
        await api.create_k8s()
    [entry] = (await api.http.get("/_control/traffic")).json()["entries"]
    assert (entry["status"], entry["response"]["cut"]) == (0, True)


async def test_only_the_last_requests_are_remembered(api: "Api") -> None:
    for _ in range(510):
        await api.get("/openapi/nowhere")
    entries = (await api.http.get("/_control/traffic")).json()["entries"]
    assert (len(entries), entries[-1]["seq"]) == (500, 510)


async def test_the_clock_can_be_moved(api: "Api") -> None:
    before = api.zadig.now()
    assert (await api.control("clock", advance=90))["now"] == before + 90
    assert (await api.control("clock", rate=2))["rate"] == 2


async def test_a_reset_takes_everything_back_but_time(open_api: "OpenApi") -> None:
    api = await open_api(history=True)
    before = [each["version_name"] for each in await api.versions()]
    await api.create_k8s()
    for what, body in (
        ("faults", {"kind": "500", "where": "delete"}),
        ("license", {"license": "expired"}),
        ("projects", {"key": "new", "services": 3}),
        ("settings", {"speed": 9, "stuck_retrying": True}),
    ):
        await api.control(what, **body)
    await api.control("reset")
    seen = await state(api)
    assert [each["version_name"] for each in await api.versions()] == before
    assert (seen["faults"], seen["license"], len(seen["projects"])) == ([], "valid", 4)
    assert (api.zadig.pace.speed, api.zadig.stuck_retrying) == (1.0, None)
    assert len((await api.http.get("/_control/traffic")).json()["entries"]) == 1


async def test_people_are_shown_with_tokens_to_try(api: "Api") -> None:
    people = (await api.http.get("/_control/people")).json()["people"]
    assert [each["account"] for each in people] == ["release-bot", "ada", "grace", "linus"]
    assert people[0]["token"] == api.zadig.token


async def test_a_token_can_lose_and_gain_permissions(api: "Api") -> None:
    await api.control("token", is_admin=False, verbs={"billing": ["get_delivery"]})
    assert (await api.get(projectKey="shop", pageNum=1, pageSize=1)).status_code == 403
    assert (await api.get(projectKey="billing", pageNum=1, pageSize=1)).status_code == 200
