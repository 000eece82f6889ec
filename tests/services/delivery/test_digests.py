"""Much at once becomes one message: what belongs together, what grows, who is mentioned, and that nothing is lost on the way."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.digests import Digest, OpenDigest, WaitingOutcome
from bot.domain.endings import Ending
from bot.domain.models import Status, Version
from bot.domain.notifications import (
    NewPosting,
    OutcomeDigest,
    Tally,
    VersionCard,
    VersionEnded,
)
from bot.domain.ports import Never, Posting, TryLater, Unclear
from bot.domain.stores import Store
from bot.domain.watching import Subscription
from bot.services.delivery.digests import DigestPolicy, pattern, plan_folds
from bot.services.delivery.notifier import Notifier, PostPolicy
from tests.domain.samples import START, progress, version
from tests.services.fakes import Arrives, FakeClock, FakeSlack

POLICY = DigestPolicy(more_than=2, grow_for=100, longest=500)
PUSH = "failed to push image registry.example.com/shop/cart:v7: dial tcp 10.0.0.7:443: i/o timeout"


def failed(reason: str = "", name: str = "v1", project: str = "shop", asked_by: str = "") -> VersionEnded:
    about = version(name, Status.FAILED, project=project, progress=progress(error=reason))
    return VersionEnded(ending=Ending.FAILED, version=about, seconds=60, asked_by=asked_by)


def succeeded(name: str = "v1", project: str = "shop", asked_by: str = "") -> VersionEnded:
    about = version(name, Status.SUCCESS, project=project)
    return VersionEnded(ending=Ending.SUCCEEDED, version=about, seconds=60, asked_by=asked_by)


def waiting(*outcomes: VersionEnded, first: int = 1) -> list[WaitingOutcome]:
    """Rows in the order given."""
    return [
        WaitingOutcome(
            id=number,
            destination="C1",
            project=one.version.project,
            version_name=one.version.name,
            notification=one,
        )
        for number, one in enumerate(outcomes, first)
    ]


def folds(
    rows: Sequence[WaitingOutcome], *standing: OpenDigest, now: int = START, policy: DigestPolicy = POLICY
) -> tuple[Digest, ...]:
    return plan_folds(rows, standing, now=now, policy=policy)


def stands(fold: Digest, *, at: int = START, began: int = START) -> OpenDigest:
    return OpenDigest(id=99, destination="C1", began_at=began, grown_at=at, notification=fold.notification)


def a_storm(count: int = 3, reason: str = PUSH, **changed: Any) -> list[WaitingOutcome]:
    return waiting(*(failed(reason, f"v{number}", **changed) for number in range(count)))


# What belongs together.


def test_a_few_are_told_one_by_one() -> None:
    assert folds(a_storm(2)) == ()


def test_many_of_one_project_are_one_message() -> None:
    (fold,) = folds(a_storm(3))
    assert fold.rows == (1, 2, 3)
    assert fold.into is None
    told = fold.notification
    assert (told.of, told.count) == ("version_failed", 3)
    assert told.projects == (Tally(of="shop", count=3),)
    assert told.reasons == (Tally(of=PUSH, count=3),)
    assert told.names == ("shop/v0", "shop/v1", "shop/v2")


def test_many_of_one_reason_are_one_message_wherever_they_are() -> None:
    reasons = [
        PUSH.replace("cart:v7", f"cart:v{number}").replace("10.0.0.7", f"10.0.0.{number}")
        for number in range(4)
    ]
    rows = waiting(*(failed(reason, project=f"p{number}") for number, reason in enumerate(reasons)))
    (fold,) = folds(rows)
    assert fold.notification.reasons == (Tally(of=reasons[0], count=4),)
    assert [one.of for one in fold.notification.projects] == ["p0", "p1", "p2", "p3"]


def test_what_shares_neither_project_nor_reason_stays_apart() -> None:
    rows = waiting(
        *(failed(f"{word} is broken", project=word) for word in ("disk", "network", "quota", "licence"))
    )
    assert folds(rows) == ()


def test_reasons_and_projects_lead_from_one_to_the_next() -> None:
    rows = waiting(
        failed(PUSH, "v1", "a"), failed(PUSH, "v1", "b"), failed("", "v2", "b"), failed("other", "v1", "c")
    )
    (fold,) = folds(rows)
    assert fold.rows == (1, 2, 3)
    assert fold.notification.reasons == (Tally(of=PUSH, count=2),)


def test_no_reason_is_not_a_reason_in_common() -> None:
    assert folds(waiting(*(failed("", project=f"p{number}") for number in range(9)))) == ()


def test_each_kind_is_told_by_itself() -> None:
    rows = waiting(
        *(failed(name=f"v{number}") for number in range(3)), *(succeeded(f"w{number}") for number in range(3))
    )
    assert [(fold.notification.of, fold.rows) for fold in folds(rows)] == [
        ("version_failed", (1, 2, 3)),
        ("version_succeeded", (4, 5, 6)),
    ]


def test_what_never_appeared_is_told_together_too() -> None:
    rows = waiting(
        *(
            VersionEnded(ending=Ending.MISSING, version=Version.unseen("shop", f"v{number}"), asked_by="U1")
            for number in range(3)
        )
    )
    (fold,) = folds(rows)
    assert (fold.notification.of, fold.notification.asked_by) == ("version_missing", ("U1",))


def test_everybody_who_asked_is_mentioned_once() -> None:
    rows = waiting(
        *(failed(name=f"v{number}", asked_by=user) for number, user in enumerate(["U2", "", "U1", "U2"]))
    )
    assert folds(rows)[0].notification.asked_by == ("U2", "U1")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("push cart:v1 failed", "push cart:v2 failed"),
        ("Timeout after 30s.", "timeout after 300s"),
        ("disk  full\nnode-7", "disk full node-12"),
        ("a" * 5000, "a" * 5000 + " 1"),
    ],
)
def test_reasons_are_the_same_but_for_names_and_numbers(one: str, other: str) -> None:
    assert pattern(one) == pattern(other)


def test_reasons_that_say_something_else_are_others() -> None:
    assert pattern("disk full") != pattern("network down")


# What grows.


def test_a_fold_grows_while_the_storm_goes_on() -> None:
    (fold,) = folds(a_storm())
    (more,) = folds(waiting(failed(PUSH, "v9"), first=7), stands(fold), now=START + 99)
    assert (more.into, more.rows, more.notification.count) == (99, (7,), 4)
    assert more.notification.fold == fold.notification.fold
    assert more.notification.projects == (Tally(of="shop", count=4),)


@pytest.mark.parametrize(("grown", "began"), [(START - 100, START - 100), (START, START - 500)])
def test_a_fold_does_not_grow_for_ever(grown: int, began: int) -> None:
    (fold,) = folds(a_storm())
    assert folds(waiting(failed(PUSH, "v9"), first=7), stands(fold, at=grown, began=began)) == ()


def test_another_cause_does_not_join_a_fold() -> None:
    (fold,) = folds(a_storm())
    assert folds(waiting(failed("other", "v9", "bank"), first=7), stands(fold)) == ()
    assert folds(waiting(succeeded("v9"), first=7), stands(fold)) == ()


def test_whoever_was_not_mentioned_yet_is_told_in_a_message_that_notifies() -> None:
    (fold,) = folds(a_storm(asked_by="U1"))
    rows = waiting(failed(PUSH, "v8", asked_by="U1"), failed(PUSH, "v9", asked_by="U2"), first=7)
    (more,) = folds(rows, stands(fold))
    assert (more.into, more.rows) == (99, (7,))
    rows = waiting(*(failed(PUSH, f"w{number}", asked_by="U2") for number in range(3)), first=7)
    (new,) = folds(rows, stands(fold))
    assert (new.into, new.notification.asked_by) == (None, ("U2",))


# From the outbox to Slack.


class Storm:
    """An outbox with a notifier, and versions that fail."""

    def __init__(self, store: Store, slack: FakeSlack, clock: FakeClock) -> None:
        self.store, self.slack, self.clock = store, slack, clock
        self.notifier = self.started("me")

    def started(self, owner: str) -> Notifier:
        return Notifier(
            store=self.store,
            poster=self.slack,
            clock=self.clock,
            owner=owner,
            policy=PostPolicy(pace=0, jitter=0),
        )

    async def fails(self, *numbers: int, destination: str = "C1", **changed: Any) -> None:
        postings = [self._posting(number, destination, **changed) for number in numbers]
        await self.store.outbox.enqueue(postings, now=int(self.clock.at))

    def _posting(
        self, number: int, destination: str, fallback: str = "", thread_of: str = "", **changed: Any
    ) -> NewPosting:
        told = failed(PUSH, f"v{number}", **changed)
        return NewPosting(
            key=f"outcome/{destination}/{number}",
            destination=destination,
            project=told.version.project,
            version_name=f"v{number}",
            notification=told,
            fallback=fallback,
            thread_of=thread_of,
        )

    async def claims(self, owner: str) -> tuple[Posting, ...]:
        now = int(self.clock.at)
        return await self.store.outbox.claim(
            owner, now=now, limit=9, lease=20, folding=DigestPolicy().at(now)
        )

    async def goes_on(self, rounds: int = 1) -> None:
        for _ in range(rounds):
            await self.notifier.tick()
            await self.notifier._tasks.finish()
            self.clock.passes(1)

    async def ends(self, seconds: int = 300) -> None:
        """Until nothing waits."""
        for _ in range(seconds):
            await self.goes_on()
            if not await self.store.outbox.backlog():
                return
        raise AssertionError(f"{await self.store.outbox.backlog()} wait")

    @property
    def here(self) -> list[tuple[str, int]]:
        """The messages in the channel, with how many outcomes each tells."""
        return [(one.kind, one.count if isinstance(one, OutcomeDigest) else 1) for one in self.told("C1")]

    def told(self, destination: str) -> list[Any]:
        return [one.notification for one in self.slack.messages[destination]]

    async def listed(self, fold: OutcomeDigest) -> list[str]:
        page = await self.store.digests.page(fold.fold, number=1, size=1000)
        assert page.total == len(page.outcomes)
        return [one.version.name for one in page.outcomes if one.kind == Ending.FAILED]


@pytest.fixture
def storm(store: Store, slack: FakeSlack, clock: FakeClock) -> Storm:
    return Storm(store, slack, clock)


async def test_two_hundred_failures_are_one_message_with_a_list_of_all(storm: Storm) -> None:
    await storm.fails(*range(200))
    await storm.ends()
    assert storm.here == [("outcomes_folded", 200)]
    assert await storm.listed(storm.told("C1")[0]) == [f"v{number}" for number in range(200)]


async def test_five_are_told_one_by_one_and_six_together(storm: Storm) -> None:
    await storm.fails(*range(5))
    await storm.fails(*range(6), destination="C2")
    await storm.ends()
    assert storm.here == [("version_failed", 1)] * 5
    assert [one.kind for one in storm.told("C2")] == ["outcomes_folded"]


async def test_a_storm_that_goes_on_makes_its_message_grow(storm: Storm) -> None:
    await storm.fails(*range(10))
    await storm.goes_on()
    await storm.fails(10, 11)
    await storm.goes_on()
    await storm.fails(12, asked_by="U7")
    await storm.ends()
    assert storm.here == [("outcomes_folded", 12), ("version_failed", 1)]
    assert storm.slack.messages["C1"][0].edits == 1
    assert len(await storm.listed(storm.told("C1")[0])) == 12


async def test_what_comes_when_the_storm_is_over_is_told_by_itself(storm: Storm) -> None:
    await storm.fails(*range(10))
    await storm.ends()
    storm.clock.passes(600)
    await storm.fails(10)
    await storm.ends()
    assert storm.here == [("outcomes_folded", 10), ("version_failed", 1)]


async def test_cards_that_were_never_posted_are_not_posted_after_their_end(
    storm: Storm,
) -> None:
    def card(number: int, status: Status) -> NewPosting:
        about = version(f"v{number}", status)
        return NewPosting(
            key=f"card/{number}",
            destination="C1",
            project="shop",
            version_name=f"v{number}",
            notification=VersionCard(version=about, since=START),
        )

    await storm.store.outbox.enqueue([card(0, Status.CREATING)], now=START)
    await storm.ends()
    await storm.store.outbox.enqueue([card(number, Status.FAILED) for number in range(9)], now=START)
    await storm.fails(*range(9), thread_of="card/0")
    await storm.ends()
    assert [one.kind for one in storm.told("C1")] == ["version_card", "outcomes_folded"]
    assert storm.slack.messages["C1"][0].edits == 1
    assert storm.slack.messages["C1"][1].thread is None
    await storm.store.outbox.enqueue([card(5, Status.RETRYING)], now=START)
    await storm.ends()
    assert [one.kind for one in storm.told("C1")] == ["version_card", "outcomes_folded", "version_card"]


async def test_nothing_overtakes_what_a_fold_tells_of_the_same_version(storm: Storm) -> None:
    storm.slack.answers["C1"] = [TryLater(reason="ratelimited")]
    await storm.fails(*range(9))
    await storm.goes_on()
    later = NewPosting(
        key="later", destination="C1", project="shop", version_name="v3", notification=succeeded("v3")
    )
    await storm.store.outbox.enqueue([later], now=START)
    await storm.ends()
    assert [one.kind for one in storm.told("C1")] == ["outcomes_folded", "version_succeeded"]


async def test_of_a_version_only_what_comes_first_is_folded(storm: Storm) -> None:
    first = NewPosting(
        key="first", destination="C1", project="shop", version_name="v3", notification=succeeded("v3")
    )
    await storm.store.outbox.enqueue([first], now=START)
    await storm.fails(*range(9))
    await storm.ends()
    assert storm.here == [("version_succeeded", 1), ("outcomes_folded", 9)]


# When something breaks.


async def test_a_fold_whose_answer_was_lost_is_found_and_not_sent_again(storm: Storm) -> None:
    storm.slack.answers["C1"] = [Arrives(result=Unclear(reason="no answer"))]
    await storm.fails(*range(20))
    await storm.ends()
    assert storm.here == [("outcomes_folded", 20)]


async def test_a_process_that_dies_with_a_fold_in_hand_loses_nothing(storm: Storm) -> None:
    await storm.fails(*range(20))
    (posting,) = await storm.claims("dead")
    await storm.slack.post(posting)
    storm.clock.passes(30)
    await storm.ends()
    assert storm.here == [("outcomes_folded", 20)]
    await storm.fails(*range(20))
    await storm.ends()
    assert storm.here == [("outcomes_folded", 20)]


async def test_what_joins_while_nobody_knows_whether_the_fold_stands_waits_for_it(storm: Storm) -> None:
    storm.slack.answers["C1"] = [Arrives(result=Unclear(reason="no answer"))]
    await storm.fails(*range(20))
    await storm.goes_on()
    await storm.fails(20)
    await storm.ends()
    assert sum(count for _, count in storm.here) == 21


async def test_a_fold_that_slack_refuses_is_told_one_by_one(storm: Storm) -> None:
    storm.slack.answers["C1"] = [Never(reason="msg_too_long", destination_lost=False)]
    await storm.fails(*range(9))
    await storm.ends()
    assert storm.here == [("version_failed", 1)] * 9


async def test_a_fold_whose_message_was_deleted_tells_what_was_to_join_it(storm: Storm) -> None:
    await storm.fails(*range(9))
    await storm.goes_on()
    storm.slack.answers["C1"] = [Never(reason="deleted", destination_lost=False)]
    await storm.fails(9, 10)
    await storm.ends()
    assert storm.here == [("outcomes_folded", 9), ("version_failed", 1), ("version_failed", 1)]


async def test_everybody_is_told_what_a_lost_channel_would_have_been_told(storm: Storm) -> None:
    await storm.store.subscriptions.subscribe(
        Subscription(channel="C1", project="shop", by="U1", since=START)
    )
    storm.slack.answers["C1"] = [Never(reason="archived", destination_lost=True)] * 99
    await storm.fails(*range(9), fallback="U1")
    await storm.fails(*range(10, 13))
    await storm.ends()
    assert storm.here == []
    told = storm.told("U1")
    assert (
        sum(one.count if isinstance(one, OutcomeDigest) else one.kind == "version_failed" for one in told)
        == 9
    )
    assert [one.kind for one in told].count("destination_lost") == 1


async def test_two_processes_put_nothing_together_twice(storm: Storm) -> None:
    other = storm.started("other")
    await storm.fails(*range(50))
    for _ in range(10):
        await other.tick()
        await other._tasks.finish()
        await storm.goes_on()
    assert storm.here == [("outcomes_folded", 50)]


async def test_without_a_database_nothing_is_folded_and_then_everything(storm: Storm, down: set[str]) -> None:
    down.add("outbox.claim")
    await storm.fails(*range(9))
    await storm.goes_on(3)
    assert storm.here == []
    down.clear()
    await storm.ends()
    assert storm.here == [("outcomes_folded", 9)]


async def test_a_fold_says_how_old_the_oldest_is(storm: Storm) -> None:
    await storm.fails(0)
    storm.clock.passes(500)
    await storm.fails(*range(1, 9))
    (posting,) = await storm.claims("me")
    assert posting.created_at == START


def test_a_fold_was_seen_as_late_as_the_latest_of_it() -> None:
    storm = [
        replace(one, notification=replace(one.notification, unseen=900 * (one.id == 3)))
        for one in a_storm(9, "disk full")
    ]
    (fold,) = folds(storm)
    assert fold.notification.unseen == 900


def test_a_reason_is_kept_as_it_was_said_first() -> None:
    (fold,) = folds(a_storm(3, "Disk full on node-1"))
    again = replace(fold.notification, count=4)
    rows = waiting(failed("Disk full on node-2", "v9"), first=7)
    standing = OpenDigest(id=9, destination="C1", began_at=START, grown_at=START, notification=again)
    (more,) = folds(rows, standing)
    assert more.notification.reasons == (Tally(of="Disk full on node-1", count=4),)
