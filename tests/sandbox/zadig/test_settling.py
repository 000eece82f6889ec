"""How versions move with the clock in the first dialect."""

from typing import TYPE_CHECKING

import pytest

from bot.sandbox.zadig import Pace
from bot.sandbox.zadig.catalog import SHOP_SERVICES

if TYPE_CHECKING:
    from tests.sandbox.zadig.conftest import Api, Json, OpenApi

RELEASES = "/openapi/delivery/releases"


def whole_shop() -> "list[Json]":
    names = [name for name in SHOP_SERVICES if SHOP_SERVICES.index(name) % 5 != 3]
    return [
        {
            "service_name": name,
            "image_datas": [{"container_name": name, "image_name": name, "image_tag": "v14"}],
        }
        for name in names
    ]


async def progress_of(api: "Api", name: str = "v14") -> tuple[str, int, int, str]:
    info = (await api.shown(name))["version_info"]
    progress = info["progress"]
    return info["status"], progress["success_count"], progress["total_count"], progress["upload_status"]


async def test_images_arrive_one_after_another(api: "Api") -> None:
    await api.create_k8s()
    seen = []
    for seconds in (0, 1.9, 0.2, 1.8, 0.2, 1.0):
        api.wait(seconds)
        seen.append(await progress_of(api))
    assert seen == [
        ("creating", 0, 2, "waiting"),
        ("creating", 0, 2, "waiting"),
        ("creating", 1, 2, "waiting"),
        ("creating", 1, 2, "waiting"),
        ("creating", 2, 2, "uploading"),
        ("success", 2, 2, "success"),
    ]


async def test_a_list_says_what_the_watcher_saw_last_while_details_look_themselves(api: "Api") -> None:
    one_image = whole_shop()[:1]
    for name in ("left-alone", "looked-at"):
        await api.create_k8s(version_name=name, yaml_datas=one_image)
    api.wait(4)
    assert (await api.listed("looked-at"))["status"] == "creating"
    assert (await api.shown("looked-at"))["version_info"]["status"] == "success"
    assert (await api.listed("looked-at"))["status"] == "success"
    assert (await api.listed("left-alone"))["status"] == "creating"


async def test_without_a_look_a_version_settles_when_its_watcher_comes_by(api: "Api") -> None:
    await api.create_k8s()
    seen = []
    for seconds in (4.9, 0.2, 4.8, 0.2):
        api.wait(seconds)
        seen.append((await api.listed("v14"))["status"])
    assert seen == ["creating", "success", "success", "success"]


async def test_ten_services_take_about_as_long_as_ten_images(api: "Api") -> None:
    await api.create_k8s(yaml_datas=whole_shop())
    api.wait(19)
    assert (await progress_of(api))[0:3] == ("creating", 9, 10)
    api.wait(2)
    assert await progress_of(api) == ("success", 10, 10, "success")


async def test_a_k8s_version_that_fails_keeps_no_reason(api: "Api") -> None:
    await api.control("faults", kind="registry_error", where="create", times=1)
    await api.create_k8s()
    api.wait(5)
    details = await api.shown("v14")
    assert details["version_info"]["progress"] == {
        "success_count": 0,
        "total_count": 2,
        "upload_status": "failed",
        "error": "",
    }
    assert len(details["deploy_infos"]) == 2, "rows say nothing about success"


async def test_after_an_hour_the_watcher_gives_up_while_the_workflow_goes_on(open_api: "OpenApi") -> None:
    api = await open_api(pace=Pace(image_seconds=(2400, 2400), create_seconds=0, failure_rate=0))
    await api.create_k8s()
    api.wait(3599)
    assert await progress_of(api) == ("creating", 1, 2, "waiting")
    api.wait(2)
    info = (await api.shown("v14"))["version_info"]
    assert (info["status"], info["progress"]["error"]) == ("failed", "timeout")
    api.wait(1200)
    assert await progress_of(api) == ("failed", 2, 2, "failed"), "everything arrived, too late"


async def test_a_jump_over_everything_ends_as_if_it_had_been_lived_through(open_api: "OpenApi") -> None:
    api = await open_api()
    await api.create_k8s()
    await api.control("clock", advance=7200)
    assert (await api.listed("v14"))["status"] == "success"


async def test_a_restart_loses_the_watchers_and_only_a_look_at_details_helps(api: "Api") -> None:
    await api.create_k8s()
    await api.control("restart")
    api.wait(7200)
    assert (await api.listed("v14"))["status"] == "creating"
    assert (await api.shown("v14"))["version_info"]["status"] == "success"


async def test_a_hung_version_times_out(api: "Api") -> None:
    await api.control("faults", kind="hung_version", where="create", times=1)
    await api.create_k8s()
    api.wait(3599)
    assert await progress_of(api) == ("creating", 0, 2, "waiting")
    api.wait(2)
    assert (await api.shown("v14"))["version_info"]["progress"]["error"] == "timeout"


async def test_a_hung_helm_version_times_out_too(api: "Api") -> None:
    await api.control("faults", kind="hung_version", where="create", times=1)
    await api.create_helm()
    assert (await api.shown("2026.6", "platform"))["version_info"]["status"] == "creating"
    api.wait(3601)
    info = (await api.shown("2026.6", "platform"))["version_info"]
    assert (info["status"], info["progress"]["error"]) == ("failed", "timeout")


async def test_the_watcher_of_a_deleted_version_writes_on_the_one_that_took_its_name(api: "Api") -> None:
    await api.control("faults", kind="registry_error", where="create", times=1)
    await api.create_k8s()
    first = await api.listed("v14")
    await api.http.delete(f"{RELEASES}/{first['id']}", params={"projectKey": "shop"})
    api.wait(1)
    await api.create_k8s(yaml_datas=whole_shop())
    api.wait(5)
    assert (await api.listed("v14"))["status"] == "failed"
    assert (await progress_of(api))[1] > 0, "although its own images do arrive"


@pytest.mark.parametrize(("rate", "outcome"), [(0.0, "success"), (1.0, "failed")])
async def test_how_often_versions_fail_by_themselves_can_be_chosen(
    api: "Api", rate: float, outcome: str
) -> None:
    await api.control("settings", failure_rate=rate)
    for number in range(5):
        await api.create_k8s(version_name=f"v{number}")
    api.wait(60)
    assert {each["status"] for each in await api.versions()} == {outcome}


async def test_one_version_in_six_fails_by_default_and_the_seed_says_which(open_api: "OpenApi") -> None:
    outcomes = []
    for seed in (1, 1, 2):
        api = await open_api(pace=Pace(create_seconds=0), seed=seed)
        for number in range(60):
            await api.create_k8s(version_name=f"v{number}")
        api.wait(600)
        outcomes.append([each["status"] for each in await api.versions()])
    first, again, other = outcomes
    assert first == again != other
    assert 3 <= first.count("failed") <= 20


async def test_speed_divides_how_long_everything_takes(open_api: "OpenApi") -> None:
    api = await open_api(speed=10.0)
    await api.create_k8s()
    api.wait(0.5)
    assert (await api.listed("v14"))["status"] == "success"
