"""Fixtures of the journeys: a sandbox with the bot awake in it."""

from collections.abc import AsyncIterator

import pytest

from tests.journeys.living import ADA, GRACE, Life, Person, living


@pytest.fixture(params=["http", "socket"])
async def life(request: pytest.FixtureRequest) -> AsyncIterator[Life]:
    """Over signed HTTP and over Socket Mode."""
    async with living(mode=request.param) as life, life.bot_running():
        if request.param == "socket":
            await life.connected()
        yield life


@pytest.fixture
async def town() -> AsyncIterator[Life]:
    """Over signed HTTP only, for what does not depend on it."""
    async with living() as life, life.bot_running():
        yield life


@pytest.fixture
def ada(town: Life) -> Person:
    return town.person(ADA)


@pytest.fixture
def grace(town: Life) -> Person:
    return town.person(GRACE)
