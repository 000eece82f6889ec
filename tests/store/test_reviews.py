"""What is noted of outages: what fails, who follows it, and that each channel is told once by however many processes."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain.notifications import NewPosting, ProjectBack, ProjectUnreachable
from bot.domain.outages import Cause, Outage, Review, Trouble, Word
from bot.domain.ports import PollOutcome
from bot.domain.stores import Store
from bot.domain.watching import PendingRequest, Subscription

NOW = 10_000
AWAY = Trouble(cause=Cause.AWAY, text="Zadig does not answer.", remedy="Wait.")
WHOLE = Outage(channel="C1", cause=Cause.AWAY, since=NOW)


@pytest.fixture(autouse=True)
async def followed(store: Store, subscription: Subscription) -> None:
    await store.subscriptions.subscribe(subscription)


async def looks(store: Store, *, trouble: Trouble | None = None, failures: int = 0, now: int = NOW) -> None:
    """One look at everything that is due, with this outcome."""
    for claim in await store.polls.claim("me", now=now, limit=99, lease=60):
        outcome = PollOutcome(
            claim=claim,
            next_in=0,
            memory=None if trouble else {},
            trouble=trouble,
            failures=failures,
            failing_since=now if trouble else None,
        )
        await store.polls.record(outcome, now=now)


def begins(outage: Outage = WHOLE) -> Word:
    told = ProjectUnreachable(project="shop", text="down")
    return Word(outage=outage, posting=_posting(f"unreachable/{outage}", told))


def ends(outage: Outage = WHOLE) -> Word:
    return Word(outage=outage, posting=_posting(f"back/{outage}", ProjectBack(project="shop", seconds=1)))


def _posting(key: str, told: ProjectUnreachable | ProjectBack) -> NewPosting:
    return NewPosting(key=key, destination="C1", project="shop", version_name="", notification=told)


async def test_where_nothing_is_wrong_there_is_nothing_to_review(store: Store) -> None:
    await looks(store)
    assert await store.outages.situation() is None


async def test_the_situation_is_what_fails_and_who_follows_it(
    store: Store, subscription: Subscription, ask: PendingRequest
) -> None:
    await looks(store, now=NOW - 50)
    await store.subscriptions.subscribe(replace(subscription, project="bank"))
    await store.pending.ask(replace(ask, channel="C2", project="bank"))
    await looks(store, trouble=AWAY, failures=2)
    situation = await store.outages.situation()
    assert situation is not None
    assert [(one.project, one.trouble, one.failures, one.since) for one in situation.failing] == [
        ("bank", AWAY, 2, NOW),
        ("shop", AWAY, 2, NOW),
    ]
    assert situation.followed == {"C1": ("bank", "shop"), "C2": ("bank",)}
    assert (situation.last_seen, situation.outages) == (NOW - 50, ())


async def test_an_outage_is_noted_and_told_until_it_ends(store: Store) -> None:
    await store.outages.record(Review(begun=(begins(),)), now=NOW)
    situation = await store.outages.situation()
    assert situation is not None
    assert situation.outages == (WHOLE,)
    assert await store.outbox.backlog() == 1
    await store.outages.record(Review(ended=(ends(),)), now=NOW)
    assert await store.outages.situation() is None
    assert await store.outbox.backlog() == 2


async def test_projects_are_remembered_with_their_outage(store: Store) -> None:
    outage = Outage(channel="C1", cause=Cause.FORBIDDEN, since=NOW, projects=("bank", "shop"))
    await store.outages.record(Review(begun=(begins(outage), begins())), now=NOW)
    situation = await store.outages.situation()
    assert situation is not None
    assert set(situation.outages) == {outage, WHOLE}


async def test_however_many_processes_notice_one_tells(replicas: tuple[Store, ...]) -> None:
    other = Review(begun=(begins(replace(WHOLE, since=NOW + 1)),))
    await asyncio.gather(*(one.outages.record(Review(begun=(begins(),)), now=NOW) for one in replicas))
    await asyncio.gather(*(one.outages.record(other, now=NOW) for one in replicas))
    assert await replicas[0].outbox.backlog() == 1
    await asyncio.gather(*(one.outages.record(Review(ended=(ends(),)), now=NOW) for one in replicas))
    assert await replicas[0].outbox.backlog() == 2


async def test_processes_that_see_different_parts_of_an_outage_tell_none_twice(
    replicas: tuple[Store, ...],
) -> None:
    """Each sees what had failed when it looked; what no word speaks of is left to the next review."""
    parts = [
        Outage(channel="C1", cause=Cause.FORBIDDEN, since=NOW, projects=projects)
        for projects in (("bank", "shop"), ("art", "bank", "shop"), ("shop",), ("art", "bank"))
    ]
    await asyncio.gather(
        *(
            one.outages.record(Review(begun=(begins(part),)), now=NOW)
            for one, part in zip(replicas, parts, strict=True)
        )
    )
    situation = await replicas[0].outages.situation()
    assert situation is not None
    told = [project for outage in situation.outages for project in outage.projects]
    assert len(told) == len(set(told))
    assert await replicas[0].outbox.backlog() == len(situation.outages) >= 1


async def test_what_a_channel_is_not_told_is_noted_all_the_same(store: Store) -> None:
    await store.outages.record(Review(begun=(begins(),)), now=NOW)
    await store.outages.record(Review(ended=(Word(outage=WHOLE),)), now=NOW)
    assert await store.outages.situation() is None
    assert await store.outbox.backlog() == 1


async def test_after_an_outage_what_still_fails_begins_to_fail_anew(store: Store) -> None:
    await looks(store, trouble=AWAY, failures=9)
    await store.outages.record(Review(over=True), now=NOW + 500)
    situation = await store.outages.situation()
    assert situation is not None
    assert [(one.failures, one.since) for one in situation.failing] == [(1, NOW + 500)]


async def test_what_has_just_been_seen_fails_no_longer_for_whoever_reviews_next(
    store: Store, subscription: Subscription
) -> None:
    """Its look is written down a moment later; a review in between would begin the outage again that has just ended."""
    await store.subscriptions.subscribe(replace(subscription, project="bank"))
    await looks(store, trouble=AWAY, failures=9)
    await store.outages.record(Review(ended=(ends(),), seen="shop"), now=NOW + 500)
    situation = await store.outages.situation()
    assert situation is not None
    assert [(one.project, one.failures) for one in situation.failing] == [("bank", 9)]
