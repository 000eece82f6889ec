"""How fast images are copied can be changed while they are, whatever time it is."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.sandbox.zadig.conftest import Api


async def done(api: "Api", name: str = "v14") -> int:
    """How many of its images have arrived; each takes two seconds at speed 1."""
    state = (await api.http.get("/_control/state")).json()
    [version] = [each for each in state["projects"][0]["versions"] if each["name"] == name]
    return int(version["done"])


async def test_images_on_their_way_go_on_at_the_new_speed_and_the_clock_does_not(api: "Api") -> None:
    await api.create_k8s()
    api.wait(1)
    before = api.zadig.now()
    await api.control("settings", speed=10)
    assert (api.zadig.now(), api.zadig.clock.rate) == (before, 0)
    api.wait(0.09)
    assert await done(api) == 0
    api.wait(0.02)
    assert await done(api) == 1, "the second that was left took a tenth"
    api.wait(0.2)
    assert await done(api) == 2


async def test_images_can_slow_down(api: "Api") -> None:
    await api.control("settings", speed=10)
    await api.create_k8s()
    api.wait(0.1)
    await api.control("settings", speed=1)
    api.wait(0.9)
    assert await done(api) == 0
    api.wait(0.2)
    assert await done(api) == 1
    api.wait(2)
    assert await done(api) == 2


async def test_stopped_images_stand_still_and_then_do_what_was_left(api: "Api") -> None:
    await api.create_k8s()
    api.wait(1.5)
    await api.control("settings", speed=0)
    api.wait(600)
    assert await done(api) == 0
    assert (await api.listed("v14"))["status"] == "creating"
    await api.control("settings", speed=0.5)
    api.wait(0.9)
    assert await done(api) == 0
    api.wait(0.2)
    assert await done(api) == 1
    api.wait(30)
    assert (await api.listed("v14"))["status"] == "success"


async def test_what_is_created_while_images_stand_still_waits_with_them(api: "Api", api2: "Api") -> None:
    await api.control("settings", speed=0)
    await api.create_k8s()
    await api2.control("settings", speed=0)
    await api2.create_v2()
    for each in (api, api2):
        each.wait(600)
        assert (await each.listed("v14"))["status"] == "creating"
        await each.control("settings", speed=1)
        each.wait(10)
        assert (await each.listed("v14"))["status"] == "success"


async def test_an_image_can_be_helped_on_while_images_stand_still(api: "Api") -> None:
    await api.create_k8s()
    await api.control("settings", speed=0)
    for expected in (1, 2):
        await api.control("version", action="advance", project="shop", name="v14")
        assert await done(api) == expected


async def test_what_hangs_goes_on_hanging_at_every_speed(api: "Api") -> None:
    await api.create_k8s()
    await api.control("version", action="hang", project="shop", name="v14")
    for speed in (10, 0, 1):
        await api.control("settings", speed=speed)
        api.wait(600)
        assert await done(api) == 0


@pytest.mark.parametrize("speed", [0, 10])
async def test_what_has_ended_stays_as_it_is(api: "Api", speed: float) -> None:
    await api.control("version", action="create", project="shop", name="v14", outcome="failed")
    api.wait(60)
    before = (await api.http.get("/_control/state")).json()["projects"]
    await api.control("settings", speed=speed)
    assert (await api.http.get("/_control/state")).json()["projects"] == before


async def test_an_image_that_is_to_fail_fails_at_the_new_speed(api: "Api") -> None:
    await api.control("version", action="create", project="shop", name="v14", outcome="failed")
    await api.control("settings", speed=100)
    api.wait(5)
    assert (await api.listed("v14"))["status"] == "failed"


async def test_an_image_that_was_seen_to_arrive_has_arrived(api2: "Api") -> None:
    """At the slower pace Zadig looks less often; it does not forget what it has seen."""
    await api2.control("settings", speed=10)
    services = ["cart", "web", "catalog", "users", "checkout"]
    images = [{"service": each} for each in services]
    await api2.control("version", action="create", project="shop", name="v14", images=images)
    api2.wait(0.55)
    before = (await api2.shown("v14"))["services"]
    assert [image["status"] for each in before for image in each["images"]][:3] == [
        "passed",
        "passed",
        "running",
    ]
    await api2.control("settings", speed=1)
    assert (await api2.shown("v14"))["services"] == before
