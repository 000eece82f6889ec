"""The outbox at work: order, pace, waiting, finding out, giving up, and telling somebody else."""

import asyncio
from itertools import pairwise
from typing import Any

import pytest

from bot.domain.models import Status
from bot.domain.notifications import NewPosting, VersionCard, VersionFailed
from bot.domain.ports import Never, Posting, Store, TryLater, Unclear
from bot.domain.watching import Subscription
from bot.services.notifying import Notifier, PostPolicy
from tests.domain.samples import progress, version
from tests.services.fakes import START, Arrives, FakeClock, FakeSlack

LOST = Never(reason="the channel is archived", destination_lost=True)
REFUSED = Never(reason="Slack refused the message: msg_too_long", destination_lost=False)
RATE_LIMITED = TryLater(reason="ratelimited", seconds=30)
NO_ANSWER = Unclear(reason="no answer from Slack")


class Outbox:
    """A notifier, what it is given, and time."""

    def __init__(self, store: Store, slack: FakeSlack, clock: FakeClock, **policy: Any) -> None:
        self.store, self.slack, self.clock = store, slack, clock
        self.notifier = self.started("me", **policy)

    def started(self, owner: str, **policy: Any) -> Notifier:
        return Notifier(
            store=self.store, poster=self.slack, clock=self.clock, owner=owner, policy=PostPolicy(**policy)
        )

    async def tell(self, *postings: NewPosting) -> None:
        await self.store.enqueue(postings, now=int(self.clock.at))

    async def round(self) -> None:
        """One tick, and everything that it begins."""
        await self.notifier.tick()
        await self.notifier._tasks.finish()

    async def rounds(self, count: int, seconds: float = 1) -> None:
        """So many ticks, each followed by so many seconds."""
        for _ in range(count):
            await self.round()
            self.clock.passes(seconds)


@pytest.fixture
def outbox(store: Store, slack: FakeSlack, clock: FakeClock) -> Outbox:
    return Outbox(store, slack, clock)


def failed(name: str = "v1", channel: str = "C1", **changed: Any) -> NewPosting:
    usual: dict[str, Any] = {
        "key": f"outcome/{channel}/{name}",
        "project": "shop",
        "notification": VersionFailed(version=version(name, Status.FAILED), seconds=60),
    }
    return NewPosting(destination=channel, version_name=name, **(usual | changed))


def card(name: str = "v1", channel: str = "C1", *, done: int = 0, **changed: Any) -> NewPosting:
    shown = version(name, progress=progress(done))
    usual: dict[str, Any] = {"notification": VersionCard(version=shown, since=START)}
    return failed(name, channel, key=f"card/{channel}/{name}", **(usual | changed))


def names(slack: FakeSlack, channel: str = "C1") -> list[str]:
    """The versions that the messages of a channel are about."""
    return [getattr(one.notification, "version").name for one in slack.messages[channel]]  # noqa: B009


async def subscribe(store: Store, channel: str = "C1", project: str = "shop", by: str = "U1") -> None:
    await store.subscribe(Subscription(channel=channel, project=project, by=by, since=START))


# Posting.


async def test_what_is_written_down_is_posted(outbox: Outbox, store: Store, slack: FakeSlack) -> None:
    await outbox.tell(failed())
    await outbox.round()
    assert slack.told("C1") == ["version_failed"]
    assert await store.backlog() == 0
    await outbox.rounds(3)
    assert slack.posted == ["outcome/C1/v1"]


async def test_a_channel_is_told_in_order(outbox: Outbox, slack: FakeSlack) -> None:
    await outbox.tell(*(failed(f"v{number}") for number in range(5)))
    await outbox.rounds(5)
    assert names(slack) == ["v0", "v1", "v2", "v3", "v4"]


async def test_a_channel_is_told_one_thing_a_second_after_a_first_few_and_all_channels_at_once(
    store: Store, slack: FakeSlack, clock: FakeClock
) -> None:
    outbox = Outbox(store, slack, clock, pace=1.0, burst=2)
    await outbox.tell(*(failed(f"v{number}", channel) for number in range(5) for channel in ("C1", "C2")))
    counts = []
    for _ in range(8):
        await outbox.rounds(5, seconds=0.1)
        counts.append((len(names(slack)), len(names(slack, "C2"))))
    assert counts == [(2, 2), (2, 2), (3, 3), (3, 3), (4, 4), (4, 4), (5, 5), (5, 5)]


async def test_a_card_is_posted_once_and_edited_from_then_on(outbox: Outbox, slack: FakeSlack) -> None:
    for done in range(3):
        await outbox.tell(card(done=done))
        await outbox.rounds(1)
    (message,) = slack.messages["C1"]
    assert message.edits == 2
    assert message.notification == card(done=2).notification


async def test_a_card_that_changes_while_it_is_posted_is_edited_after(
    outbox: Outbox, slack: FakeSlack
) -> None:
    slack.gates["C1"] = asyncio.Event()
    await outbox.tell(card())
    await outbox.notifier.tick()
    await outbox.tell(card(done=3))
    slack.gates["C1"].set()
    await outbox.notifier._tasks.finish()
    outbox.clock.passes(1)
    await outbox.round()
    assert slack.card("C1").notification == card(done=3).notification


async def test_an_outcome_goes_under_its_card(outbox: Outbox, slack: FakeSlack) -> None:
    await outbox.tell(card(), failed(thread_of="card/C1/v1"))
    await outbox.rounds(2)
    shown, said = slack.messages["C1"]
    assert said.thread == shown.message


async def test_an_outcome_does_not_wait_for_a_card_that_slack_refuses(
    outbox: Outbox, slack: FakeSlack
) -> None:
    slack.answers["C1"] = [REFUSED]
    await outbox.tell(card(), failed(thread_of="card/C1/v1"))
    await outbox.rounds(2)
    (said,) = slack.messages["C1"]
    assert (said.notification.kind, said.thread) == ("version_failed", None)


async def test_no_more_than_agreed_is_posted_at_once(
    store: Store, slack: FakeSlack, clock: FakeClock
) -> None:
    outbox = Outbox(store, slack, clock, concurrency=2)
    await outbox.tell(*(failed(channel=f"C{number}") for number in range(5)))
    gates = {f"C{number}": asyncio.Event() for number in range(5)}
    slack.gates |= gates
    await outbox.notifier.tick()
    await outbox.notifier.tick()
    for _ in range(20):
        await asyncio.sleep(0)
    assert len(slack.posted) == 2
    for gate in gates.values():
        gate.set()
    await outbox.rounds(3)
    assert len(slack.posted) == 5


async def test_being_woken_is_a_round_at_once(outbox: Outbox, slack: FakeSlack) -> None:
    await outbox.tell(failed())
    outbox.notifier.wake()
    outbox.notifier.wake()
    await outbox.notifier._tasks.finish()
    assert slack.posted == ["outcome/C1/v1"]


# Waiting.


async def test_one_channel_that_has_to_wait_holds_up_no_other(
    outbox: Outbox, slack: FakeSlack, clock: FakeClock
) -> None:
    slack.answers["C1"] = [RATE_LIMITED]
    await outbox.tell(failed("v1"), failed("v2"), failed("v1", "C2"), failed("v2", "C2"))
    await outbox.rounds(29)
    assert names(slack, "C2") == ["v1", "v2"]
    assert slack.told("C1") == []
    await outbox.rounds(3)
    assert names(slack) == ["v1", "v2"]
    assert clock.at == START + 32


async def test_a_whole_workspace_that_has_to_wait_is_left_in_peace(outbox: Outbox, slack: FakeSlack) -> None:
    slack.answers["C1"] = [TryLater(reason="token_revoked", seconds=60, whole_workspace=True)]
    await outbox.tell(failed("v1"))
    await outbox.round()
    await outbox.tell(failed("v1", "C2"))
    await outbox.rounds(60)
    assert slack.posted == ["outcome/C1/v1"]
    await outbox.rounds(3)
    assert sorted(slack.posted) == ["outcome/C1/v1", "outcome/C1/v1", "outcome/C2/v1"]


async def test_without_a_word_from_slack_the_pauses_grow(
    outbox: Outbox, slack: FakeSlack, clock: FakeClock
) -> None:
    slack.answers["C1"] = [TryLater(reason="service_unavailable")] * 8
    await outbox.tell(failed())
    tried: list[int] = []
    for _ in range(400):
        before = len(slack.posted)
        await outbox.round()
        if len(slack.posted) > before:
            tried.append(int(clock.at) - START)
        clock.passes(1)
    pauses = [later - earlier for earlier, later in pairwise(tried)]
    assert pauses == [2, 4, 8, 16, 32, 60, 60, 60]
    assert slack.told("C1") == ["version_failed"]


# Finding out.


@pytest.mark.parametrize("arrived", [True, False])
async def test_what_is_unclear_is_looked_for_and_stands_once(
    outbox: Outbox, store: Store, slack: FakeSlack, *, arrived: bool
) -> None:
    slack.answers["C1"] = [Arrives(result=NO_ANSWER) if arrived else NO_ANSWER]
    await outbox.tell(failed())
    await outbox.rounds(4)
    assert slack.told("C1") == ["version_failed"]
    assert slack.searched == ["outcome/C1/v1"]
    assert len(slack.posted) == (1 if arrived else 2)
    assert await store.backlog() == 0


async def test_nothing_else_is_told_the_channel_of_a_version_before_it_is_clear(
    outbox: Outbox, slack: FakeSlack
) -> None:
    slack.answers["C1"] = [Arrives(result=NO_ANSWER)]
    await outbox.tell(card(), failed())
    await outbox.rounds(5)
    assert slack.told("C1") == ["version_card", "version_failed"]


async def test_an_edit_is_repeated_without_a_search(outbox: Outbox, slack: FakeSlack) -> None:
    await outbox.tell(card())
    await outbox.rounds(1)
    await outbox.tell(card(done=1))
    slack.answers["C1"] = [NO_ANSWER]
    await outbox.rounds(4)
    assert slack.searched == []
    assert slack.card("C1").notification == card(done=1).notification


async def test_a_card_that_is_found_again_shows_what_is_now(outbox: Outbox, slack: FakeSlack) -> None:
    slack.answers["C1"] = [Arrives(result=NO_ANSWER)]
    await outbox.tell(card())
    await outbox.round()
    await outbox.tell(card(done=3))
    await outbox.rounds(6)
    assert [one.notification for one in slack.messages["C1"]] == [card(done=3).notification]


async def test_a_search_that_has_to_wait_is_repeated_and_nothing_is_sent_meanwhile(
    outbox: Outbox, slack: FakeSlack
) -> None:
    slack.answers["C1"] = [Arrives(result=NO_ANSWER)]
    slack.searches["C1"] = [TryLater(reason="ratelimited", seconds=20), NO_ANSWER]
    await outbox.tell(failed())
    await outbox.rounds(60)
    assert len(slack.searched) == 3
    assert slack.posted == ["outcome/C1/v1"]


@pytest.mark.parametrize(("resend", "messages"), [(True, 1), (False, 0)])
async def test_what_nobody_can_find_out_is_sent_again_or_kept_back(
    store: Store, slack: FakeSlack, clock: FakeClock, *, resend: bool, messages: int
) -> None:
    outbox = Outbox(store, slack, clock, looks_before_resending=3, resend_unclear=resend)
    slack.answers["C1"] = [NO_ANSWER]
    slack.searches["C1"] = [NO_ANSWER] * 9
    await outbox.tell(failed())
    await outbox.rounds(200)
    assert len(slack.messages["C1"]) == messages
    assert len(slack.searched) == 4
    assert await store.backlog() == 0


async def test_after_a_crash_between_sending_and_remembering_nothing_is_sent_again(
    outbox: Outbox, store: Store, slack: FakeSlack, clock: FakeClock, down: set[str]
) -> None:
    await outbox.tell(failed())
    down.add("mark_posted")
    await outbox.round()
    down.clear()
    assert slack.told("C1") == ["version_failed"]
    after = outbox.started("another")
    clock.passes(60)
    await after.tick()
    await after.drain()
    assert (slack.posted, slack.searched) == (["outcome/C1/v1"], ["outcome/C1/v1"])
    assert await store.backlog() == 0


@pytest.mark.parametrize(("leases", "posts"), [(0.25, 2), (0.9, 2), (1.5, 1)])
async def test_a_search_that_takes_long_is_followed_by_a_post_if_nobody_took_over(
    outbox: Outbox, store: Store, slack: FakeSlack, *, leases: float, posts: int
) -> None:
    """After one and a half leases another process holds the posting."""

    async def slowly(_: Posting) -> None:
        outbox.clock.passes(leases * PostPolicy().lease)
        await store.claim_postings("you", now=int(outbox.clock.at), limit=9, lease=60)

    slack.answers["C1"] = [NO_ANSWER]
    slack.before_finding = slowly
    await outbox.tell(failed())
    await outbox.rounds(3)
    assert len(slack.posted) == posts


# Giving up.


async def test_a_message_that_slack_refuses_is_dropped_and_the_next_one_told(
    outbox: Outbox, store: Store, slack: FakeSlack
) -> None:
    slack.answers["C1"] = [REFUSED]
    await outbox.tell(failed("v1"), failed("v2"))
    await outbox.rounds(3)
    assert names(slack) == ["v2"]
    assert await store.backlog() == 0


async def test_a_lost_channel_loses_its_subscriptions_and_who_subscribed_is_told(
    outbox: Outbox, store: Store, slack: FakeSlack
) -> None:
    await subscribe(store)
    await subscribe(store, project="bank", by="U2")
    await subscribe(store, "C2")
    slack.answers["C1"] = [LOST] * 9
    await outbox.tell(card("v1"), card("v2"))
    await outbox.rounds(4)
    assert [one.channel for one in await store.subscriptions()] == ["C2"]
    assert slack.told("U1") == slack.told("U2") == ["destination_lost"]
    lost = slack.messages["U2"][0].notification
    assert (getattr(lost, "channel"), getattr(lost, "project")) == ("C1", "bank")  # noqa: B009
    assert await store.backlog() == 0


async def test_an_outcome_for_a_lost_channel_reaches_who_asked(outbox: Outbox, slack: FakeSlack) -> None:
    slack.answers["C9"] = [LOST]
    await outbox.tell(failed(channel="C9", fallback="U2"))
    await outbox.rounds(2)
    assert slack.told("U2") == ["version_failed"]


async def test_everything_that_waits_for_a_lost_channel_reaches_who_asked(
    outbox: Outbox, store: Store, slack: FakeSlack
) -> None:
    slack.answers["C9"] = [LOST] * 9
    await outbox.tell(
        card(channel="C9"),
        failed("v1", "C9", fallback="U2"),
        failed("v2", "C9", fallback="U3"),
        failed("v3", "C9"),
    )
    await outbox.rounds(9)
    assert (names(slack, "U2"), names(slack, "U3")) == (["v1"], ["v2"])
    assert await store.backlog() == 0


async def test_a_refused_outcome_reaches_who_asked_too(outbox: Outbox, slack: FakeSlack) -> None:
    slack.answers["C1"] = [REFUSED]
    await outbox.tell(failed(fallback="U2"))
    await outbox.rounds(2)
    assert slack.told("U2") == ["version_failed"]


async def test_nobody_is_sent_a_card_instead(outbox: Outbox, slack: FakeSlack) -> None:
    slack.answers["C1"] = [LOST]
    await outbox.tell(card(fallback="U2"))
    await outbox.rounds(3)
    assert slack.told("U2") == []


async def test_a_person_who_cannot_be_told_ends_it(outbox: Outbox, store: Store, slack: FakeSlack) -> None:
    slack.answers["C1"], slack.answers["U2"] = [LOST], [LOST]
    await outbox.tell(failed(fallback="U2"), failed("v2", "U2", fallback="U2"))
    await outbox.rounds(5)
    assert slack.told("C1") == slack.told("U2") == []
    assert await store.backlog() == 0


async def test_who_is_told_instead_is_written_down_before_anything_is_ended(
    outbox: Outbox, store: Store, slack: FakeSlack, down: set[str]
) -> None:
    await subscribe(store)
    slack.answers["C1"] = [LOST, LOST]
    down.add("drop_destination")
    await outbox.tell(failed("v1"))
    await outbox.rounds(2)
    assert slack.told("U1") == ["destination_lost"]
    down.clear()
    await outbox.tell(failed("v2"))
    await outbox.rounds(3)
    assert await store.subscriptions() == ()
    assert slack.told("U1") == ["destination_lost"]


async def test_what_cannot_be_rendered_is_dropped_after_some_attempts(
    store: Store, slack: FakeSlack, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    outbox = Outbox(store, slack, clock, most_defects=3)
    slack.answers["C1"] = [KeyError("a defect")] * 9
    await outbox.tell(failed("v1", fallback="U2"))
    await outbox.rounds(200)
    assert slack.posted == ["outcome/C1/v1"] * 4 + ["outcome/C1/v1/instead/U2"]
    assert await store.backlog() == 0
    assert "a defect" in caplog.text


async def test_a_defect_after_sending_does_not_send_twice(outbox: Outbox, slack: FakeSlack) -> None:
    async def arrives_and_breaks(posting: Posting) -> None:
        slack.before_answering = None
        slack._stands(posting)
        raise KeyError("ts")

    slack.before_answering = arrives_and_breaks
    await outbox.tell(failed())
    await outbox.rounds(5)
    assert slack.told("C1") == ["version_failed"]


async def test_a_search_that_breaks_is_given_up_like_a_post(
    store: Store, slack: FakeSlack, clock: FakeClock
) -> None:
    outbox = Outbox(store, slack, clock, most_defects=3)
    slack.answers["C1"] = [NO_ANSWER]
    slack.searches["C1"] = [KeyError("a defect")] * 9
    await outbox.tell(failed("v1"))
    await outbox.rounds(200)
    assert len(slack.searched) == 3
    assert await store.backlog() == 0


# The database, other processes, and the end.


@pytest.mark.parametrize("method", ["claim_postings", "mark_posted"])
async def test_without_a_database_nothing_is_lost_and_nothing_is_told_twice(
    outbox: Outbox, store: Store, slack: FakeSlack, *, down: set[str], method: str
) -> None:
    await outbox.tell(failed())
    down.add(method)
    await outbox.rounds(3)
    down.clear()
    await outbox.rounds(70)
    assert slack.told("C1") == ["version_failed"]
    assert await store.backlog() == 0


async def test_two_processes_tell_everything_once(outbox: Outbox, slack: FakeSlack) -> None:
    other = outbox.started("you")
    await outbox.tell(*(failed(f"v{number}", f"C{number % 3}") for number in range(12)))
    for _ in range(20):
        await asyncio.gather(outbox.notifier.tick(), other.tick())
        await outbox.notifier._tasks.finish()
        await other._tasks.finish()
        outbox.clock.passes(1)
    assert len(slack.posted) == len(set(slack.posted)) == 12
    assert names(slack, "C0") == ["v0", "v3", "v6", "v9"]


async def test_a_shutdown_finishes_what_is_under_way_and_begins_nothing(
    outbox: Outbox, store: Store, slack: FakeSlack
) -> None:
    slack.gates["C1"] = asyncio.Event()
    await outbox.tell(failed("v1"), failed("v2"))
    await outbox.notifier.tick()
    closing = asyncio.create_task(outbox.notifier.drain())
    await asyncio.sleep(0)
    outbox.notifier.wake()
    slack.gates["C1"].set()
    await closing
    await outbox.rounds(3)
    assert names(slack) == ["v1"]
    assert await store.backlog() == 1


async def test_a_shutdown_waits_for_what_is_just_being_claimed(outbox: Outbox, slack: FakeSlack) -> None:
    await outbox.tell(failed())
    ticking = asyncio.create_task(outbox.notifier.tick())
    await asyncio.sleep(0)
    await outbox.notifier.drain()
    assert slack.told("C1") == ["version_failed"]
    await ticking


async def test_what_a_shutdown_hands_back_is_told_by_the_next_process(
    outbox: Outbox, store: Store, slack: FakeSlack
) -> None:
    slack.gates["C1"] = asyncio.Event()
    await outbox.tell(failed())
    await outbox.notifier.tick()
    await outbox.notifier.drain(0.01)
    await store.release_claims("me")
    slack.gates.clear()
    outbox.clock.passes(PostPolicy().lease)
    after = outbox.started("another")
    await after.tick()
    await after.drain()
    assert slack.told("C1") == ["version_failed"]
    assert slack.searched == ["outcome/C1/v1"]


async def test_a_claim_that_was_lost_marks_nothing(
    outbox: Outbox, store: Store, slack: FakeSlack, clock: FakeClock
) -> None:
    slack.gates["C1"] = asyncio.Event()
    await outbox.tell(failed())
    await outbox.notifier.tick()
    clock.passes(60)
    (taken,) = await store.claim_postings("you", now=int(clock.at), limit=9, lease=60)
    slack.gates["C1"].set()
    await outbox.notifier._tasks.finish()
    assert await store.backlog() == 1
    (there,) = slack.messages["C1"]
    assert await slack.find(taken) is not None
    assert await store.mark_posted(taken, there.message, now=int(clock.at))
    assert await store.backlog() == 0


async def test_what_became_of_a_posting_is_in_the_log(
    outbox: Outbox, slack: FakeSlack, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="bot.services.notifying")
    slack.answers["C1"] = [RATE_LIMITED, NO_ANSWER, REFUSED]
    await outbox.tell(failed())
    await outbox.rounds(40)
    await outbox.tell(failed("v2"))
    await outbox.rounds(1)
    said: list[Any] = list(caplog.records)
    assert [one.action for one in said] == [
        "posting_later",
        "posting_unclear",
        "posting_dropped",
        "posted",
    ]
    assert {(one.project, one.destination, one.kind) for one in said} == {("shop", "C1", "version_failed")}
    assert said[-1].ts
