"""The outbox: one row for each thing that happened, in order, claimed by one, and never lost."""

import dataclasses
import json
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from sqlalchemy import update

from bot.domain.endings import Ending
from bot.domain.errors import Unreadable
from bot.domain.models import Kind, Progress, Status, Version
from bot.domain.notifications import (
    Afterwards,
    DestinationLost,
    NewPosting,
    Notification,
    OutcomeDigest,
    ProjectBack,
    ProjectUnreachable,
    Since,
    SubscriptionChanged,
    Tally,
    VersionCard,
    VersionDeleted,
    VersionEnded,
    WatchesEnded,
)
from bot.domain.ports import PostedMessage, Posting
from bot.domain.stores import Store
from bot.domain.watching import Subscription
from bot.store import SqlStore
from bot.store.outbox import MAX_UNREADABLE_CLAIMS, UNREADABLE_WAIT_SECONDS
from bot.store.rows import notification_from, text_of
from bot.store.tables import outbox
from tests.domain.samples import KINDS

New = Callable[..., NewPosting]
NOW = 10_000
HERE = PostedMessage(channel="C1", ts="1.000100")


async def claims(
    store: Store, now: int = NOW, *, owner: str = "me", limit: int = 9, busy: Sequence[str] = ()
) -> list[Posting]:
    return list(await store.outbox.claim(owner, now=now, limit=limit, lease=60, busy=frozenset(busy)))


async def only(store: Store, now: int = NOW, owner: str = "me") -> Posting:
    (posting,) = await claims(store, now, owner=owner)
    return posting


async def keys(store: Store, now: int = NOW, busy: Sequence[str] = ()) -> list[str]:
    return [posting.key for posting in await claims(store, now, busy=busy)]


EVERY_KIND: tuple[Notification, ...] = (
    VersionCard(
        version=Version(
            project="shop",
            name="v1",
            id="65a0b1c2d3e4f5a6b7c8d9e0",
            kind=Kind.HELM,
            status=Status.UNKNOWN,
            status_word="<odd> ␀ \x00",
            created_at=1,
            labels=("a", "b"),
            progress=Progress(done=1, total=2),
        ),
        since=1,
        asked_by="U1",
        stalled=True,
    ),
    ProjectUnreachable(project="shop", text="down", remedy="wait"),
    ProjectBack(project="shop", seconds=60),
    DestinationLost(channel="C1", project="shop", reason="is_archived"),
    VersionEnded(ending=Ending.MISSING, version=Version.unseen("shop", "v1"), asked_by="U1"),
    OutcomeDigest(
        fold="7",
        of="version_failed",
        count=9,
        projects=(Tally(of="shop", count=9),),
        reasons=(Tally(of="no space left \x00", count=8),),
        names=("shop/v1",),
        asked_by=("U1", "U2"),
        causes=("p0", "r1"),
    ),
    SubscriptionChanged(
        change="c1",
        channel="C1",
        project="shop",
        by="U1",
        before=Subscription(channel="C1", project="shop", by="U1", since=1, only_failures=True),
        after=None,
        undone_by="U2",
    ),
    WatchesEnded(count=2),
)


async def test_every_kind_of_notification_comes_back_as_it_was(
    store: Store, a_version: Callable[..., Version]
) -> None:
    version = a_version(labels=None, progress=None, kind=None)
    kinds: tuple[Notification, ...] = (
        *EVERY_KIND,
        VersionEnded(
            ending=Ending.SUCCEEDED,
            version=version,
            seconds=1,
            attempt="1/5",
            since=Since(what=Afterwards.DELETED),
        ),
        VersionDeleted(version=version, deleted_by="U2"),
        VersionEnded(ending=Ending.FAILED, version=version, seconds=2, asked_by="U2"),
        VersionEnded(ending=Ending.GONE, version=version),
        VersionEnded(ending=Ending.STALLED, version=version, seconds=3),
    )
    for number, notification in enumerate(kinds):
        posting = NewPosting(
            key=f"{number}",
            destination=f"C{number}",
            project="shop",
            version_name="v1",
            notification=notification,
            fallback="U9",
        )
        await store.outbox.enqueue([posting], now=NOW)
        (claimed,) = await claims(store, busy=[f"C{earlier}" for earlier in range(number)])
        assert claimed.notification == notification
        assert (claimed.key, claimed.fallback, claimed.created_at) == (posting.key, "U9", NOW)
    assert {notification.kind for notification in kinds} == set(KINDS)


async def test_a_fresh_claim_says_that_nothing_was_tried(store: Store, an_outcome: New) -> None:
    await store.outbox.enqueue([an_outcome()], now=NOW)
    posting = await only(store, NOW + 5)
    assert (posting.attempts, posting.uncertain, posting.message, posting.thread) == (0, False, None, None)
    assert (posting.first_tried_at, posting.revision) == (NOW + 5, 1)
    assert len(posting.operation_id) == 32


async def test_what_happened_once_is_told_once(store: Store, an_outcome: New) -> None:
    again = replace(an_outcome(), notification=ProjectBack(project="other", seconds=1))
    await store.outbox.enqueue([an_outcome(), again], now=NOW)
    await store.outbox.enqueue([again], now=NOW)
    posting = await only(store)
    assert posting.notification == an_outcome().notification
    await store.outbox.mark_posted(posting, HERE, now=NOW)
    await store.outbox.enqueue([again], now=NOW)
    assert await store.outbox.backlog() == 0


async def test_each_destination_gives_one_row_the_oldest_first(store: Store, an_outcome: New) -> None:
    wanted = [("v1", "C2"), ("v1", "C1"), ("v2", "C2"), ("v2", "C3"), ("v2", "C1")]
    await store.outbox.enqueue([an_outcome(name, channel) for name, channel in wanted], now=NOW)
    claimed = await claims(store)
    assert [(one.version_name, one.destination) for one in claimed] == [
        ("v1", "C2"),
        ("v1", "C1"),
        ("v2", "C3"),
    ]
    assert await claims(store) == []


async def test_no_more_rows_are_claimed_than_asked_for(store: Store, an_outcome: New) -> None:
    await store.outbox.enqueue([an_outcome(destination=f"C{number}") for number in range(5)], now=NOW)
    assert [one.destination for one in await claims(store, limit=2)] == ["C0", "C1"]
    assert [one.destination for one in await claims(store, limit=9)] == ["C2", "C3", "C4"]


async def test_busy_destinations_are_left_alone(store: Store, an_outcome: New) -> None:
    await store.outbox.enqueue([an_outcome(destination="C1"), an_outcome(destination="C2")], now=NOW)
    assert [one.destination for one in await claims(store, busy=["C1", "C9"])] == ["C2"]
    assert await claims(store, busy=["C1"]) == []


async def test_the_next_row_of_a_channel_waits_for_the_one_in_flight(store: Store, an_outcome: New) -> None:
    await store.outbox.enqueue([an_outcome("v1"), an_outcome("v2")], now=NOW)
    first = await only(store)
    assert await claims(store, owner="you") == []
    await store.outbox.mark_posted(first, HERE, now=NOW)
    assert (await only(store, owner="you")).version_name == "v2"


async def test_a_row_that_waits_blocks_only_its_own_version(store: Store, an_outcome: New) -> None:
    rows = [an_outcome("v1"), an_outcome("v1", what="gone"), an_outcome("v2"), an_outcome("v1", "C2")]
    await store.outbox.enqueue(rows, now=NOW)
    first, other = await claims(store)
    assert (first.key, other.key) == (rows[0].key, rows[3].key)
    await store.outbox.mark_later(first, at=NOW + 30, uncertain=False, reason="ratelimited")
    second = await only(store)
    assert second.key == rows[2].key
    await store.outbox.mark_posted(second, HERE, now=NOW)
    assert await claims(store, NOW + 29) == []
    again = await only(store, NOW + 30)
    assert (again.key, again.attempts, again.uncertain) == (rows[0].key, 1, False)
    await store.outbox.mark_posted(again, HERE, now=NOW)
    assert (await only(store)).key == rows[1].key


async def test_two_projects_with_versions_of_one_name_do_not_wait_for_each_other(
    store: Store, an_outcome: New
) -> None:
    other = an_outcome(key="other", project="bank")
    await store.outbox.enqueue([an_outcome(), other], now=NOW)
    await store.outbox.mark_later(await only(store), at=NOW + 30, uncertain=False, reason="")
    assert await keys(store) == ["other"]


async def test_a_claim_that_ran_out_may_have_been_sent(store: Store, an_outcome: New) -> None:
    await store.outbox.enqueue([an_outcome()], now=NOW)
    first = await only(store)
    assert await claims(store, NOW + 59, owner="you") == []
    second = await only(store, NOW + 60, owner="you")
    assert (second.uncertain, second.attempts, second.fence) == (True, 1, first.fence + 1)
    assert (second.first_tried_at, second.operation_id) == (NOW, first.operation_id)


async def test_an_unclear_attempt_stays_uncertain_until_somebody_found_out(
    store: Store, an_outcome: New
) -> None:
    await store.outbox.enqueue([an_outcome()], now=NOW)
    await store.outbox.mark_later(await only(store), at=NOW, uncertain=True, reason="time-out")
    second = await only(store)
    assert second.uncertain
    await store.outbox.mark_later(second, at=NOW, uncertain=False, reason="not there")
    assert not (await only(store)).uncertain


async def test_a_lost_claim_changes_nothing(store: Store, an_outcome: New) -> None:
    await store.outbox.enqueue([an_outcome()], now=NOW)
    lost = await only(store)
    held = await only(store, NOW + 60, owner="you")
    assert not await store.outbox.renew(lost, "me", now=NOW + 60, lease=60)
    assert not await store.outbox.mark_posted(lost, HERE, now=NOW + 60)
    assert not await store.outbox.mark_later(lost, at=0, uncertain=False, reason="")
    assert not await store.outbox.mark_dropped(lost, reason="", now=NOW, instead=[an_outcome("v2", "U1")])
    assert await claims(store, NOW + 61) == []
    assert await store.outbox.backlog() == 1
    assert await store.outbox.mark_posted(held, HERE, now=NOW + 61)
    assert await store.outbox.backlog() == 0


async def test_a_mark_is_made_once(store: Store, an_outcome: New) -> None:
    await store.outbox.enqueue([an_outcome()], now=NOW)
    posting = await only(store)
    assert await store.outbox.mark_later(posting, at=NOW, uncertain=False, reason="")
    assert not await store.outbox.mark_posted(posting, HERE, now=NOW)
    posting = await only(store)
    assert await store.outbox.mark_posted(posting, HERE, now=NOW)
    assert not await store.outbox.mark_dropped(posting, reason="", now=NOW)
    assert not await store.outbox.renew(posting, "me", now=NOW, lease=60)


async def test_a_renewed_claim_lasts_longer_and_only_its_owner_renews_it(
    store: Store, an_outcome: New
) -> None:
    await store.outbox.enqueue([an_outcome()], now=NOW)
    posting = await only(store)
    assert not await store.outbox.renew(posting, "you", now=NOW + 50, lease=60)
    assert await store.outbox.renew(posting, "me", now=NOW + 50, lease=60)
    assert await claims(store, NOW + 109, owner="you") == []
    assert await claims(store, NOW + 110, owner="you")


async def test_a_mark_after_the_lease_counts_while_nobody_took_over(store: Store, an_outcome: New) -> None:
    await store.outbox.enqueue([an_outcome()], now=NOW)
    assert await store.outbox.mark_posted(await only(store), HERE, now=NOW + 999)
    assert await claims(store, NOW + 999) == []


async def test_dropping_tells_somebody_else_instead(store: Store, an_outcome: New) -> None:
    await store.outbox.enqueue([an_outcome("v1"), an_outcome("v1", what="gone")], now=NOW)
    posting = await only(store)
    assert await store.outbox.mark_dropped(
        posting, reason="msg_too_long", now=NOW, instead=[an_outcome("v1", "U1")]
    )
    assert await keys(store) == ["outcome/C1/v1/gone", "outcome/U1/v1/failed"]


async def test_what_was_dropped_is_not_told_again(store: Store, an_outcome: New) -> None:
    await store.outbox.enqueue([an_outcome()], now=NOW)
    await store.outbox.mark_dropped(await only(store), reason="", now=NOW)
    await store.outbox.enqueue([an_outcome()], now=NOW)
    assert await claims(store) == []


async def test_a_lost_destination_ends_its_subscriptions_and_drops_what_waits(
    store: Store, subscription: Subscription, an_outcome: New
) -> None:
    other = replace(subscription, channel="C2")
    mine = [replace(subscription, project=project) for project in ("shop", "bank")]
    for one in (*mine, other):
        await store.subscriptions.subscribe(one)
    await store.outbox.enqueue([an_outcome("v1"), an_outcome("v2"), an_outcome("v1", "C2")], now=NOW)
    flying, _ = await claims(store)
    ended = await store.outbox.drop_destination("C1", reason="is_archived", now=NOW)
    assert ended == (mine[1], mine[0])
    assert await store.subscriptions.find() == (other,)
    assert await store.outbox.backlog() == 2
    assert [one.project for one in await store.polls.claim("me", now=NOW, limit=9, lease=9)] == ["shop"]
    assert await store.outbox.mark_dropped(flying, reason="is_archived", now=NOW)
    assert await store.outbox.drop_destination("C1", reason="is_archived", now=NOW) == ()


async def test_a_lost_destination_keeps_what_a_person_is_told_instead(
    store: Store, an_outcome: New, a_card: New
) -> None:
    asked = an_outcome("v2", fallback="U1")
    await store.outbox.enqueue([an_outcome("v1"), asked, replace(a_card("v3"), fallback="U1")], now=NOW)
    await store.outbox.drop_destination("C1", reason="is_archived", now=NOW)
    assert await keys(store) == [asked.key]
    assert await store.outbox.backlog() == 1


async def test_a_lost_destination_drops_what_a_dead_process_had_claimed(
    store: Store, an_outcome: New
) -> None:
    await store.outbox.enqueue([an_outcome()], now=NOW)
    dead = await only(store)
    await store.outbox.drop_destination("C1", reason="is_archived", now=NOW + 60)
    assert await store.outbox.backlog() == 0
    assert not await store.outbox.mark_posted(dead, HERE, now=NOW + 60)


async def test_released_claims_come_back_as_uncertain_when_their_lease_would_have_ended(
    store: Store, an_outcome: New
) -> None:
    """A message that is on its way at this moment cannot be found yet."""
    await store.outbox.enqueue([an_outcome(), an_outcome(destination="C2")], now=NOW)
    (mine,) = await claims(store, limit=1)
    (yours,) = await claims(store, owner="you")
    await store.outbox.release_claims("me")
    assert not await store.outbox.mark_posted(mine, HERE, now=NOW)
    assert await store.outbox.mark_posted(yours, HERE, now=NOW)
    assert await claims(store, NOW + 59) == []
    again = await only(store, NOW + 60)
    assert (again.key, again.uncertain) == (mine.key, True)


async def test_a_destination_that_rests_is_claimed_by_nobody_and_nothing_is_uncertain_after(
    store: Store, an_outcome: New
) -> None:
    """Slack asks for a pause of 30 seconds: what has just been written down waits as well, whoever would send it."""
    await store.outbox.enqueue([an_outcome("v1"), an_outcome("v2"), an_outcome("v1", "C2")], now=NOW)
    resting, other = await claims(store)
    assert await store.outbox.mark_later(
        resting, at=NOW + 30, uncertain=False, reason="ratelimited", rest=True
    )
    assert not await store.outbox.mark_posted(resting, HERE, now=NOW)
    await store.outbox.mark_posted(other, HERE, now=NOW)
    await store.outbox.enqueue([an_outcome("v3"), an_outcome("v2", "C2")], now=NOW + 1)
    assert [one.destination for one in await claims(store, NOW + 29, owner="you")] == ["C2"]
    again = await only(store, NOW + 30)
    assert (again.key, again.uncertain, again.attempts) == (resting.key, False, 0)


async def test_the_backlog_counts_what_waits(store: Store, an_outcome: New) -> None:
    assert await store.outbox.backlog() == 0
    await store.outbox.enqueue([an_outcome("v1"), an_outcome("v2"), an_outcome("v3")], now=NOW)
    await store.outbox.mark_posted(await only(store), HERE, now=NOW)
    await store.outbox.mark_dropped(await only(store), reason="", now=NOW)
    assert await store.outbox.backlog() == 1


async def test_a_clock_that_is_set_back_does_not_hold_up_postings(store: Store, an_outcome: New) -> None:
    ahead = NOW + 24 * 3600
    await store.outbox.enqueue([an_outcome("v1"), an_outcome("v2", "C2"), an_outcome("v3", "C3")], now=ahead)
    first, _, _ = await claims(store, ahead)
    await store.outbox.mark_later(first, at=ahead + 60, uncertain=False, reason="")
    assert len(await claims(store, NOW)) == 3
    assert await claims(store, NOW) == []


async def test_a_row_that_this_release_cannot_read_is_left_to_newer_ones(
    store: SqlStore, an_outcome: New
) -> None:
    await store.outbox.enqueue([an_outcome("v1"), an_outcome("v2"), an_outcome("v1", "C2")], now=NOW)
    async with store._database.write() as connection:
        await connection.execute(
            update(outbox)
            .where(outbox.c.key == an_outcome("v1").key)
            .values(payload='{"kind": "version_sang"}')
        )
    assert await keys(store) == ["outcome/C2/v1/failed"]
    assert await keys(store) == ["outcome/C1/v2/failed"]
    assert await store.outbox.backlog() == 3
    now = NOW
    for _ in range(1, MAX_UNREADABLE_CLAIMS):
        now += UNREADABLE_WAIT_SECONDS
        assert await keys(store, now, busy=["C2"]) == []
        await store.outbox.release_claims("me")
    assert await store.outbox.backlog() == 2


async def test_a_channel_of_any_length_and_spelling_can_be_told(store: Store, an_outcome: New) -> None:
    for name in ("nul\x00", "q'\"", "🎉" * 3_000, "x" * 199 + "\x00"):
        await store.outbox.enqueue([an_outcome(name, "C1", thread_of=name)], now=NOW)
        posting = await only(store)
        assert posting.notification == an_outcome(name).notification
        assert await store.outbox.mark_dropped(posting, reason=name, now=NOW)


@pytest.mark.parametrize("message", [HERE, PostedMessage(channel="D024BE91L", ts="1355517523.000005")])
async def test_where_a_message_stands_comes_back_with_its_edit(
    store: Store, a_card: New, message: PostedMessage
) -> None:
    await store.outbox.enqueue([a_card()], now=NOW)
    posting = await only(store)
    await store.outbox.mark_posted(posting, message, now=NOW)
    await store.outbox.enqueue([a_card(status=Status.SUCCESS)], now=NOW)
    edit = await only(store)
    assert (edit.message, edit.operation_id) == (message, posting.operation_id)


OLDER: dict[str, dict[str, object]] = {
    "version_missing": {"project": "shop", "version_name": "v1", "asked_by": "U1", "instead": None},
    "version_stalled": {"version": {**dataclasses.asdict(Version.unseen("shop", "v1"))}, "seconds": 4500},
}


@pytest.mark.parametrize("kind", OLDER)
def test_an_ending_that_an_earlier_release_wrote_is_read_and_written_the_same_way(kind: str) -> None:
    older = {**OLDER[kind], "kind": kind}
    ended = notification_from(json.dumps(older))
    assert (ended.kind, ended.version.name) == (kind, "v1")  # type: ignore[union-attr] # it is an ending
    assert json.loads(text_of(ended)).items() >= older.items()


@pytest.mark.parametrize(
    "payload", ["", "null", "[]", "{}", '{"kind": "version_failed"}', '{"kind": 7}', "{"]
)
def test_what_another_release_wrote_in_another_form_is_unreadable(payload: str) -> None:
    with pytest.raises(Unreadable):
        notification_from(payload)
