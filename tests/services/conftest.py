"""A world for use cases: a clock, a Zadig, a Slack and a real database in memory."""

from collections.abc import AsyncIterator
from typing import cast

import pytest

from bot.domain.ports import Store
from bot.store import open_store
from tests.services.fakes import FakeClock, FakeSlack, FakeZadig, UnreliableStore


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
