"""Messages about a version that has gone on say so: retried, settled since, deleted; each exactly once, and in order."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.endings import Ending
from bot.domain.errors import NotPermitted, OutcomeUnknown
from bot.domain.models import Kind, Status
from bot.domain.notifications import (
    Afterwards,
    Notification,
    Since,
    VersionCard,
    VersionDeleted,
    VersionEnded,
)
from bot.domain.ports import Never, PostedMessage, TryLater
from bot.domain.requests import CreateVersion, DeleteVersion, ServiceRequest
from bot.services.requests.pending import IN_FLIGHT_SECONDS
from tests.services.fakes import Told
from tests.services.outboxes import NO_ANSWER
from tests.services.world import Bot, World

CREATING, RETRYING, SUCCESS, FAILED = Status.CREATING, Status.RETRYING, Status.SUCCESS, Status.FAILED
DELETED_BY_GRACE = Since(what=Afterwards.DELETED, by="U2")


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(f"sqlite+aiosqlite:///{tmp_path}/bot.sqlite3")


@pytest.fixture
async def bot(world: World) -> AsyncIterator[Bot]:
    async with world.bot("first") as started:
        yield started


async def create(bot: Bot, name: str = "v1", channel: str = "C9") -> None:
    request = CreateVersion(
        project="shop",
        kind=Kind.K8S,
        version_name=name,
        environment="dev",
        services=(ServiceRequest(name="cart"),),
    )
    await bot.versions.create(request, user="U1", channel=channel)


async def begun(world: World, *statuses: Status, channel: str = "C1") -> None:
    """A version of a project that a channel follows, and what it came to."""
    await world.subscribe(channel)
    world.zadig.add("v1")
    await world.passes(90)
    for status in statuses:
        world.zadig.move("v1", status)
        await world.passes(90)


def said(world: World, channel: str = "C1", kind: str = "") -> list[Notification]:
    stands = [one.notification for one in world.slack.messages[channel]]
    return [one for one in stands if kind in one.kind]


def since(world: World, channel: str = "C1") -> list[Since | None]:
    """What has become of each outcome that stands there, oldest first."""
    outcomes = [one for one in said(world, channel) if not isinstance(one, VersionCard | VersionDeleted)]
    return [getattr(one, "since", None) for one in outcomes]


def replies(world: World, channel: str = "C1") -> list[tuple[str, str]]:
    """What was told of deletions in threads: by whom, and under which kind of message."""
    stands = {one.message: one for one in world.slack.messages[channel]}
    return [
        (one.notification.deleted_by, _above(one, stands))
        for one in world.slack.messages[channel]
        if isinstance(one.notification, VersionDeleted)
    ]


def _above(reply: Told, stands: dict[PostedMessage, Told]) -> str:
    return stands[reply.thread].notification.kind if reply.thread else "channel"


@pytest.mark.usefixtures("bot")
async def test_a_failure_says_that_it_is_being_retried_by_whom_and_then_how_that_ended(world: World) -> None:
    await begun(world, FAILED)
    assert since(world) == [None]
    await world.retry()
    await world.passes(30)
    assert since(world) == [Since(what=Afterwards.RETRYING, by="U2")]
    world.zadig.move("v1", SUCCESS)
    await world.passes(30)
    assert since(world) == [Since(what=Afterwards.SUCCEEDED, by="U2"), None]
    assert world.told() == ["card", "failed", "succeeded"]


@pytest.mark.usefixtures("bot")
async def test_a_failure_that_failed_again_leaves_the_buttons_to_the_newest(world: World) -> None:
    await begun(world, FAILED, RETRYING, FAILED)
    assert since(world) == [Since(what=Afterwards.FAILED), None]
    world.zadig.move("v1", RETRYING)
    await world.passes(90)
    assert since(world) == [Since(what=Afterwards.RETRYING)] * 2
    world.zadig.move("v1", SUCCESS)
    await world.passes(90)
    assert since(world) == [Since(what=Afterwards.SUCCEEDED)] * 2 + [None]


@pytest.mark.usefixtures("bot")
async def test_a_retry_that_ends_between_two_looks_leaves_its_trace_too(world: World) -> None:
    await begun(world, FAILED)
    world.zadig.move("v1", SUCCESS)
    await world.passes(90)
    assert since(world) == [Since(what=Afterwards.SUCCEEDED), None]


@pytest.mark.usefixtures("bot")
async def test_the_outcome_comes_before_the_edits_of_what_is_over(world: World) -> None:
    await begun(world, FAILED, RETRYING)
    world.slack.posted.clear()
    world.zadig.move("v1", SUCCESS)
    await world.passes(90)
    kinds = [key.split("/")[0] + "/" + key.rpartition("/")[2] for key in world.slack.posted]
    assert kinds.index("outcome/succeeded") < kinds.index("outcome/failed")
    assert world.slack.posted[0].startswith("card/")


@pytest.mark.parametrize("settles_at_once", [True, False])
async def test_what_was_told_where_nobody_subscribed_is_revised_all_the_same(
    world: World, bot: Bot, settles_at_once: bool
) -> None:
    """By the time of the retry the bot has forgotten the project."""
    await create(bot)
    await world.passes(10)
    world.zadig.move("v1", FAILED)
    await world.passes(30)
    assert await bot.store.polls.seen("shop") is None
    assert world.told("C9") == ["card", "failed"]
    if settles_at_once:
        world.zadig.calls.afterwards["retry"] = [lambda: world.zadig.move("v1", FAILED)]
        await world.retry()
        await world.passes(30)
        assert since(world, "C9") == [Since(what=Afterwards.FAILED, by="U2"), None]
        return
    await world.retry(channel="C7")
    await world.passes(30)
    assert since(world, "C9") == [Since(what=Afterwards.RETRYING, by="U2")]
    assert world.shown("C9") is RETRYING
    world.zadig.move("v1", SUCCESS)
    await world.passes(30)
    assert since(world, "C9") == [Since(what=Afterwards.SUCCEEDED, by="U2")]
    assert world.shown("C9") is SUCCESS
    assert world.told("C9") == ["card", "failed"]


@pytest.mark.usefixtures("bot")
async def test_a_retry_of_which_nobody_knows_whether_it_began_outdates_nothing(world: World) -> None:
    await begun(world, FAILED)
    world.zadig.calls.fails_next["retry"] = [OutcomeUnknown("Nobody knows.")]
    with pytest.raises(OutcomeUnknown):
        await world.retry()
    await world.passes(IN_FLIGHT_SECONDS + 60, step=20)
    assert since(world) == [None]
    assert since(world, "C9") == [None]


@pytest.mark.usefixtures("bot")
async def test_a_stall_that_is_over_says_so(world: World) -> None:
    await begun(world)
    await world.passes(80 * 60, step=60)
    (stalled,) = said(world, kind="stalled")
    assert isinstance(stalled, VersionEnded)
    assert stalled.ending is Ending.STALLED
    world.zadig.move("v1", SUCCESS)
    await world.passes(90)
    assert since(world) == [Since(what=Afterwards.SUCCEEDED), None]


# Deletion.


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("status", [SUCCESS, FAILED])
@pytest.mark.parametrize("by", ["U2", ""])
async def test_the_deletion_of_a_settled_version_is_told_once_under_its_card(
    world: World, status: Status, by: str
) -> None:
    await begun(world, status)
    if by:
        await world.delete()
    else:
        world.zadig.remove("v1")
    await world.passes(120)
    assert since(world) == [Since(what=Afterwards.DELETED, by=by)]
    assert replies(world) == [(by, "version_card")]
    card = world.slack.card("C1").notification
    assert isinstance(card, VersionCard)
    assert (card.gone, card.deleted_by) == (True, by)


@pytest.mark.usefixtures("bot")
async def test_without_a_card_it_is_told_under_the_outcome(world: World) -> None:
    await world.subscribe(cards=False)
    world.zadig.add("v1")
    await world.passes(30)
    world.zadig.move("v1", FAILED)
    await world.passes(60)
    await world.delete()
    await world.passes(30)
    assert world.told() == ["failed", "deleted"]
    assert replies(world) == [("U2", "version_failed")]
    await world.passes(300, step=20)
    assert world.told() == ["failed", "deleted"]


@pytest.mark.parametrize("status", [SUCCESS, FAILED])
async def test_what_is_deleted_where_nobody_subscribed_is_told_where_it_was_requested(
    world: World, bot: Bot, status: Status
) -> None:
    await create(bot)
    await world.passes(10)
    world.zadig.move("v1", status)
    await world.passes(30)
    assert await bot.store.polls.seen("shop") is None
    await world.delete()
    await world.passes(30)
    assert since(world, "C9") == [DELETED_BY_GRACE]
    assert replies(world, "C9") == [("U2", "version_card")]
    assert await bot.store.pending.deletions("shop") == ()
    assert await bot.store.polls.seen("shop") is None


async def test_a_deletion_that_was_refused_is_told_nowhere_and_follows_nothing(
    world: World, bot: Bot
) -> None:
    await create(bot)
    await world.passes(10)
    world.zadig.move("v1", FAILED)
    await world.passes(30)
    world.zadig.calls.fails_next["delete"] = [NotPermitted("The bot has no permission for this in shop.")]
    with pytest.raises(NotPermitted):
        await world.delete()
    await world.passes(60)
    assert since(world, "C9") == [None]
    assert replies(world, "C9") == []
    assert await bot.store.polls.seen("shop") is None


async def test_an_unclear_deletion_of_what_still_stands_is_told_nowhere(world: World, bot: Bot) -> None:
    await create(bot)
    await world.passes(10)
    world.zadig.move("v1", SUCCESS)
    await world.passes(30)
    world.zadig.calls.fails_next["delete"] = [OutcomeUnknown("Nobody knows.")]
    with pytest.raises(OutcomeUnknown):
        await world.delete()
    await world.passes(IN_FLIGHT_SECONDS + 60, step=30)
    assert (since(world, "C9"), replies(world, "C9")) == ([None], [])
    assert await bot.store.pending.deletions("shop") == ()


async def test_a_name_that_is_used_again_outdates_only_what_was_told_of_the_version_before(
    world: World, bot: Bot
) -> None:
    await begun(world, FAILED)
    old = world.zadig.row("v1").version
    failed = DeleteVersion(project="shop", version_name="v1", version_id=old.id)
    world.clock.passes(60)
    request = CreateVersion(
        project="shop",
        kind=Kind.K8S,
        version_name="v1",
        environment="dev",
        services=(ServiceRequest(name="cart"),),
    )
    await bot.versions.recreate(request, failed, user="U2", channel="C1", on_deleted=lambda: None)
    await world.passes(30)
    world.zadig.move("v1", FAILED)
    await world.passes(60)
    assert since(world) == [DELETED_BY_GRACE, None]
    assert replies(world) == [("U2", "version_card")]


@pytest.mark.usefixtures("bot")
async def test_what_is_deleted_while_it_is_made_is_told_in_the_channel_and_not_again_in_a_thread(
    world: World,
) -> None:
    await begun(world)
    await world.delete()
    await world.passes(60)
    assert world.told() == ["card", "gone"]


# What can go wrong.


@pytest.mark.usefixtures("bot")
async def test_an_edit_that_slack_does_not_take_yet_is_sent_again_and_nothing_is_doubled(
    world: World,
) -> None:
    await begun(world, FAILED)
    later = TryLater(reason="ratelimited", seconds=7)
    world.slack.answers["C1"] = [later, later, NO_ANSWER, later, NO_ANSWER]
    world.zadig.move("v1", SUCCESS)
    await world.passes(600)
    assert since(world) == [Since(what=Afterwards.SUCCEEDED), None]
    assert world.told() == ["card", "failed", "succeeded"]


@pytest.mark.usefixtures("bot")
async def test_a_message_that_was_deleted_in_slack_is_not_told_to_somebody_instead(world: World) -> None:
    await begun(world, FAILED)
    world.slack.answers["C1"] = [Never(reason="its message was deleted", destination_lost=False)] * 2
    world.zadig.move("v1", RETRYING)
    await world.passes(120)
    assert world.told("U1") == []
    world.zadig.move("v1", SUCCESS)
    await world.passes(120)
    assert [one.kind for one in said(world)] == ["version_card", Ending.FAILED, Ending.SUCCEEDED]


@pytest.mark.usefixtures("bot")
async def test_a_failure_that_could_not_be_sent_before_the_retry_is_told_once_as_it_stands(
    world: World,
) -> None:
    await begun(world)
    world.slack.answers["C1"] = [TryLater(reason="ratelimited", seconds=300)] * 2
    world.zadig.move("v1", FAILED)
    await world.passes(60)
    world.zadig.move("v1", RETRYING)
    await world.passes(600)
    assert world.told() == ["card", "failed"]
    assert since(world) == [Since(what=Afterwards.RETRYING)]
    assert world.slack.messages["C1"][1].edits == 0


async def test_the_process_that_goes_on_need_not_be_the_one_that_told_it(world: World) -> None:
    async with world.bot("first"):
        await begun(world, FAILED)
    async with world.bot("second"):
        await world.delete()
        await world.passes(60)
        assert since(world) == [DELETED_BY_GRACE]
        assert replies(world) == [("U2", "version_card")]


@pytest.mark.usefixtures("bot")
async def test_what_was_told_together_is_revised_in_its_list_and_not_by_messages(world: World) -> None:
    await world.subscribe()
    for number in range(8):
        world.zadig.add(f"v{number}")
    await world.passes(5)
    world.slack.answers["C1"] = [TryLater(reason="ratelimited", seconds=60)]
    for number in range(8):
        world.zadig.move(f"v{number}", FAILED)
    await world.passes(400)
    assert world.told().count("outcomes_folded") == 1
    before = len(world.slack.messages["C1"])
    fold = said(world, kind="outcomes_folded")[0]
    world.zadig.move("v3", RETRYING)
    await world.passes(120)
    assert len(world.slack.messages["C1"]) <= before + 1
    page = await world.bots[0].store.digests.page(fold.fold, number=1, size=20)  # type: ignore[union-attr] # a fold
    gone_on = {one.version.name for one in page.outcomes if one.kind == Ending.FAILED and one.since}
    assert gone_on == {"v3"}


# A version that nobody saw before it stalled.


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize(("cards", "told"), [(True, ["card"]), (False, ["stalled"])])
async def test_a_version_first_seen_stalled_is_told_once(
    world: World, *, cards: bool, told: list[str]
) -> None:
    world.zadig.add("v0", SUCCESS)
    world.clock.passes(1)
    await world.subscribe(cards=cards)
    world.zadig.add("v1")
    world.clock.passes(80 * 60)
    await world.passes(300, step=20)
    assert world.told() == told
    world.zadig.move("v1", SUCCESS)
    await world.passes(90)
    assert world.told() == [*told, "succeeded"]


async def test_who_requested_what_is_first_seen_stalled_is_told_by_a_message(world: World, bot: Bot) -> None:
    world.zadig.add("v0", SUCCESS)
    world.clock.passes(1)
    await world.subscribe("C1")
    world.zadig.calls.fails["page"] = OutcomeUnknown("Zadig is away.")
    await create(bot, channel="C1")
    await world.passes(80 * 60, step=60)
    del world.zadig.calls.fails["page"]
    await world.passes(600, step=20)
    assert [kind for kind in world.told() if kind in ("card", "stalled")] == ["stalled"]
    world.zadig.move("v1", SUCCESS)
    await world.passes(120)
    assert world.told()[-1] == "succeeded"
