"""A change of what a channel hears and the message that says so are one thing: both are written, or neither."""

import asyncio
from dataclasses import replace

from bot.domain.notifications import SubscriptionChanged
from bot.domain.ports import PostedMessage, Posting
from bot.domain.stores import Store
from bot.domain.watching import Subscription

NOW = 1_000
MESSAGE = PostedMessage(channel="C1", ts="1.1")


def change(
    name: str,
    before: Subscription | None,
    after: Subscription | None,
    *,
    by: str = "U1",
    undoes: bool = False,
) -> SubscriptionChanged:
    return SubscriptionChanged(
        change=name, channel="C1", project="shop", by=by, before=before, after=after, undoes=undoes
    )


async def due(store: Store) -> tuple[Posting, ...]:
    return await store.outbox.claim("me", now=NOW, limit=9, lease=60)


async def test_a_change_is_told_in_its_channel(store: Store, subscription: Subscription) -> None:
    begun = change("a", None, subscription)
    assert await store.subscriptions.change(begun, announce=True, now=NOW)
    assert await store.subscriptions.find() == (subscription,)
    (posting,) = await due(store)
    assert (posting.destination, posting.notification) == ("C1", begun)
    assert await store.subscriptions.told_change("a") == begun
    assert await store.subscriptions.told_change("b") is None


async def test_a_change_that_is_not_to_be_told_is_made_all_the_same(
    store: Store, subscription: Subscription
) -> None:
    assert await store.subscriptions.change(change("a", None, subscription), announce=False, now=NOW)
    assert await store.subscriptions.find() == (subscription,)
    assert await due(store) == ()


async def test_what_stands_otherwise_by_now_is_left_alone(store: Store, subscription: Subscription) -> None:
    quiet = replace(subscription, only_failures=True)
    first: list[tuple[Subscription | None, Subscription | None]] = [(subscription, quiet), (quiet, None)]
    for before, after in first:
        assert not await store.subscriptions.change(change("a", before, after), announce=True, now=NOW)
    await store.subscriptions.subscribe(subscription)
    then = [(None, quiet), (quiet, None), (replace(subscription, since=5), None)]
    for before, after in then:
        assert not await store.subscriptions.change(change("a", before, after), announce=True, now=NOW)
    assert await store.subscriptions.find() == (subscription,)
    assert await due(store) == ()


async def test_of_two_first_subscriptions_one_counts(store: Store, subscription: Subscription) -> None:
    other = replace(subscription, by="U2")
    made = await asyncio.gather(
        store.subscriptions.change(change("a", None, subscription), announce=True, now=NOW),
        store.subscriptions.change(change("b", None, other), announce=True, now=NOW),
    )
    assert sorted(made) == [False, True]
    assert len(await store.subscriptions.find()) == 1


async def test_undoing_edits_the_message_of_what_was_undone(store: Store, subscription: Subscription) -> None:
    begun = change("a", None, subscription)
    await store.subscriptions.change(begun, announce=True, now=NOW)
    (posting,) = await due(store)
    assert await store.outbox.mark_posted(posting, MESSAGE, now=NOW)
    back = change("b", subscription, None, by="U2", undoes=True)
    assert await store.subscriptions.change(back, announce=True, undone=begun, now=NOW)
    assert await store.subscriptions.find() == ()
    assert await store.subscriptions.told_change("a") == replace(begun, undone_by="U2")
    told = []
    for _ in range(2):
        (posting,) = await due(store)
        told.append((posting.message, posting.notification))
        await store.outbox.mark_posted(
            posting, posting.message or PostedMessage(channel="C1", ts="2.2"), now=NOW
        )
    assert told == [(None, back), (MESSAGE, replace(begun, undone_by="U2"))]
    assert await due(store) == ()


async def test_what_is_undone_before_it_was_told_is_told_as_undone(
    store: Store, subscription: Subscription
) -> None:
    begun = change("a", None, subscription)
    await store.subscriptions.change(begun, announce=True, now=NOW)
    back = change("b", subscription, None, undoes=True)
    assert await store.subscriptions.change(back, announce=True, undone=begun, now=NOW)
    (posting,) = await due(store)
    assert posting.notification == replace(begun, undone_by="U1")


async def test_a_project_that_nobody_follows_any_more_can_still_be_had_back(
    store: Store, subscription: Subscription
) -> None:
    begun, ended = change("a", None, subscription), change("b", subscription, None)
    await store.subscriptions.change(begun, announce=True, now=NOW)
    await store.subscriptions.change(ended, announce=True, now=NOW)
    assert await store.subscriptions.told_change("b") == ended
    back = change("c", None, subscription, undoes=True)
    assert await store.subscriptions.change(back, announce=True, undone=ended, now=NOW)
    assert await store.subscriptions.find() == (subscription,)


async def test_a_change_that_is_old_is_forgotten(store: Store, subscription: Subscription) -> None:
    await store.subscriptions.change(change("a", None, subscription), announce=True, now=NOW)
    (posting,) = await due(store)
    await store.outbox.mark_posted(posting, MESSAGE, now=NOW)
    await store.housekeeping.clean_up(now=NOW + 31 * 86_400)
    assert await store.subscriptions.told_change("a") is None
