"""Whole lives of versions, from the first look to the last message, through crashes, outages and everything that people do."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.endings import Ending
from bot.domain.errors import OutcomeUnknown, ServerDown
from bot.domain.models import Kind, Progress, Status
from bot.domain.notifications import VersionEnded
from bot.domain.ports import Never, TryLater, Unclear
from tests.services.fakes import Arrives
from tests.services.world import Bot, World

CREATING, SUCCESS, FAILED, RETRYING = Status.CREATING, Status.SUCCESS, Status.FAILED, Status.RETRYING
NO_ANSWER = Unclear(reason="no answer from Slack")


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def lasting(tmp_path: Path) -> World:
    """A world whose database outlives a process."""
    return World(f"sqlite+aiosqlite:///{tmp_path}/bot.sqlite3")


@pytest.fixture
async def bot(world: World) -> AsyncIterator[Bot]:
    async with world.bot("first") as started:
        yield started


async def test_a_version_from_its_creation_to_its_success(world: World, bot: Bot) -> None:
    await world.subscribe(in_thread=True)
    world.zadig.add("v1")
    await world.passes(60)
    assert (world.told(), world.shown()) == (["card"], CREATING)
    for done in (1, 2, 3):
        world.zadig.copied("v1", done)
        await world.passes(15)
    world.zadig.move("v1", SUCCESS)
    await world.passes(600, step=30)
    assert (world.told(), world.shown()) == (["card", "succeeded"], SUCCESS)
    card, outcome = world.slack.messages["C1"]
    assert outcome.thread == card.message
    assert card.edits == 4
    assert await bot.store.outbox.backlog() == 0


async def test_a_version_that_was_asked_for_is_told_where_it_was_asked(world: World, bot: Bot) -> None:
    await world.create()
    await world.passes(30)
    assert (world.told("C9"), await world.followed()) == (["card"], 1)
    world.zadig.move("v1", SUCCESS)
    await world.passes(30)
    assert world.told("C9") == ["card", "succeeded"]
    said = world.slack.messages["C9"][1].notification
    assert isinstance(said, VersionEnded)
    assert said.ending is Ending.SUCCEEDED
    assert said.asked_by == "U2"
    assert await world.followed() == 0
    assert await bot.store.polls.seen("shop") is None


@pytest.mark.usefixtures("bot")
async def test_every_attempt_is_told_once(world: World) -> None:
    await world.subscribe()
    world.zadig.add("v1")
    await world.passes(20)
    world.zadig.move("v1", FAILED)
    await world.passes(60)
    await world.retry()
    await world.passes(30)
    assert world.shown() is RETRYING
    world.zadig.row("v1").becomes = FAILED
    await world.passes(60)
    await world.retry()
    world.zadig.move("v1", FAILED)
    await world.passes(60)
    await world.retry()
    world.zadig.row("v1").becomes = SUCCESS
    await world.passes(60)
    assert world.told() == ["card", "failed", "failed", "failed", "succeeded"]
    assert world.told("C9") == ["card", "failed", "failed", "succeeded"]
    assert (world.shown(), await world.followed()) == (SUCCESS, 0)


@pytest.mark.usefixtures("bot")
async def test_a_watcher_is_told_of_a_deletion(world: World) -> None:
    await world.subscribe()
    world.zadig.add("v1")
    await world.watch()
    await world.passes(60)
    await world.delete()
    await world.passes(30)
    assert (world.told(), world.told("U3")) == (["card", "gone"], ["gone"])
    assert await world.followed() == 0


@pytest.mark.usefixtures("bot")
async def test_a_name_that_is_deleted_and_created_again_at_once_is_two_versions(world: World) -> None:
    await world.subscribe()
    world.zadig.add("v1")
    await world.passes(60)
    await world.delete()
    world.clock.passes(1)
    await world.create()
    await world.passes(30)
    assert sorted(world.told()) == ["card", "card", "gone"]
    world.zadig.move("v1", FAILED)
    await world.passes(30)
    assert sorted(world.told()) == ["card", "card", "failed", "gone"]
    assert world.told("C9") == ["card", "failed"]
    assert await world.followed() == 0


@pytest.mark.usefixtures("bot")
async def test_a_stalled_version_can_still_end(world: World) -> None:
    await world.subscribe()
    await world.create()
    await world.watch()
    await world.passes(30)
    world.clock.passes(75 * 60)
    await world.passes(30)
    assert (world.told(), world.told("C9"), world.told("U3")) == (
        ["card", "stalled"],
        ["card", "stalled"],
        ["stalled"],
    )
    world.zadig.move("v1", SUCCESS)
    await world.passes(120)
    assert (world.told()[-1], world.told("C9")[-1], world.told("U3")[-1]) == ("succeeded",) * 3
    assert await world.followed() == 0


@pytest.mark.usefixtures("bot")
async def test_nobody_waits_for_ever(world: World) -> None:
    await world.create()
    await world.watch()
    await world.passes(8 * 24 * 3600, step=6 * 3600)
    assert world.told("C9") == ["card", "stalled"]
    assert await world.followed() == 0
    calls = len(world.zadig.calls.made)
    await world.passes(600)
    assert len(world.zadig.calls.made) == calls


@pytest.mark.usefixtures("bot")
async def test_an_upgrade_of_zadig_is_nobodys_business(world: World) -> None:
    await world.subscribe()
    world.zadig.add("v1")
    await world.passes(60)
    world.zadig.upgrade()
    await world.passes(120)
    world.zadig.move("v1", SUCCESS)
    await world.passes(60)
    assert (world.told(), world.shown()) == (["card", "succeeded"], SUCCESS)


# Zadig that does not answer.


@pytest.mark.usefixtures("bot")
async def test_what_was_missed_in_an_outage_is_told_after_it(world: World) -> None:
    await world.subscribe()
    world.zadig.add("v1")
    await world.passes(60)
    world.zadig.calls.fails["page"] = ServerDown("Zadig cannot be reached.")
    await world.passes(1_200, step=60)
    world.zadig.move("v1", FAILED)
    world.zadig.add("v2", SUCCESS)
    await world.passes(600, step=60)
    assert world.told() == ["card", "project_unreachable"]
    world.zadig.calls.fails.clear()
    await world.passes(600, step=30)
    assert sorted(world.told()) == sorted(
        ["card", "project_unreachable", "project_back", "failed", "card", "succeeded"]
    )


def unseen(world: World, destination: str = "C1") -> list[int]:
    """For how many seconds nobody could look before what each outcome tells was seen."""
    told = [one.notification for one in world.slack.messages[destination]]
    return [one.unseen for one in told if isinstance(one, VersionEnded)]


@pytest.mark.usefixtures("bot")
async def test_what_settles_while_zadig_is_down_is_told_once_and_how_late(world: World) -> None:
    await world.subscribe()
    for name in ("v1", "v2", "v3"):
        world.zadig.add(name)
        world.clock.passes(1)
    await world.passes(60)
    world.zadig.calls.fails["page"] = ServerDown("Zadig cannot be reached.")
    await world.passes(1_800, step=60)
    world.zadig.move("v1", FAILED)
    world.zadig.move("v2", SUCCESS)
    world.zadig.remove("v3")
    await world.passes(1_700, step=60)
    world.zadig.add("v4", SUCCESS)
    world.zadig.calls.fails.clear()
    await world.passes(90)
    assert sorted(world.told()) == sorted(
        [*["card"] * 4, "project_unreachable", "project_back", "failed", "succeeded", "gone", "succeeded"]
    )
    late = unseen(world)
    assert len(late) == 4
    assert [3_500 < seconds < 3_700 for seconds in late] == [True, True, True, False]
    assert late[3] < 300, "it is not as old as the outage"
    world.zadig.add("v5", FAILED)
    await world.passes(120)
    assert unseen(world)[-1] == 0


async def test_what_settles_while_no_bot_runs_is_told_once_and_how_late(lasting: World) -> None:
    async with lasting.bot("first"):
        await lasting.subscribe()
        lasting.zadig.add("v1")
        await lasting.passes(60)
    lasting.zadig.move("v1", FAILED)
    lasting.clock.passes(7_200)
    async with lasting.bot("second"):
        await lasting.passes(60)
        assert lasting.told() == ["card", "failed"]
        assert 7_000 < unseen(lasting)[0] < 7_300


@pytest.mark.usefixtures("bot")
async def test_nothing_is_late_where_nothing_has_happened_for_long(world: World) -> None:
    await world.subscribe()
    world.zadig.add("v1", SUCCESS)
    await world.passes(60)
    await world.delete()
    await world.passes(3 * 3600, step=60)
    world.zadig.add("v2")
    await world.passes(600)
    world.zadig.move("v2", FAILED)
    await world.passes(60)
    assert unseen(world) == [0, 0]


@pytest.mark.usefixtures("bot")
async def test_a_create_without_an_answer_is_told_once_zadig_has_packed_its_charts(world: World) -> None:
    world.zadig.calls.fails["create"] = OutcomeUnknown("no answer")
    with pytest.raises(OutcomeUnknown):
        await world.create(kind=Kind.HELM)
    await world.passes(120)
    assert world.told("C9") == []
    world.zadig.add("v1", SUCCESS, kind=Kind.HELM)
    await world.passes(60)
    assert (world.told("C9"), world.shown("C9")) == (["card"], CREATING)
    world.zadig.move("v1", CREATING)
    await world.passes(300)
    world.zadig.move("v1", SUCCESS)
    await world.passes(120)
    assert (world.told("C9"), world.shown("C9")) == (["card", "succeeded"], SUCCESS)
    assert await world.followed() == 0


@pytest.mark.usefixtures("bot")
async def test_a_create_that_came_to_nothing_is_told_so(world: World) -> None:
    world.zadig.calls.fails["create"] = OutcomeUnknown("no answer")
    with pytest.raises(OutcomeUnknown):
        await world.create()
    await world.passes(1_200, step=30)
    assert world.told("C9") == ["missing"]
    assert await world.followed() == 0


@pytest.mark.usefixtures("bot")
async def test_a_retry_without_an_answer_is_followed_if_it_began_and_ended_if_not(world: World) -> None:
    await world.subscribe()
    for name in ("v1", "v2"):
        world.zadig.add(name, FAILED)
    await world.passes(90)
    before = world.told()
    world.zadig.calls.fails["retry"] = OutcomeUnknown("no answer")
    for name in ("v1", "v2"):
        with pytest.raises(OutcomeUnknown):
            await world.retry(name)
    await world.passes(30)
    assert world.told() == before
    world.zadig.move("v1", RETRYING)
    await world.passes(400, step=20)
    world.zadig.row("v1").becomes = SUCCESS
    await world.passes(60)
    assert world.told() == [*before, "succeeded"]
    assert sorted(world.told("C9")) == ["card", "failed", "succeeded"]
    assert await world.followed() == 0


# Slack that does not answer.


@pytest.mark.usefixtures("bot")
async def test_an_outage_of_slack_delays_and_loses_nothing(world: World) -> None:
    await world.subscribe()
    away = TryLater(reason="Slack is not reachable", whole_workspace=True)
    world.slack.answers["C1"] = [away] * 5
    world.zadig.add("v1")
    await world.passes(30)
    world.zadig.move("v1", FAILED)
    await world.passes(600, step=20)
    assert (world.told(), world.shown()) == (["card", "failed"], FAILED)


@pytest.mark.usefixtures("bot")
async def test_answers_that_get_lost_double_nothing(world: World) -> None:
    await world.subscribe(in_thread=True)
    world.slack.answers["C1"] = [Arrives(result=NO_ANSWER), NO_ANSWER, Arrives(result=NO_ANSWER)]
    world.zadig.add("v1")
    await world.passes(60)
    world.zadig.copied("v1", 2)
    await world.passes(60)
    world.zadig.move("v1", FAILED)
    await world.passes(300)
    assert (world.told(), world.shown()) == (["card", "failed"], FAILED)
    card, outcome = world.slack.messages["C1"]
    assert outcome.thread == card.message


async def test_a_channel_that_is_archived_in_the_middle_costs_nobody_the_news(world: World, bot: Bot) -> None:
    await world.subscribe()
    await world.create()
    await world.watch()
    await world.passes(30)
    for channel in ("C1", "C9"):
        world.slack.answers[channel] = [Never(reason="the channel is archived", destination_lost=True)] * 9
    world.zadig.move("v1", FAILED)
    await world.passes(120)
    assert "failed" not in [*world.told(), *world.told("C9")]
    assert sorted(world.told("U1")) == ["destination_lost", "failed"]
    assert (world.told("U2"), world.told("U3")) == (["failed"], ["failed"])
    assert await bot.store.subscriptions.find() == ()
    assert await bot.store.outbox.backlog() == 0


# The bot that stops and starts.


@pytest.mark.parametrize("clean", [True, False])
async def test_a_restart_in_the_middle_of_a_life_tells_everything_once(
    lasting: World, *, clean: bool
) -> None:
    async with lasting.bot("first") as first:
        await lasting.subscribe()
        await lasting.create()
        await lasting.passes(30)
        if clean:
            await first.stop()
    lasting.zadig.move("v1", FAILED, progress=Progress(done=1, total=3, error="timeout"))
    lasting.clock.passes(120)
    async with lasting.bot("second"):
        await lasting.passes(300)
        assert (lasting.told(), lasting.told("C9")) == (["card", "failed"], ["card", "failed"])
        assert (lasting.shown(), await lasting.followed()) == (FAILED, 0)


async def test_a_crash_between_sending_and_remembering_doubles_nothing(lasting: World) -> None:
    async with lasting.bot("first"):
        await lasting.subscribe()
        lasting.zadig.add("v1")
        lasting.down.add("outbox.mark_posted")
        await lasting.passes(60)
        assert lasting.told() == ["card"]
    lasting.down.clear()
    lasting.zadig.move("v1", SUCCESS)
    async with lasting.bot("second") as second:
        await lasting.passes(300)
        assert (lasting.told(), lasting.shown()) == (["card", "succeeded"], SUCCESS)
        assert await second.store.outbox.backlog() == 0


async def test_a_crash_in_the_middle_of_a_look_loses_nothing(lasting: World) -> None:
    async with lasting.bot("first") as first:
        await lasting.subscribe()
        lasting.zadig.add("v1", FAILED)
        lasting.clock.passes(60)
        lasting.zadig.calls.hold("page")
        await first.poller.tick()
        await lasting.zadig.calls.at_gate["page"].wait()
    lasting.zadig.calls.gates.clear()
    async with lasting.bot("second"):
        await lasting.passes(300)
        assert lasting.told() == ["card", "failed"]


async def test_a_crash_while_zadig_is_asked_to_create_tells_who_asked(lasting: World) -> None:
    async with lasting.bot("first"):
        gate = lasting.zadig.calls.hold("create")
        asking = asyncio.create_task(lasting.create())
        await lasting.zadig.calls.at_gate["create"].wait()
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        gate.set()
    lasting.zadig.add("v1", SUCCESS)
    async with lasting.bot("second"):
        await lasting.passes(600, step=30)
        assert lasting.told("C9") == ["card", "succeeded"]
        assert await lasting.followed() == 0


async def test_two_processes_side_by_side_tell_everything_once(lasting: World) -> None:
    async with lasting.bot("first"), lasting.bot("second"):
        await lasting.subscribe()
        for name in ("v1", "v2", "v3"):
            lasting.zadig.add(name)
            lasting.clock.passes(1)
        await lasting.passes(60)
        for name, status in (("v1", SUCCESS), ("v2", FAILED), ("v3", SUCCESS)):
            lasting.zadig.move(name, status)
        await lasting.passes(120)
        assert sorted(lasting.told()) == ["card"] * 3 + ["failed"] + ["succeeded"] * 2
