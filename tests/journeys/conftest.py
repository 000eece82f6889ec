"""Fixtures of the journeys: a sandbox with the bot awake in it."""

from collections.abc import AsyncIterator

import pytest

from tests.journeys.living import ADA, GRACE, Life, Person, living


@pytest.fixture(params=[("http", "v1"), ("socket", "v2")], ids=["http-v1", "socket-v2"])
async def life(request: pytest.FixtureRequest) -> AsyncIterator[Life]:
    """Over signed HTTP and over Socket Mode; either with another dialect of Zadig, for neither depends on the other."""
    mode, dialect = request.param
    async with living(mode=mode, dialect=dialect) as life, life.bot_running():
        if mode == "socket":
            await life.connected()
        yield life


@pytest.fixture(params=["v1", "v2"])
async def town(request: pytest.FixtureRequest) -> AsyncIterator[Life]:
    """Over signed HTTP only, with either dialect of Zadig."""
    async with living(dialect=request.param) as life, life.bot_running():
        yield life


@pytest.fixture
def ada(town: Life) -> Person:
    return town.person(ADA)


@pytest.fixture
def grace(town: Life) -> Person:
    return town.person(GRACE)
