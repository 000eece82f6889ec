"""Two and three processes race for a thousand changes, also while Slack misbehaves: each is told once, and searched for once."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, cast

import pytest

from bot.domain.ports import Posted, Posting, PostResult, TryLater, Unclear
from bot.domain.stores import Store
from bot.services.delivery.digests import DigestPolicy
from bot.services.delivery.notifier import Notifier, PostPolicy
from bot.store import open_store
from tests.faults.databases import sqlite_url
from tests.services.fakes import Arrives, FakeClock, FakeSlack, Instead
from tests.services.outboxes import SteppedNotifier, card, failed

CHANGES, CHANNELS = 1000, 40
RATE_LIMITED = TryLater(reason="ratelimited", seconds=3)
NO_ANSWER = Unclear(reason="no answer from Slack")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return sqlite_url(tmp_path)
    return str(request.getfixturevalue("postgres").url())


class Race:
    """Processes with a store each over one database, and what each of them has claimed."""

    def __init__(self, stores: Sequence[Store]) -> None:
        self.clock, self.slack = FakeClock(), FakeSlack()
        self.claims: list[tuple[str, int]] = []
        self.results: Counter[str] = Counter()
        self.stores = stores
        self.bots = [self._bot(f"bot {number}", store) for number, store in enumerate(stores)]

    def _bot(self, owner: str, store: Store) -> Notifier:
        return SteppedNotifier(
            store=_watched(store, self.claims),
            poster=self.slack,
            clock=self.clock,
            owner=owner,
            policy=PostPolicy(pace=0.05, jitter=0, folds=DigestPolicy(more_than=CHANGES)),
            on_post=self._count,
        )

    def _count(self, _posting: Posting, result: PostResult) -> None:
        self.results[type(result).__name__] += 1

    async def run(self) -> None:
        while await self.stores[0].outbox.backlog():
            await asyncio.gather(*(bot.tick() for bot in self.bots))
            await asyncio.gather(*(bot._tasks.finish() for bot in self.bots))
            self.clock.passes(1)


def _watched(store: Store, claims: list[tuple[str, int]]) -> Store:
    """A store whose claims are written down."""

    async def claim(owner: str, **how: Any) -> tuple[Posting, ...]:
        claimed = await store.outbox.claim(owner, **how)
        claims.extend((one.key, one.fence) for one in claimed)
        return claimed

    return cast("Store", Instead(store, outbox=Instead(store.outbox, claim=claim)))


@pytest.fixture(params=[2, 3])
async def race(url: str, request: pytest.FixtureRequest) -> AsyncIterator[Race]:
    async with AsyncExitStack() as stack:
        stores = [
            await stack.enter_async_context(open_store(url, timeout_seconds=20)) for _ in range(request.param)
        ]
        yield Race(stores)


def channel(number: int) -> str:
    return f"C{number % CHANNELS}"


async def test_a_thousand_changes_are_claimed_and_told_once_each(race: Race) -> None:
    rows = [failed(f"v{number}", channel(number)) for number in range(CHANGES)]
    await race.stores[0].outbox.enqueue(rows, now=int(race.clock.at))
    async with asyncio.timeout(60):
        await race.run()
    assert len(race.claims) == len(set(race.claims)) == CHANGES
    assert sorted(race.slack.posted) == sorted(row.key for row in rows)
    assert race.slack.searched == []
    for number in range(CHANNELS):
        told = [one.key for one in race.slack.messages[channel(number)]]
        assert told == [row.key for row in rows if row.destination == channel(number)]


@pytest.mark.parametrize("race", [3], indirect=True)
async def test_the_same_while_slack_slows_down_drops_answers_and_requests(race: Race) -> None:
    rng = random.Random(4)  # noqa: S311 - a repeatable race
    rows = [
        row
        for number in range(CHANGES // 10)
        for row in (
            card(f"v{number}", channel(number)),
            failed(f"v{number}", channel(number), thread_of=f"card/{channel(number)}/v{number}"),
        )
    ]
    faults = [RATE_LIMITED, NO_ANSWER, Arrives(result=NO_ANSWER), Posted, Posted]
    lost: Counter[str] = Counter()
    await race.stores[0].outbox.enqueue(rows, now=int(race.clock.at))
    post = race.slack.post

    async def fails_sometimes(posting: Posting) -> PostResult:
        fault = rng.choice(faults)
        if fault is not Posted:
            race.slack.answers[posting.destination] = [cast("Any", fault)]
        result = await post(posting)
        lost[posting.key] += isinstance(result, Unclear)
        return result

    race.slack.post = fails_sometimes  # type: ignore[method-assign] # Slack as it is on a bad day
    async with asyncio.timeout(60):
        await race.run()
    assert len(race.claims) == len(set(race.claims)), "no claim was given out twice"
    told = [one.key for there in race.slack.messages.values() for one in there]
    assert sorted(told) == sorted(row.key for row in rows)
    assert Counter(race.slack.searched) == +lost, "one search after each unclear answer, and none otherwise"
    for there in race.slack.messages.values():
        cards = {one.key: one.message for one in there if one.key.startswith("card")}
        for one in there:
            if one.thread:
                assert one.thread == cards[one.key.replace("outcome", "card")]
