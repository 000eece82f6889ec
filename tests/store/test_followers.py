"""Subscriptions, watches and asks, and the projects that live as long as somebody follows them."""

from dataclasses import replace

from bot.domain.stores import Store
from bot.domain.watching import Action, Deletion, Interest, PendingRequest, Subscription, Watch

DELETION = Deletion(project="shop", version_name="v1", created_at=900, user="U1", at=1_000)


async def due(store: Store, now: int = 1_000) -> list[str]:
    return [claim.project for claim in await store.polls.claim("due", now=now, limit=100, lease=0)]


async def test_a_channel_subscribes_once(store: Store, subscription: Subscription) -> None:
    assert await store.subscriptions.subscribe(subscription)
    assert not await store.subscriptions.subscribe(subscription)
    assert await store.subscriptions.find() == (subscription,)


async def test_subscribing_again_replaces_the_filter(store: Store, subscription: Subscription) -> None:
    quiet = replace(subscription, only_failures=True, in_thread=True, cards=False, by="U2", since=2_000)
    await store.subscriptions.subscribe(subscription)
    assert not await store.subscriptions.subscribe(quiet)
    assert await store.subscriptions.find(channel="C1") == (quiet,)


async def test_subscriptions_are_listed_by_project_then_channel(
    store: Store, subscription: Subscription
) -> None:
    wanted = [("shop", "C2"), ("bank", "C2"), ("shop", "C1")]
    for project, channel in wanted:
        await store.subscriptions.subscribe(replace(subscription, project=project, channel=channel))
    assert [(one.project, one.channel) for one in await store.subscriptions.find()] == sorted(wanted)
    assert [one.project for one in await store.subscriptions.find(channel="C2")] == ["bank", "shop"]
    assert [one.channel for one in await store.subscriptions.find(project="shop")] == ["C1", "C2"]
    assert await store.subscriptions.find(project="shop", channel="C3") == ()


async def test_unsubscribing_says_whether_there_was_a_subscription(
    store: Store, subscription: Subscription
) -> None:
    await store.subscriptions.subscribe(subscription)
    assert not await store.subscriptions.unsubscribe("C2", "shop")
    assert await store.subscriptions.unsubscribe("C1", "shop")
    assert not await store.subscriptions.unsubscribe("C1", "shop")
    assert await store.subscriptions.find() == ()


async def test_a_person_watches_a_version_once(store: Store, watch: Watch) -> None:
    assert await store.watches.watch(watch)
    assert not await store.watches.watch(replace(watch, since=2_000))
    assert (await store.pending.interest("shop")).watches == (watch,)
    assert await store.watches.unwatch("U1", "shop", "v1")
    assert not await store.watches.unwatch("U1", "shop", "v1")


async def test_an_answered_ask_is_no_longer_in_flight(store: Store, ask: PendingRequest) -> None:
    await store.pending.ask(ask)
    await store.pending.answered(ask, keep=True)
    assert (await store.pending.interest("shop")).asks == (replace(ask, in_flight=False),)


async def test_an_ask_that_came_to_nothing_is_forgotten(store: Store, ask: PendingRequest) -> None:
    await store.pending.ask(ask)
    await store.pending.answered(ask, keep=False)
    assert await store.pending.interest("shop") == Interest()


async def test_answering_one_ask_leaves_the_others_alone(store: Store, ask: PendingRequest) -> None:
    others = (
        replace(ask, user="U2"),
        replace(ask, version_name="v2"),
        replace(ask, action=Action.RETRY),
        replace(ask, channel="C2"),
        replace(ask, at=1_001),
    )
    for one in (ask, *others):
        await store.pending.ask(one)
    await store.pending.answered(ask, keep=False)
    assert set((await store.pending.interest("shop")).asks) == set(others)


async def test_the_same_ask_twice_is_one(store: Store, ask: PendingRequest) -> None:
    await store.pending.ask(ask)
    await store.pending.answered(ask, keep=True)
    await store.pending.ask(replace(ask, epoch=3))
    assert (await store.pending.interest("shop")).asks == (replace(ask, epoch=3),)


async def test_interest_is_everybody_of_one_project(
    store: Store, subscription: Subscription, watch: Watch, ask: PendingRequest
) -> None:
    await store.subscriptions.subscribe(subscription)
    await store.subscriptions.subscribe(replace(subscription, project="bank"))
    await store.watches.watch(watch)
    await store.pending.ask(ask)
    await store.pending.note_deletion(DELETION)
    await store.pending.note_deletion(replace(DELETION, project="bank"))
    assert await store.pending.interest("shop") == Interest(
        subscriptions=(subscription,), watches=(watch,), asks=(ask,), deletions=(DELETION,)
    )
    assert await store.pending.interest("nothing") == Interest()


async def test_every_new_wish_makes_its_project_due(
    store: Store, subscription: Subscription, watch: Watch, ask: PendingRequest
) -> None:
    await store.subscriptions.subscribe(subscription)
    await store.watches.watch(replace(watch, project="bank"))
    await store.pending.ask(replace(ask, project="mail"))
    assert sorted(await due(store)) == ["bank", "mail", "shop"]


async def test_a_project_is_forgotten_with_its_last_follower(
    store: Store, subscription: Subscription, watch: Watch, ask: PendingRequest
) -> None:
    await store.subscriptions.subscribe(subscription)
    await store.watches.watch(watch)
    await store.pending.ask(ask)
    await store.subscriptions.unsubscribe("C1", "shop")
    await store.watches.unwatch("U1", "shop", "v1")
    assert await due(store) == ["shop"]
    await store.pending.answered(ask, keep=False)
    assert await due(store) == []


async def test_a_deletion_is_remembered_once_and_forgotten_if_nothing_came_of_it(
    store: Store, subscription: Subscription
) -> None:
    await store.subscriptions.subscribe(subscription)
    other = replace(DELETION, user="U9")
    for deletion in (DELETION, DELETION, other):
        await store.pending.note_deletion(deletion)
    assert await store.pending.deletions("shop") == (DELETION, other)
    await store.pending.forget_deletion(DELETION)
    assert await store.pending.deletions("shop") == (other,)


async def test_a_project_is_looked_at_until_it_is_known_what_came_of_a_deletion(
    store: Store, subscription: Subscription
) -> None:
    await store.pending.note_deletion(DELETION)
    assert await store.pending.deletions("shop") == (DELETION,)
    assert len(await store.polls.claim("me", now=100, limit=9, lease=0)) == 1
    await store.subscriptions.subscribe(subscription)
    await store.subscriptions.unsubscribe("C1", "shop")
    assert await store.pending.deletions("shop") == (DELETION,)
    await store.pending.forget_deletion(DELETION)
    assert await store.pending.deletions("shop") == ()
    assert await store.polls.claim("me", now=999, limit=9, lease=0) == ()


async def test_names_of_any_kind_come_back_as_they_were(store: Store, watch: Watch) -> None:
    names = ("nul\x00nul", "' OR 1=1 --", "版本🎉", "a%b_c\\", " ", "x" * 200)
    for name in names:
        await store.watches.watch(replace(watch, version_name=name))
    assert {one.version_name for one in (await store.pending.interest("shop")).watches} == set(names)
    for name in names:
        assert await store.watches.unwatch("U1", "shop", name)


async def test_an_absurdly_long_name_is_still_one_name(store: Store, watch: Watch) -> None:
    long, longer = "".join(map(chr, range(33, 8_033))), "".join(map(chr, range(33, 8_034)))
    assert await store.watches.watch(replace(watch, version_name=long))
    assert await store.watches.watch(replace(watch, version_name=longer))
    assert not await store.watches.watch(replace(watch, version_name=long))
    assert await store.watches.unwatch("U1", "shop", long)
    assert len((await store.pending.interest("shop")).watches) == 1
