"""The outbox in trouble: giving up, telling somebody else, databases, other processes and shutdowns."""

import asyncio
from typing import Any

import pytest

from bot.domain.ports import Posting, TryLater
from bot.domain.stores import Store
from bot.services.delivery.notifier import PostPolicy
from tests.services.fakes import FakeClock, FakeSlack
from tests.services.outboxes import (
    LOST,
    NO_ANSWER,
    RATE_LIMITED,
    REFUSED,
    Outbox,
    card,
    failed,
    names,
    subscribe,
)

# Giving up.


async def test_a_message_that_slack_refuses_is_dropped_and_the_next_one_told(
    outbox: Outbox, store: Store, slack: FakeSlack
) -> None:
    slack.answers["C1"] = [REFUSED]
    await outbox.tell(failed("v1"), failed("v2"))
    await outbox.rounds(3)
    assert names(slack) == ["v2"]
    assert await store.outbox.backlog() == 0


async def test_a_lost_channel_loses_its_subscriptions_and_who_subscribed_is_told(
    outbox: Outbox, store: Store, slack: FakeSlack
) -> None:
    await subscribe(store)
    await subscribe(store, project="bank", by="U2")
    await subscribe(store, "C2")
    slack.answers["C1"] = [LOST] * 9
    await outbox.tell(card("v1"), card("v2"))
    await outbox.rounds(4)
    assert [one.channel for one in await store.subscriptions.find()] == ["C2"]
    assert slack.told("U1") == slack.told("U2") == ["destination_lost"]
    lost = slack.messages["U2"][0].notification
    assert (getattr(lost, "channel"), getattr(lost, "project")) == ("C1", "bank")  # noqa: B009
    assert await store.outbox.backlog() == 0


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
    assert await store.outbox.backlog() == 0


async def test_a_refused_outcome_reaches_who_asked_too(outbox: Outbox, slack: FakeSlack) -> None:
    slack.answers["C1"] = [REFUSED]
    await outbox.tell(failed(fallback="U2"))
    await outbox.rounds(2)
    assert slack.told("U2") == ["version_failed"]
    assert told_instead(slack) == ("C1", "Slack refused the message: msg_too_long")


def told_instead(slack: FakeSlack, person: str = "U2") -> tuple[str, str]:
    """Of which channel a person was told, and why."""
    instead = getattr(slack.messages[person][0].notification, "instead")  # noqa: B009
    return instead.channel, instead.reason


async def test_what_is_kept_back_for_good_reaches_who_subscribed_with_the_reason(
    store: Store, slack: FakeSlack, clock: FakeClock
) -> None:
    outbox = Outbox(store, slack, clock, looks_before_resending=3, resend_unclear=False)
    slack.answers["C1"], slack.searches["C1"] = [NO_ANSWER], [NO_ANSWER] * 9
    await outbox.tell(failed(fallback="U2"))
    await outbox.rounds(200)
    assert slack.told("C1") == []
    assert slack.told("U2") == ["version_failed"]
    channel, reason = told_instead(slack)
    assert channel == "C1"
    assert reason.startswith("the bot couldn't confirm that Slack delivered it")


async def test_nobody_is_sent_a_card_instead(outbox: Outbox, slack: FakeSlack) -> None:
    slack.answers["C1"] = [LOST]
    await outbox.tell(card(fallback="U2"))
    await outbox.rounds(3)
    assert slack.told("U2") == []


async def test_a_person_who_cannot_be_told_ends_it(outbox: Outbox, store: Store, slack: FakeSlack) -> None:
    slack.answers["C1"], slack.answers["U2"] = [LOST], [LOST, LOST]  # whichever comes first
    await outbox.tell(failed(fallback="U2"), failed("v2", "U2", fallback="U2"))
    await outbox.rounds(5)
    assert slack.told("C1") == slack.told("U2") == []
    assert await store.outbox.backlog() == 0


async def test_who_is_told_instead_is_written_down_before_anything_is_ended(
    outbox: Outbox, store: Store, slack: FakeSlack, down: set[str]
) -> None:
    await subscribe(store)
    slack.answers["C1"] = [LOST, LOST]
    down.add("outbox.drop_destination")
    await outbox.tell(failed("v1"))
    await outbox.rounds(2)
    assert slack.told("U1") == ["destination_lost"]
    down.clear()
    await outbox.tell(failed("v2"))
    await outbox.rounds(3)
    assert await store.subscriptions.find() == ()
    assert slack.told("U1") == ["destination_lost"]


async def test_what_cannot_be_rendered_is_dropped_after_some_attempts(
    store: Store, slack: FakeSlack, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    outbox = Outbox(store, slack, clock, max_defects=3)
    slack.answers["C1"] = [KeyError("a defect")] * 9
    await outbox.tell(failed("v1", fallback="U2"))
    await outbox.rounds(200)
    assert slack.posted == ["outcome/C1/v1"] * 4 + ["outcome/C1/v1/instead/U2"]
    assert await store.outbox.backlog() == 0
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
    outbox = Outbox(store, slack, clock, max_defects=3)
    slack.answers["C1"] = [NO_ANSWER]
    slack.searches["C1"] = [KeyError("a defect")] * 9
    await outbox.tell(failed("v1"))
    await outbox.rounds(200)
    assert len(slack.searched) == 3
    assert await store.outbox.backlog() == 0


# The database, other processes, and the end.


@pytest.mark.parametrize("method", ["outbox.claim", "outbox.mark_posted"])
async def test_without_a_database_nothing_is_lost_and_nothing_is_told_twice(
    outbox: Outbox, store: Store, slack: FakeSlack, *, down: set[str], method: str
) -> None:
    await outbox.tell(failed())
    down.add(method)
    await outbox.rounds(3)
    down.clear()
    await outbox.rounds(70)
    assert slack.told("C1") == ["version_failed"]
    assert await store.outbox.backlog() == 0


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
    assert await store.outbox.backlog() == 1


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
    await store.outbox.release_claims("me")
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
    (taken,) = await store.outbox.claim("you", now=int(clock.at), limit=9, lease=60)
    slack.gates["C1"].set()
    await outbox.notifier._tasks.finish()
    assert await store.outbox.backlog() == 1
    (there,) = slack.messages["C1"]
    assert await slack.find(taken) is not None
    assert await store.outbox.mark_posted(taken, there.message, now=int(clock.at))
    assert await store.outbox.backlog() == 0


async def test_what_became_of_a_posting_is_in_the_log(
    outbox: Outbox, slack: FakeSlack, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="bot.services.delivery.notifier")
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


# Codes of Slack's that nobody knows.

UNKNOWN = TryLater(reason="Slack refused: moon_is_full.", unknown="moon_is_full")


async def test_an_unknown_code_is_waited_out_while_the_channel_hears_of_other_versions(
    outbox: Outbox, slack: FakeSlack, caplog: pytest.LogCaptureFixture
) -> None:
    slack.answers["C1"] = [UNKNOWN]
    await outbox.tell(failed("v1"), failed("v2"))
    await outbox.rounds(6)
    assert names(slack) == ["v2", "v1"]
    [line] = [one for one in caplog.records if vars(one).get("action") == "posting_unknown_code"]
    assert vars(line)["code"] == "moon_is_full"


async def test_an_unknown_code_that_stays_ends_in_words_to_a_person_and_keeps_the_subscription(
    outbox: Outbox, store: Store, slack: FakeSlack
) -> None:
    await subscribe(store)
    slack.answers["C1"] = [UNKNOWN] * 99
    await outbox.tell(failed(fallback="U1"))
    await outbox.rounds(15 * 60)
    assert not slack.told("U1")
    await outbox.rounds(20 * 60)
    [said] = slack.messages["U1"]
    assert "moon_is_full" in str(said.notification)
    assert len(await store.subscriptions.find(channel="C1")) == 1
    assert await store.outbox.backlog() == 0
