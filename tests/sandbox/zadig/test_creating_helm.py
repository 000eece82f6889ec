"""Creating Helm versions in the first dialect."""

from typing import TYPE_CHECKING, Any

import pytest

from bot.sandbox.zadig.catalog import EXPORT_REGISTRY

if TYPE_CHECKING:
    from tests.sandbox.zadig.conftest import Api, OpenApi

GATEWAY_IMAGE = {"container_name": "gateway", "image_name": "gateway", "image_tag": "1.9"}


def wrapped(reason: str) -> str:
    """It says k8s for Helm too."""
    return (
        "failed to create k8s delivery version, project name: platform, version name 2026.6, "
        f"retry: false, error: {reason}"
    )


def chart(name: str = "gateway", version: str = "1.9.0", *images: dict[str, Any]) -> dict[str, Any]:
    return {"service_name": name, "version": version, "image_datas": list(images)}


TYPED = "新建交付中心版本失败: "
BROKEN_IMAGES = "failed to check registry, err: can't find source registry for image: "

IN_TIME: list[tuple[dict[str, Any], str]] = [
    ({"chart_datas": []}, f"{TYPED}no chart info appointed"),
    ({"chart_repo_name": ""}, f"{TYPED}chart repo not appointed"),
    ({"image_registry_id": ""}, f"{TYPED}image registry not appointed"),
    ({"env_name": "nowhere"}, f"{TYPED}failed to query product info, procutName: platform envName nowhere"),
    ({"production": True}, f"{TYPED}failed to query product info, procutName: platform envName dev"),
    ({"chart_datas": [chart("nowhere")]}, f"{TYPED}service nowhere not found in environment"),
    ({"chart_datas": [chart("gateway", "1.9.0", GATEWAY_IMAGE)]}, BROKEN_IMAGES),
]


@pytest.mark.parametrize(("changes", "reason"), IN_TIME)
async def test_what_is_checked_in_time_leaves_nothing_behind(
    api: "Api", changes: dict[str, Any], reason: str
) -> None:
    answer = await api.create_helm(**changes)
    assert (answer.status_code, answer.json()["description"]) == (500, wrapped(reason))
    assert not api.zadig.versions


async def test_an_unknown_registry_crashes_the_handler(api: "Api") -> None:
    answer = await api.create_helm(image_registry_id="000000000000000000000000")
    assert (answer.status_code, answer.content) == (500, b"")
    assert not api.zadig.versions


LATE: list[tuple[dict[str, Any], str]] = [
    (
        {"chart_repo_name": "nowhere"},
        "failed to query chart-repo info, productName: platform, repoName: nowhere",
    ),
    (
        {"chart_datas": [chart("gateway", "latest"), chart("identity", "")]},
        (
            "2 errors occurred:\n"
            '\t* failed to package chart gateway: validation: chart.metadata.version "latest" is invalid\n'
            '\t* failed to package chart identity: validation: chart.metadata.version "" is invalid\n\n'
        ),
    ),
]


@pytest.mark.parametrize(("changes", "reason"), LATE)
async def test_what_goes_wrong_with_charts_leaves_a_failed_version(
    api: "Api", changes: dict[str, Any], reason: str
) -> None:
    answer = await api.create_helm(**changes)
    assert (answer.status_code, answer.json()["description"]) == (500, wrapped(reason))
    info = (await api.shown("2026.6", "platform"))["version_info"]
    assert (info["status"], info["progress"]["error"]) == ("failed", reason)


@pytest.mark.parametrize("version", ["1.9.0", "1.76", "v2", "1.0.0-rc.1+build.5"])
async def test_any_version_that_helm_can_read_is_taken(api: "Api", version: str) -> None:
    assert (await api.create_helm(chart_datas=[chart("gateway", version)])).status_code == 200


async def test_charts_are_shown_with_their_images_inside(api: "Api") -> None:
    images = [
        GATEWAY_IMAGE | {"disable_image_dist": True, "image_tag": ""},
        {"image_name": "edge-proxy", "image_tag": "3.0", "disable_image_dist": True},
    ]
    await api.create_helm(
        chart_datas=[chart("gateway", "1.9.0", *images), chart("identity", "1.9.0", images[1])]
    )
    details = await api.shown("2026.6", "platform")
    assert details["deploy_infos"] == []
    gateway, identity = details["distribute_infos"]
    keys = [
        "id", "service_name", "distribute_type", "chart_name", "chart_repo_name", "chart_version", "service_module",
        "image", "image_name", "namespace", "create_time", "sub_distributes",
    ]  # fmt: skip
    assert list(gateway) == list(gateway["sub_distributes"][0]) == keys
    assert (gateway["distribute_type"], gateway["chart_name"], gateway["chart_repo_name"]) == (
        "chart",
        "gateway",
        "charts",
    )
    assert (gateway["chart_version"], gateway["image"], gateway["namespace"]) == ("1.9.0", "", "")
    kept, proxy = gateway["sub_distributes"]
    assert kept["image"] == "registry.example.com/release/gateway:dev-1.0.7", (
        "an empty tag keeps the one that runs"
    )
    assert (kept["distribute_type"], kept["service_module"], kept["namespace"]) == (
        "image",
        "gateway",
        "release",
    )
    assert (kept["chart_name"], kept["chart_version"], kept["sub_distributes"]) == ("", "", [])
    assert proxy["image"] == "registry.example.com/release/edge-proxy:3.0"
    assert identity["sub_distributes"] == [], "an image that two charts share is shown under one of them"


async def test_charts_alone_succeed_and_count_as_progress(api: "Api") -> None:
    await api.create_helm()
    info = (await api.shown("2026.6", "platform"))["version_info"]
    assert (info["type"], info["status"]) == ("HelmChart", "success")
    assert info["progress"] == {"success_count": 2, "total_count": 2, "upload_status": "success", "error": ""}


async def test_before_310_images_of_charts_were_copied_and_charts_shown_only_after_that(
    open_api: "OpenApi",
) -> None:
    api = await open_api(server_version="3.0.0")
    await api.create_helm(chart_datas=[chart("gateway", "1.9.0", GATEWAY_IMAGE), chart("identity")])
    details = await api.shown("2026.6", "platform")
    assert details["version_info"]["progress"]["total_count"] == 1
    assert [each["chart_name"] for each in details["distribute_infos"]] == ["identity"]
    api.wait(10)
    details = await api.shown("2026.6", "platform")
    assert [each["chart_name"] for each in details["distribute_infos"]] == ["gateway", "identity"]
    assert details["version_info"]["status"] == "success"


async def test_before_310_a_failed_image_gave_a_reason_of_several_lines(open_api: "OpenApi") -> None:
    api = await open_api(server_version="3.0.0")
    await api.create_helm(chart_datas=[chart("gateway", "1.9.0", GATEWAY_IMAGE)])
    reason = "push {target} denied\nby {host}"
    await api.control("version", project="platform", name="2026.6", action="fail", error=reason)
    info = (await api.shown("2026.6", "platform"))["version_info"]
    assert info["progress"]["error"] == (
        "1 error occurred:\n\t* push registry.example.com/release/gateway:1.9 denied\nby registry.example.com\n\n"
    )


async def test_before_310_an_unknown_registry_took_the_whole_server_down(open_api: "OpenApi") -> None:
    api = await open_api(server_version="3.0.0")
    await api.create_k8s()
    with pytest.raises(ConnectionError):
        await api.create_helm(
            image_registry_id="000000000000000000000000", chart_datas=[chart("gateway", "1", GATEWAY_IMAGE)]
        )
    api.wait(7200)
    assert (await api.listed("v14"))["status"] == "creating", "its watcher died with the server"
    assert (await api.listed("2026.6", "platform"))["status"] == "creating"


async def test_a_registry_has_to_be_open_to_the_project(api: "Api") -> None:
    answer = await api.create_helm(image_registry_id=EXPORT_REGISTRY.id)
    assert answer.status_code == 200, "it is open to the platform"
    api.zadig.catalog = api.zadig.catalog.__class__(
        projects=api.zadig.catalog.projects,
        registries=(
            EXPORT_REGISTRY.__class__(id="1", address="https://r.example.com", projects=frozenset()),
        ),
    )
    answer = await api.create_helm(image_registry_id="1", version_name="2026.7")
    assert "registry r.example.com/ not support project platform" in answer.json()["description"]
