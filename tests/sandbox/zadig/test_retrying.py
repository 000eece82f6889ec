"""Retrying in the first dialect: who may, what it does, and why it seems to hang."""

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.sandbox.zadig.conftest import Api, OpenApi

PREFIX = "failed to create k8s delivery version, project name: shop, version name v14, retry: true, error: "
RETRY: dict[str, Any] = {
    "project_key": "shop",
    "version_name": "v14",
    "retry": True,
    "env_name": "dev",
    "production": False,
}
HELM_RETRY: dict[str, Any] = {"project_key": "platform", "version_name": "2026.6", "retry": True}


async def retry(api: "Api", kind: str = "k8s", **changes: Any) -> tuple[int, str]:
    answer = await api.post(f"/openapi/delivery/releases/{kind}", RETRY | changes)
    return answer.status_code, str(answer.json().get("description", answer.json()["message"]))


async def failed_version(api: "Api") -> None:
    await api.control("faults", kind="registry_error", where="create", times=1)
    await api.create_k8s()
    api.wait(5)
    assert (await api.listed("v14"))["status"] == "failed"


async def test_a_retry_runs_what_has_not_passed_and_stays_retrying_until_somebody_looks(api: "Api") -> None:
    await failed_version(api)
    assert await retry(api) == (200, "success")
    api.wait(7200)
    assert (await api.listed("v14"))["status"] == "retrying"
    info = (await api.shown("v14"))["version_info"]
    assert (info["status"], info["progress"]["success_count"]) == ("success", 2)
    assert (await api.listed("v14"))["status"] == "success"


async def test_images_that_have_passed_are_not_copied_again(api: "Api") -> None:
    await api.create_k8s()
    api.wait(3)
    await api.control("version", action="fail", project="shop", name="v14")
    await retry(api)
    info = (await api.shown("v14"))["version_info"]
    assert (info["status"], info["progress"]["success_count"]) == ("retrying", 1)
    api.wait(3)
    assert (await api.shown("v14"))["version_info"]["status"] == "success"


async def test_a_retry_can_fail_again(api: "Api") -> None:
    await failed_version(api)
    await api.control("faults", kind="registry_error", where="retry", times=1)
    await retry(api)
    api.wait(5)
    assert (await api.shown("v14"))["version_info"]["status"] == "failed"
    assert await retry(api) == (200, "success")


@pytest.mark.parametrize("seconds", [0, 10])
async def test_only_failed_versions_can_be_retried(api: "Api", seconds: float) -> None:
    await api.create_k8s()
    api.wait(seconds)
    status = (await api.listed("v14"))["status"]
    assert await retry(api) == (500, f"{PREFIX}can't reCreate version with status:{status}")


async def test_a_retry_of_an_unknown_version_is_refused_with_a_misspelling(api: "Api") -> None:
    assert await retry(api) == (500, f"{PREFIX}failed to query delivery version data, verisonName: v14")
    _, text = await retry(api, "helm")
    assert text.endswith("verisonName: v14, error: mongo: no documents in result")


async def test_a_k8s_retry_needs_some_environment_of_the_project(api: "Api") -> None:
    await failed_version(api)
    _, text = await retry(api, env_name="")
    assert (
        text == "failed to find product, product name: shop, env name: , error: mongo: no documents in result"
    )
    assert (await retry(api, env_name="prod", production=True))[0] == 200


async def test_what_is_wrong_with_services_sent_along_is_noticed_before_the_retry(api: "Api") -> None:
    await failed_version(api)
    _, text = await retry(api, yaml_datas=[{"service_name": "nowhere"}])
    assert text == "product service not found, service name: nowhere"


async def test_a_version_that_failed_before_it_had_a_workflow_cannot_be_retried(api: "Api") -> None:
    await api.create_k8s(image_registry_id="")
    assert await retry(api) == (500, f"{PREFIX}no workflow task found for version: v14")


async def test_a_version_that_timed_out_cannot_be_retried_while_its_workflow_runs(api: "Api") -> None:
    await api.control("faults", kind="hung_version", where="create", times=1)
    await api.create_k8s()
    api.wait(3601)
    assert await retry(api) == (
        500,
        (
            f"{PREFIX}failed to retry workflow task, workflowName: zadig-delivery-shop, taskID: 1, "
            "err: 工作流任务状态无法重试"
        ),
    )


async def test_a_helm_retry_helps_after_a_chart_could_not_be_pushed(api: "Api") -> None:
    await api.control("faults", kind="registry_error", where="create", times=1)
    assert (await api.create_helm()).status_code == 500
    info = (await api.shown("2026.6", "platform"))["version_info"]
    assert info["status"] == "failed"
    assert info["progress"]["error"].startswith(
        "2 errors occurred:\n\t* failed to push chart gateway, err: 503"
    )
    answer = await api.post("/openapi/delivery/releases/helm", HELM_RETRY)
    assert answer.json() == {"message": "success"}
    api.wait(7200)
    assert (await api.listed("2026.6", "platform"))["status"] == "retrying"
    assert (await api.shown("2026.6", "platform"))["version_info"]["status"] == "success"


async def test_a_helm_retry_whose_charts_fail_again_leaves_it_failed(api: "Api") -> None:
    await api.control("faults", kind="registry_error", where="*", times=2)
    await api.create_helm()
    assert (await api.post("/openapi/delivery/releases/helm", HELM_RETRY)).status_code == 500
    assert (await api.listed("2026.6", "platform"))["status"] == "failed"


async def test_a_helm_retry_after_an_image_failed_begins_nothing_and_fails_again(api: "Api") -> None:
    created = await api.control(
        "version", action="create", project="platform", name="2026.6", outcome="failed"
    )
    assert created["version"]["total"] > 0
    api.wait(60)
    assert (await api.post("/openapi/delivery/releases/helm", HELM_RETRY)).status_code == 200
    assert (await api.listed("2026.6", "platform"))["status"] == "retrying"
    info = (await api.shown("2026.6", "platform"))["version_info"]
    assert (info["status"], info["progress"]["error"][:17]) == ("failed", "1 error occurred:")


async def test_before_310_a_helm_retry_copied_images_again(open_api: "OpenApi") -> None:
    api = await open_api(server_version="3.0.0")
    await api.control("version", action="create", project="platform", name="2026.6", outcome="failed")
    api.wait(60)
    await api.post("/openapi/delivery/releases/helm", HELM_RETRY)
    api.wait(60)
    assert (await api.shown("2026.6", "platform"))["version_info"]["status"] == "success"


async def test_a_retry_is_not_matched_against_the_kind_of_version(api: "Api") -> None:
    await failed_version(api)
    assert (await retry(api, "helm"))[0] == 200
    assert (await api.listed("v14"))["status"] == "retrying"
    assert (await api.shown("v14"))["version_info"]["status"] == "failed", "nothing was begun"


async def test_retries_can_be_made_to_settle_by_themselves(api: "Api") -> None:
    await failed_version(api)
    await api.control("settings", stuck_retrying=False)
    await retry(api)
    api.wait(10)
    assert (await api.listed("v14"))["status"] == "success"
