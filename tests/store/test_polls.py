"""Looks: which project is due for whom, and what a look leaves behind."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import update

from bot.domain.changes import Memory, Seen
from bot.domain.models import Progress, Status
from bot.domain.notifications import NewPosting
from bot.domain.outages import Cause, Trouble
from bot.domain.ports import PollClaim, PollOutcome
from bot.domain.stores import Store
from bot.domain.watching import Deletion, PendingRequest, Subscription, Watch
from bot.store import SqlStore
from bot.store.tables import seen

Seens = Callable[..., Seen]
NOW = 10_000


@pytest.fixture(autouse=True)
async def followed(store: Store, subscription: Subscription) -> None:
    await store.subscriptions.subscribe(subscription)


async def claim(store: Store, now: int = NOW, owner: str = "me", lease: int = 60) -> PollClaim | None:
    claims = await store.polls.claim(owner, now=now, limit=1, lease=lease)
    return claims[0] if claims else None


async def held(store: Store, now: int = NOW) -> PollClaim:
    claimed = await claim(store, now)
    assert claimed
    return claimed


async def test_a_look_is_claimed_by_one_for_as_long_as_the_lease(store: Store) -> None:
    first = await held(store)
    assert await claim(store, NOW + 59, owner="you") is None
    second = await claim(store, NOW + 60, owner="you")
    assert second
    assert second.fence == first.fence + 1


async def test_no_more_looks_are_claimed_than_asked_for_and_the_longest_waiting_first(
    store: Store, subscription: Subscription
) -> None:
    for number, project in enumerate(("c", "a", "b")):
        await store.subscriptions.subscribe(replace(subscription, project=project))
        (claimed,) = [
            one for one in await store.polls.claim("me", now=NOW, limit=9, lease=9) if one.project == project
        ]
        await store.polls.record(PollOutcome(claim=claimed, next_in=10 - number), now=NOW)
    await store.subscriptions.unsubscribe("C1", "shop")
    assert {one.project for one in await store.polls.claim("me", now=NOW + 10, limit=2, lease=9)} == {
        "a",
        "b",
    }
    assert [one.project for one in await store.polls.claim("me", now=NOW + 10, limit=2, lease=9)] == ["c"]


async def test_a_recorded_look_is_due_again_after_its_interval(store: Store) -> None:
    assert await store.polls.record(PollOutcome(claim=await held(store), next_in=10.4), now=NOW)
    assert await claim(store, NOW + 9) is None
    assert await claim(store, NOW + 10)


async def test_failures_come_back_with_the_next_claim(store: Store) -> None:
    away = Trouble(cause=Cause.AWAY, text="Zadig does not answer.", remedy="Wait.")
    outcome = PollOutcome(
        claim=await held(store), next_in=0, failures=3, failing_since=NOW - 30, trouble=away
    )
    await store.polls.record(outcome, now=NOW)
    again = await held(store)
    assert (again.failures, again.failing_since, again.trouble) == (3, NOW - 30, away)
    await store.polls.record(PollOutcome(claim=again, next_in=0), now=NOW)
    well = await held(store)
    assert (well.failures, well.failing_since, well.trouble) == (0, None, None)


async def test_a_claim_says_how_late_it_comes(store: Store) -> None:
    assert (await held(store)).late == 0
    await store.polls.record(PollOutcome(claim=await held(store, NOW + 60), next_in=10), now=NOW + 60)
    assert (await held(store, NOW + 77)).late == 7


async def test_what_became_due_while_nobody_looked_becomes_due_one_after_another(
    store: Store, subscription: Subscription
) -> None:
    for number in range(10):
        await store.subscriptions.subscribe(replace(subscription, project=f"p{number}"))
    for one in await store.polls.claim("me", now=NOW, limit=20, lease=5):
        pause = 9999 if one.project == "shop" else int(one.project[1:])
        await store.polls.record(PollOutcome(claim=one, next_in=pause), now=NOW)
    await store.polls.soon("p9", now=NOW)
    await store.polls.spread(now=NOW + 500, per_second=4)
    due = []
    for second in range(4):
        claims = await store.polls.claim("me", now=NOW + 500 + second, limit=20, lease=60)
        due.append({one.project for one in claims})
    assert due == [{"p9", "p0", "p1", "p2", "p3"}, {"p4", "p5", "p6", "p7"}, {"p8"}, set()]


async def test_nothing_is_seen_before_the_first_look(store: Store) -> None:
    assert await store.polls.seen("shop") is None
    assert await store.polls.seen("nothing") is None


async def test_a_look_that_saw_nothing_is_not_no_look(store: Store) -> None:
    await store.polls.record(PollOutcome(claim=await held(store), next_in=0, memory={}), now=NOW)
    assert await store.polls.seen("shop") == {}


async def test_what_was_seen_comes_back_as_it_was(store: Store, a_seen: Seens) -> None:
    progress = Progress(done=1, total=3, upload_status="uploading", error="<b> & \x00 \ud7ff 🎉")
    memory: Memory = {
        "v1": a_seen("v1", at=NOW),
        "v2": replace(a_seen("v2", status=Status.FAILED, progress=progress), epoch=4, stalled=True),
        "v3": replace(a_seen("v3", kind=None, labels=("a", ""), description="✓"), gone=True, at=5),
        "nul\x00": a_seen("nul\x00", at=NOW, labels=()),
        "long" * 900: a_seen("long" * 900, at=NOW),
    }
    await store.polls.record(PollOutcome(claim=await held(store), next_in=0, memory=memory), now=NOW)
    assert await store.polls.seen("shop") == memory


async def test_a_new_memory_replaces_the_old_one(store: Store, a_seen: Seens) -> None:
    first: Memory = {name: a_seen(name, at=NOW) for name in ("kept", "changed", "left", "gone")}
    await store.polls.record(PollOutcome(claim=await held(store), next_in=0, memory=first), now=NOW)
    second: Memory = {
        "kept": a_seen("kept", at=NOW + 1),
        "changed": a_seen("changed", at=NOW + 1, status=Status.SUCCESS),
        "left": a_seen("left", at=NOW),
        "new": a_seen("new", at=NOW + 1),
    }
    await store.polls.record(PollOutcome(claim=await held(store), next_in=0, memory=second), now=NOW + 1)
    assert await store.polls.seen("shop") == second
    third: Memory = {name: replace(one, at=NOW) for name, one in second.items()}
    await store.polls.record(
        PollOutcome(claim=await held(store, NOW + 2), next_in=0, memory=third), now=NOW + 2
    )
    assert await store.polls.seen("shop") == third


async def test_a_failed_look_keeps_what_was_seen(store: Store, a_seen: Seens) -> None:
    memory = {"v1": a_seen()}
    await store.polls.record(PollOutcome(claim=await held(store), next_in=0, memory=memory), now=NOW)
    await store.polls.record(PollOutcome(claim=await held(store), next_in=0, failures=1), now=NOW)
    assert await store.polls.seen("shop") == memory


async def test_what_a_newer_release_saw_is_seen_anew(store: SqlStore, a_seen: Seens) -> None:
    memory = {"v1": a_seen("v1"), "v2": a_seen("v2")}
    await store.polls.record(PollOutcome(claim=await held(store), next_in=0, memory=memory), now=NOW)
    async with store._database.write() as connection:
        await connection.execute(
            update(seen).where(seen.c.version_name == "v1").values(version='{"status": "sung"}')
        )
    assert await store.polls.seen("shop") == {"v2": memory["v2"]}
    await store.polls.record(PollOutcome(claim=await held(store), next_in=0, memory=memory), now=NOW)
    assert await store.polls.seen("shop") == memory


async def test_what_is_over_ends_with_the_look_that_saw_it(
    store: Store, ask: PendingRequest, watch: Watch
) -> None:
    await store.pending.ask(ask)
    ended, begun = (
        Deletion(project="shop", version_name=name, created_at=5, user="U1", at=NOW) for name in ("v1", "v2")
    )
    await store.pending.note_deletion(ended)
    await store.pending.note_deletion(begun)
    await store.watches.watch(watch)
    await store.pending.answered(ask, keep=True)
    interest = await store.pending.interest("shop")
    outcome = PollOutcome(
        claim=await held(store),
        next_in=0,
        settled_asks=interest.asks,
        ended_watches=interest.watches,
        ended_deletions=(ended,),
    )
    await store.polls.record(outcome, now=NOW)
    after = await store.pending.interest("shop")
    assert (after.asks, after.watches, after.deletions) == ((), (), (begun,))
    assert after.subscriptions


async def test_a_watch_that_was_ended_and_begun_anew_outlives_the_look_that_saw_the_old_one(
    store: Store, watch: Watch
) -> None:
    await store.watches.watch(watch)
    claimed = await held(store)
    await store.watches.unwatch(watch.user, watch.project, watch.version_name)
    anew = replace(watch, since=NOW)
    await store.watches.watch(anew)
    await store.polls.record(PollOutcome(claim=claimed, next_in=0, ended_watches=(watch,)), now=NOW)
    assert (await store.pending.interest("shop")).watches == (anew,)


async def test_a_lost_claim_writes_nothing(
    store: Store, a_seen: Seens, an_outcome: Callable[..., NewPosting], ask: PendingRequest, watch: Watch
) -> None:
    await store.pending.ask(ask)
    await store.watches.watch(watch)
    lost = await held(store)
    assert await claim(store, NOW + 60, owner="you")
    before = await store.pending.interest("shop")
    outcome = PollOutcome(
        claim=lost,
        next_in=999,
        memory={"v1": a_seen()},
        postings=(an_outcome(),),
        settled_asks=before.asks,
        ended_watches=before.watches,
    )
    assert not await store.polls.record(outcome, now=NOW + 61)
    assert await store.polls.seen("shop") is None
    assert await store.outbox.backlog() == 0
    assert await store.pending.interest("shop") == before
    assert await claim(store, NOW + 120)


async def test_a_look_is_recorded_once(store: Store, an_outcome: Callable[..., NewPosting]) -> None:
    outcome = PollOutcome(claim=await held(store), next_in=10, postings=(an_outcome(),))
    assert await store.polls.record(outcome, now=NOW)
    assert not await store.polls.record(outcome, now=NOW)


async def test_a_lease_that_ran_out_may_still_be_recorded_while_nobody_took_over(store: Store) -> None:
    assert await store.polls.record(PollOutcome(claim=await held(store), next_in=10), now=NOW + 600)


async def test_looking_soon_makes_a_project_due_now(store: Store) -> None:
    await store.polls.record(PollOutcome(claim=await held(store), next_in=60), now=NOW)
    await store.polls.soon("shop", now=NOW + 5)
    assert await claim(store, NOW + 4) is None
    assert await claim(store, NOW + 5)


async def test_looking_soon_does_not_put_off_what_was_due_earlier(store: Store) -> None:
    await store.polls.record(PollOutcome(claim=await held(store), next_in=1), now=NOW)
    await store.polls.soon("shop", now=NOW + 5)
    assert await claim(store, NOW + 1)


async def test_looking_soon_at_what_nobody_follows_does_nothing(store: Store) -> None:
    await store.polls.soon("nothing", now=NOW)
    assert [one.project for one in await store.polls.claim("me", now=NOW, limit=9, lease=9)] == ["shop"]


async def test_a_look_under_way_does_not_push_away_the_next_that_somebody_asked_for(
    store: Store, watch: Watch
) -> None:
    for act in (
        lambda: store.polls.soon("shop", now=NOW + 3),
        lambda: store.watches.watch(replace(watch, user=str(watch.since))),
    ):
        claimed = await held(store)
        await act()
        assert await claim(store, NOW + 3, owner="you") is None
        await store.polls.record(PollOutcome(claim=claimed, next_in=60), now=NOW + 4)
        again = await held(store, NOW + 4)
        await store.polls.record(PollOutcome(claim=again, next_in=0), now=NOW)


async def test_a_wish_from_before_the_claim_is_fulfilled_by_it(store: Store) -> None:
    await store.polls.soon("shop", now=NOW)
    await store.polls.record(PollOutcome(claim=await held(store), next_in=60), now=NOW)
    assert await claim(store, NOW + 59) is None


async def test_a_project_is_forgotten_by_the_look_that_ends_the_last_wish(
    store: Store, ask: PendingRequest, a_seen: Seens, an_outcome: Callable[..., NewPosting]
) -> None:
    await store.pending.ask(ask)
    await store.subscriptions.unsubscribe("C1", "shop")
    outcome = PollOutcome(
        claim=await held(store),
        next_in=10,
        memory={"v1": a_seen()},
        postings=(an_outcome(),),
        settled_asks=(ask,),
    )
    assert await store.polls.record(outcome, now=NOW)
    assert await store.polls.seen("shop") is None
    assert await claim(store, NOW + 999) is None
    assert await store.outbox.backlog() == 1


async def test_a_project_that_is_followed_anew_begins_with_a_first_look(
    store: Store, subscription: Subscription, a_seen: Seens
) -> None:
    old = await held(store)
    await store.polls.record(PollOutcome(claim=old, next_in=0, memory={"v1": a_seen()}), now=NOW)
    running = await held(store)
    await store.subscriptions.unsubscribe("C1", "shop")
    await store.subscriptions.subscribe(subscription)
    assert await store.polls.seen("shop") is None
    late = PollOutcome(claim=running, next_in=0, memory={"v1": a_seen()})
    assert not await store.polls.record(late, now=NOW)
    await held(store)
    assert not await store.polls.record(late, now=NOW)
    assert await store.polls.seen("shop") is None


async def test_an_outcome_of_a_project_that_was_forgotten_meanwhile_is_told_again(
    store: Store, subscription: Subscription, an_outcome: Callable[..., NewPosting]
) -> None:
    for told in (1, 2, 3):
        await store.subscriptions.subscribe(subscription)
        await store.polls.record(
            PollOutcome(claim=await held(store), next_in=0, postings=(an_outcome(), an_outcome())), now=NOW
        )
        await store.subscriptions.unsubscribe("C1", "shop")
        assert await store.outbox.backlog() == told


async def test_released_looks_are_due_at_once_and_cannot_be_recorded(store: Store, a_seen: Seens) -> None:
    mine = await held(store)
    await store.outbox.release_claims("you")
    assert await claim(store, NOW) is None
    await store.outbox.release_claims("me")
    assert not await store.polls.record(PollOutcome(claim=mine, next_in=0, memory={"v1": a_seen()}), now=NOW)
    assert await claim(store, NOW)


async def test_a_clock_that_is_set_back_does_not_stop_the_looks(store: Store) -> None:
    ahead = NOW + 30 * 24 * 3600
    await store.polls.record(PollOutcome(claim=await held(store, ahead), next_in=60), now=ahead)
    claimed = await held(store, NOW)
    assert await claim(store, NOW) is None
    await store.polls.record(PollOutcome(claim=claimed, next_in=60), now=NOW)
    assert await claim(store, NOW + 59) is None
