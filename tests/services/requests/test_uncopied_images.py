"""Images that nobody wanted copied are said to be that, also by a Zadig that lists them where they would have gone."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.domain.errors import ServerDown
from bot.domain.models import (
    Container,
    Copying,
    CopyState,
    Image,
    Kind,
    Service,
    Status,
    VersionDetails,
    VersionReference,
)
from bot.domain.record import ImageLeft
from bot.domain.requests import CreateVersion, ImageRequest, ServiceRequest
from tests.services.world import Bot, World

V1 = VersionReference(project="shop", name="v1")
RUNNING = Container(name="app", image="dev.example.com/n/cart:1.2", image_name="cart")
SIDECAR = Container(name="proxy", image="dev.example.com/n/proxy:7", image_name="proxy")
LEFT = Copying(state=CopyState.LEFT, source=SIDECAR.image)


@pytest.fixture
def world() -> World:
    world = World()
    world.zadig.offered_services = [Service(name="cart", containers=(RUNNING, SIDECAR))]
    return world


@pytest.fixture
async def bot(world: World) -> AsyncIterator[Bot]:
    async with world.bot("first") as started:
        yield started


def request(*, registry: str = "r1", kind: Kind = Kind.K8S) -> CreateVersion:
    images = (
        ImageRequest(container="app", image_name="cart", tag="v1"),
        ImageRequest(container="proxy", image_name="proxy", tag="v1", copied=False),
    )
    return CreateVersion(
        project="shop",
        kind=kind,
        version_name="v1",
        environment="dev",
        registry=registry,
        services=(ServiceRequest(name="cart", images=images),),
    )


def listed(module: str, name: str) -> Image:
    """As Zadig lists it: where it would have gone, whether or not it did."""
    return Image(
        id="1",
        service="cart",
        module=module,
        name=name,
        reference=f"registry.example.com/prod/{name}:v1",
        created_at=0,
    )


async def shown(world: World, bot: Bot, *images: Image, status: Status = Status.SUCCESS) -> VersionDetails:
    await bot.versions.create(request(), user="U2", channel="C9")
    world.zadig.move("v1", status)
    world.zadig.row("v1").images = images or (listed("app", "cart"), listed("proxy", "proxy"))
    return await bot.versions.show(V1)


async def test_what_was_to_stay_is_shown_where_it_is_and_the_rest_as_copied(world: World, bot: Bot) -> None:
    cart, proxy = (await shown(world, bot)).images
    assert (cart.reference, cart.copying) == (
        "registry.example.com/prod/cart:v1",
        Copying(state=CopyState.DONE),
    )
    assert (proxy.reference, proxy.copying) == (SIDECAR.image, LEFT)


async def test_zadig_before_3_4_1_names_the_image_instead_of_the_container(world: World, bot: Bot) -> None:
    _, proxy = (await shown(world, bot, listed("cart", "cart"), listed("proxy", "proxy"))).images
    assert proxy.copying == LEFT


@pytest.mark.parametrize("status", [Status.CREATING, Status.FAILED])
async def test_what_has_not_succeeded_is_not_said_to_be_copied(
    world: World, bot: Bot, status: Status
) -> None:
    cart, proxy = (await shown(world, bot, status=status)).images
    assert (cart.copying, proxy.copying) == (None, LEFT)


async def test_without_the_environment_it_is_shown_without_a_place(world: World, bot: Bot) -> None:
    world.zadig.calls.fails["services"] = ServerDown("Zadig is away.")
    _, proxy = (await shown(world, bot)).images
    assert (proxy.reference, proxy.copying) == ("", Copying(state=CopyState.LEFT))


async def test_where_zadig_says_it_of_each_image_zadig_is_believed(world: World, bot: Bot) -> None:
    failed = Copying(state=CopyState.FAILED, error="denied")
    _, proxy = (
        await shown(world, bot, listed("app", "cart"), replace(listed("proxy", "proxy"), copying=failed))
    ).images
    assert proxy.copying == failed


async def test_nothing_is_known_of_what_others_made_or_while_the_database_is_away(
    world: World, bot: Bot
) -> None:
    await shown(world, bot)
    world.down |= {"record.requests"}
    assert [one.copying for one in (await bot.versions.show(V1)).images] == [None, None]
    world.down.clear()
    world.zadig.remove("v1")
    world.clock.passes(3600)
    world.zadig.add("v1", Status.SUCCESS)
    world.zadig.row("v1").images = (listed("proxy", "proxy"),)
    assert [one.copying for one in (await bot.versions.show(V1)).images] == [None]


@pytest.mark.usefixtures("world")
async def test_what_stays_is_recorded_with_where_it_is(bot: Bot) -> None:
    wanted = request(registry="")
    images = tuple(replace(image, copied=False) for image in wanted.services[0].images)
    wanted = replace(wanted, services=(ServiceRequest(name="cart", images=images),))
    await bot.versions.create(wanted, user="U2", channel="C9")
    (recorded,) = await bot.store.record.requests("shop", ["v1"])
    assert recorded.request.particulars.left == (
        ImageLeft(service="cart", container="app", image_name="cart", source=RUNNING.image),
        ImageLeft(service="cart", container="proxy", image_name="proxy", source=SIDECAR.image),
    )


async def test_nothing_is_asked_of_zadig_where_all_is_copied(world: World, bot: Bot) -> None:
    wanted = request()
    images = tuple(replace(image, copied=True) for image in wanted.services[0].images)
    wanted = replace(wanted, services=(ServiceRequest(name="cart", images=images),))
    await bot.versions.create(wanted, user="U2", channel="C9")
    assert world.zadig.calls.of("services") == []
