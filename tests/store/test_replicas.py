"""Several processes over one database: nothing claimed twice, nothing lost, nothing out of order."""

import asyncio
import random
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from bot.domain.drafts import Draft, DraftState
from bot.domain.notifications import NewPosting
from bot.domain.ports import PollClaim, PollOutcome, PostedMessage, Posting
from bot.domain.stores import Store
from bot.domain.watching import PendingRequest, Subscription
from bot.store import SqlStore
from bot.store.tables import projects

New = Callable[..., NewPosting]
Replicas = tuple[Store, ...]
NOW = 10_000


async def test_no_look_is_claimed_twice(replicas: Replicas, subscription: Subscription) -> None:
    names = [f"p{number}" for number in range(60)]
    for name in names:
        await replicas[0].subscriptions.subscribe(replace(subscription, project=name))
    claimed: list[PollClaim] = []

    async def work(store: Store, owner: str) -> None:
        while claims := await store.polls.claim(owner, now=NOW, limit=3, lease=600):
            claimed.extend(claims)

    await asyncio.gather(*(work(store, str(number)) for number, store in enumerate(replicas)))
    assert sorted(claim.project for claim in claimed) == sorted(names)


async def test_no_posting_is_claimed_twice_and_each_channel_keeps_its_order(
    replicas: Replicas, an_outcome: New
) -> None:
    rows = [an_outcome(f"v{number % 3}", f"C{number % 5}", what=f"{number:03}") for number in range(120)]
    await replicas[0].outbox.enqueue(rows, now=NOW)
    sent: list[str] = []
    flying: Counter[str] = Counter()
    most: Counter[str] = Counter()

    async def work(store: Store, owner: str) -> None:
        while await store.outbox.backlog():
            for posting in await store.outbox.claim(owner, now=NOW, limit=4, lease=600):
                flying[posting.destination] += 1
                most[posting.destination] = max(most[posting.destination], flying[posting.destination])
                await asyncio.sleep(0)
                sent.append(posting.key)
                flying[posting.destination] -= 1
                message = PostedMessage(channel=posting.destination, ts="1.1")
                assert await store.outbox.mark_posted(posting, message, now=NOW)

    await asyncio.gather(*(work(store, str(number)) for number, store in enumerate(replicas)))
    assert sorted(sent) == sorted(row.key for row in rows)
    assert set(most.values()) == {1}
    for channel in range(5):
        here = [key for key in sent if f"/C{channel}/" in key]
        assert here == [row.key for row in rows if row.destination == f"C{channel}"]


async def test_no_update_is_lost(replicas: Replicas, subscription: Subscription) -> None:
    """Read, think, write, four times five hundred times: SQLite's default transactions lose most of these silently."""
    await replicas[0].subscriptions.subscribe(subscription)
    row = projects.c.project == subscription.project

    async def count(store: SqlStore) -> None:
        for _ in range(500):
            async with store._database.write() as connection:
                query = select(projects.c.failures).where(row).with_for_update()
                failures = await connection.scalar(query) or 0
                await connection.execute(update(projects).where(row).values(failures=failures + 1))

    await asyncio.gather(*(count(store) for store in replicas if isinstance(store, SqlStore)))
    (claim,) = await replicas[0].polls.claim("me", now=NOW, limit=1, lease=60)
    assert claim.failures == 2000


async def test_one_look_of_a_claim_is_recorded(
    replicas: Replicas, subscription: Subscription, an_outcome: New
) -> None:
    await replicas[0].subscriptions.subscribe(subscription)
    (claim,) = await replicas[0].polls.claim("me", now=NOW, limit=1, lease=60)
    outcomes = [
        PollOutcome(claim=claim, next_in=60, postings=(an_outcome(what=str(number)),)) for number in range(12)
    ]
    recorded = await asyncio.gather(
        *(replicas[number % 4].polls.record(outcome, now=NOW) for number, outcome in enumerate(outcomes))
    )
    assert sum(recorded) == 1
    assert await replicas[0].outbox.backlog() == 1


async def test_one_of_many_submits_and_deliveries_wins(replicas: Replicas) -> None:
    draft = Draft(id="d1", form="create_version", user="U1", channel="C1", content="{}", at=NOW)
    await replicas[0].drafts.save(draft)
    moved = await asyncio.gather(
        *(
            replicas[number % 4].drafts.move("d1", before=DraftState.OPEN, after=DraftState.SUBMITTED)
            for number in range(20)
        )
    )
    assert sum(moved) == 1
    first = await asyncio.gather(
        *(replicas[number % 4].housekeeping.once("Ev1", now=NOW) for number in range(20))
    )
    assert sum(first) == 1


async def test_following_and_forgetting_at_once_neither_waits_for_the_other_nor_loses_a_wish(
    replicas: Replicas, subscription: Subscription, ask: PendingRequest
) -> None:
    """The last follower leaves while another comes: the project must stay due for the one who came."""
    for number in range(15):
        leaving, coming = replace(ask, at=number), replace(subscription, channel=f"C{number}")
        await replicas[0].pending.ask(leaving)
        (claim,) = await replicas[0].polls.claim("me", now=NOW, limit=1, lease=60)
        await asyncio.gather(
            replicas[0].polls.record(PollOutcome(claim=claim, next_in=0, settled_asks=(leaving,)), now=NOW),
            replicas[1].subscriptions.subscribe(coming),
            replicas[2].pending.answered(leaving, keep=False),
            replicas[3].polls.soon("shop", now=NOW),
        )
        assert await replicas[0].polls.claim("you", now=NOW + 60, limit=1, lease=0)
        assert await replicas[0].subscriptions.unsubscribe(coming.channel, "shop")
        assert not await replicas[0].polls.claim("you", now=NOW + 60, limit=1, lease=0)


async def test_a_card_that_changes_while_it_is_marked_is_not_lost(replicas: Replicas, a_card: New) -> None:
    shown = ""
    await replicas[0].outbox.enqueue([a_card(description="0")], now=NOW)
    for number in range(1, 20):
        (posting,) = await replicas[0].outbox.claim("me", now=NOW, limit=1, lease=60)
        newer = a_card(description=str(number))
        await asyncio.gather(
            replicas[1].outbox.mark_posted(posting, PostedMessage(channel="C1", ts="1.1"), now=NOW),
            replicas[2].outbox.enqueue([newer], now=NOW),
        )
        shown = posting.key
    (posting,) = await replicas[3].outbox.claim("me", now=NOW, limit=1, lease=60)
    assert posting.notification == a_card(description="19").notification
    assert posting.key == shown


class World:
    """Slack as far as the outbox can see it, and workers that send, hesitate, fail and die at random."""

    def __init__(self, seed: int, stores: Replicas) -> None:
        self.random = random.Random(seed)  # noqa: S311 - a repeatable life, not a secret
        self.stores = stores
        self.now = NOW
        self.sent: dict[str, list[str]] = defaultdict(list)
        self.shown: dict[str, object] = {}
        self.stands: set[str] = set()

    async def step(self, owner: int) -> None:
        store = self.stores[owner % len(self.stores)]
        for posting in await store.outbox.claim(f"w{owner}", now=self.now, limit=3, lease=60):
            await self._handle(store, posting)
        self.now += self.random.choice([0, 0, 1, 30])

    async def _handle(self, store: Store, posting: Posting) -> None:
        fate = self.random.random()
        if posting.uncertain and not posting.message and posting.key in self.stands:
            await store.outbox.mark_posted(
                posting, PostedMessage(channel=posting.destination, ts="1.1"), now=self.now
            )
        elif fate < 0.15:
            await store.outbox.mark_later(posting, at=self.now + 5, uncertain=False, reason="ratelimited")
        elif fate < 0.25:
            return
        else:
            self._send(posting)
            if fate < 0.35:
                return
            if fate < 0.45:
                await store.outbox.mark_later(posting, at=self.now + 5, uncertain=True, reason="time-out")
            else:
                await store.outbox.mark_posted(
                    posting, PostedMessage(channel=posting.destination, ts="1.1"), now=self.now
                )

    def _send(self, posting: Posting) -> None:
        if posting.message is None:
            self.sent[posting.destination].append(posting.key)
        self.stands.add(posting.key)
        self.shown[posting.key] = posting.notification


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_happens_everything_is_told_once_and_in_order(
    seed: int, replicas: Replicas, a_card: New, an_outcome: New
) -> None:
    world = World(seed, replicas)
    written: dict[str, NewPosting] = {}
    for number in range(30):
        name, channel = f"v{world.random.randrange(3)}", f"C{world.random.randrange(2)}"
        card = a_card(name, channel, description=str(number))
        outcome = an_outcome(
            name, channel, what=f"{number:03}", thread_of=card.key if world.random.random() < 0.5 else ""
        )
        batch = [card] if world.random.random() < 0.5 else [card, outcome]
        written |= {posting.key: posting for posting in batch}
        await replicas[number % 4].outbox.enqueue(batch, now=world.now)
        for _ in range(world.random.randrange(4)):
            await world.step(world.random.randrange(4))
    for _ in range(600):
        if not await replicas[0].outbox.backlog():
            break
        await world.step(world.random.randrange(4))

    assert await replicas[0].outbox.backlog() == 0
    everything = [key for channel in world.sent.values() for key in channel]
    assert sorted(everything) == sorted(written)
    assert world.shown == {key: posting.notification for key, posting in written.items()}
    for (name, channel), keys in _by_version(written).items():
        told = [key for key in world.sent[channel] if key in keys]
        assert told == keys, (name, channel)


def _by_version(written: dict[str, NewPosting]) -> dict[tuple[str, str], list[str]]:
    """The keys of each version and channel in the order they were written: a card first, then outcomes."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for key, posting in written.items():
        found[posting.version_name, posting.destination].append(key)
    return found
