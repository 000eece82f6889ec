"""The client and the local Zadig as each server version really is: what some break down on, leave out or take from elsewhere."""

import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import TYPE_CHECKING

import httpx
import pytest

from bot.domain.errors import BadInput, Rejected, ServerDown
from bot.domain.models import Environment, Kind, Retryable, Status
from bot.domain.requests import CreateVersion, Field, Source
from bot.sandbox.zadig import STEADY, build_app
from bot.sandbox.zadig import Zadig as Sandbox
from bot.sandbox.zadig.model import Container
from bot.sandbox.zadig.model import Version as Stored
from bot.zadig import ONCE, open_zadig
from bot.zadig.fingerprints import Span
from tests.sandbox.zadig.test_sockets import served
from tests.zadig.test_real_sockets import RealClock
from tests.zadig.world import REGISTRY, World, asked, opened

if TYPE_CHECKING:
    from tests.zadig.conftest import TestClock

V2_SERVERS = ["4.0.0", "4.1.0", "4.2.0", "4.2.1", "4.3.0", "5.0.0"]
KNOWN = {
    "2.3.1": ((2, 3, 1), (4, 0, 0)),
    "3.1.0": ((2, 3, 1), (4, 0, 0)),
    "3.2.0": ((3, 2, 0), (3, 3, 0)),
    "3.4.1": ((3, 3, 0), (4, 0, 0)),
    "4.0.0": ((4, 0, 0), (4, 2, 0)),
    "4.1.0": ((4, 0, 0), (4, 2, 0)),
    "4.2.0": ((4, 2, 0), (4, 3, 0)),
    "4.2.1": ((4, 2, 0), (4, 3, 0)),
    "4.3.0": ((4, 3, 0), (5, 0, 0)),
    "5.0.0": ((5, 0, 0), (5, 0, 1)),
}


@pytest.fixture(params=V2_SERVERS)
async def world(request: pytest.FixtureRequest, clock: "TestClock") -> AsyncIterator[World]:
    async with opened(request.param, clock) as opened_world:
        yield opened_world


def stored(world: World, name: str) -> Stored:
    world.server.settle()
    return next(version for version in world.server.versions if version.name == name)


def nothing_was_sent(world: World) -> bool:
    return all(one["method"] == "GET" for one in world.server.traffic.after(0))


async def span(world: World) -> Span:
    return await world.zadig.releases.server.span(world.server.dialect, at_most=0)


@pytest.mark.parametrize("server", KNOWN)
async def test_a_server_is_told_by_its_routes(server: str, clock: "TestClock") -> None:
    async with opened(server, clock) as world:
        first, before = KNOWN[server]
        assert await span(world) == Span(first=first, before=before)
        assert nothing_was_sent(world)


@pytest.mark.parametrize("fault", ["401", "403", "html", "empty_500", "502_html", "license"])
async def test_a_gateway_that_lets_nothing_through_leaves_the_most_dangerous_server(
    fault: str, world: World
) -> None:
    for route in ("catalog", "*"):
        world.server.faults.add(fault, where=route)
    assert (await span(world)).first == (4, 0, 0)
    world.server.faults.clear()


async def test_an_upgrade_is_noticed_by_the_next_charts(clock: "TestClock") -> None:
    async with opened("4.1.0", clock) as world:
        with pytest.raises(BadInput):
            await world.create(Kind.HELM)
        world.server.upgrade("4.2.0")
        world.wait(60)
        await world.create(Kind.HELM)
        assert stored(world, "v14").services[0].yaml_content.startswith("replicaCount: 2\n")


@pytest.mark.parametrize("server", ["4.0.0", "4.1.0"])
@pytest.mark.parametrize("written", ["", "4.3.0", "5.0.0"])
async def test_charts_never_take_a_server_down(server: str, written: str, clock: "TestClock") -> None:
    """Whatever an operator believes it to be."""
    async with opened(server, clock, written=written) as world:
        with pytest.raises(BadInput, match=r"4\.0\.0 and 4\.1\.0 cannot push charts"):
            await world.create(Kind.HELM)
        assert nothing_was_sent(world)


class Gateway(httpx.AsyncBaseTransport):
    """Lets through what it knows: nothing that tells a version."""

    def __init__(self, world: World, *hidden: str) -> None:
        self.inside = httpx.ASGITransport(build_app(world.server))
        self.hidden = ("collaborations", "rollback", "pods", "context", *hidden)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if any(each in request.url.path for each in self.hidden):
            return httpx.Response(403, stream=httpx.ByteStream(b"<html>blocked</html>"))
        return await self.inside.handle_async_request(request)


async def through_gateway(world: World, request: CreateVersion, *hidden: str) -> None:
    async with open_zadig(
        url="http://zadig.test",
        token=world.server.token,
        clock=world.clock,
        transport=Gateway(world, *hidden),
    ) as zadig:
        await zadig.releases.create(request)


async def test_a_server_behind_a_gateway_is_sent_all_that_any_of_them_may_need(world: World) -> None:
    """Zadig 4.0 and 4.1 cannot push it, and live on."""
    request = await world.request(Kind.HELM)
    world.wait(1)
    if world.server.rules.copies_chart_names:
        await through_gateway(world, request)
        assert stored(world, "v14").services[0].yaml_content.startswith("replicaCount: 2\n")
    else:
        with pytest.raises(Rejected):
            await through_gateway(world, request)
        assert stored(world, "v14").status == "failed"
    assert not world.server.is_down


async def test_a_gateway_that_hides_the_values_too_is_told_of_before_anything_is_sent(world: World) -> None:
    request = await world.request(Kind.HELM)
    with pytest.raises(Rejected, match="needs the values of the chart gateway") as caught:
        await through_gateway(world, request, "/service/values")
    assert caught.value.field == Field.SERVICES
    assert nothing_was_sent(world)


async def test_an_image_of_unknown_place_is_not_sent_to_a_server_of_unknown_version(
    world: World,
) -> None:
    request = await world.request(Kind.HELM)
    platform = world.server.catalog.project("platform")
    assert platform
    environments = tuple(
        replace(
            each,
            services=tuple(
                replace(one, containers=tuple(replace(each, path=None) for each in one.containers))
                for one in each.services
            ),
        )
        for each in platform.environments
    )
    projects = (replace(platform, environments=environments),)
    world.server.catalog = replace(world.server.catalog, projects=projects)
    with pytest.raises(Rejected, match="does not say where the values of gateway name the image"):
        await through_gateway(world, request)
    assert nothing_was_sent(world)


async def test_values_and_their_places_are_sent_where_zadig_does_not_look_itself(world: World) -> None:
    if not world.server.rules.copies_chart_names:
        return
    await world.create(Kind.HELM)
    for service in stored(world, "v14").services:
        assert service.yaml_content.startswith("replicaCount: 2\n")
        assert all(image.target.rpartition(":")[2] in service.yaml_content for image in service.images)
    asked = [one["path"] for one in world.server.traffic.after(0) if one["path"].endswith("/values")]
    assert bool(asked) is (world.server.rules.version < "4.3.0")


async def test_values_of_production_are_read_where_production_is(clock: "TestClock") -> None:
    async with opened("4.2.0", clock) as world:
        await world.create(Kind.HELM, environment="prod", production=True)
        paths = {one["path"] for one in world.server.traffic.after(0)}
        assert "/openapi/environments/production/service/values" in paths
        assert "/openapi/environments/service/values" not in paths


@pytest.mark.parametrize("server", ["4.2.0", "4.2.1"])
async def test_charts_without_values_are_refused_with_the_reason(server: str, clock: "TestClock") -> None:
    async with opened(server, clock) as world:
        platform = world.server.catalog.project("platform")
        assert platform
        request = await world.request(Kind.HELM)
        dev, *others = platform.environments
        gone = replace(dev, services=tuple(one for one in dev.services if one.name != "gateway"))
        world.server.catalog = replace(
            world.server.catalog,
            projects=tuple(
                replace(each, environments=(gone, *others)) if each.key == "platform" else each
                for each in world.server.catalog.projects
            ),
        )
        with pytest.raises(Rejected) as caught:
            await world.zadig.releases.create(request)
        assert caught.value.field == Field.SERVICES
        assert nothing_was_sent(world)


async def from_version(world: World, kind: Kind, **changes: object) -> CreateVersion:
    request = await world.request(kind, "v21", environment="", source=Source.VERSION, original="v20")
    tagged = tuple(
        replace(one, images=tuple(replace(image, tag="v21") for image in one.images))
        for one in request.services
    )
    world.wait(1)
    return replace(request, **({"services": tagged} | changes))  # type: ignore[arg-type]


async def test_a_k8s_version_of_another_one_takes_what_arrived_and_keeps_its_manifests(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await world.create(Kind.K8S, "v20")
    world.wait(120)
    await world.zadig.releases.create(await from_version(world, Kind.K8S))
    world.wait(120)
    old, new = stored(world, "v20"), stored(world, "v21")
    assert (new.status, new.source) == ("success", "manual")
    assert [image.source for image in new.images] == [image.target for image in old.images]
    for before, after in zip(old.services, new.services, strict=True):
        assert "kind: Deployment" in before.yaml_content
        assert after.yaml_content == before.yaml_content.replace(":v14", ":v21")
    assert "kind: Deployment" not in caplog.text


async def test_what_never_arrived_is_taken_from_where_it_came_from(clock: "TestClock") -> None:
    async with opened("5.0.0", clock) as world:
        world.server.faults.add("registry_error", where="create", times=1)
        await world.create(Kind.K8S, "v20")
        world.wait(120)
        await world.zadig.releases.create(await from_version(world, Kind.K8S))
        old, new = stored(world, "v20"), stored(world, "v21")
        assert [image.source for image in new.images] == [image.source for image in old.images]


@pytest.mark.parametrize("server", ["4.2.0", "4.2.1", "4.3.0", "5.0.0"])
async def test_charts_in_another_repository_are_not_asked_for(server: str, clock: "TestClock") -> None:
    async with opened(server, clock) as world:
        await world.create(Kind.HELM, "v20")
        world.wait(120)
        request = await from_version(world, Kind.HELM, chart_repository="partners")
        (problem,) = await world.zadig.releases.problems(request)
        assert problem.field == Field.CHART_REPOSITORY
        with pytest.raises(Rejected, match="are in the chart repository charts") as caught:
            await world.zadig.releases.create(request)
        assert caught.value.field == Field.CHART_REPOSITORY
        assert await world.zadig.releases.find("platform", "v21") is None
        await world.zadig.releases.create(replace(request, chart_repository="charts"))
        world.wait(120)
        made = stored(world, "v21")
        assert made.status == "success"
        assert all("replicaCount: 2" in service.yaml_content for service in made.services)


async def test_charts_of_images_named_one_by_one_are_not_asked_for(world: World) -> None:
    request = await world.request(Kind.HELM, source=Source.IMAGES, environment="")
    with pytest.raises(BadInput) as caught:
        await world.zadig.releases.create(request)
    assert Field.SERVICES in [problem.field for problem in caught.value.fields]
    assert nothing_was_sent(world)


def other_image_of(world: World, service: str, container: Container, *, beside: bool = False) -> None:
    """Another service runs an image of another tag, or the same service one more container."""
    shop = world.server.catalog.project("shop")
    assert shop
    environments = tuple(
        replace(
            each,
            services=tuple(
                replace(one, containers=(*one.containers, container) if beside else (container,))
                if one.name == service
                else one
                for one in each.services
            ),
        )
        for each in shop.environments
    )
    projects = (replace(shop, environments=environments), *world.server.catalog.projects[1:])
    world.server.catalog = replace(world.server.catalog, projects=projects)


@pytest.mark.parametrize("server", ["3.1.0", "3.4.1", *V2_SERVERS])
async def test_two_images_do_not_end_under_one_name(server: str, clock: "TestClock") -> None:
    async with opened(server, clock) as world:
        other_image_of(
            world, "catalog", Container(name="catalog", image="registry.example.com/release/cart:old")
        )
        request = await world.request(Kind.K8S)
        (problem,) = await world.zadig.releases.problems(request)
        assert problem.field == "image_tag:catalog/catalog"
        assert "registry.example.com/release/cart:old" in problem.text
        with pytest.raises(BadInput) as caught:
            await world.zadig.releases.create(request)
        assert caught.value.fields == (problem,)
        assert nothing_was_sent(world)


@pytest.mark.parametrize("server", ["3.4.1", "4.1.0", "5.0.0"])
async def test_two_containers_of_one_name_are_not_mixed_up(server: str, clock: "TestClock") -> None:
    async with opened(server, clock) as world:
        twin = Container(name="cart", image="registry.example.com/team/cart:other")
        other_image_of(world, "cart", twin, beside=True)
        with pytest.raises(BadInput) as caught:
            await world.zadig.releases.create(await world.request(Kind.K8S))
        assert [problem.field for problem in caught.value.fields] == [Field.SERVICES]
        assert nothing_was_sent(world)


async def test_an_environment_that_is_gone_is_blamed_on_its_field_also_where_images_could_meet(
    clock: "TestClock",
) -> None:
    async with opened("3.4.1", clock) as world:
        request = await world.request(Kind.K8S, environment="nowhere")
        (service, *_) = request.services
        twice = replace(service, images=service.images * 2)
        with pytest.raises(Rejected) as caught:
            await world.zadig.releases.create(replace(request, services=(twice,)))
        assert caught.value.field == Field.ENVIRONMENT


@pytest.mark.parametrize("server", ["3.4.1", "4.1.0", "5.0.0"])
async def test_the_same_image_twice_needs_no_word(server: str, clock: "TestClock") -> None:
    async with opened(server, clock) as world:
        (cart, *_) = (await world.services(Kind.K8S))[0].containers
        other_image_of(world, "cart", Container(name="cart", image=cart.image), beside=True)
        other_image_of(world, "catalog", Container(name="catalog", image=cart.image))
        request = await world.create(Kind.K8S)
        world.wait(120)
        version = (await world.show(request)).version
        assert version.status is Status.SUCCESS
        assert [image.container for image in stored(world, "v14").images] == ["cart", "catalog"]


@pytest.mark.parametrize("server", ["3.4.1", "4.1.0", "5.0.0"])
async def test_what_was_cancelled_in_the_queue_can_be_retried(server: str, clock: "TestClock") -> None:
    async with opened(server, clock) as world:
        world.server.set_pace(replace(world.server.pace, queue_seconds=60))
        request = await world.create(Kind.K8S)
        task = stored(world, "v14").task
        assert task
        task.cancel(world.server.now())
        world.wait(60)
        version = (await world.show(request)).version
        assert (version.status, version.retryable) == (Status.FAILED, Retryable.YES)
        await world.retry(request)
        world.wait(240)
        assert (await world.show(request)).version.status is Status.SUCCESS


@pytest.mark.parametrize("server", ["4.1.0", "4.2.0", "5.0.0"])
async def test_charts_over_a_real_connection(server: str) -> None:
    sandbox = Sandbox(server_version=server, pace=STEADY)
    async with (
        served(sandbox) as client,
        open_zadig(url=f"{client.base_url}/zadig", token=sandbox.token, clock=RealClock()) as zadig,
    ):
        environment = Environment(key="dev", name="dev", production=False)
        (gateway, *_) = await zadig.catalog.services("platform", environment)
        request = CreateVersion(
            project="platform",
            kind=Kind.HELM,
            version_name="v14",
            environment="dev",
            registry=REGISTRY,
            chart_repository="charts",
            services=(asked(gateway, copied=True),),
        )
        if server == "4.1.0":
            with pytest.raises(BadInput):
                await zadig.releases.create(request)
        else:
            await zadig.releases.create(request)
            (made,) = (version for version in sandbox.versions if version.name == "v14")
            assert made.services[0].yaml_content.startswith("replicaCount: 2\n")
        assert (await zadig.releases.page("platform", number=1, size=10)).items


async def test_a_server_that_was_sent_what_it_dies_of_is_down_for_those_who_wait() -> None:
    sandbox = Sandbox(server_version="4.1.0", pace=STEADY, history=False)
    service = {"service_name": "gateway", "chart_version": "1.0.0", "images": [{"container_name": "gateway"}]}
    body = {
        "project_key": "platform",
        "version_name": "v14",
        "source": "from_env",
        "env_name": "dev",
        "image_registry_id": REGISTRY,
        "chart_repo_name": "charts",
        "services": [service],
    }
    async with served(sandbox) as client:
        with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
            await client.post("/zadig/openapi/delivery/releases/helm", json=body)
        async with open_zadig(
            url=f"{client.base_url}/zadig", token=sandbox.token, clock=RealClock(), retry=ONCE
        ) as zadig:
            with pytest.raises(ServerDown):
                await zadig.releases.page("platform", number=1, size=10)
            sandbox.restart()
            (version,) = (await zadig.releases.page("platform", number=1, size=10)).items
            assert version.status is Status.CREATING
