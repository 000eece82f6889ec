"""Whatever people do through the bot is kept for good, with who asked, where, and what came of it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.domain.access import Membership, Person, Policy
from bot.domain.endings import Ending
from bot.domain.errors import (
    CreatedButFailed,
    NotFound,
    NotPermitted,
    NotRetryable,
    OutcomeUnknown,
    Refused,
    StoreDown,
)
from bot.domain.models import Kind, Status, VersionReference
from bot.domain.notifications import VersionCard
from bot.domain.record import NOBODY, Place, Recorded, RequestKind, Result
from bot.domain.requests import CreateVersion, DeleteVersion, ServiceRequest
from bot.domain.watching import Subscription
from bot.services.access import Actor
from bot.services.audience.subscriptions import Subscribing
from bot.services.origins import Origins
from bot.services.versions.finder import Finder
from tests.services.world import Bot, World

SUCCESS, FAILED = Status.SUCCESS, Status.FAILED
YEAR = 366 * 24 * 3600


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(f"sqlite+aiosqlite:///{tmp_path}/bot.sqlite3")


@pytest.fixture
async def bot(world: World) -> AsyncIterator[Bot]:
    async with world.bot("first") as started:
        yield started


def request(name: str = "v1") -> CreateVersion:
    return CreateVersion(
        project="shop",
        kind=Kind.K8S,
        version_name=name,
        environment="dev",
        services=(ServiceRequest(name="cart"),),
    )


async def recorded(bot: Bot, *names: str) -> list[tuple[RequestKind, str, str, list[Result]]]:
    found = await bot.store.record.requests("shop", names or ("v1",))
    return [
        (one.request.deed, one.request.user, one.request.channel, [came.result for came in one.results])
        for one in found
    ]


async def requesters(world: World, bot: Bot) -> dict[str, str]:
    """What `list` says of each version."""
    finder = Finder(releases=world.zadig, catalog=world.zadig, store=bot.store)
    page = await world.zadig.page("shop", number=1, size=10)
    found = await finder.requesters("shop", page.items)
    return {
        name: one.requested_by or f"retried by {one.retried_by}"
        for name, one in found.items()
        if one != NOBODY
    }


async def test_a_version_is_recorded_from_the_click_to_its_end(world: World, bot: Bot) -> None:
    await bot.versions.create(request(), user="U2", channel="C9")
    await world.passes(10)
    world.zadig.move("v1", FAILED)
    await world.passes(30)
    await world.retry()
    await world.passes(10)
    world.zadig.move("v1", SUCCESS)
    await world.passes(30)
    await world.delete()
    await world.passes(30)
    assert await recorded(bot) == [
        (RequestKind.CREATE, "U2", "C9", [Result.ACCEPTED, Result.SEEN, Result.FAILED]),
        (RequestKind.RETRY, "U2", "C9", [Result.ACCEPTED, Result.SEEN, Result.SUCCEEDED]),
        (RequestKind.DELETE, "U2", "C9", [Result.ACCEPTED, Result.DELETED]),
    ]


async def test_a_deletion_that_is_followed_is_seen_to_have_happened(world: World, bot: Bot) -> None:
    await world.subscribe()
    world.zadig.add("v1")
    await world.passes(60)
    await world.delete()
    await world.passes(30)
    assert await recorded(bot) == [(RequestKind.DELETE, "U2", "C9", [Result.ACCEPTED, Result.DELETED])]


async def test_deleting_and_creating_again_is_recorded_as_both(world: World, bot: Bot) -> None:
    old = world.zadig.add("v1", FAILED)
    world.clock.passes(60)
    failed = DeleteVersion(project="shop", version_name="v1", version_id=old.id)
    await bot.versions.recreate(request(), failed, user="U2", channel="C9", on_deleted=lambda: None)
    assert [row[0] for row in await recorded(bot)] == [RequestKind.DELETE, RequestKind.RECREATE]
    assert await requesters(world, bot) == {"v1": "U2"}


REFUSALS: dict[str, tuple[Exception, Result]] = {
    "refused": (NotPermitted("The bot has no permission for this in shop."), Result.REFUSED),
    "unclear": (OutcomeUnknown("Nobody knows."), Result.UNCLEAR),
}


@pytest.mark.parametrize("how", REFUSALS)
async def test_what_zadig_says_is_recorded_with_the_reason(world: World, bot: Bot, how: str) -> None:
    error, result = REFUSALS[how]
    world.zadig.add("v0", FAILED)
    for method in ("create", "retry", "delete"):
        world.zadig.calls.fails_next[method] = [error]
    with pytest.raises(type(error)):
        await bot.versions.create(request(), user="U2", channel="C9")
    with pytest.raises(type(error)):
        await world.retry("v0")
    with pytest.raises(type(error)):
        await world.delete("v0")
    found = await bot.store.record.requests("shop", ["v0", "v1"])
    assert [[came.result for came in one.results] for one in found] == [[result]] * 3
    assert {came.reason for one in found for came in one.results} == {str(error)}
    assert await requesters(world, bot) == ({"v0": "retried by U2"} if how == "unclear" else {})


async def test_a_version_that_failed_in_the_making_is_recorded_as_that(world: World, bot: Bot) -> None:
    def fails() -> None:
        world.zadig.move("v1", FAILED)

    world.zadig.calls.afterwards["create"] = [fails]
    world.zadig.calls.fails_late["create"] = [Refused("No such service.")]
    with pytest.raises(CreatedButFailed):
        await bot.versions.create(request(), user="U2", channel="C9")
    assert await recorded(bot) == [(RequestKind.CREATE, "U2", "C9", [Result.FAILED])]
    assert await requesters(world, bot) == {"v1": "U2"}


async def test_what_never_appeared_is_recorded_as_missing(world: World, bot: Bot) -> None:
    world.zadig.calls.fails_next["create"] = [OutcomeUnknown("Nobody knows.")]
    with pytest.raises(OutcomeUnknown):
        await bot.versions.create(request(), user="U2", channel="C9")
    await world.passes(16 * 60, step=30)
    assert await recorded(bot) == [(RequestKind.CREATE, "U2", "C9", [Result.UNCLEAR, Result.MISSING])]


async def test_nothing_is_asked_of_zadig_that_the_record_does_not_know_of(world: World, bot: Bot) -> None:
    world.zadig.add("v0", FAILED)
    world.down |= {"record.note"}
    with pytest.raises(StoreDown):
        await bot.versions.create(request(), user="U2", channel="C9")
    with pytest.raises(StoreDown):
        await world.retry("v0")
    assert not world.zadig.calls.of("create")
    assert not world.zadig.calls.of("retry")


async def test_a_retry_that_nobody_saw_begin_is_recorded_as_missing(world: World, bot: Bot) -> None:
    await world.subscribe()
    world.zadig.add("v1", FAILED)
    await world.passes(90)
    world.zadig.calls.fails_next["retry"] = [OutcomeUnknown("Nobody knows.")]
    with pytest.raises(OutcomeUnknown):
        await world.retry()
    await world.passes(7 * 60, step=20)
    assert await recorded(bot) == [(RequestKind.RETRY, "U2", "C9", [Result.UNCLEAR, Result.MISSING])]
    assert await requesters(world, bot) == {}


async def test_a_retry_that_zadig_cannot_do_names_who_tried(world: World, bot: Bot) -> None:
    world.zadig.add("v1", FAILED)
    about = VersionReference(project="shop", name="v1")
    world.zadig.calls.fails_next["retry"] = [NotRetryable(about, FAILED)]
    with pytest.raises(NotRetryable):
        await world.retry()
    assert await recorded(bot) == [(RequestKind.RETRY, "U2", "C9", [Result.REFUSED])]


# Wishes of channels and people.


async def who_is(user: str) -> Person:
    return Person(id=user, standing=Membership.MEMBER)


@pytest.fixture
def following(world: World, bot: Bot) -> Callable[[str], Subscribing]:
    finder = Finder(releases=world.zadig, catalog=world.zadig, store=bot.store)
    origins = Origins(releases=world.zadig, catalog=world.zadig, habits=bot.store.habits, clock=world.clock)

    def of(user: str) -> Subscribing:
        return Subscribing(
            actor=Actor(user=user, channel="C1", policy=Policy(), who_is=who_is, origins=origins),
            finder=finder,
            store=bot.store,
            clock=world.clock,
            wake=lambda: None,
            on_news=lambda: None,
        )

    return of


async def test_subscriptions_and_watches_are_recorded_when_they_begin_and_when_they_end(
    world: World, bot: Bot, following: Callable[[str], Subscribing], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.services.audience.subscriptions.FIRST_LOOK_CHECKS", 0)
    version = world.zadig.add("v1")
    reference = VersionReference(project="shop", name="v1", id=version.id)
    wish = Subscription(channel="C1", project="shop", by="U1", since=0)
    await following("U1").subscribe(replace(wish, only_failures=True, cards=False))
    await following("U3").watch(reference, user="U3", channel="C2")
    await following("U3").unwatch(reference, user="U3", channel="C2")
    await following("U4").unsubscribe("C1", "shop")
    with pytest.raises(NotFound):
        await following("U5").unsubscribe("C1", "shop")
    assert await recorded(bot, "", "v1") == [
        (RequestKind.SUBSCRIBE, "U1", "C1", [Result.ACCEPTED]),
        (RequestKind.WATCH, "U3", "C2", [Result.ACCEPTED]),
        (RequestKind.UNWATCH, "U3", "C2", [Result.ACCEPTED]),
        (RequestKind.UNSUBSCRIBE, "U4", "C1", [Result.ACCEPTED]),
        (RequestKind.UNSUBSCRIBE, "U5", "C1", [Result.REFUSED]),
    ]
    found = await bot.store.record.requests("shop", [""])
    assert found[0].request.particulars.options == ("failures", "nocards")


# Who asked, later.


async def test_a_year_and_a_restart_later_the_version_is_still_known_by_who_asked_for_it(
    world: World,
) -> None:
    async with world.bot("first") as bot:
        await bot.versions.create(request(), user="U2", channel="C9")
        await world.passes(10)
        world.zadig.move("v1", SUCCESS)
        await world.passes(30)
        world.clock.passes(YEAR)
        await bot.store.housekeeping.clean_up(now=int(world.clock.at))
    async with world.bot("second") as bot:
        assert await requesters(world, bot) == {"v1": "U2"}
        world.zadig.upgrade()
        assert await requesters(world, bot) == {"v1": "U2"}


async def test_another_version_of_the_name_was_requested_by_nobody(world: World, bot: Bot) -> None:
    await bot.versions.create(request(), user="U2", channel="C9")
    await world.passes(30)
    await world.delete()
    await world.passes(30)
    world.zadig.add("v1")
    assert await requesters(world, bot) == {}
    await world.passes(30)
    assert await requesters(world, bot) == {}


async def test_a_version_is_known_by_who_asked_for_it_before_any_look_has_seen_it(
    world: World, bot: Bot
) -> None:
    await bot.versions.create(request(), user="U2", channel="C9")
    assert await requesters(world, bot) == {"v1": "U2"}


async def test_clocks_that_differ_do_not_matter_once_a_look_has_seen_the_version(
    world: World, bot: Bot
) -> None:
    world.zadig.calls.afterwards["create"] = [lambda: _set_back(world, 5 * 3600)]
    await bot.versions.create(request(), user="U2", channel="C9")
    assert await requesters(world, bot) == {}
    await world.passes(30)
    assert await requesters(world, bot) == {"v1": "U2"}


def _set_back(world: World, seconds: int) -> None:
    row = world.zadig.row("v1")
    row.version = replace(row.version, created_at=row.version.created_at - seconds)


async def test_without_a_database_the_list_names_nobody(world: World, bot: Bot) -> None:
    await bot.versions.create(request(), user="U2", channel="C9")
    world.down |= {"record.requests"}
    assert await requesters(world, bot) == {}


async def test_cards_and_outcomes_name_who_asked_long_after_the_request_is_answered(
    world: World, bot: Bot
) -> None:
    """It is retried in Zadig, so that nobody in Slack has asked for that."""
    await world.subscribe()
    await bot.versions.create(request(), user="U2", channel="C1")
    await world.passes(30)
    world.zadig.move("v1", FAILED)
    await world.passes(30)
    world.zadig.move("v1", Status.RETRYING)
    await world.passes(90)
    card = world.slack.card("C1").notification
    assert isinstance(card, VersionCard)
    assert card.asked_by == "U2"
    world.zadig.move("v1", SUCCESS)
    await world.passes(60)
    told: list[Any] = [one.notification for one in world.slack.messages["C1"]][1:]
    assert [(one.kind, one.asked_by) for one in told] == [(Ending.FAILED, "U2"), (Ending.SUCCEEDED, "U2")]


async def test_requests_of_many_people_at_once_are_all_recorded(bot: Bot) -> None:
    await asyncio.gather(
        *(bot.versions.create(request(f"v{number}"), user=f"U{number}", channel="C9") for number in range(20))
    )
    found: tuple[Recorded, ...] = await bot.store.record.requests(
        "shop", [f"v{number}" for number in range(20)]
    )
    assert {(one.request.version_name, one.request.user) for one in found} == {
        (f"v{number}", f"U{number}") for number in range(20)
    }
    assert all(one.has(Result.ACCEPTED) for one in found)


async def test_the_record_has_where_a_person_acted_though_another_place_is_told(
    world: World, bot: Bot
) -> None:
    place = Place(team="T1", channel="C7", thread="1700000000.000100")
    acting = replace(bot.versions, place=place)
    await acting.create(request(), user="U2", channel="C9")
    (recorded,) = await bot.store.record.requests("shop", ["v1"])
    asked = recorded.request
    assert (asked.team, asked.channel, asked.thread) == ("T1", "C7", "1700000000.000100")
    await world.passes(10)
    assert world.told("C9") == ["card"]
