"""The list moves while it is read, names come back and projects vanish: nobody hears of anything that has not happened."""

from collections.abc import AsyncIterator, Callable
from functools import partial

import pytest

from bot.domain.models import Status
from tests.services.world import Bot, World

CREATING, SUCCESS, FAILED = Status.CREATING, Status.SUCCESS, Status.FAILED
OLD, FOLLOWED = 230, ("a1", "a2", "a3")


@pytest.fixture
def world() -> World:
    """Three pages of versions, and some under way below all of them."""
    world = World()
    for name in FOLLOWED:
        world.zadig.add(name, created_at=int(world.clock.at) - 600)
    for number in range(OLD):
        world.zadig.add(f"v{number}", SUCCESS, created_at=int(world.clock.at) - 500 + number)
    return world


@pytest.fixture
async def bot(world: World) -> AsyncIterator[Bot]:
    async with world.bot("first") as started:
        for name in FOLLOWED:
            await world.watch(name)
        await world.subscribe()
        await world.passes(30)
        assert world.told() == []
        yield started


def between_pages(world: World, *happen: Callable[[], object]) -> None:
    """After each page that is read from now on, one of these happens."""
    world.zadig.calls.afterwards["page"] += happen


@pytest.mark.usefixtures("bot")
async def test_deletions_while_pages_are_read_lose_and_announce_nothing(world: World) -> None:
    """What stood first on the next page moves to the one that has been read."""
    for number in range(20):
        between_pages(world, partial(world.zadig.remove, f"v{number + 200}"))
        await world.passes(20)
    assert world.told() == []
    for name in FOLLOWED:
        world.zadig.move(name, FAILED)
    await world.passes(30)
    assert [one for one in world.told() if one != "card"] == ["failed"] * 3
    assert world.told("U3") == ["failed"] * 3


@pytest.mark.usefixtures("bot")
async def test_creations_while_pages_are_read_are_told_once_each(world: World) -> None:
    """What stood last on a page stands on the next one too."""
    for number in range(20):
        between_pages(world, partial(world.zadig.add, f"n{number}", SUCCESS))
        world.clock.passes(1)
        await world.passes(20)
    await world.passes(60)
    told = [one.key for one in world.slack.messages["C1"]]
    assert sorted(world.told()) == ["card"] * 20 + ["succeeded"] * 20
    assert len(told) == len(set(told))


@pytest.mark.usefixtures("bot")
async def test_what_slips_to_a_page_that_was_read_is_not_gone(world: World) -> None:
    """Look after look the followed versions are where the look has been already."""
    rows = world.zadig.rows["shop"]
    for _ in range(10):
        followed, rows[-3:] = rows[-3:], []
        between_pages(
            world, partial(rows.extend, ()), partial(rows.extend, ()), partial(rows.extend, followed)
        )
        await world.passes(15)
        world.zadig.calls.afterwards["page"].clear()
        rows.extend(one for one in followed if one not in rows)
    assert world.told() == []
    for name in FOLLOWED:
        world.zadig.move(name, SUCCESS)
    await world.passes(60)
    assert [one for one in world.told() if one != "card"] == ["succeeded"] * 3


@pytest.mark.usefixtures("bot")
async def test_a_name_that_is_made_anew_is_a_new_version_with_outcomes_of_its_own(world: World) -> None:
    world.zadig.move("a1", FAILED)
    await world.passes(30)
    for status in (SUCCESS, FAILED):
        world.zadig.remove("a1")
        world.clock.passes(5)
        world.zadig.add("a1", status)
        await world.passes(60)
    told = [one for one in world.told() if one not in ("card", "deleted")]
    assert told == ["failed", "succeeded", "failed"]


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("admin", [True, False])
async def test_a_project_that_is_removed_has_neither_failed_nor_succeeded(
    world: World, *, admin: bool
) -> None:
    world.zadig.admin = admin
    world.zadig.rows.pop("shop")
    await world.passes(900, step=15)
    told = [one for one in world.told() if one not in ("card", "gone", "outcomes_folded")]
    assert told == ([] if admin else ["project_unreachable"])
