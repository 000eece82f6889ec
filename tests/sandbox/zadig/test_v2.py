"""The second dialect: what it shows, and how versions and retries end."""

from typing import TYPE_CHECKING, Any

import pytest

from bot.sandbox.zadig.catalog import RELEASE_REGISTRY

if TYPE_CHECKING:
    from tests.sandbox.zadig.conftest import Api, OpenApi

RELEASES = "/openapi/delivery/releases"
UNKNOWN_REGISTRY = "000000000000000000000000"
CART_IMAGE = "registry.example.com/team/cart:{}-1.0.4"


def service(*images: dict[str, Any], name: str = "cart", **changes: Any) -> dict[str, Any]:
    return {"service_name": name, "images": list(images)} | changes


def image(container: str = "cart", name: str = "cart", **changes: Any) -> dict[str, Any]:
    return {
        "container_name": container,
        "image_name": name,
        "source_image": f"registry.example.com/team/{name}:1.0",
        "source_image_tag": "1.0",
        "target_image": f"registry.example.com/release/{name}:v14",
        "target_image_tag": "v14",
        "push_image": True,
    } | changes


def helm(**changes: Any) -> dict[str, Any]:
    return {
        "project_key": "platform",
        "version_name": "2026-6",
        "source": "from_env",
        "env_name": "dev",
        "image_registry_id": RELEASE_REGISTRY.id,
        "chart_repo_name": "charts",
        "services": [service(image("gateway", "gateway"), name="gateway", chart_version="1.9.0")],
    } | changes


async def retry(api: "Api", name: str = "v14", project: str = "shop") -> tuple[int, str]:
    version = await api.listed(name, project)
    answer = await api.http.post(f"{RELEASES}/retry", params={"id": version["id"], "projectKey": project})
    return answer.status_code, str(answer.json().get("description", answer.json()["message"]))


@pytest.mark.parametrize(
    ("query", "status", "description"),
    [
        ({}, 400, "versionName can't be empty!"),
        ({"versionName": "v14"}, 400, "projectKey can't be empty!"),
        ({"projectKey": "shop"}, 400, "versionName can't be empty!"),
        (
            {"versionName": "v14", "projectKey": "shop"},
            500,
            (
                "failed to get delivery version, projectName: shop, versionName: v14 "
                "error: mongo: no documents in result"
            ),
        ),
    ],
)
async def test_details_are_asked_for_by_name(
    api2: "Api", query: dict[str, str], status: int, description: str
) -> None:
    answer = await api2.get(f"{RELEASES}/detail", **query)
    assert (answer.status_code, answer.json()["description"]) == (status, description)


async def test_statuses_are_those_of_the_watchers_last_look_and_reading_changes_nothing(api2: "Api") -> None:
    await api2.create_v2()
    api2.wait(4.9)
    details = await api2.shown("v14")
    assert details["status"] == "creating"
    assert [each["images"][0]["status"] for each in details["services"]] == ["running", ""]
    api2.wait(0.2)
    details = await api2.shown("v14")
    assert details["status"] == "success"
    assert [each["images"][0]["status"] for each in details["services"]] == ["passed", "passed"]


async def test_a_failed_image_says_why_and_keeps_saying_it_after_a_retry(api2: "Api") -> None:
    await api2.control("faults", kind="registry_error", where="create", times=1, error="no room")
    await api2.create_v2()
    api2.wait(5)
    details = await api2.shown("v14")
    assert (details["status"], details["error"]) == ("failed", "")
    assert details["services"][0]["images"][0]["error"] == "no room"
    assert await retry(api2) == (200, "success")
    api2.wait(10)
    details = await api2.shown("v14")
    assert details["status"] == "success"
    assert details["services"][0]["images"][0]["status"] == "passed"
    assert details["services"][0]["images"][0]["error"] == "no room"


async def test_before_430_a_retried_version_stays_retrying_for_ever(open_api: "OpenApi") -> None:
    for settings, status in (
        ({"server_version": "4.2.1"}, "retrying"),
        ({"server_version": "4.3.0"}, "success"),
        ({"server_version": "4.2.1", "stuck_retrying": False}, "success"),
        ({"server_version": "5.0.0", "stuck_retrying": True}, "retrying"),
    ):
        api = await open_api(**settings)
        await api.control("faults", kind="registry_error", where="create", times=1)
        await api.create_v2()
        api.wait(5)
        assert (await retry(api))[0] == 200
        api.wait(7200)
        await api.shown("v14")
        assert (await api.listed("v14"))["status"] == status


async def test_after_a_restart_a_version_hangs_whoever_looks(api2: "Api") -> None:
    await api2.create_v2()
    await api2.control("restart")
    api2.wait(7200)
    assert (await api2.shown("v14"))["status"] == "creating"


RETRY_PREFIX = "failed to retry create delivery version, id: {}, error: "


async def test_what_cannot_be_retried_is_said_with_its_id(api2: "Api") -> None:
    await api2.create_v2()
    version_id = (await api2.listed("v14"))["id"]
    assert await retry(api2) == (
        500,
        RETRY_PREFIX.format(version_id) + "can't reCreate version with status:creating",
    )
    answer = await api2.http.post(f"{RELEASES}/retry", params={"id": "0" * 24, "projectKey": "shop"})
    assert answer.json()["description"] == RETRY_PREFIX.format("0" * 24) + (
        f"failed to query delivery version data, id: {'0' * 24}, error: mongo: no documents in result"
    )
    answer = await api2.http.post(f"{RELEASES}/retry", params={"projectKey": "shop"})
    assert (answer.status_code, answer.json()["description"]) == (400, "id can't be empty!")
    answer = await api2.http.post(f"{RELEASES}/retry", params={"id": version_id})
    assert answer.status_code == 400
    assert "projectName" in answer.json()["description"]


async def test_a_helm_retry_pushes_what_is_missing_and_copies_in_a_task_of_its_own(api2: "Api") -> None:
    await api2.control("faults", kind="registry_error", where="create", times=1)
    assert (await api2.post(f"{RELEASES}/helm", helm())).status_code == 500
    assert await retry(api2, "2026-6", "platform") == (200, "success")
    api2.wait(5)
    assert (await api2.shown("2026-6", "platform"))["status"] == "success"
    api2.zadig.versions[0].status, api2.zadig.versions[0].registry_id = "failed", UNKNOWN_REGISTRY
    status, text = await retry(api2, "2026-6", "platform")
    assert (status, "failed to find registry, err: " in text) == (500, True)


async def test_every_version_has_a_workflow_of_its_own(api2: "Api") -> None:
    await api2.create_v2(version_name="V1.4._rc")
    tasks = (await api2.get("/openapi/workflows/custom/zadig-delivery-shop-v1-4-rc/tasks")).json()
    assert tasks["total"] == 1


async def test_v1_bodies_bind_to_something_else_in_v2(api2: "Api") -> None:
    assert (await api2.create_k8s(source="manual")).status_code == 200
    assert (await api2.shown("v14"))["services"] == [], "yaml_datas means nothing any more"


async def test_manifests_and_values_are_plain_text_from_400_on(api: "Api", api2: "Api") -> None:
    query = {"projectKey": "shop", "envName": "prod", "serviceName": "cart"}
    path = "/openapi/environments/production/service/yaml"
    assert (await api.get(path, **query)).status_code == 404
    answer = await api2.get(path, **query)
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.text.startswith("apiVersion: apps/v1")
    answer = await api2.get(
        "/openapi/environments/service/values", projectKey="platform", envName="dev", serviceName="gateway"
    )
    assert answer.text.startswith("replicaCount: 2\ngateway:\n")
    assert (await api2.get(path, **query | {"serviceName": "nowhere"})).status_code == 500


async def test_from_500_on_the_server_says_its_version_to_admins(open_api: "OpenApi") -> None:
    path = "/openapi/system/cli/context"
    assert (await (await open_api(server_version="4.3.0")).get(path)).status_code == 404
    api = await open_api(server_version="5.0.0")
    answer = (await api.get(path)).json()
    assert (answer["server_version"], answer["user"]["name"]) == ("5.0.0", "Release Bot")
    answer = (await api.as_person("grace").get(path)).json()
    assert "server_version" not in answer
