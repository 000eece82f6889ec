"""Who is told what: subscriptions with their filters, asks, watches, and those who are never told twice."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, TypeVar

import pytest

from bot.domain.changes import ABANDONED_AFTER_SECONDS, Poll, Seen, changes, observe
from bot.domain.endings import Ending
from bot.domain.models import Status, Version
from bot.domain.notifications import (
    NewPosting,
    Notification,
    VersionCard,
    VersionEnded,
    card_key,
)
from bot.domain.watching import MISSING_AFTER_SECONDS, Action, Interest, PendingRequest, Subscription, Watch
from bot.services.polling.notification_plan import Plan, plan
from bot.services.requests import pending
from bot.services.requests.pending import IN_FLIGHT_SECONDS
from tests.domain.samples import DAY, STALLED_AFTER, START, progress, version

CREATING, SUCCESS, FAILED, RETRYING = Status.CREATING, Status.SUCCESS, Status.FAILED, Status.RETRYING
Memory = dict[str, Seen]
Kind = TypeVar("Kind", bound=Notification)


def subscription(channel: str = "C1", **changed: Any) -> Subscription:
    return Subscription(channel=channel, project="shop", by="U1", since=START, **changed)


def ask(action: Action = Action.CREATE, **changed: Any) -> PendingRequest:
    usual: dict[str, Any] = {
        "project": "shop",
        "version_name": "v1",
        "user": "U2",
        "channel": "C9",
        "at": START,
        "in_flight": False,
    }
    return PendingRequest(action=action, **(usual | changed))


def watch(user: str = "U3", **changed: Any) -> Watch:
    usual: dict[str, Any] = {"project": "shop", "version_name": "v1", "since": START}
    return Watch(user=user, **(usual | changed))


def interest(*wishes: Subscription | PendingRequest | Watch) -> Interest:
    return Interest(
        subscriptions=tuple(one for one in wishes if isinstance(one, Subscription)),
        watches=tuple(one for one in wishes if isinstance(one, Watch)),
        asks=tuple(one for one in wishes if isinstance(one, PendingRequest)),
    )


def remember(*versions: Version, at: int = 0) -> Memory:
    return observe({}, Poll(at=START + at, versions=versions), stalled_after=STALLED_AFTER)


def planned(
    before: Memory | None,
    who: Interest,
    *versions: Version,
    at: int = 60,
    gone: Iterable[str] = (),
) -> Plan:
    """The plan for a look; `before` None makes it the first one."""
    poll = Poll(at=START + at, versions=versions, gone=frozenset(gone))
    hints = pending.restarted(who, before or {}, now=poll.at)
    after = observe(before or {}, poll, stalled_after=STALLED_AFTER, restarted=hints)
    happened = changes(before, after) if before is not None else ()
    return plan(happened, after, who, now=poll.at)


def said(made: Plan) -> list[tuple[str, str]]:
    """Destination and kind of every posting; an edit of a card that may not be posted is in brackets."""
    return [
        (one.destination, f"({one.notification.kind})" if one.only_edit else one.notification.kind)
        for one in made.postings
    ]


def outcomes(made: Plan) -> list[tuple[str, str]]:
    return [(where, what) for where, what in said(made) if "card" not in what]


def only(made: Plan, kind: str) -> NewPosting:
    (found,) = [one for one in made.postings if one.notification.kind == kind]
    return found


def told(made: Plan, ending: Ending) -> VersionEnded:
    notification = only(made, ending).notification
    assert isinstance(notification, VersionEnded)
    return notification


def card(made: Plan) -> VersionCard:
    notification = only(made, "version_card").notification
    assert isinstance(notification, VersionCard)
    return notification


# Subscriptions.


def test_a_version_that_appears_gets_a_card() -> None:
    made = planned({}, interest(subscription()), version())
    assert said(made) == [("C1", "version_card")]
    posting = only(made, "version_card")
    assert posting.notification == VersionCard(version=version(), since=START)
    assert posting.key == card_key("C1", remember(version())["v1"])


def test_progress_edits_the_card() -> None:
    made = planned(remember(version()), interest(subscription()), version(progress=progress(2)))
    assert said(made) == [("C1", "version_card")]


@pytest.mark.parametrize(("status", "kind"), [(SUCCESS, "version_succeeded"), (FAILED, "version_failed")])
def test_an_outcome_settles_the_card_and_is_a_message_of_its_own(status: Status, kind: str) -> None:
    made = planned(remember(version()), interest(subscription()), version(status=status))
    assert said(made) == [("C1", "version_card"), ("C1", kind)]


def test_an_outcome_says_how_long_it_took() -> None:
    made = planned(remember(version()), interest(subscription()), version(status=SUCCESS), at=90)
    assert told(made, Ending.SUCCEEDED) == VersionEnded(
        ending=Ending.SUCCEEDED, version=version(status=SUCCESS), seconds=90, attempt=f"1/{START}"
    )


def test_zadigs_clock_may_be_ahead_of_ours() -> None:
    ahead = version(created_at=START + 300)
    made = planned(remember(ahead), interest(subscription()), replace(ahead, status=FAILED), at=60)
    assert told(made, Ending.FAILED).seconds == 0


@pytest.mark.parametrize(
    ("filters", "succeeded", "failed"),
    [
        ({}, ["version_card", "version_succeeded"], ["version_card", "version_failed"]),
        ({"only_failures": True}, ["version_card"], ["version_card", "version_failed"]),
        ({"cards": False}, ["version_succeeded"], ["version_failed"]),
        ({"cards": False, "only_failures": True}, [], ["version_failed"]),
    ],
)
def test_a_subscription_filters(filters: dict[str, Any], succeeded: list[str], failed: list[str]) -> None:
    before = remember(version())
    who = interest(subscription(**filters))
    assert [kind for _, kind in said(planned(before, who, version(status=SUCCESS)))] == succeeded
    assert [kind for _, kind in said(planned(before, who, version(status=FAILED)))] == failed


def test_a_filter_lets_stalled_and_gone_through() -> None:
    who = interest(subscription(only_failures=True, cards=False))
    assert outcomes(planned(remember(version()), who, version(), at=STALLED_AFTER)) == [
        ("C1", "version_stalled")
    ]
    assert outcomes(planned(remember(version()), who, gone=["v1"])) == [("C1", "version_gone")]


def test_an_outcome_goes_into_the_thread_of_its_card_if_the_channel_wants_that() -> None:
    who = interest(subscription(in_thread=True), subscription("C2"))
    made = planned(remember(version()), who, version(status=FAILED))
    card, other, threaded, loose = made.postings
    assert (threaded.destination, threaded.thread_of) == ("C1", card.key)
    assert (loose.destination, loose.thread_of) == ("C2", "")
    assert other.key != card.key


def test_without_cards_there_are_no_threads() -> None:
    who = interest(subscription(in_thread=True, cards=False))
    made = planned(remember(version()), who, version(status=FAILED))
    assert [(one.notification.kind, one.thread_of) for one in made.postings] == [("version_failed", "")]


def test_who_subscribed_is_told_instead_if_the_channel_cannot_be() -> None:
    made = planned(remember(version()), interest(subscription()), version(status=FAILED))
    assert only(made, Ending.FAILED).fallback == "U1"


def test_every_version_has_a_card_also_one_that_appears_settled() -> None:
    made = planned({}, interest(subscription()), version(status=SUCCESS))
    assert said(made) == [("C1", "version_card"), ("C1", "version_succeeded")]


def test_who_was_not_there_when_it_began_gets_a_card_with_the_outcome() -> None:
    first = planned(None, interest(subscription()), version())
    assert first == Plan()
    made = planned(remember(version()), interest(subscription()), version(status=SUCCESS))
    assert said(made) == [("C1", "version_card"), ("C1", "version_succeeded")]


def test_the_first_look_announces_nothing() -> None:
    versions = (version(), version("v2", FAILED), version("v3", SUCCESS), version("v4", RETRYING))
    assert planned(None, interest(subscription()), *versions, at=STALLED_AFTER) == Plan()


def test_a_restart_shows_on_the_card_and_is_no_outcome() -> None:
    made = planned(remember(version(status=FAILED)), interest(subscription()), version(status=RETRYING))
    assert said(made) == [("C1", "version_card")]


def test_a_version_that_is_deleted_long_after_only_changes_its_card() -> None:
    made = planned(remember(version(status=SUCCESS)), interest(subscription()), gone=["v1"])
    assert said(made) == [("C1", "(version_card)")]
    assert card(made).gone


def test_a_version_that_is_deleted_while_it_is_made_is_gone() -> None:
    made = planned(remember(version()), interest(subscription()), gone=["v1"])
    assert said(made) == [("C1", "version_card"), ("C1", "version_gone")]


def test_a_version_that_stalls_says_so_on_its_card_too() -> None:
    made = planned(remember(version()), interest(subscription()), version(), at=STALLED_AFTER)
    assert said(made) == [("C1", "version_card"), ("C1", "version_stalled")]
    assert card(made).stalled


def test_details_of_a_settled_version_that_become_known_are_told_nobody() -> None:
    settled = version(status=SUCCESS)
    assert planned(remember(settled), interest(subscription()), replace(settled, labels=("hot",))) == Plan()


def test_a_name_that_is_used_again_has_two_cards() -> None:
    again = version(created_at=START + 50)
    made = planned(remember(version()), interest(subscription()), again)
    assert said(made) == [("C1", "version_card"), ("C1", "version_gone"), ("C1", "version_card")]
    assert len({one.key for one in made.postings}) == 3


# Asks.


def test_the_channel_where_it_was_asked_hears_everything_without_a_subscription() -> None:
    who = interest(ask())
    assert said(planned({}, who, version())) == [("C9", "version_card")]
    made = planned(remember(version()), who, version(status=SUCCESS))
    assert said(made) == [("C9", "version_card"), ("C9", "version_succeeded")]
    assert made.settled_asks == who.asks
    assert only(made, Ending.SUCCEEDED).fallback == told(made, Ending.SUCCEEDED).asked_by == "U2"


def test_a_subscribed_channel_where_it_was_asked_is_told_once() -> None:
    who = interest(subscription("C9", in_thread=True), ask())
    made = planned(remember(version()), who, version(status=FAILED))
    assert said(made) == [("C9", "version_card"), ("C9", "version_failed")]
    assert only(made, Ending.FAILED).thread_of


def test_who_asked_hears_a_success_in_a_channel_that_wants_failures_only() -> None:
    who = interest(subscription("C9", only_failures=True, cards=False), ask())
    made = planned(remember(version()), who, version(status=SUCCESS))
    assert said(made) == [("C9", "version_succeeded")]


def test_everybody_who_asked_for_a_version_is_told() -> None:
    who = interest(ask(), ask(Action.RETRY, user="U3", channel="C8", epoch=1, at=START + 30))
    made = planned(remember(version()), who, version(status=SUCCESS))
    assert outcomes(made) == [("C9", "version_succeeded"), ("C8", "version_succeeded")]
    assert set(made.settled_asks) == set(who.asks)


def test_an_ask_waits_while_its_version_is_made() -> None:
    assert planned(remember(version()), interest(ask()), version(progress=progress(1))).settled_asks == ()
    assert planned(remember(version()), interest(ask()), version(), at=STALLED_AFTER).settled_asks == ()


def test_the_first_look_shows_who_asked_what_is_under_way() -> None:
    made = planned(None, interest(subscription(), ask()), version())
    assert said(made) == [("C9", "version_card")]


def test_a_channel_without_cards_gets_none_for_asking() -> None:
    who = interest(subscription("C9", cards=False), ask())
    assert planned(None, who, version()) == Plan()
    assert planned(remember(version()), who, version()) == Plan()


def test_a_card_comes_also_if_the_ask_was_written_down_after_the_version_was_seen() -> None:
    other = version("v2")
    made = planned(remember(version()), interest(ask()), version(), other)
    assert [one.version_name for one in made.postings] == ["v1"]


def test_the_first_look_tells_who_asked_what_has_settled_already() -> None:
    made = planned(None, interest(subscription(), ask()), version(status=FAILED))
    assert said(made) == [("C9", "version_failed")]
    assert made.settled_asks == (ask(),)


def test_what_was_asked_for_under_an_old_name_is_not_answered_with_the_old_version() -> None:
    who = interest(ask(epoch=1))
    assert planned(remember(version(status=FAILED)), who, version(status=FAILED)) == Plan()
    assert planned(remember(version()), who, version(status=SUCCESS)).settled_asks == ()
    made = planned(remember(version(status=FAILED)), who, gone=["v1"])
    assert (outcomes(made), made.settled_asks) == ([], ())


def test_what_was_asked_for_under_an_old_name_is_answered_in_its_next_life() -> None:
    who = interest(ask(epoch=1))
    again = version(created_at=START + 50)
    made = planned(remember(version()), who, again)
    assert ("C9", "version_card") in said(made)
    assert (outcomes(made), made.settled_asks) == ([], ())
    before = observe(remember(version()), Poll(at=START + 60, versions=(again,)), stalled_after=STALLED_AFTER)
    made = planned(before, who, replace(again, status=SUCCESS), at=120)
    assert outcomes(made) == [("C9", "version_succeeded")]
    assert made.settled_asks == who.asks


def test_a_version_that_never_appears_is_missed_after_a_while() -> None:
    who = interest(subscription("C9"), ask())
    assert planned({}, who, at=MISSING_AFTER_SECONDS - 1) == Plan()
    made = planned({}, who, at=MISSING_AFTER_SECONDS)
    missing = only(made, Ending.MISSING)
    assert missing.notification == VersionEnded(
        ending=Ending.MISSING, version=Version.unseen("shop", "v1"), asked_by="U2"
    )
    assert (missing.destination, missing.fallback) == ("C9", "U2")
    assert made.settled_asks == who.asks


def test_a_new_life_that_never_begins_is_missed_too() -> None:
    who = interest(ask(epoch=1))
    before = observe(
        remember(version()), Poll(at=START, versions=(), gone=frozenset({"v1"})), stalled_after=STALLED_AFTER
    )
    made = planned(before, who, at=MISSING_AFTER_SECONDS)
    assert said(made) == [("C9", "version_missing")]


def test_an_ask_whose_version_never_settles_ends_after_a_week_in_silence() -> None:
    who = interest(ask())
    assert planned(remember(version()), who, version(), at=ABANDONED_AFTER_SECONDS - 1).settled_asks == ()
    made = planned(remember(version(), at=DAY), who, version(), at=ABANDONED_AFTER_SECONDS)
    assert made.settled_asks == who.asks
    assert outcomes(made) == []


def test_who_asks_for_something_old_has_a_week_too() -> None:
    late = interest(ask(Action.RETRY, at=START + 10 * DAY, epoch=1))
    before = remember(version(), at=9 * DAY)
    assert planned(before, late, version(), at=11 * DAY).settled_asks == ()
    assert planned(before, late, version(), at=17 * DAY).settled_asks == late.asks


# Asks in flight.


def test_a_call_is_in_flight_until_it_is_answered_or_cannot_be_any_more() -> None:
    who = interest(ask(in_flight=True), ask(Action.RETRY, version_name="v2"))
    assert pending.in_flight(who, now=START + IN_FLIGHT_SECONDS - 1) == {"v1": Action.CREATE}
    assert pending.in_flight(who, now=START + IN_FLIGHT_SECONDS) == {}


def test_an_ask_in_flight_is_neither_settled_nor_missed() -> None:
    who = interest(ask(in_flight=True, at=START + MISSING_AFTER_SECONDS))
    assert planned({}, who, at=MISSING_AFTER_SECONDS + IN_FLIGHT_SECONDS - 1) == Plan()
    made = planned(remember(version()), who, version(status=SUCCESS), at=MISSING_AFTER_SECONDS)
    assert made.settled_asks == ()


def test_an_ask_whose_call_nobody_ended_is_answered_like_any_other() -> None:
    who = interest(ask(in_flight=True))
    made = planned(remember(version()), who, version(status=SUCCESS), at=IN_FLIGHT_SECONDS)
    assert outcomes(made) == [("C9", "version_succeeded")]
    assert made.settled_asks == who.asks


# Retries.


def test_a_retry_that_ends_between_two_looks_is_told() -> None:
    failed = version(status=FAILED)
    who = interest(subscription(), ask(Action.RETRY, epoch=1))
    made = planned(remember(failed), who, failed)
    assert outcomes(made) == [("C1", "version_failed"), ("C9", "version_failed")]
    assert made.settled_asks == who.asks


def test_a_retry_in_flight_is_no_restart_yet() -> None:
    failed = version(status=FAILED)
    who = interest(subscription(), ask(Action.RETRY, epoch=1, in_flight=True))
    assert planned(remember(failed), who, failed) == Plan()


def test_a_retry_that_the_bot_only_saw_the_beginning_of_is_told_at_its_end() -> None:
    who = interest(ask(Action.RETRY, epoch=1))
    failed = version(status=FAILED)
    retrying = Poll(at=START + 60, versions=(version(status=RETRYING),))
    before = observe(remember(failed), retrying, stalled_after=STALLED_AFTER)
    made = planned(before, who, version(status=SUCCESS), at=120)
    assert outcomes(made) == [("C9", "version_succeeded")]
    assert made.settled_asks == who.asks


def test_a_retry_that_nobody_knows_of_is_told_who_asked_alone_when_nothing_came_of_it() -> None:
    failed = version(status=FAILED)
    lost = ask(Action.RETRY, epoch=1, in_flight=True)
    who = interest(subscription(), lost)
    made = planned(remember(failed), who, failed, at=IN_FLIGHT_SECONDS)
    assert said(made) == [("C9", "version_failed")]
    assert made.settled_asks == (lost,)
    first = planned(remember(version()), interest(subscription("C9")), failed)
    assert only(made, Ending.FAILED).key not in {one.key for one in first.postings}


def test_a_retry_ends_if_the_version_is_deleted_instead() -> None:
    who = interest(ask(Action.RETRY, epoch=1))
    made = planned(remember(version(status=FAILED)), who, gone=["v1"])
    assert outcomes(made) == [("C9", "version_gone")]
    assert made.settled_asks == who.asks


def test_a_retry_of_a_version_that_is_nowhere_is_missed() -> None:
    who = interest(ask(Action.RETRY))
    assert said(planned({}, who, at=MISSING_AFTER_SECONDS)) == [("C9", "version_missing")]


# Watches.


@pytest.mark.parametrize(("status", "kind"), [(SUCCESS, "version_succeeded"), (FAILED, "version_failed")])
def test_a_watcher_is_told_the_outcome_and_nothing_else(status: Status, kind: str) -> None:
    who = interest(watch())
    assert planned(remember(version()), who, version(progress=progress(1))) == Plan()
    made = planned(remember(version()), who, version(status=status))
    assert said(made) == [("U3", kind)]
    assert made.ended_watches == who.watches


def test_a_watcher_hears_that_it_is_gone() -> None:
    made = planned(remember(version()), interest(watch()), gone=["v1"])
    assert said(made) == [("U3", "version_gone")]
    assert made.ended_watches == (watch(),)


def test_a_watch_outlives_a_stall() -> None:
    made = planned(remember(version()), interest(watch()), version(), at=STALLED_AFTER)
    assert said(made) == [("U3", "version_stalled")]
    assert made.ended_watches == ()


def test_a_watch_ends_after_a_week_without_an_end() -> None:
    made = planned(remember(version(), at=DAY), interest(watch()), version(), at=ABANDONED_AFTER_SECONDS)
    assert made == Plan(ended_watches=(watch(),))


def test_watches_of_other_versions_go_on() -> None:
    who = interest(watch(), watch(version_name="v2"))
    made = planned(remember(version(), version("v2")), who, version(status=SUCCESS), version("v2"))
    assert made.ended_watches == (watch(),)


@pytest.mark.parametrize(("status", "kind"), [(SUCCESS, "version_succeeded"), (FAILED, "version_failed")])
def test_what_settled_before_the_first_look_is_told_the_watcher(status: Status, kind: str) -> None:
    made = planned(None, interest(watch(), subscription()), version(status=status))
    assert said(made) == [("U3", kind)]
    assert made.ended_watches == (watch(),)


def test_a_watch_that_came_just_after_the_outcome_is_answered() -> None:
    settled = version(status=FAILED)
    made = planned(remember(settled), interest(watch()), settled)
    assert said(made) == [("U3", "version_failed")]
    assert made.ended_watches == (watch(),)


def test_a_watch_of_what_was_deleted_before_the_first_look_ends() -> None:
    made = planned(None, interest(watch()))
    assert said(made) == [("U3", "version_gone")]
    gone = told(made, Ending.GONE).version
    assert (gone.project, gone.name) == ("shop", "v1")
    assert made.ended_watches == (watch(),)


def test_a_watcher_in_a_subscribed_channel_is_told_too() -> None:
    made = planned(remember(version()), interest(subscription(), watch()), version(status=SUCCESS))
    assert outcomes(made) == [("C1", "version_succeeded"), ("U3", "version_succeeded")]
