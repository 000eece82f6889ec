"""Folds in the database: all rows or none, order, the list behind them, and what becomes of them when they are given up."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from bot.domain.digests import Digest, DigestRule, OpenDigest, WaitingOutcome
from bot.domain.notifications import NewPosting, OutcomeDigest, Tally
from bot.domain.ports import PostedMessage, Posting
from bot.domain.stores import Store
from bot.store.housekeeping import KEEP_POSTINGS_SECONDS

New = Callable[..., NewPosting]
NOW = 10_000
HERE = PostedMessage(channel="C1", ts="1.000100")


Queue = tuple[tuple[WaitingOutcome, ...], tuple[OpenDigest, ...]]


async def crowds(store: Store, *, more_than: int = 2, since: int = NOW - 60) -> dict[str, Queue]:
    """What the store asks about by destination; nothing is folded and nothing claimed."""
    found: dict[str, Queue] = {}

    def note(waiting: Sequence[WaitingOutcome], standing: Sequence[OpenDigest]) -> tuple[Digest, ...]:
        destination = waiting[0].destination if waiting else standing[0].destination
        found[destination] = (tuple(waiting), tuple(standing))
        return ()

    await claims(store, limit=0, folding=DigestRule(more_than=more_than, grown_since=since, together=note))
    return found


async def rows(store: Store, destination: str = "C1") -> tuple[WaitingOutcome, ...]:
    waiting, _ = (await crowds(store, more_than=0))[destination]
    return waiting


async def fold(store: Store, *folds: Digest, now: int = NOW) -> None:
    """These, and nothing is claimed."""
    folding = DigestRule(more_than=0, grown_since=NOW - 60, together=lambda *_: folds)
    await claims(store, now, limit=0, folding=folding)


def fold_of(waiting: Sequence[WaitingOutcome], into: int | None = None, count: int = 0) -> Digest:
    told = OutcomeDigest(
        fold=str(waiting[0].id),
        of="version_failed",
        count=count or len(waiting),
        projects=(Tally(of="shop", count=len(waiting)),),
        causes=("p1",),
    )
    return Digest(
        destination=waiting[0].destination,
        notification=told,
        rows=tuple(one.id for one in waiting),
        into=into,
    )


async def claims(
    store: Store, now: int = NOW, owner: str = "me", limit: int = 9, folding: DigestRule | None = None
) -> list[Posting]:
    return list(await store.outbox.claim(owner, now=now, limit=limit, lease=20, folding=folding))


async def folded(store: Store, an_outcome: New, count: int = 4) -> Digest:
    await store.outbox.enqueue([an_outcome(f"v{number}") for number in range(count)], now=NOW)
    made = fold_of(await rows(store))
    await fold(store, made)
    return made


async def listed(store: Store, fold: Digest, number: int = 1, size: int = 100) -> list[str]:
    page = await store.digests.page(fold.notification.fold, number=number, size=size)
    return [one.version.name for one in page.outcomes if one.kind == "version_failed"]


async def test_only_where_much_waits(store: Store, an_outcome: New, a_card: New) -> None:
    await store.outbox.enqueue([an_outcome(f"v{number}") for number in range(3)], now=NOW)
    await store.outbox.enqueue([an_outcome(f"v{number}", "C2") for number in range(2)], now=NOW)
    await store.outbox.enqueue([a_card(f"v{number}", "C3") for number in range(9)], now=NOW)
    found = await crowds(store)
    assert list(found) == ["C1"]
    assert [one.version_name for one in found["C1"][0]] == ["v0", "v1", "v2"]


async def test_what_was_begun_is_left_alone(store: Store, an_outcome: New) -> None:
    await store.outbox.enqueue([an_outcome(f"v{number}") for number in range(5)], now=NOW)
    (first,) = await claims(store)
    assert [one.version_name for one in await rows(store)] == ["v1", "v2", "v3", "v4"]
    await store.outbox.mark_later(first, at=NOW + 5, uncertain=False, reason="later")
    assert [one.version_name for one in await rows(store)] == ["v1", "v2", "v3", "v4"]


async def test_of_each_version_what_comes_first(store: Store, an_outcome: New) -> None:
    await store.outbox.enqueue(
        [an_outcome("v0"), an_outcome("v0", what="stalled"), an_outcome("v1")], now=NOW
    )
    assert [one.version_name for one in await rows(store)] == ["v0", "v1"]


async def test_a_fold_is_one_row_that_goes_first(store: Store, an_outcome: New, a_card: New) -> None:
    await store.outbox.enqueue([a_card("other")], now=NOW)
    made = await folded(store, an_outcome)
    assert await store.outbox.backlog() == 2
    (posting,) = [one for one in await claims(store) if one.destination == "C1"]
    assert posting.version_name == "other"
    await store.outbox.mark_posted(posting, HERE, now=NOW)
    (posting,) = await claims(store)
    assert posting.notification == made.notification
    assert (posting.attempts, posting.created_at, posting.thread) == (0, NOW, None)
    assert await store.outbox.mark_posted(posting, HERE, now=NOW)
    assert await store.outbox.backlog() == 0
    assert await claims(store) == []


async def test_what_is_put_together_is_asked_about_and_claimed_in_one_go(
    store: Store, an_outcome: New
) -> None:
    await store.outbox.enqueue([an_outcome(f"v{number}") for number in range(4)], now=NOW)
    folding = DigestRule(more_than=2, grown_since=NOW, together=lambda waiting, _: (fold_of(waiting),))
    (posting,) = await claims(store, folding=folding)
    assert isinstance(posting.notification, OutcomeDigest)
    assert await claims(store, folding=folding) == []


async def test_of_two_processes_one_folds(replicas: tuple[Store, ...], an_outcome: New) -> None:
    await replicas[0].outbox.enqueue([an_outcome(f"v{number}") for number in range(40)], now=NOW)
    folding = DigestRule(more_than=2, grown_since=NOW, together=lambda waiting, _: (fold_of(waiting),))
    taken = await asyncio.gather(
        *(claims(one, owner=str(number), folding=folding) for number, one in enumerate(replicas))
    )
    told = [posting.notification for some in taken for posting in some]
    assert [one.count for one in told if isinstance(one, OutcomeDigest)] == [40]
    assert await replicas[0].outbox.backlog() == 1


async def test_the_list_has_pages(store: Store, an_outcome: New) -> None:
    made = await folded(store, an_outcome, 5)
    assert await listed(store, made, number=2, size=2) == ["v2", "v3"]
    page = await store.digests.page(made.notification.fold, number=4, size=2)
    assert (page.total, page.outcomes) == (5, ())
    unknown = await store.digests.page("0", number=1, size=2)
    assert (unknown.total, unknown.outcomes) == (0, ())


async def test_a_fold_grows_before_it_is_sent_and_after(store: Store, an_outcome: New) -> None:
    made = await folded(store, an_outcome)
    await store.outbox.enqueue([an_outcome("v8")], now=NOW + 1)
    ((waiting, (standing,)),) = (await crowds(store)).values()
    assert (standing.notification, standing.began_at) == (made.notification, NOW)
    await fold(store, fold_of(waiting, standing.id, 5), now=NOW + 1)
    (posting,) = await claims(store, NOW + 2)
    assert isinstance(posting.notification, OutcomeDigest)
    assert posting.notification.count == 5
    await store.outbox.enqueue([an_outcome("v9")], now=NOW + 2)
    assert await crowds(store) == {}
    await store.outbox.mark_posted(posting, HERE, now=NOW + 3)
    ((waiting, (standing,)),) = (await crowds(store)).values()
    await fold(store, fold_of(waiting, standing.id, 6), now=NOW + 4)
    (edit,) = await claims(store, NOW + 5)
    assert (edit.id, edit.message) == (posting.id, HERE)
    await store.outbox.mark_posted(edit, HERE, now=NOW + 6)
    assert await store.outbox.backlog() == 0
    assert await crowds(store, since=NOW + 6) == {}


async def test_a_fold_that_is_being_sent_or_looked_for_does_not_grow(store: Store, an_outcome: New) -> None:
    await folded(store, an_outcome)
    (posting,) = await claims(store)
    await store.outbox.enqueue([an_outcome("v8")], now=NOW)
    assert await crowds(store) == {}
    await store.outbox.mark_later(posting, at=NOW, uncertain=True, reason="no answer")
    assert await crowds(store) == {}


async def test_a_fold_that_waits_out_an_outage_grows_meanwhile(store: Store, an_outcome: New) -> None:
    await folded(store, an_outcome)
    (posting,) = await claims(store)
    await store.outbox.mark_later(posting, at=NOW + 50, uncertain=False, reason="down", rest=True)
    await store.outbox.enqueue([an_outcome("v8")], now=NOW)
    await fold(store, fold_of(await rows(store), posting.id, 5), now=NOW)
    assert await claims(store, NOW + 49) == []
    (posting,) = await claims(store, NOW + 50)
    assert isinstance(posting.notification, OutcomeDigest)
    assert posting.notification.count == 5


async def test_what_waited_out_an_outage_is_folded_with_what_came_meanwhile(
    store: Store, an_outcome: New
) -> None:
    await store.outbox.enqueue([an_outcome("v0")], now=NOW)
    (posting,) = await claims(store)
    await store.outbox.mark_later(posting, at=NOW + 50, uncertain=False, reason="down", rest=True)
    made = await folded(store, an_outcome, 9)
    assert len(made.rows) == 9
    assert await claims(store, NOW + 49) == []
    assert [one.notification for one in await claims(store, NOW + 50)] == [made.notification]


async def test_what_follows_of_a_version_waits_for_the_fold(store: Store, an_outcome: New) -> None:
    await folded(store, an_outcome)
    (posting,) = await claims(store)
    await store.outbox.enqueue([an_outcome("v2", what="again")], now=NOW)
    await store.outbox.mark_later(posting, at=NOW + 50, uncertain=False, reason="later")
    assert await claims(store, NOW + 10) == []
    (posting,) = await claims(store, NOW + 50)
    await store.outbox.mark_posted(posting, HERE, now=NOW + 50)
    assert [one.key for one in await claims(store, NOW + 51)] == ["outcome/C1/v2/again"]


async def test_only_cards_that_nobody_has_seen_go(store: Store, an_outcome: New, a_card: New) -> None:
    await store.outbox.enqueue([a_card("v0")], now=NOW)
    (card,) = await claims(store)
    await store.outbox.mark_posted(card, HERE, now=NOW)
    await store.outbox.enqueue([a_card("v0", id="f" * 24)], now=NOW)
    await store.outbox.enqueue([a_card("v1"), a_card("other")], now=NOW)
    await folded(store, an_outcome)
    left = []
    while found := await claims(store):
        left += [one.key for one in found]
        for one in found:
            await store.outbox.mark_posted(one, one.message or HERE, now=NOW)
    assert sorted(left) == ["card/C1/other", "card/C1/v0", *(key for key in left if key.startswith("fold/"))]


async def test_a_fold_that_is_given_up_is_told_one_by_one_and_never_again(
    store: Store, an_outcome: New
) -> None:
    await folded(store, an_outcome)
    (posting,) = await claims(store)
    assert await store.outbox.mark_dropped(posting, reason="too long", now=NOW)
    assert await store.outbox.backlog() == 4
    assert await crowds(store) == {}
    (first,) = await claims(store)
    assert (first.version_name, first.uncertain) == ("v0", False)


async def test_what_a_fold_has_told_is_not_told_again_when_its_growth_fails(
    store: Store, an_outcome: New
) -> None:
    await folded(store, an_outcome)
    (posting,) = await claims(store)
    await store.outbox.mark_posted(posting, HERE, now=NOW)
    await store.outbox.enqueue([an_outcome("v9")], now=NOW)
    await fold(store, fold_of(await rows(store), posting.id, 5), now=NOW)
    (edit,) = await claims(store)
    assert await store.outbox.mark_dropped(edit, reason="deleted", now=NOW)
    assert [one.version_name for one in await claims(store)] == ["v9"]
    assert await store.outbox.backlog() == 1


async def test_a_lost_channel_loses_its_folds(store: Store, an_outcome: New) -> None:
    outcomes = [replace(an_outcome(f"v{number}"), fallback="U1" if number else "") for number in range(4)]
    await store.outbox.enqueue(outcomes, now=NOW)
    await fold(store, fold_of(await rows(store)), now=NOW)
    await store.outbox.drop_destination("C1", reason="archived", now=NOW)
    assert await store.outbox.backlog() == 3
    assert {one.fallback for one in await claims(store)} == {"U1"}


async def test_a_claim_that_was_lost_tells_nothing(store: Store, an_outcome: New) -> None:
    await folded(store, an_outcome)
    (late,) = await claims(store)
    (taken,) = await claims(store, NOW + 60, owner="other")
    assert not await store.outbox.mark_posted(late, HERE, now=NOW + 60)
    assert not await store.outbox.mark_dropped(late, reason="no", now=NOW + 60)
    assert await store.outbox.mark_posted(taken, HERE, now=NOW + 60)
    assert await store.outbox.backlog() == 0


async def test_what_was_told_together_is_kept_for_a_month(store: Store, an_outcome: New) -> None:
    made = await folded(store, an_outcome)
    await store.housekeeping.clean_up(now=NOW + 2 * KEEP_POSTINGS_SECONDS)
    assert len(await listed(store, made)) == 4
    (posting,) = await claims(store)
    await store.outbox.mark_posted(posting, HERE, now=NOW)
    await store.housekeeping.clean_up(now=NOW + KEEP_POSTINGS_SECONDS - 1)
    assert len(await listed(store, made)) == 4
    await store.housekeeping.clean_up(now=NOW + KEEP_POSTINGS_SECONDS)
    assert await listed(store, made) == []


async def test_what_happened_once_is_told_once_also_when_it_was_folded(store: Store, an_outcome: New) -> None:
    await folded(store, an_outcome)
    await store.outbox.enqueue([an_outcome("v1")], now=NOW)
    assert await store.outbox.backlog() == 1


@pytest.mark.parametrize("count", [2500])
async def test_a_flood_is_folded_in_portions(store: Store, an_outcome: New, count: int) -> None:
    await store.outbox.enqueue([an_outcome(f"v{number}") for number in range(count)], now=NOW)
    portion = await rows(store)
    assert len(portion) == 2000
    await fold(store, fold_of(portion), now=NOW)
    assert len(await rows(store)) == 500
