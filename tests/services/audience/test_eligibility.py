"""What may not be read any more is not told, and the watches and subscriptions of those who may not read it end."""

from dataclasses import replace

import pytest

from bot.domain.access import Membership, Person, Policy, Rules
from bot.domain.endings import Ending
from bot.domain.models import Status
from bot.domain.notifications import (
    NewPosting,
    Notification,
    OutcomeDigest,
    ProjectBack,
    SubscriptionChanged,
    Tally,
    VersionEnded,
    WatchesEnded,
)
from bot.domain.ports import Never, Posted, PostedMessage, Posting, PostResult, TryLater
from bot.domain.stores import Store
from bot.domain.watching import Subscription, Watch
from bot.services.audience.eligibility import (
    AT_ONCE,
    AudienceExpiry,
    Eligibility,
    EligibilityCheckingPoster,
    Verdict,
)
from tests.services.fakes import START, FakeClock, FakeZadig

MEMBERS_ONLY = Policy()
RESTRICTED = Policy(projects={"shop": Rules(read=frozenset({"U1", "S1", "C9"}))})


class Town:
    """Who people are, in which channels they are, and which rules hold; tests change it."""

    def __init__(self) -> None:
        self.policy = MEMBERS_ONLY
        self.people: dict[str, Person] = {}
        self.present: dict[tuple[str, str], bool | None] = {}

    def knows(
        self, user: str, standing: Membership = Membership.MEMBER, *groups: str, unsure: bool = False
    ) -> None:
        self.people[user] = Person(id=user, standing=standing, groups=frozenset(groups), unsure=unsure)

    async def who_is(self, user: str) -> Person:
        return self.people.get(user, Person(id=user, standing=Membership.MEMBER))

    async def is_in(self, user: str, channel: str) -> bool | None:
        return self.present.get((user, channel), False)


class Posts:
    """A poster that remembers what it was given."""

    def __init__(self) -> None:
        self.given: list[Posting] = []

    async def post(self, posting: Posting) -> PostResult:
        self.given.append(posting)
        return Posted(message=PostedMessage(channel=posting.destination, ts="1.1"))

    async def find(self, _posting: Posting) -> PostResult:
        return TryLater(reason="not in the channel")


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.fixture
def hearing(town: Town, store: Store) -> Eligibility:
    return Eligibility(
        policy=lambda: town.policy, who_is=town.who_is, is_in=town.is_in, subscriptions=store.subscriptions
    )


@pytest.fixture
def expiring(hearing: Eligibility, store: Store, clock: FakeClock) -> AudienceExpiry:
    return AudienceExpiry(store=store, hearing=hearing, clock=clock, on_news=lambda: None)


@pytest.mark.parametrize(
    ("standing", "groups", "present", "unsure", "verdict"),
    [
        (Membership.MEMBER, ("S1",), False, False, Verdict.YES),
        (Membership.MEMBER, (), True, False, Verdict.YES),
        (Membership.MEMBER, (), False, False, Verdict.NO),
        (Membership.MEMBER, (), None, False, Verdict.UNKNOWN),
        (Membership.MEMBER, (), False, True, Verdict.UNKNOWN),
        (Membership.SILENT, (), False, False, Verdict.UNKNOWN),
        (Membership.REFUSED, (), False, False, Verdict.UNKNOWN),
        (Membership.UNVERIFIED, ("S1",), True, False, Verdict.NO),
        (Membership.GUEST, (), False, False, Verdict.NO),
    ],
)
async def test_a_person_hears_by_what_slack_says_of_them_now(
    town: Town,
    hearing: Eligibility,
    *,
    standing: Membership,
    groups: tuple[str, ...],
    present: bool | None,
    unsure: bool,
    verdict: Verdict,
) -> None:
    town.policy = RESTRICTED
    town.knows("U2", standing, *groups, unsure=unsure)
    town.present["U2", "C9"] = present
    assert await hearing.person("U2", "shop") is verdict


@pytest.mark.parametrize(
    ("standing", "verdict"),
    [
        (Membership.MEMBER, Verdict.YES),
        (Membership.SILENT, Verdict.YES),
        (Membership.GUEST, Verdict.NO),
        (Membership.UNVERIFIED, Verdict.NO),
        (Membership.REFUSED, Verdict.UNKNOWN),
    ],
)
async def test_without_rules_members_hear(
    town: Town, hearing: Eligibility, standing: Membership, verdict: Verdict
) -> None:
    town.knows("U2", standing)
    assert await hearing.person("U2", "shop") is verdict


@pytest.mark.parametrize(
    ("policy", "channel", "by", "standing", "verdict"),
    [
        (
            MEMBERS_ONLY,
            "C1",
            "U2",
            Membership.UNVERIFIED,
            Verdict.YES,
        ),  # who subscribed has left: others may read
        (RESTRICTED, "C9", "U2", Membership.UNVERIFIED, Verdict.YES),  # the channel itself is named
        (RESTRICTED, "C1", "U1", Membership.MEMBER, Verdict.YES),  # who subscribed may read
        (RESTRICTED, "C1", "U1", Membership.UNVERIFIED, Verdict.NO),  # and has left
        (RESTRICTED, "C1", "U2", Membership.MEMBER, Verdict.NO),
        (RESTRICTED, "C1", "U2", Membership.SILENT, Verdict.UNKNOWN),
        (RESTRICTED, "C1", "", Membership.MEMBER, Verdict.NO),
    ],
)
async def test_a_channel_hears_by_its_own_right_or_that_of_who_subscribed_it(
    town: Town,
    hearing: Eligibility,
    *,
    policy: Policy,
    channel: str,
    by: str,
    standing: Membership,
    verdict: Verdict,
) -> None:
    town.policy = policy
    town.knows(by, standing)
    assert await hearing.channel(channel, "shop", [by]) is verdict


# What is sent.


async def sent(
    hearing: Eligibility, store: Store, destination: str, notification: Notification, *, fallback: str = ""
) -> tuple[PostResult, list[Posting]]:
    posts = Posts()
    new = NewPosting(
        key="k",
        destination=destination,
        project="shop",
        version_name="v1",
        notification=notification,
        fallback=fallback,
    )
    await store.outbox.enqueue([new], now=START)
    (posting,) = await store.outbox.claim("me", now=START, limit=1, lease=60)
    return await EligibilityCheckingPoster(inner=posts, hearing=hearing).post(posting), posts.given


@pytest.fixture
def failed(zadig: FakeZadig) -> VersionEnded:
    return VersionEnded(ending=Ending.FAILED, version=zadig.add("v1", Status.FAILED), seconds=1)


async def test_what_may_be_read_is_sent(hearing: Eligibility, store: Store, failed: VersionEnded) -> None:
    for destination in ("U2", "C1"):
        result, given = await sent(hearing, store, destination, failed)
        assert isinstance(result, Posted)
        assert len(given) == 1
        await store.outbox.mark_dropped(given[0], reason="", now=START)
        await store.housekeeping.clean_up(now=START + 90 * 86_400)


async def test_an_outcome_that_may_not_be_read_any_more_is_not_sent(
    town: Town, hearing: Eligibility, store: Store, failed: VersionEnded
) -> None:
    town.policy = RESTRICTED
    result, given = await sent(hearing, store, "U2", failed)
    assert isinstance(result, Never)
    assert not result.destination_lost
    assert given == []


async def test_an_outcome_waits_while_slack_does_not_say_who_reads_it(
    town: Town, hearing: Eligibility, store: Store, failed: VersionEnded
) -> None:
    town.policy = RESTRICTED
    town.knows("U2", Membership.SILENT)
    result, given = await sent(hearing, store, "U2", failed)
    assert isinstance(result, TryLater)
    assert given == []


async def test_a_channel_hears_what_was_asked_for_by_somebody_who_may_read_it(
    town: Town, hearing: Eligibility, store: Store, failed: VersionEnded
) -> None:
    town.policy = RESTRICTED
    result, _ = await sent(hearing, store, "C1", failed, fallback="U1")
    assert isinstance(result, Posted)


async def test_a_message_about_several_projects_is_about_those_that_may_be_read(
    town: Town, hearing: Eligibility, store: Store
) -> None:
    town.policy = RESTRICTED
    result, given = await sent(hearing, store, "U2", ProjectBack(project="shop", seconds=5, others=("bank",)))
    assert isinstance(result, Posted)
    assert given[0].notification == ProjectBack(project="bank", seconds=5)


async def test_a_fold_of_which_a_part_may_not_be_read_is_given_up_and_told_one_by_one(
    town: Town, hearing: Eligibility, store: Store
) -> None:
    town.policy = RESTRICTED
    fold = OutcomeDigest(
        fold="1", of="version_failed", count=2, projects=(Tally(of="bank", count=1),), names=("shop/v1",)
    )
    result, given = await sent(hearing, store, "U2", fold)
    assert isinstance(result, Never)
    assert given == []


# What ends.


async def told(store: Store) -> list[tuple[str, Notification]]:
    found = []
    while postings := await store.outbox.claim("me", now=START, limit=9, lease=60):
        for posting in postings:
            found.append((posting.destination, posting.notification))
            await store.outbox.mark_posted(
                posting, PostedMessage(channel=posting.destination, ts="1.1"), now=START
            )
    return found


def watch(user: str, project: str = "shop", name: str = "v1") -> Watch:
    return Watch(user=user, project=project, version_name=name, since=START)


async def test_watches_of_those_who_may_not_read_end_and_they_are_told_once_without_a_name(
    town: Town, store: Store, expiring: AudienceExpiry
) -> None:
    for one in (watch("U1"), watch("U2"), watch("U2", name="v2"), watch("U2", project="bank")):
        await store.watches.watch(one)
    await expiring.tick()
    assert len(await store.watches.all()) == 4
    town.policy = RESTRICTED
    for _ in range(2):
        await expiring.tick()
    assert set(await store.watches.all()) == {watch("U1"), watch("U2", project="bank")}
    assert await told(store) == [("U2", WatchesEnded(count=2))]


async def test_watches_of_an_account_that_was_switched_off_end(
    town: Town, store: Store, expiring: AudienceExpiry
) -> None:
    await store.watches.watch(watch("U2"))
    town.knows("U2", Membership.UNVERIFIED)
    await expiring.tick()
    assert await store.watches.all() == ()


@pytest.mark.parametrize("standing", [Membership.SILENT, Membership.REFUSED])
async def test_what_slack_does_not_say_ends_nothing(
    town: Town, store: Store, expiring: AudienceExpiry, standing: Membership
) -> None:
    await store.watches.watch(watch("U2"))
    mine = Subscription(channel="C1", project="shop", by="U2", since=START)
    await store.subscriptions.subscribe(mine)
    town.policy = RESTRICTED
    town.knows("U2", standing)
    await expiring.tick()
    assert await store.watches.all() == (watch("U2"),)
    assert await store.subscriptions.find() == (mine,)


async def test_a_subscription_that_hangs_on_somebody_who_may_not_read_any_more_ends(
    town: Town, store: Store, expiring: AudienceExpiry
) -> None:
    mine = Subscription(channel="C1", project="shop", by="U1", since=START)
    theirs = replace(mine, channel="C9", by="U2")
    for one in (mine, theirs):
        await store.subscriptions.subscribe(one)
    town.policy = RESTRICTED
    await expiring.tick()
    assert await store.subscriptions.find() == (mine, theirs)
    town.knows("U1", Membership.UNVERIFIED)
    town.knows("U2", Membership.UNVERIFIED)
    for _ in range(2):
        await expiring.tick()
    assert await store.subscriptions.find() == (theirs,), "that channel may hear by a right of its own"
    [(destination, notification)] = await told(store)
    assert destination == "C1"
    assert isinstance(notification, SubscriptionChanged)
    assert (notification.by, notification.before, notification.after) == ("", mine, None)


async def test_everybody_comes_round(town: Town, store: Store, expiring: AudienceExpiry) -> None:
    people = [f"U{number:03}" for number in range(2 * AT_ONCE + 3)]
    for user in people:
        await store.watches.watch(watch(user))
    for user in people[::2]:
        town.knows(user, Membership.UNVERIFIED)
    for _ in range(6):
        await expiring.tick()
    assert [one.user for one in await store.watches.all()] == people[1::2]
