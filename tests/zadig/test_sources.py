"""What a version is made from: an environment, another version, or images named one by one; every Zadig that knows it."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from bot.domain.errors import BadInput, NotFound, Rejected
from bot.domain.models import Image, Kind, Status
from bot.domain.requests import CreateVersion, Field, ImageRequest, ServiceRequest, Source
from bot.zadig.dialects.v2 import V2
from tests.zadig.world import CANNOT_PUSH_CHARTS, REGISTRY, SERVERS, World, opened

if TYPE_CHECKING:
    from tests.zadig.conftest import Reply, TestClock, Wire

V1_SERVERS = [one for one in SERVERS if one < "4"]
V2_SERVERS = [one for one in SERVERS if one >= "4"]
kinds = pytest.mark.parametrize("kind", list(Kind))


@pytest.fixture(params=V2_SERVERS)
async def world(request: pytest.FixtureRequest, clock: "TestClock") -> AsyncIterator[World]:
    async with opened(request.param, clock) as world:
        yield world


def pushes_charts(world: World, kind: Kind) -> bool:
    return kind is Kind.K8S or world.server.rules.version not in CANNOT_PUSH_CHARTS


async def settled(world: World, request: CreateVersion) -> list[Image]:
    """The images of a version once everything has been copied."""
    world.wait(3600)
    details = await world.show(request)
    assert details.version.status is Status.SUCCESS
    return [*details.images, *(image for chart in details.charts for image in chart.images)]


@kinds
async def test_a_version_is_made_from_what_another_one_holds(kind: Kind, world: World) -> None:
    if not pushes_charts(world, kind):
        return
    first = await world.create(kind, "v20")
    before = {(one.service, one.module): one for one in await settled(world, first)}
    second = replace(await world.request(kind, "v21"), environment="", source=Source.VERSION, original="v20")
    tagged = tuple(
        replace(one, images=tuple(replace(image, tag="v21") for image in one.images))
        for one in second.services
    )
    await world.zadig.releases.create(replace(second, services=tagged))
    after = await settled(world, second)
    assert {(one.service, one.module) for one in after} == set(before)
    for image in after:
        one = before[image.service, image.module]
        assert image.copying
        assert one.copying
        # Of charts Zadig takes an image from where the original's came from, whatever it is told.
        assert image.copying.source == (one.copying.source if kind is Kind.HELM else one.reference)
        assert image.reference == one.reference.replace(":v14", ":v21")


async def test_a_version_is_made_from_images_named_one_by_one_without_an_environment(world: World) -> None:
    named = ImageRequest(
        container="cart", image_name="cart", tag="v22", source="registry.example.com/team/cart:dev-7"
    )
    request = CreateVersion(
        project="shop",
        kind=Kind.K8S,
        version_name="v22",
        environment="",
        registry=REGISTRY,
        services=(ServiceRequest(name="cart", images=(named,)),),
        source=Source.IMAGES,
    )
    world.wait(1)
    await world.zadig.releases.create(request)
    (image,) = await settled(world, request)
    assert image.copying
    assert (image.copying.source, image.reference.rpartition("/")[2]) == (named.source, "cart:v22")


async def test_what_came_from_production_is_known_to(world: World) -> None:
    assert not (await world.show(await world.create(Kind.K8S, "v30"))).production
    request = await world.request(Kind.K8S, "v31", environment="prod", production=True)
    world.wait(1)
    await world.zadig.releases.create(request)
    assert (await world.show(request)).production


async def test_a_version_that_is_not_there_makes_none(world: World) -> None:
    request = await world.request(Kind.K8S, "v21")
    with pytest.raises(NotFound):
        await world.zadig.releases.create(
            replace(request, environment="", source=Source.VERSION, original="nothing")
        )
    assert await world.zadig.releases.find("shop", "v21") is None


@pytest.mark.parametrize("server", V1_SERVERS)
@pytest.mark.parametrize("source", [Source.VERSION, Source.IMAGES])
async def test_zadig_before_4_makes_versions_from_environments_only(
    source: Source, server: str, clock: "TestClock"
) -> None:
    async with opened(server, clock) as world:
        request = replace(await world.request(Kind.K8S), source=source, original="v13")
        (problem,) = await world.zadig.releases.problems(request)
        assert problem.field == Field.ENVIRONMENT
        with pytest.raises(BadInput):
            await world.zadig.releases.create(request)
        assert await world.zadig.releases.find("shop", "v14") is None


HELD: dict[str, Any] = {
    "version": "v13",
    "status": "success",
    "created_at": 1,
    "services": [
        {
            "service_name": "cart",
            "yaml_content": (
                "kind: Deployment\npassword: hunter2\n"
                "image: registry.example.com/release/cart:v13\nold: registry.example.com/release/cart:v13-rc\n"
            ),
            "images": [
                {
                    "container_name": "app",
                    "source_image": "dev.example.com/cart:dev-7",
                    "target_image": "registry.example.com/release/cart:v13",
                    "push_image": True,
                },
                {
                    "container_name": "proxy",
                    "source_image": "edge-proxy:2.9.1",
                    "target_image": "",
                    "push_image": False,
                },
            ],
        }
    ],
}
REGISTRIES = [{"registry_id": "62ce", "address": "https://registry.example.com/", "namespace": "release"}]


def create(**more: Any) -> CreateVersion:
    images = (
        ImageRequest(container="app", image_name="cart", tag="v14", source="dev.example.com/cart:dev-8"),
        ImageRequest(
            container="proxy", image_name="edge-proxy", tag="x", copied=False, source="edge-proxy:3"
        ),
    )
    fields: dict[str, Any] = {
        "project": "shop",
        "kind": Kind.K8S,
        "version_name": "v14",
        "environment": "",
        "registry": "62ce",
        "services": (ServiceRequest(name="cart", images=images),),
    }
    return CreateVersion(**(fields | more))


async def test_an_image_that_was_copied_is_taken_from_where_it_went(
    v2: V2, wire: "Wire", reply: "type[Reply]"
) -> None:
    wire.answers(reply(body=HELD), reply(body=REGISTRIES), reply(body={"message": "success"}))
    await v2.create(create(source=Source.VERSION, original="v13"))
    assert wire.lines == [
        "GET /openapi/delivery/releases/detail?projectKey=shop&versionName=v13",
        "GET /openapi/system/registry",
        "POST /openapi/delivery/releases/k8s",
    ]
    sent = json.loads(wire.requests[-1].content)
    assert (sent["source"], "original_version_name" in sent, sent["env_name"]) == ("manual", False, "")
    (service,) = sent["services"]
    text = HELD["services"][0]["yaml_content"]
    assert service["yaml_content"] == text.replace("cart:v13\n", "cart:v14\n")
    assert [(image["source_image"], image["target_image"]) for image in service["images"]] == [
        ("registry.example.com/release/cart:v13", "registry.example.com/release/cart:v14"),
        ("edge-proxy:2.9.1", "edge-proxy:2.9.1"),
    ]


async def test_images_named_one_by_one_are_sent_as_they_are(
    v2: V2, wire: "Wire", reply: "type[Reply]"
) -> None:
    wire.answers(reply(body=REGISTRIES), reply(body={"message": "success"}))
    await v2.create(create(source=Source.IMAGES))
    sent = json.loads(wire.requests[-1].content)
    assert (sent["source"], "original_version_name" in sent) == ("manual", False)
    assert [image["source_image"] for image in sent["services"][0]["images"]] == [
        "dev.example.com/cart:dev-8",
        "edge-proxy:3",
    ]


async def test_what_the_other_version_does_not_hold_is_not_sent(
    v2: V2, wire: "Wire", reply: "type[Reply]"
) -> None:
    wire.answers(reply(body=HELD | {"services": []}), reply(body=REGISTRIES))
    with pytest.raises(Rejected) as caught:
        await v2.create(create(source=Source.VERSION, original="v13"))
    assert (caught.value.field, "of that version" in caught.value.remedy) == (Field.SERVICES, True)
    assert all(line.startswith("GET") for line in wire.lines)
