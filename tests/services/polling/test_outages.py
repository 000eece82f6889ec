"""Outages: one word for each channel however much it follows, one when it is over, and none for what passes by itself."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.domain.errors import (
    NotFound,
    NotPermitted,
    ReleaseBotError,
    ServerDown,
    StoreDown,
    Unauthorized,
    Unreadable,
)
from bot.domain.models import Status
from bot.domain.notifications import ProjectBack, ProjectUnreachable
from bot.domain.outages import Cause, Failing, Outage, Review, Situation, Trouble, trouble_of
from bot.domain.ports import PostedMessage
from bot.domain.stores import Store
from bot.services.polling.outages import OutagePolicy, review_outages
from bot.services.polling.poller import Poller
from tests.services.fakes import START, FakeClock, FakeZadig
from tests.services.polled import ask, poll, subscribe

POLICY = OutagePolicy()
DOWN = ServerDown("Zadig cannot be reached.")
REFUSED = Unauthorized("Zadig does not accept the bot's API token.")
FORBIDDEN = NotPermitted("The bot has no permission for this in shop.")


# What is told, given a situation.


def failing(project: str, error: ReleaseBotError = DOWN, *, failures: int = 3, since: int = START) -> Failing:
    return Failing(project=project, trouble=trouble_of(error), failures=failures, since=since)


def situation(*projects: Failing, last_seen: int = START - 5, **changed: Any) -> Situation:
    followed = {"C1": ("bank", "shop"), "C2": ("shop",)}
    usual: dict[str, Any] = {"failing": projects, "followed": followed, "last_seen": last_seen}
    return Situation(**(usual | changed))


def review(here: Situation, seconds: int = 100) -> Review:
    return review_outages(here, now=START + seconds, policy=POLICY)


def words(reviewed: Review) -> list[tuple[str, Cause, tuple[str, ...]]]:
    """Who is told of what: channel, cause, and the projects that the message speaks of."""
    told = []
    for word in (*reviewed.begun, *reviewed.ended):
        assert word.posting is not None
        about = word.posting.notification
        assert isinstance(about, (ProjectUnreachable, ProjectBack))
        told.append((word.posting.destination, word.outage.cause, (about.project, *about.others)))
    return told


BOTH = (failing("bank"), failing("shop"))
ZADIG = tuple(Outage(channel=channel, cause=Cause.AWAY, since=START) for channel in ("C1", "C2"))


def test_zadig_away_is_one_word_for_each_channel() -> None:
    reviewed = review(situation(*BOTH))
    assert words(reviewed) == [("C1", Cause.AWAY, ("bank", "shop")), ("C2", Cause.AWAY, ("shop",))]
    assert all(word.outage.whole for word in reviewed.begun)


@pytest.mark.parametrize("seconds", [0, 19])
def test_what_passes_by_itself_is_nobodys_business(seconds: int) -> None:
    assert review(situation(*BOTH), seconds).nothing


def test_a_few_failures_prove_nothing() -> None:
    assert review(situation(failing("bank", failures=1), failing("shop", failures=1))).nothing


def test_one_project_alone_proves_nothing_of_zadig() -> None:
    assert review(situation(failing("shop")), 60).nothing


def test_one_project_is_all_there_is_to_see() -> None:
    alone = situation(failing("shop"), followed={"C2": ("shop",)})
    assert words(review(alone, 20)) == [("C2", Cause.AWAY, ("shop",))]


def test_what_is_seen_meanwhile_proves_that_zadig_is_there() -> None:
    assert review(situation(*BOTH, last_seen=START + 1), 60).nothing


def test_a_project_that_has_failed_for_long_does_not_hide_an_outage_of_zadig() -> None:
    long = failing("hosts", since=START - 9999)
    followed = {"C1": ("bank", "hosts", "shop")}
    told = words(review(situation(long, *BOTH, followed=followed), 30))
    assert told == [("C1", Cause.AWAY, ("bank", "hosts", "shop"))]


def test_a_refused_token_is_said_sooner() -> None:
    both = (failing("bank", REFUSED, failures=1), failing("shop", REFUSED, failures=1))
    assert review(situation(*both), 7).nothing
    assert [cause for _, cause, _ in words(review(situation(*both), 8))] == [Cause.TOKEN, Cause.TOKEN]


def test_what_was_told_is_not_told_again() -> None:
    assert review(situation(*BOTH, outages=ZADIG), 9999).nothing


def test_a_channel_that_subscribes_meanwhile_is_told_too() -> None:
    assert [who for who, *_ in words(review(situation(*BOTH, outages=ZADIG[:1])))] == ["C2"]


def test_the_end_is_told_once_with_how_long_it_took() -> None:
    over = review(situation(outages=ZADIG, last_seen=START + 3600), 3600)
    assert words(over) == [("C1", Cause.AWAY, ("bank", "shop")), ("C2", Cause.AWAY, ("shop",))]
    assert over.over
    postings = [word.posting for word in over.ended]
    assert {
        one.notification.seconds for one in postings if one and isinstance(one.notification, ProjectBack)
    } == {3600}


def test_what_has_not_been_asked_for_again_since_is_no_outage_of_its_own() -> None:
    over = review(situation(*BOTH[:1], outages=ZADIG, last_seen=START + 3600), 3600)
    assert {kind for _, kind, _ in words(over)} == {Cause.AWAY}
    assert over.begun == ()


def test_an_outage_is_not_over_while_nothing_is_seen() -> None:
    assert review(situation(outages=ZADIG, last_seen=START - 5), 9999).nothing


def test_an_outage_that_becomes_another_is_told_anew_and_ends_as_that() -> None:
    refused = (failing("bank", REFUSED, since=START + 500), failing("shop", REFUSED, since=START + 500))
    turned = review(situation(*refused, outages=ZADIG), 600)
    assert words(Review(begun=turned.begun)) == [
        ("C1", Cause.TOKEN, ("bank", "shop")),
        ("C2", Cause.TOKEN, ("shop",)),
    ]
    assert [(word.outage, word.posting) for word in turned.ended] == [(one, None) for one in ZADIG]
    assert not turned.over
    assert {word.outage.since for word in turned.begun} == {START}


def test_projects_that_fail_by_themselves_are_told_together() -> None:
    both = (failing("bank", FORBIDDEN), failing("shop", FORBIDDEN, failures=1, since=START + 60))
    told = review(situation(*both, last_seen=START + 70), 75)
    assert words(told) == [
        ("C1", Cause.FORBIDDEN, ("bank", "shop")),
    ]
    later = review(situation(*both, last_seen=START + 70, outages=tuple(w.outage for w in told.begun)), 9999)
    assert later.nothing


def test_they_are_gathered_for_a_while() -> None:
    assert review(situation(failing("shop", FORBIDDEN), last_seen=START + 70), 74).nothing


def test_several_projects_are_spoken_of_in_general_and_one_in_particular() -> None:
    both = (failing("bank", FORBIDDEN), failing("shop", FORBIDDEN))
    texts = [
        word.posting.notification.text
        for word in review(situation(*both, last_seen=START + 70), 75).begun
        if word.posting and isinstance(word.posting.notification, ProjectUnreachable)
    ]
    assert texts == [
        "the owner of its API token has no access to them.",
        "The bot has no permission for this in shop.",
    ]


def test_a_further_project_that_fails_is_told_for_itself() -> None:
    told = Outage(channel="C1", cause=Cause.FORBIDDEN, since=START, projects=("bank",))
    here = situation(
        failing("bank", FORBIDDEN),
        failing("shop", FORBIDDEN, since=START + 500),
        last_seen=START + 570,
        outages=(told,),
        followed={"C1": ("bank", "shop")},
    )
    assert words(review(here, 600)) == [("C1", Cause.FORBIDDEN, ("shop",))]


def test_projects_are_back_when_the_last_of_them_is() -> None:
    told = Outage(channel="C1", cause=Cause.FORBIDDEN, since=START, projects=("bank", "shop"))
    half = situation(failing("bank", FORBIDDEN), outages=(told,), last_seen=START + 99)
    assert review(half).nothing
    assert words(review(situation(outages=(told,), last_seen=START + 99))) == [
        ("C1", Cause.FORBIDDEN, ("bank", "shop"))
    ]


BANK = Outage(channel="C1", cause=Cause.FORBIDDEN, since=START, projects=("bank",))


def test_a_project_that_fails_for_another_cause_by_now_is_not_back() -> None:
    here = situation(failing("bank", failures=1, since=START + 90), outages=(BANK,), last_seen=START + 99)
    assert review(here).nothing


def test_when_zadig_goes_away_nothing_that_failed_before_is_back() -> None:
    both = (failing("bank", since=START + 500), failing("shop", since=START + 500))
    told = review(situation(*both, outages=(BANK,), last_seen=START + 490), 600)
    assert words(Review(begun=told.begun)) == [
        ("C1", Cause.AWAY, ("bank", "shop")),
        ("C2", Cause.AWAY, ("shop",)),
    ]
    assert [(word.outage, word.posting) for word in told.ended] == [(BANK, None)]
    assert not told.over


def test_a_project_whose_cause_has_changed_is_told_anew_and_ends_once() -> None:
    missing = failing("bank", NotFound("no bank"), since=START + 500)
    told = review(situation(missing, outages=(BANK,), last_seen=START + 590), 600)
    assert words(Review(begun=told.begun)) == [("C1", Cause.MISSING, ("bank",))]
    assert [(word.outage, word.posting) for word in told.ended] == [(BANK, None)]
    (begun,) = told.begun
    assert review(situation(missing, outages=(begun.outage,), last_seen=START + 690), 700).nothing
    back = review(situation(outages=(begun.outage,), last_seen=START + 790), 800)
    assert words(back) == [("C1", Cause.MISSING, ("bank",))]


def test_only_what_is_seen_is_said_to_be_back() -> None:
    two = Outage(channel="C1", cause=Cause.FORBIDDEN, since=START, projects=("bank", "shop"))
    missing = failing("bank", NotFound("no bank"), since=START + 500)
    told = review(situation(missing, outages=(two,), last_seen=START + 590), 600)
    assert words(told) == [("C1", Cause.MISSING, ("bank",)), ("C1", Cause.FORBIDDEN, ("shop",))]


def test_what_nobody_follows_any_more_is_over_without_a_word() -> None:
    told = (
        Outage(channel="C1", cause=Cause.FORBIDDEN, since=START, projects=("gone",)),
        Outage(channel="C9", cause=Cause.AWAY, since=START),
    )
    ended = review(situation(failing("gone", FORBIDDEN), outages=told, last_seen=START + 99)).ended
    assert [(word.outage, word.posting) for word in ended] == [(one, None) for one in told]


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (DOWN, Cause.AWAY),
        (Unreadable("half an answer"), Cause.AWAY),
        (StoreDown("no"), Cause.AWAY),
        (REFUSED, Cause.TOKEN),
        (FORBIDDEN, Cause.FORBIDDEN),
    ],
)
def test_every_error_has_a_cause(error: ReleaseBotError, cause: Cause) -> None:
    assert trouble_of(error) == Trouble(cause=cause, text=str(error), remedy=error.lasting_remedy)


# From looks to messages.


@pytest.fixture
def ten(store: Store, zadig: FakeZadig) -> Callable[[], Any]:
    """C1 follows ten projects, C2 one of them."""

    async def subscribed() -> None:
        for number in range(10):
            zadig.rows[f"p{number}"] = []
            await subscribe(store, f"p{number}")
        await subscribe(store, "p3", "C2")

    return subscribed


async def lives(poller: Poller, clock: FakeClock, seconds: int) -> None:
    for _ in range(seconds // 5):
        clock.passes(5)
        await poll(poller)


async def messages(store: Store, clock: FakeClock) -> list[tuple[str, str, int]]:
    """What waits, and is posted then: destination, kind, and how many projects it speaks of."""
    found: list[tuple[str, str, int]] = []
    while postings := await store.outbox.claim("poster", now=int(clock.at), limit=100, lease=60):
        for posting in postings:
            about = posting.notification
            count = 1 + len(about.others) if isinstance(about, ProjectUnreachable | ProjectBack) else 1
            found.append((posting.destination, about.kind, count))
            await store.outbox.mark_posted(
                posting, PostedMessage(channel=posting.destination, ts=f"{posting.id}.1"), now=int(clock.at)
            )
    return found


@pytest.mark.parametrize("error", [DOWN, REFUSED], ids=["down", "token"])
async def test_hours_without_zadig_are_two_messages_a_channel(
    poller: Poller,
    zadig: FakeZadig,
    store: Store,
    clock: FakeClock,
    ten: Callable[[], Any],
    *,
    error: Exception,
) -> None:
    await ten()
    await lives(poller, clock, 100)
    zadig.calls.fails["page"] = error
    await lives(poller, clock, 300)
    assert await messages(store, clock) == [
        ("C1", "project_unreachable", 10),
        ("C2", "project_unreachable", 1),
    ]
    await lives(poller, clock, 7200)
    assert await messages(store, clock) == []
    zadig.calls.fails.clear()
    await lives(poller, clock, 300)
    assert await messages(store, clock) == [("C1", "project_back", 10), ("C2", "project_back", 1)]
    await lives(poller, clock, 600)
    assert await messages(store, clock) == []
    assert await store.outages.situation() is None


async def test_a_token_that_lost_its_rights_everywhere_is_two_messages_a_channel(
    poller: Poller, zadig: FakeZadig, store: Store, clock: FakeClock, ten: Callable[[], Any]
) -> None:
    await ten()
    await lives(poller, clock, 100)
    zadig.calls.fails["page"] = FORBIDDEN
    await lives(poller, clock, 3600)
    assert await messages(store, clock) == [
        ("C1", "project_unreachable", 10),
        ("C2", "project_unreachable", 1),
    ]
    zadig.calls.fails.clear()
    await lives(poller, clock, 300)
    assert sorted(await messages(store, clock)) == [("C1", "project_back", 10), ("C2", "project_back", 1)]


async def test_a_project_that_fails_alone_is_told_for_itself(
    poller: Poller, zadig: FakeZadig, store: Store, clock: FakeClock, ten: Callable[[], Any]
) -> None:
    await ten()
    await lives(poller, clock, 100)
    del zadig.rows["p3"]
    zadig.admin = False
    await lives(poller, clock, 600)
    assert await messages(store, clock) == [
        ("C1", "project_unreachable", 1),
        ("C2", "project_unreachable", 1),
    ]
    zadig.rows["p3"] = []
    await lives(poller, clock, 600)
    assert await messages(store, clock) == [("C1", "project_back", 1), ("C2", "project_back", 1)]


async def test_an_outage_survives_a_restart(
    new_poller: Callable[..., Poller], zadig: FakeZadig, store: Store, clock: FakeClock
) -> None:
    await subscribe(store)
    zadig.calls.fails["page"] = DOWN
    await lives(new_poller("first"), clock, 60)
    await lives(new_poller("second"), clock, 600)
    assert await messages(store, clock) == [("C1", "project_unreachable", 1)]
    zadig.calls.fails.clear()
    await lives(new_poller("third"), clock, 60)
    assert await messages(store, clock) == [("C1", "project_back", 1)]


async def test_what_was_missed_follows_the_word_that_it_is_over(
    poller: Poller, zadig: FakeZadig, store: Store, clock: FakeClock, ten: Callable[[], Any]
) -> None:
    await ten()
    zadig.add("v1", project="p7")
    await lives(poller, clock, 100)
    await messages(store, clock)
    zadig.calls.fails["page"] = DOWN
    await lives(poller, clock, 300)
    zadig.move("v1", Status.SUCCESS, project="p7")
    zadig.calls.fails.clear()
    await lives(poller, clock, 60)
    kinds = [(who, kind) for who, kind, _ in await messages(store, clock) if who == "C1"]
    assert kinds == [
        ("C1", "project_unreachable"),
        ("C1", "project_back"),
        ("C1", "version_card"),
        ("C1", "version_succeeded"),
    ]


async def test_where_somebody_asked_is_told_too(
    poller: Poller, zadig: FakeZadig, store: Store, clock: FakeClock
) -> None:
    await store.pending.ask(ask())
    zadig.calls.fails["page"] = DOWN
    await lives(poller, clock, 120)
    assert await messages(store, clock) == [("C9", "project_unreachable", 1)]


async def test_without_a_database_nothing_is_told_and_then_everything(
    poller: Poller, zadig: FakeZadig, store: Store, clock: FakeClock, *, down: set[str]
) -> None:
    await subscribe(store)
    zadig.calls.fails["page"] = DOWN
    down.add("outages.record")
    await lives(poller, clock, 120)
    assert await messages(store, clock) == []
    down.clear()
    await lives(poller, clock, 20)
    assert await messages(store, clock) == [("C1", "project_unreachable", 1)]
