"""What channels and people follow, and how they stop."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.domain.errors import NotFound, NotPermitted
from bot.domain.models import Status, VersionReference
from bot.domain.ports import LookOutcome, Store
from bot.domain.watching import Subscription, Watch
from bot.services.finding import Finder
from bot.services.following import Following
from bot.services.tasks import Tasks
from tests.services.fakes import START, FakeClock, FakeZadig

MINE = Subscription(channel="C1", project="shop", by="U1", since=0)
V1 = VersionReference(project="shop", name="v1")


class Looks:
    """Somebody who looks as soon as they are woken, and remembers nothing but that there was a look."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.woken = 0
        self.tasks = Tasks()

    def wake(self) -> None:
        self.woken += 1
        self.tasks.start(self.look(), name="look")

    async def look(self) -> None:
        for claim in await self.store.claim_looks("looker", now=START, limit=9, lease=60):
            await self.store.record_look(LookOutcome(claim=claim, next_in=60, memory={}), now=START)


@pytest.fixture
async def looks(store: Store) -> AsyncIterator[Looks]:
    made = Looks(store)
    yield made
    await made.tasks.finish()


@pytest.fixture
def following(zadig: FakeZadig, store: Store, clock: FakeClock, looks: Looks) -> Following:
    finder = Finder(releases=zadig, catalog=zadig, store=store)
    return Following(finder=finder, store=store, clock=clock, wake=looks.wake)


async def test_a_channel_subscribes_once_and_can_change_its_mind(
    following: Following, store: Store, clock: FakeClock
) -> None:
    assert await following.subscribe(MINE)
    clock.passes(60)
    quiet = Subscription(channel="C1", project="shop", by="U2", since=0, only_failures=True)
    assert not await following.subscribe(quiet)
    (one,) = await following.subscriptions("C1")
    assert (one.by, one.only_failures, one.since) == ("U2", True, START + 60)
    assert await store.subscriptions(project="bank") == ()


async def test_a_subscription_is_answered_once_the_project_has_been_seen(
    following: Following, store: Store, looks: Looks
) -> None:
    await following.subscribe(MINE)
    assert looks.woken == 1
    assert await store.seen("shop") == {}


async def test_nothing_is_stored_for_a_project_that_does_not_exist(
    following: Following, zadig: FakeZadig, looks: Looks
) -> None:
    nope = Subscription(channel="C1", project="nope", by="U1", since=0)
    with pytest.raises(NotFound):
        await following.subscribe(nope)
    zadig.admin = False
    with pytest.raises(NotFound):
        await following.subscribe(nope)
    zadig.calls.fails["page"] = NotPermitted("The bot may not do this in shop.")
    with pytest.raises(NotPermitted):
        await following.subscribe(replace(nope, project="shop"))
    assert await following.subscriptions("C1") == ()
    assert looks.woken == 0


async def test_a_database_that_goes_away_after_the_subscription_does_not_undo_it(
    following: Following, down: set[str]
) -> None:
    down.add("seen")
    assert await following.subscribe(MINE)


async def test_unsubscribing_from_what_is_not_followed_says_what_is(following: Following) -> None:
    with pytest.raises(NotFound) as caught:
        await following.unsubscribe("C1", "bank", user="U1")
    assert caught.value.remedy == "It has no subscriptions."
    await following.subscribe(MINE)
    with pytest.raises(NotFound) as caught:
        await following.unsubscribe("C1", "bank", user="U1")
    assert caught.value.remedy == "It is subscribed to: shop."
    await following.unsubscribe("C1", "shop", user="U1")
    assert await following.subscriptions("C1") == ()


async def test_only_one_subscription_makes_a_project_clear(following: Following, down: set[str]) -> None:
    assert await following.only_project("C1") == ""
    await following.subscribe(MINE)
    assert await following.only_project("C1") == "shop"
    down.add("subscriptions")
    assert await following.only_project("C1") == ""
    down.clear()
    await following.subscribe(Subscription(channel="C1", project="bank", by="U1", since=0))
    assert await following.only_project("C1") == ""


async def test_a_version_under_way_is_watched_once(following: Following, zadig: FakeZadig) -> None:
    zadig.add("v1")
    first = await following.watch(V1, user="U1", channel="C1")
    second = await following.watch(V1, user="U1", channel="C1")
    assert (first.new, second.new) == (True, False)
    assert await following.watches("U1") == (
        Watch(user="U1", project="shop", version_name="v1", since=START),
    )


@pytest.mark.parametrize("status", [Status.SUCCESS, Status.FAILED])
async def test_a_settled_version_is_shown_and_not_watched(
    following: Following, zadig: FakeZadig, status: Status
) -> None:
    zadig.add("v1", status)
    result = await following.watch(V1, user="U1", channel="C1")
    assert (result.version.status, result.new) == (status, False)
    assert await following.watches("U1") == ()


async def test_a_version_that_is_not_there_is_not_watched(following: Following) -> None:
    with pytest.raises(NotFound):
        await following.watch(V1, user="U1", channel="C1")
    assert await following.watches("U1") == ()


async def test_a_watch_by_id_is_kept_by_name(following: Following, zadig: FakeZadig) -> None:
    version = zadig.add("v1")
    await following.watch(VersionReference(project="shop", id=version.id), user="U1", channel="C1")
    assert [watch.version_name for watch in await following.watches("U1")] == ["v1"]
    assert await following.unwatch(V1, user="U1")
    assert not await following.unwatch(V1, user="U1")


async def test_everybody_watches_for_themselves(following: Following, zadig: FakeZadig) -> None:
    zadig.add("v1")
    await asyncio.gather(*(following.watch(V1, user=user, channel="C1") for user in ("U1", "U2")))
    assert await following.unwatch(V1, user="U1")
    assert await following.watches("U1") == ()
    assert len(await following.watches("U2")) == 1
