"""The outbox at work: order, pace, waiting and finding out."""

import asyncio
from itertools import pairwise

import pytest

from bot.domain.ports import Posting, TryLater
from bot.domain.stores import Store
from bot.services.delivery.notifier import Notifier, PostPolicy
from tests.services.fakes import START, Arrives, FakeClock, FakeSlack
from tests.services.outboxes import (
    NO_ANSWER,
    RATE_LIMITED,
    REFUSED,
    Outbox,
    card,
    failed,
    names,
)

# Posting.


async def test_what_is_written_down_is_posted(outbox: Outbox, store: Store, slack: FakeSlack) -> None:
    await outbox.tell(failed())
    await outbox.round()
    assert slack.told("C1") == ["version_failed"]
    assert await store.outbox.backlog() == 0
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


async def test_a_channel_is_told_the_next_thing_as_soon_as_it_may_be_and_not_at_the_next_tick(
    store: Store, slack: FakeSlack, clock: FakeClock
) -> None:
    both = asyncio.Event()

    async def posting(_: Posting) -> None:
        clock.passes(1)
        if len(slack.posted) == 2:
            both.set()

    slack.before_answering = posting
    outbox = Outbox(store, slack, clock)
    await outbox.tell(failed("v1"), failed("v2"))
    notifier = Notifier(
        store=store, poster=slack, clock=clock, owner="me", policy=PostPolicy(pace=0.01, burst=1)
    )
    await notifier.tick()
    async with asyncio.timeout(5):
        await both.wait()
    await notifier.drain()
    assert names(slack) == ["v1", "v2"]


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


@pytest.mark.parametrize("jitter", [0, 0.1])
@pytest.mark.parametrize("rng", [0.0, 1.0])
async def test_ten_minutes_without_slack_cost_a_row_few_attempts_and_then_everything_is_told(
    store: Store, slack: FakeSlack, clock: FakeClock, *, jitter: float, rng: float
) -> None:
    outbox = Outbox(store, slack, clock, jitter=jitter, rng=lambda: rng)
    rows = [failed(f"v{number}", f"C{number % 3}") for number in range(9)]
    for destination in ("C0", "C1", "C2"):
        slack.answers[destination] = [TryLater(reason="not reachable", whole_workspace=True)] * 999
    await outbox.tell(*rows)
    await outbox.rounds(600)
    for key in slack.posted:
        assert slack.posted.count(key) <= 25, key
    assert 12 <= len(slack.posted) <= 27, (
        "one at a time tries whether it is over, and three did when it began"
    )
    slack.answers.clear()
    await outbox.rounds(90)
    assert [len(names(slack, f"C{number}")) for number in range(3)] == [3, 3, 3]


async def test_an_outage_delays_what_waits_by_a_quarter_of_its_time_at_most(
    outbox: Outbox, slack: FakeSlack
) -> None:
    for outage in (20, 60, 240):
        slack.answers["C1"] = [TryLater(reason="not reachable", whole_workspace=True)] * 999
        await outbox.tell(failed(f"v{outage}"))
        await outbox.rounds(outage)
        slack.answers.clear()
        await outbox.rounds(max(15, outage // 4) + 2)
        assert names(slack)[-1] == f"v{outage}"


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
    assert await store.outbox.backlog() == 0


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
    assert await store.outbox.backlog() == 0


async def test_after_a_crash_between_sending_and_remembering_nothing_is_sent_again(
    outbox: Outbox, store: Store, slack: FakeSlack, clock: FakeClock, down: set[str]
) -> None:
    await outbox.tell(failed())
    down.add("outbox.mark_posted")
    await outbox.round()
    down.clear()
    assert slack.told("C1") == ["version_failed"]
    after = outbox.started("another")
    clock.passes(60)
    await after.tick()
    await after.drain()
    assert (slack.posted, slack.searched) == (["outcome/C1/v1"], ["outcome/C1/v1"])
    assert await store.outbox.backlog() == 0


@pytest.mark.parametrize(("leases", "posts"), [(0.25, 2), (0.9, 2), (1.5, 1)])
async def test_a_search_that_takes_long_is_followed_by_a_post_if_nobody_took_over(
    outbox: Outbox, store: Store, slack: FakeSlack, *, leases: float, posts: int
) -> None:
    """After one and a half leases another process holds the posting."""

    async def slowly(_: Posting) -> None:
        outbox.clock.passes(leases * PostPolicy().lease)
        await store.outbox.claim("you", now=int(outbox.clock.at), limit=9, lease=60)

    slack.answers["C1"] = [NO_ANSWER]
    slack.before_finding = slowly
    await outbox.tell(failed())
    await outbox.rounds(3)
    assert len(slack.posted) == posts
