"""The endpoints beside versions: projects, environments, registries, chart repositories, workflow tasks."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bot.sandbox.zadig import catalog

if TYPE_CHECKING:
    from tests.sandbox.zadig.conftest import Api, OpenApi

ENVIRONMENTS = "/openapi/environments"
WORKFLOW = "/openapi/workflows/custom/zadig-delivery-shop/tasks"
TASK = "/openapi/workflows/custom/task"


async def test_projects_come_in_pages_with_their_deploy_type(api: "Api") -> None:
    answer = (await api.get("/openapi/projects/project")).json()
    assert answer["total"] == 4
    assert answer["projects"][0] == {
        "project_name": "Web shop",
        "project_key": "shop",
        "description": "What customers see",
        "deploy_type": "k8s",
    }
    assert [each["deploy_type"] for each in answer["projects"]] == ["k8s", "helm", "k8s", "cloud_host"]
    page = (await api.get("/openapi/projects/project", pageNum=2, pageSize=3)).json()
    assert [each["project_key"] for each in page["projects"]] == ["machines"]
    assert (await api.get("/openapi/projects/project", pageNum="x")).status_code == 400


async def test_people_see_the_projects_they_are_in(api: "Api") -> None:
    answer = (await api.as_person("grace").get("/openapi/projects/project")).json()
    assert [each["project_key"] for each in answer["projects"]] == ["shop", "platform"]
    linus = api.zadig.person("linus")
    assert linus is not None
    linus.verbs = {}
    assert (await api.as_person("linus").get("/openapi/projects/project")).json() == {
        "total": 0,
        "projects": [],
    }


async def test_a_projects_details_are_for_its_members(api: "Api") -> None:
    path = "/openapi/projects/project/detail"
    answer = (await api.get(path, projectKey="platform")).json()
    assert list(answer) == [
        "project_name", "project_key", "is_public", "desc", "deploy_type", "create_time", "created_by",
    ]  # fmt: skip
    assert (await api.get(path)).status_code == 400
    assert (await api.get(path, projectKey="nowhere")).status_code == 500
    answer = await api.as_person("grace").get(path, projectKey="billing")
    assert (answer.status_code, answer.content) == (403, b"")


async def test_environments_are_bare_arrays_one_for_tests_and_one_for_production(api: "Api") -> None:
    tests = (await api.get(ENVIRONMENTS, projectKey="shop")).json()
    assert [(each["env_key"], each["production"]) for each in tests] == [("dev", False), ("staging", False)]
    assert "envName" not in tests[0]
    [production] = (await api.get(f"{ENVIRONMENTS}/production", projectKey="shop")).json()
    assert (production["env_key"], production["envName"], production["production"]) == ("prod", "Prod", True)
    assert production["status"] == "running"


async def test_environments_of_others_are_empty_and_production_needs_the_licence(api: "Api") -> None:
    await api.control("license", license="expired")
    assert (await api.get(ENVIRONMENTS, projectKey="shop")).status_code == 200
    assert (await api.get(f"{ENVIRONMENTS}/production", projectKey="shop")).json()["code"] == 7050
    for project in ("billing", "nowhere"):
        assert (await api.as_person("grace").get(ENVIRONMENTS, projectKey=project)).json() == []


async def test_an_environment_lists_services_with_their_containers_for_anybody(api: "Api") -> None:
    answer = (await api.as_person("linus").get(f"{ENVIRONMENTS}/dev", projectKey="billing")).json()
    assert [each["service_name"] for each in answer["services"]] == ["invoices", "ledger", "receipts"]
    receipts = answer["services"][2]
    assert receipts["type"] == "k8s"
    assert receipts["containers"] == [
        {
            "name": "receipts",
            "type": "",
            "image": "registry.example.com/team/receipts:dev-1.2.8",
            "image_name": "receipts",
        },
        {
            "name": "migrate",
            "type": "init",
            "image": "registry.example.com/team/receipts-migrations:dev-1.2.8",
            "image_name": "receipts-migrations",
        },
    ]
    prod = (await api.get(f"{ENVIRONMENTS}/production/prod", projectKey="shop")).json()
    assert (prod["env_key"], prod["env_name"], len(prod["services"])) == ("prod", "Prod", 12)


@pytest.mark.parametrize(("server_version", "key"), [("3.4.1", "imagePath"), ("4.0.0", "image_path")])
async def test_charts_say_where_in_their_values_an_image_stands(
    open_api: "OpenApi", server_version: str, key: str
) -> None:
    api = await open_api(server_version=server_version)
    answer = (await api.get(f"{ENVIRONMENTS}/dev", projectKey="platform")).json()
    assert answer["services"][0]["containers"][0][key] == {
        "image": "gateway.image.repository",
        "tag": "gateway.image.tag",
    }


@pytest.mark.parametrize(
    ("foreign", "description"),
    [("chart", "ServiceName is empty"), ("service", "mongo: no documents in result")],
)
async def test_what_is_no_service_of_the_project_breaks_the_details_of_its_environment(
    api: "Api", foreign: Any, description: str
) -> None:
    shop = api.zadig.catalog.project("shop")
    assert shop
    dev, *others = shop.environments
    changed = replace(shop, environments=(replace(dev, foreign=foreign), *others))
    api.zadig.catalog = catalog.catalog(changed)
    answer = await api.get(f"{ENVIRONMENTS}/dev", projectKey="shop")
    assert (answer.status_code, answer.json()["code"]) == (400, 6078)
    assert answer.json()["description"] == description
    assert len((await api.get(ENVIRONMENTS, projectKey="shop")).json()) == 2, "it is still there"


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        (f"{ENVIRONMENTS}/nowhere", {"projectKey": "shop"}, 500),
        (f"{ENVIRONMENTS}/prod", {"projectKey": "shop"}, 500),
        (f"{ENVIRONMENTS}/dev", {"projectKey": "nowhere"}, 500),
        (f"{ENVIRONMENTS}/dev", {}, 400),
    ],
)
async def test_a_missing_environment_is_an_error(
    api: "Api", path: str, query: dict[str, str], status: int
) -> None:
    assert (await api.get(path, **query)).status_code == status


async def test_a_cluster_that_is_down_takes_its_environments_details_along(api: "Api") -> None:
    shop, *others = api.zadig.catalog.projects
    down = replace(shop, environments=(replace(shop.environments[0], reachable=False),))
    api.zadig.catalog = replace(api.zadig.catalog, projects=(down, *others))
    assert (await api.get(f"{ENVIRONMENTS}/dev", projectKey="shop")).status_code == 500
    assert len((await api.get(ENVIRONMENTS, projectKey="shop")).json()) == 1


async def test_registries_do_not_say_which_projects_they_are_open_to(api: "Api") -> None:
    answer = (await api.as_person("linus").get("/openapi/system/registry")).json()
    assert len(answer) == 3
    assert answer[0] == {
        "registry_id": "62ce6231e0281143de477e60",
        "address": "https://registry.example.com",
        "provider": "native",
        "region": "",
        "namespace": "release",
        "is_default": True,
    }


async def test_chart_repositories_have_blank_passwords_and_are_for_members(api: "Api") -> None:
    path = "/api/aslan/system/helm/project"
    answer = (await api.get(path, projectName="platform")).json()
    assert [(each["repo_name"], each["password"]) for each in answer] == [("charts", ""), ("partners", "")]
    assert [each["repo_name"] for each in (await api.get(path, projectName="shop")).json()] == ["charts"]
    assert (await api.as_person("grace").get(path, projectName="billing")).status_code == 403


@pytest.mark.parametrize("count", [0, 1, 60, 300])
async def test_catalogs_of_any_size_can_be_built(open_api: "OpenApi", count: int) -> None:
    api = await open_api(catalog=catalog.catalog(catalog.project("big", services=count)))
    answer = (await api.get(f"{ENVIRONMENTS}/dev", projectKey="big")).json()
    assert len({each["service_name"] for each in answer["services"]}) == count
    await api.control("projects", key="bigger", deploy_type="helm", services=count + 1)
    answer = (await api.get(f"{ENVIRONMENTS}/dev", projectKey="bigger")).json()
    assert len(answer["services"]) == count + 1


async def test_only_the_workflow_task_says_why_a_k8s_version_failed(api: "Api") -> None:
    await api.control(
        "faults", kind="registry_error", where="create", times=1, error="no room on {host}\nreally"
    )
    await api.create_k8s()
    api.wait(5)
    tasks = (await api.get(WORKFLOW, projectKey="shop", pageNum=1, pageSize=10)).json()
    assert (tasks["total"], tasks["workflow_tasks"][0]["status"]) == (1, "failed")
    assert tasks["workflow_tasks"][0]["create_time"] == (await api.listed("v14"))["create_time"]
    task_id = tasks["workflow_tasks"][0]["task_id"]
    task = (await api.get(TASK, workflowKey="zadig-delivery-shop", taskId=task_id)).json()
    [stage] = task["stages"]
    failed, waiting = stage["jobs"]
    assert (failed["status"], failed["error"]) == ("failed", "no room on registry.example.com\nreally")
    assert (waiting["status"], waiting["error"], waiting["start_time"]) == ("", "", 0)
    [target] = failed["spec"]["distribute_target"]
    assert (target["service_name"], target["service_module"]) == ("cart", "cart")
    assert target["target_image"] == "registry.example.com/release/cart:v14"


async def test_tasks_of_all_versions_of_a_project_are_in_one_workflow_newest_first(api: "Api") -> None:
    for name in ("v1", "v2", "v3"):
        await api.create_k8s(version_name=name)
        api.wait(10)
    tasks = (await api.get(WORKFLOW, pageNum=1, pageSize=2)).json()
    assert ([each["task_id"] for each in tasks["workflow_tasks"]], tasks["total"]) == ([3, 2], 3)
    nothing = (await api.get("/openapi/workflows/custom/zadig-delivery-nowhere/tasks")).json()
    assert nothing == {"total": 0, "workflow_tasks": []}


@pytest.mark.parametrize(("query", "status"), [({"taskId": "x"}, 400), ({"taskId": "9"}, 500), ({}, 400)])
async def test_a_task_that_is_not_there(api: "Api", query: dict[str, Any], status: int) -> None:
    assert (await api.get(TASK, workflowKey="zadig-delivery-shop", **query)).status_code == status


async def test_a_cancelled_task_fails_its_version_and_can_be_retried(api: "Api") -> None:
    await api.create_k8s()
    api.wait(1)
    query = {"workflowKey": "zadig-delivery-shop", "taskId": "1"}
    assert (await api.http.delete(TASK, params=query)).status_code == 200
    api.wait(5)
    assert (await api.listed("v14"))["status"] == "failed"
    assert (await api.http.delete(TASK, params=query)).status_code == 500
    assert (await api.create_k8s(retry=True)).status_code == 200


async def test_a_task_cancelled_in_the_queue_leaves_no_trace_on_its_images_and_can_be_retried(
    api2: "Api",
) -> None:
    await api2.control("settings", queue_seconds=60)
    await api2.create_v2()
    api2.wait(10)
    query = {"workflowKey": "zadig-delivery-shop-v14", "taskId": "1"}
    assert (await api2.get(TASK, **query)).json()["status"] == "queued"
    assert (await api2.http.delete(TASK, params=query)).status_code == 200
    api2.wait(5)
    details = await api2.shown("v14")
    assert (details["status"], details["error"]) == ("failed", "")
    assert {image["status"] for each in details["services"] for image in each["images"]} == {""}
    retry = {"id": (await api2.listed("v14"))["id"], "projectKey": "shop"}
    assert (await api2.http.post("/openapi/delivery/releases/retry", params=retry)).status_code == 200
    api2.wait(70)
    assert (await api2.listed("v14"))["status"] == "success"


async def test_jobs_have_logs_from_340_on(open_api: "OpenApi") -> None:
    path = "/openapi/logs/log/v4/workflow/zadig-delivery-shop/1/"
    assert (await (await open_api(server_version="3.3.0")).get(f"{path}cart-cart")).status_code == 404
    api = await open_api(server_version="3.4.0")
    await api.create_k8s()
    api.wait(3)
    log = await api.get(f"{path}cart-cart")
    assert log.headers["content-type"] == "text/plain; charset=utf-8"
    assert log.text.endswith("to registry.example.com/release/cart:v14\ndone\n")
    assert "done" not in (await api.get(f"{path}web-web")).text
    assert (await api.get(f"{path}nobody")).status_code == 500


async def test_what_is_installed_in_an_environment_is_told_on_the_internal_route(api: "Api") -> None:
    path = "/api/aslan/environment/environments/dev/helm/releases"
    rows = (await api.get(path, projectName="platform", production="false")).json()
    assert [(each["serviceName"], each["appVersion"]) for each in rows][:2] == [
        ("gateway", "1.0.0"),
        ("identity", "1.1.0"),
    ]
    assert (await api.get(path, projectName="platform", production="true")).status_code == 500
    answer = await api.as_person("grace").get(path, projectName="billing")
    assert (answer.status_code, answer.content) == (403, b"")
