"""Versions that people delete through the bot: the channels that follow them hear by whom, whichever process looks."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.endings import Ending
from bot.domain.errors import NotPermitted, OutcomeUnknown, StoreDown
from bot.domain.models import Kind, Status
from bot.domain.notifications import VersionCard, VersionEnded
from bot.domain.requests import CreateVersion, DeleteVersion, ServiceRequest
from bot.services.requests.pending import IN_FLIGHT_SECONDS
from tests.services.world import Bot, World

SUCCESS, FAILED = Status.SUCCESS, Status.FAILED


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
async def bot(world: World) -> AsyncIterator[Bot]:
    async with world.bot("first") as started:
        yield started


def card(world: World, name: str = "v1", *, oldest: bool = False) -> VersionCard:
    cards = [
        told.notification
        for told in world.slack.messages["C1"]
        if isinstance(told.notification, VersionCard) and told.notification.version.name == name
    ]
    return cards[0 if oldest else -1]


def gone(world: World, destination: str = "C1") -> VersionEnded:
    said = world.slack.messages[destination][-1].notification
    assert isinstance(said, VersionEnded)
    assert said.ending is Ending.GONE
    return said


async def left(bot: Bot) -> int:
    """How many deletions are still remembered."""
    return len(await bot.store.pending.deletions("shop"))


async def test_channels_and_watchers_hear_who_deleted_what_they_follow(world: World, bot: Bot) -> None:
    await world.subscribe()
    world.zadig.add("v1")
    await world.watch()
    await world.passes(60)
    await world.delete()
    await world.passes(30)
    assert (gone(world).deleted_by, gone(world, "U3").deleted_by) == ("U2", "U2")
    assert (card(world).gone, card(world).deleted_by) == (True, "U2")
    assert await left(bot) == 0


async def test_a_deletion_in_zadig_was_nobodys_in_slack(world: World, bot: Bot) -> None:
    await world.subscribe()
    world.zadig.add("v1")
    await world.passes(60)
    world.zadig.remove("v1")
    await world.passes(30)
    assert (gone(world).deleted_by, card(world).deleted_by) == ("", "")
    assert await left(bot) == 0


@pytest.mark.parametrize("status", [SUCCESS, FAILED])
async def test_the_card_of_a_settled_version_says_by_whom_it_was_deleted_and_so_does_its_thread(
    world: World, bot: Bot, status: Status
) -> None:
    await world.subscribe()
    world.zadig.add("v1")
    await world.passes(60)
    world.zadig.move("v1", status)
    await world.passes(60)
    before = world.told()
    await world.delete()
    await world.passes(30)
    assert world.told() == [*before, "deleted"]
    assert (card(world).gone, card(world).deleted_by) == (True, "U2")
    assert await left(bot) == 0


async def test_a_settled_version_that_no_look_reads_any_more_is_looked_for_when_it_is_deleted(
    world: World, bot: Bot
) -> None:
    await world.subscribe()
    world.zadig.add("v1")
    await world.passes(60)
    world.zadig.move("v1", SUCCESS)
    await world.passes(60)
    for number in range(2, 150):
        world.zadig.add(f"v{number}", SUCCESS)
        world.clock.passes(1)
    await world.passes(120)
    await world.delete()
    await world.passes(10)
    assert (card(world).gone, card(world).deleted_by) == (True, "U2")
    assert await left(bot) == 0


@pytest.mark.usefixtures("bot")
async def test_a_version_that_is_deleted_and_created_again_at_once_leaves_its_old_card_gone(
    world: World,
) -> None:
    await world.subscribe()
    world.zadig.add("v1")
    await world.passes(60)
    world.zadig.move("v1", FAILED)
    await world.passes(60)
    version = world.zadig.row("v1").version
    request = CreateVersion(
        project="shop",
        kind=Kind.K8S,
        version_name="v1",
        environment="dev",
        services=(ServiceRequest(name="cart"),),
    )
    failed = DeleteVersion(project="shop", version_name="v1", version_id=version.id)
    await world.bots[0].versions.recreate(
        request, failed, user="U2", channel="C9", on_deleted=lambda: world.clock.passes(1)
    )
    await world.passes(30)
    assert sorted(world.told()) == ["card", "card", "deleted", "failed"]
    old, new = card(world, oldest=True), card(world)
    assert (old.gone, old.deleted_by, old.version.status) == (True, "U2", FAILED)
    assert (new.gone, new.deleted_by, new.asked_by) == (False, "", "U2")


async def test_whoever_was_refused_has_not_deleted_it(world: World, bot: Bot) -> None:
    await world.subscribe()
    world.zadig.add("v1")
    await world.passes(60)
    world.zadig.calls.fails_next["delete"] = [NotPermitted("The bot has no permission for this in shop.")]
    with pytest.raises(NotPermitted):
        await world.delete()
    assert await left(bot) == 0
    world.zadig.remove("v1")
    await world.passes(30)
    assert gone(world).deleted_by == ""


async def test_after_an_unclear_answer_the_look_finds_out(world: World, bot: Bot) -> None:
    await world.subscribe()
    world.zadig.add("v1")
    await world.passes(60)
    world.zadig.calls.fails_late["delete"] = [OutcomeUnknown("Nobody knows.")]
    with pytest.raises(OutcomeUnknown):
        await world.delete()
    await world.passes(30)
    assert gone(world).deleted_by == "U2"
    assert await left(bot) == 0


async def test_who_tried_in_vain_is_not_named_for_what_somebody_else_deletes_later(
    world: World, bot: Bot
) -> None:
    await world.subscribe()
    world.zadig.add("v1")
    await world.passes(60)
    world.zadig.calls.fails_next["delete"] = [OutcomeUnknown("Nobody knows.")]
    with pytest.raises(OutcomeUnknown):
        await world.delete()
    await world.passes(60)
    assert await left(bot) == 1
    await world.passes(IN_FLIGHT_SECONDS, step=30)
    assert await left(bot) == 0
    world.zadig.remove("v1")
    await world.passes(30)
    assert gone(world).deleted_by == ""


async def test_whoever_deletes_while_zadig_is_away_for_long_is_still_named(world: World, bot: Bot) -> None:
    await world.subscribe()
    world.zadig.add("v1")
    await world.passes(60)
    world.zadig.calls.fails["page"] = OutcomeUnknown("Zadig is away.")
    await world.bots[0].store.polls.soon("shop", now=int(world.clock.at))
    version = world.zadig.row("v1").version
    del world.zadig.calls.fails["page"]
    await world.delete()
    world.zadig.calls.fails["page"] = OutcomeUnknown("Zadig is away.")
    await world.passes(3 * IN_FLIGHT_SECONDS, step=60)
    assert await left(bot) == 1
    del world.zadig.calls.fails["page"]
    await world.passes(90)
    assert (gone(world).version.id, gone(world).deleted_by) == (version.id, "U2")


async def test_a_look_that_was_under_way_names_who_deleted_meanwhile(world: World, bot: Bot) -> None:
    """It has read who follows the project before anybody deleted, and sees the version gone."""
    await world.subscribe()
    world.zadig.add("v1")
    await world.passes(60)
    held = world.zadig.calls.hold("page")
    world.clock.passes(20)
    await bot.poller.tick()
    await world.zadig.calls.at_gate["page"].wait()
    await _delete_directly(world, bot)
    held.set()
    del world.zadig.calls.gates["page"]
    await world.passes(10)
    assert (gone(world).deleted_by, card(world).deleted_by) == ("U2", "U2")
    assert await left(bot) == 0


async def _delete_directly(world: World, bot: Bot) -> None:
    """What finds the version passes the gate that holds back the look."""
    version = world.zadig.row("v1").version
    gate = world.zadig.calls.gates.pop("page")
    request = DeleteVersion(project="shop", version_name="v1", version_id=version.id)
    await bot.versions.delete(request, user="U2", channel="C9")
    world.zadig.calls.gates["page"] = gate
    await asyncio.sleep(0)


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("method", ["record.note", "pending.note_deletion"])
async def test_nothing_is_deleted_of_which_nobody_could_say_later_by_whom(world: World, method: str) -> None:
    await world.subscribe()
    world.zadig.add("v1")
    await world.passes(60)
    world.down |= {method}
    with pytest.raises(StoreDown):
        await world.delete()
    assert [row.version.name for row in world.zadig.rows["shop"]] == ["v1"]
    assert world.zadig.calls.of("delete") == []


async def test_a_deletion_of_what_nobody_follows_is_remembered_until_a_look_has_seen_it(
    world: World, bot: Bot
) -> None:
    world.zadig.add("v1")
    await world.delete()
    assert await left(bot) == 1
    await world.passes(5)
    assert await left(bot) == 0
    assert await bot.store.polls.seen("shop") is None


async def test_the_process_that_looks_need_not_be_the_one_that_deleted(tmp_path: Path) -> None:
    world = World(f"sqlite+aiosqlite:///{tmp_path}/bot.sqlite3")
    async with world.bot("first"), world.bot("second") as second:
        await world.subscribe()
        world.zadig.add("v1")
        await world.passes(60)
        await world.delete()
        world.clock.passes(15)
        await second.tick()
        await second.tick()
        await world.passes(15)
        assert world.told() == ["card", "gone"]
        assert gone(world).deleted_by == "U2"
