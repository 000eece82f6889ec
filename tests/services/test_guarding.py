"""Deleting needs the permission to change, and that for production too if something from there takes its place."""

import pytest

from bot.domain.access import Person, Policy, Rules
from bot.domain.errors import NotAllowed
from bot.domain.requests import DeleteVersion
from bot.services.guarding import Actor, GuardedReleases
from tests.services.fakes import FakeZadig

RULES = Policy(general=Rules(change=frozenset({"U1", "U2"}), production=frozenset({"U2"})))


async def who_is(user: str) -> Person:
    return Person(id=user)


@pytest.mark.parametrize(
    ("user", "for_production", "allowed"),
    [("U1", False, True), ("U1", True, False), ("U2", True, True), ("U3", False, False)],
)
async def test_who_may_delete(zadig: FakeZadig, user: str, *, for_production: bool, allowed: bool) -> None:
    version = zadig.add("v1")
    actor = Actor(user=user, channel="C1", policy=RULES, who_is=who_is)
    releases = GuardedReleases(inner=zadig, actor=actor)
    request = DeleteVersion(
        project="shop", version_name="v1", version_id=version.id, for_production=for_production
    )
    if allowed:
        await releases.delete(request)
    else:
        with pytest.raises(NotAllowed):
            await releases.delete(request)
    assert bool(zadig.calls.of("delete")) is allowed
