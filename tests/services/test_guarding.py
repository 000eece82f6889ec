"""What people may do: deleting what something from production replaces, and what is known before anybody tries."""

import pytest

from bot.domain.access import Person, Policy, Rules
from bot.domain.errors import NotAllowed
from bot.domain.models import Kind, Project
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


async def test_who_may_change_is_told_of_those_who_may() -> None:
    grace = Actor(user="U3", channel="C1", policy=RULES, who_is=who_is)
    with pytest.raises(NotAllowed, match="but not create, retry or delete") as caught:
        await grace.must_change("shop")
    assert caught.value.may == {"U1", "U2"}
    ada = Actor(user="U1", channel="C1", policy=RULES, who_is=who_is)
    await ada.must_change("shop")
    with pytest.raises(NotAllowed, match="production") as caught:
        await ada.must_change("shop", production=True)
    assert caught.value.may == await ada.production_by("shop") == {"U2"}
    assert await Actor(user="U2", channel="C1", policy=RULES, who_is=who_is).production_by("shop") == set()


async def test_projects_that_may_be_changed_are_told_apart() -> None:
    shop, bank = (Project(key=key, name=key, kind=Kind.K8S) for key in ("shop", "bank"))
    policy = Policy(projects={"bank": Rules(change=frozenset({"U1"}))})
    assert await Actor(user="U1", channel="", policy=policy, who_is=who_is).changeable([shop, bank]) == (
        shop,
        bank,
    )
    grace = Actor(user="U3", channel="", policy=policy, who_is=who_is)
    assert await grace.changeable([shop, bank]) == (shop,)
    assert await grace.changeable([]) == ()
    with pytest.raises(NotAllowed, match="You may look at versions"):
        await grace.changeable([bank])
