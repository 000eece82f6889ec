"""A world for use cases: a clock, a Zadig, a Slack and a real database in memory."""

from collections.abc import AsyncIterator, Callable
from typing import Any, cast

import pytest

from bot.domain.stores import Store
from bot.services.polling.poller import Poller, PollPolicy
from bot.store import open_store
from tests.services.fakes import FakeClock, FakeSlack, FakeZadig, UnreliableStore
from tests.services.outboxes import Outbox
from tests.services.polled import News


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def zadig(clock: FakeClock) -> FakeZadig:
    return FakeZadig(clock, "shop", "bank")


@pytest.fixture
def slack() -> FakeSlack:
    return FakeSlack()


@pytest.fixture
def down() -> set[str]:
    """The methods of the store that do not answer at the moment."""
    return set()


@pytest.fixture
async def store(down: set[str]) -> AsyncIterator[Store]:
    async with open_store("sqlite+aiosqlite:///:memory:") as opened:
        yield cast("Store", UnreliableStore(opened, down))


@pytest.fixture
def news() -> News:
    return News()


@pytest.fixture
def new_poller(zadig: FakeZadig, store: Store, clock: FakeClock, news: News) -> Callable[..., Poller]:
    def build(owner: str = "me", **policy: Any) -> Poller:
        return Poller(
            releases=zadig,
            store=store,
            clock=clock,
            owner=owner,
            policy=PollPolicy(**({"jitter": 0} | policy)),
            on_news=news,
        )

    return build


@pytest.fixture
def poller(new_poller: Callable[..., Poller]) -> Poller:
    return new_poller()


@pytest.fixture
def outbox(store: Store, slack: FakeSlack, clock: FakeClock) -> Outbox:
    return Outbox(store, slack, clock)
