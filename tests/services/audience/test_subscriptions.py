"""What channels and people follow, and how they stop."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from functools import partial

import pytest

from bot.domain.access import Membership, Person, Policy, Right, Rules
from bot.domain.errors import BadInput, NotAllowed, NotFound, NotPermitted
from bot.domain.models import Status, VersionReference
from bot.domain.notifications import SubscriptionChanged
from bot.domain.ports import PollOutcome, PostedMessage
from bot.domain.stores import Store
from bot.domain.watching import Subscription, Watch
from bot.services.access import Actor, GuardedCatalog, GuardedReleases
from bot.services.audience.subscriptions import CannotUndo, Subscribing
from bot.services.origins import Origins
from bot.services.tasks import Tasks
from bot.services.versions.finder import Finder
from tests.services.fakes import START, FakeClock, FakeZadig

MINE = Subscription(channel="C1", project="shop", by="U1", since=0)
V1 = VersionReference(project="shop", name="v1")


class Looks:
    """Somebody who looks as soon as they are woken, and remembers nothing but that there was a look."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.woken = 0
        self.news = 0
        self.tasks = Tasks()

    def heard(self) -> None:
        self.news += 1

    def wake(self) -> None:
        self.woken += 1
        self.tasks.start(self.poll(), name="look")

    async def poll(self) -> None:
        for claim in await self.store.polls.claim("looker", now=START, limit=9, lease=60):
            await self.store.polls.record(PollOutcome(claim=claim, next_in=60, memory={}), now=START)


@pytest.fixture
async def looks(store: Store) -> AsyncIterator[Looks]:
    made = Looks(store)
    yield made
    await made.tasks.finish()


RULES = Policy(projects={"bank": Rules(read=frozenset({"U1", "C9"}))})


async def who_is(user: str) -> Person:
    return Person(id=user, standing=Membership.GUEST if user == "UGUEST" else Membership.MEMBER)


Acting = Callable[..., Subscribing]


@pytest.fixture
def acting(zadig: FakeZadig, store: Store, clock: FakeClock, looks: Looks) -> Acting:
    """The use cases of somebody in a channel."""

    def of(user: str, channel: str = "C1") -> Subscribing:
        origins = Origins(releases=zadig, catalog=zadig, habits=store.habits, clock=clock)
        actor = Actor(user=user, channel=channel, policy=RULES, who_is=who_is, origins=origins)
        finder = Finder(
            releases=GuardedReleases(inner=zadig, actor=actor),
            catalog=GuardedCatalog(inner=zadig, actor=actor),
            store=store,
            sees=partial(actor.may, Right.READ),
        )
        return Subscribing(
            actor=actor, finder=finder, store=store, clock=clock, wake=looks.wake, on_news=looks.heard
        )

    return of


@pytest.fixture
def following(acting: Acting) -> Subscribing:
    return acting("U1")


async def test_a_channel_subscribes_once_and_can_change_its_mind(
    following: Subscribing, store: Store, clock: FakeClock
) -> None:
    assert await following.subscribe(MINE) is None
    clock.passes(60)
    quiet = Subscription(channel="C1", project="shop", by="U2", since=0, only_failures=True)
    assert await following.subscribe(quiet) == replace(MINE, since=START)
    (one,) = await following.subscriptions("C1")
    assert (one.by, one.only_failures, one.since) == ("U2", True, START + 60)
    assert await store.subscriptions.find(project="bank") == ()


async def test_a_subscription_is_answered_once_the_project_has_been_seen(
    following: Subscribing, store: Store, looks: Looks
) -> None:
    await following.subscribe(MINE)
    assert looks.woken == 1
    assert await store.polls.seen("shop") == {}


async def test_nothing_is_stored_for_a_project_that_does_not_exist(
    following: Subscribing, zadig: FakeZadig, looks: Looks
) -> None:
    nope = Subscription(channel="C1", project="nope", by="U1", since=0)
    with pytest.raises(NotFound):
        await following.subscribe(nope)
    zadig.admin = False
    with pytest.raises(NotFound):
        await following.subscribe(nope)
    zadig.calls.fails["page"] = NotPermitted("The bot has no permission for this in shop.")
    with pytest.raises(NotPermitted):
        await following.subscribe(replace(nope, project="shop"))
    assert await following.subscriptions("C1") == ()
    assert looks.woken == 0


async def test_a_database_that_goes_away_after_the_subscription_does_not_undo_it(
    following: Subscribing, down: set[str]
) -> None:
    down.add("polls.seen")
    await following.subscribe(MINE)
    assert len(await following.subscriptions("C1")) == 1


async def test_unsubscribing_from_what_is_not_followed_says_what_is(following: Subscribing) -> None:
    with pytest.raises(NotFound) as caught:
        await following.unsubscribe("C1", "bank")
    assert caught.value.remedy == "It has no subscriptions."
    await following.subscribe(MINE)
    with pytest.raises(NotFound) as caught:
        await following.unsubscribe("C1", "bank")
    assert caught.value.remedy == "It is subscribed to: shop."
    await following.unsubscribe("C1", "shop")
    assert await following.subscriptions("C1") == ()


async def test_only_one_subscription_makes_a_project_clear(following: Subscribing, down: set[str]) -> None:
    assert await following.only_project("C1") == ""
    await following.subscribe(MINE)
    assert await following.only_project("C1") == "shop"
    down.add("subscriptions.find")
    assert await following.only_project("C1") == ""
    down.clear()
    await following.subscribe(Subscription(channel="C1", project="bank", by="U1", since=0))
    assert await following.only_project("C1") == ""


async def test_a_version_under_way_is_watched_once(following: Subscribing, zadig: FakeZadig) -> None:
    zadig.add("v1")
    first = await following.watch(V1, user="U1", channel="C1")
    second = await following.watch(V1, user="U1", channel="C1")
    assert (first.new, second.new) == (True, False)
    assert await following.watches("U1") == (
        Watch(user="U1", project="shop", version_name="v1", since=START),
    )


@pytest.mark.parametrize("status", [Status.SUCCESS, Status.FAILED])
async def test_a_settled_version_is_shown_and_not_watched(
    following: Subscribing, zadig: FakeZadig, status: Status
) -> None:
    zadig.add("v1", status)
    result = await following.watch(V1, user="U1", channel="C1")
    assert (result.version.status, result.new) == (status, False)
    assert await following.watches("U1") == ()


async def test_a_version_that_is_not_there_is_not_watched(following: Subscribing) -> None:
    with pytest.raises(NotFound):
        await following.watch(V1, user="U1", channel="C1")
    assert await following.watches("U1") == ()


async def test_a_watch_by_id_is_kept_by_name(following: Subscribing, zadig: FakeZadig) -> None:
    version = zadig.add("v1")
    await following.watch(VersionReference(project="shop", id=version.id), user="U1", channel="C1")
    assert [watch.version_name for watch in await following.watches("U1")] == ["v1"]
    assert await following.unwatch(V1, user="U1")
    assert not await following.unwatch(V1, user="U1")


async def test_everybody_watches_for_themselves(following: Subscribing, zadig: FakeZadig) -> None:
    zadig.add("v1")
    await asyncio.gather(*(following.watch(V1, user=user, channel="C1") for user in ("U1", "U2")))
    assert await following.unwatch(V1, user="U1")
    assert await following.watches("U1") == ()
    assert len(await following.watches("U2")) == 1


BANK = Subscription(channel="C1", project="bank", by="U1", since=0)


async def changes(store: Store) -> list[SubscriptionChanged]:
    """What the channels have been told of, once more with each call."""
    found = []
    while postings := await store.outbox.claim("me", now=START, limit=9, lease=60):
        for posting in postings:
            if isinstance(posting.notification, SubscriptionChanged):
                found.append(posting.notification)
            await store.outbox.mark_posted(
                posting, PostedMessage(channel=posting.destination, ts="1.1"), now=START
            )
    return found


async def test_a_channel_is_told_who_changed_what_it_hears(
    following: Subscribing, acting: Acting, store: Store, looks: Looks
) -> None:
    await following.subscribe(MINE)
    await acting("U2").subscribe(replace(MINE, by="U2", only_failures=True))
    await following.unsubscribe("C1", "shop")
    told = await changes(store)
    assert [(one.by, bool(one.before), bool(one.after)) for one in told] == [
        ("U1", False, True),
        ("U2", True, True),
        ("U1", True, False),
    ]
    assert looks.news == 3


async def test_asking_for_the_same_again_tells_nobody_and_changes_nothing(
    following: Subscribing, store: Store, clock: FakeClock
) -> None:
    await following.subscribe(MINE)
    clock.passes(60)
    assert await following.subscribe(MINE) == replace(MINE, since=START)
    assert len(await changes(store)) == 1
    assert [one.since for one in await following.subscriptions("C1")] == [START]


async def test_a_direct_message_needs_no_message_about_itself(following: Subscribing, store: Store) -> None:
    await following.subscribe(replace(MINE, channel="D1"))
    await following.unsubscribe("D1", "shop")
    assert await changes(store) == []


async def test_undoing_puts_back_exactly_what_was_there(
    following: Subscribing, acting: Acting, store: Store, clock: FakeClock
) -> None:
    quiet = replace(MINE, only_failures=True, in_thread=True, cards=False)
    await following.subscribe(quiet)
    before = await following.subscriptions("C1")
    clock.passes(60)
    await acting("U2").subscribe(replace(MINE, by="U2"))
    _, changed = await changes(store)
    back = await acting("U3").undo(changed.change, channel="C1")
    assert await following.subscriptions("C1") == before
    assert (back.by, back.undoes, back.after) == ("U3", True, before[0])
    assert [(one.by, one.undone_by) for one in await changes(store)] == [("U3", ""), ("U2", "U3")]


async def test_undoing_the_beginning_ends_it_and_undoing_the_end_begins_it_again(
    following: Subscribing, store: Store
) -> None:
    await following.subscribe(MINE)
    (begun,) = await changes(store)
    await following.undo(begun.change, channel="C1")
    assert await following.subscriptions("C1") == ()
    ended = next(one for one in await changes(store) if one.undoes)
    await following.undo(ended.change, channel="C1")
    assert [one.by for one in await following.subscriptions("C1")] == ["U1"]


async def test_a_change_is_undone_once(following: Subscribing, acting: Acting, store: Store) -> None:
    await following.subscribe(MINE)
    (begun,) = await changes(store)
    tried = await asyncio.gather(
        *(acting(f"U{number}").undo(begun.change, channel="C1") for number in range(5)),
        return_exceptions=True,
    )
    assert [type(one) for one in tried].count(CannotUndo) == 4
    with pytest.raises(CannotUndo, match="already been undone"):
        await following.undo(begun.change, channel="C1")
    assert await following.subscriptions("C1") == ()


async def test_what_has_moved_on_is_not_undone(
    following: Subscribing, store: Store, clock: FakeClock
) -> None:
    await following.subscribe(MINE)
    (begun,) = await changes(store)
    clock.passes(1)
    await following.subscribe(replace(MINE, only_failures=True))
    with pytest.raises(CannotUndo, match="changed since"):
        await following.undo(begun.change, channel="C1")
    assert [one.only_failures for one in await following.subscriptions("C1")] == [True]


async def test_what_was_begun_anew_is_not_undone_by_an_old_button(
    following: Subscribing, store: Store, clock: FakeClock
) -> None:
    await following.subscribe(MINE)
    (begun,) = await changes(store)
    await following.unsubscribe("C1", "shop")
    clock.passes(1)
    await following.subscribe(MINE)
    with pytest.raises(CannotUndo, match="changed since"):
        await following.undo(begun.change, channel="C1")


async def test_undoing_takes_the_channel_and_the_right_to_see_the_project(
    following: Subscribing, acting: Acting, store: Store
) -> None:
    await following.subscribe(BANK)
    (begun,) = await changes(store)
    for someone in (acting("U2"), acting("U1", "C2")):
        with pytest.raises(NotFound, match="too old to undo"):
            await someone.undo(begun.change, channel=someone.actor.channel)
    with pytest.raises(NotAllowed, match="Guests"):
        await acting("UGUEST").undo(begun.change, channel="C1")
    with pytest.raises(NotFound, match="too old to undo"):
        await following.undo("0" * 32, channel="C1")
    assert len(await following.subscriptions("C1")) == 1


async def test_guests_change_nothing_of_what_a_channel_hears(
    following: Subscribing, acting: Acting, store: Store
) -> None:
    guest = acting("UGUEST")
    with pytest.raises(NotAllowed, match="Guests cannot change"):
        await guest.subscribe(MINE)
    await following.subscribe(MINE)
    with pytest.raises(NotAllowed, match="Guests cannot change"):
        await guest.unsubscribe("C1", "shop")
    assert len(await store.subscriptions.find()) == 1


async def test_a_subscription_to_a_hidden_project_is_as_if_there_were_none(
    following: Subscribing, acting: Acting, zadig: FakeZadig
) -> None:
    zadig.add("v1")
    other = acting("U2")
    await following.subscribe(BANK)
    assert await other.subscriptions("C1") == ()
    assert await other.only_project("C1") == ""
    said = []
    for project in ("bank", "nothing"):
        with pytest.raises(NotFound) as caught:
            await other.unsubscribe("C1", project)
        said.append((str(caught.value).replace(project, "it"), caught.value.remedy))
    assert said[0] == said[1] == ("This channel is not subscribed to it.", "It has no subscriptions.")
    with pytest.raises(BadInput, match="Say which project"):
        await other.watch(VersionReference(project="", name="v1"), user="U2", channel="C1")
    with pytest.raises(NotFound):
        await other.subscribe(replace(BANK, by="U2"))
    await following.subscribe(MINE)
    assert await other.only_project("C1") == "shop"
    assert [one.by for one in await following.subscriptions("C1")] == ["U1", "U1"]
