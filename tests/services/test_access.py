"""What people may do: deleting what something from production replaces, and what is known before anybody tries."""

from collections.abc import Callable

import pytest

from bot.domain.access import EVERYONE, Membership, Person, Policy, Right, Rules
from bot.domain.errors import NotAllowed, NotFound, PersonUnknown, ReleaseBotError
from bot.domain.models import Environment, Kind, Project, Status
from bot.domain.requests import CreateVersion, DeleteVersion, RetryVersion
from bot.domain.stores import Store
from bot.services.access import Actor, GuardedCatalog, GuardedReleases
from bot.services.origins import NEAR_SECONDS, Origins
from bot.services.versions.finder import Finder
from tests.services.fakes import FakeClock, FakeZadig

RULES = Policy(general=Rules(change=frozenset({"U1", "U2"}), production=frozenset({"U2"})))
Acting = Callable[..., Actor]


class People:
    """Who is what; members unless a test says otherwise. `present` are the channels in which everybody is."""

    def __init__(self) -> None:
        self.standings: dict[str, Membership] = {}
        self.present: set[str] = set()

    async def who_is(self, user: str) -> Person:
        return Person(id=user, standing=self.standings.get(user, Membership.MEMBER))

    async def is_in(self, _user: str, channel: str) -> bool:
        return channel in self.present


@pytest.fixture
def people() -> People:
    return People()


@pytest.fixture
def acting(zadig: FakeZadig, store: Store, clock: FakeClock, people: People) -> Acting:
    origins = Origins(releases=zadig, catalog=zadig, habits=store.habits, clock=clock)

    def actor(user: str, policy: Policy = RULES, *, channel: str = "C1", here: bool = True) -> Actor:
        return Actor(
            user=user,
            channel=channel,
            policy=policy,
            who_is=people.who_is,
            origins=origins,
            here=here,
            is_in=people.is_in,
        )

    return actor


def test_without_a_user_there_is_nobody_who_acts(acting: Acting) -> None:
    with pytest.raises(ValueError, match="is a user"):
        acting("")


@pytest.mark.parametrize(
    ("user", "for_production", "allowed"),
    [("U1", False, True), ("U1", True, False), ("U2", True, True), ("U3", False, False)],
)
async def test_who_may_delete(
    zadig: FakeZadig, acting: Acting, user: str, *, for_production: bool, allowed: bool
) -> None:
    version = zadig.add("v1")
    releases = GuardedReleases(inner=zadig, actor=acting(user))
    request = DeleteVersion(
        project="shop", version_name="v1", version_id=version.id, for_production=for_production
    )
    if allowed:
        await releases.delete(request)
    else:
        with pytest.raises(NotAllowed):
            await releases.delete(request)
    assert bool(zadig.calls.of("delete")) is allowed


async def test_who_may_change_is_told_of_those_who_may(acting: Acting) -> None:
    with pytest.raises(NotAllowed, match="but not create, retry or delete") as caught:
        await acting("U3").must_change("shop")
    assert caught.value.may == {"U1", "U2"}
    ada = acting("U1")
    await ada.must_change("shop")
    with pytest.raises(NotAllowed, match="production") as caught:
        await ada.must_change("shop", production=True)
    assert caught.value.may == await ada.production_by("shop") == {"U2"}
    assert await acting("U2").production_by("shop") == set()


async def test_projects_that_may_be_changed_are_told_apart(acting: Acting) -> None:
    shop, bank = (Project(key=key, name=key, kind=Kind.K8S) for key in ("shop", "bank"))
    policy = Policy(projects={"bank": Rules(change=frozenset({"U1"}))})
    assert await acting("U1", policy).changeable([shop, bank]) == (shop, bank)
    grace = acting("U3", policy)
    assert await grace.changeable([shop, bank]) == (shop,)
    assert await grace.changeable([]) == ()
    with pytest.raises(NotAllowed, match="You may look at versions"):
        await grace.changeable([bank])


# People of whom Slack does not say that they are members.


@pytest.mark.parametrize(
    ("standing", "looks", "error", "says"),
    [
        (Membership.GUEST, False, NotAllowed, "Guests cannot use this bot"),
        (Membership.UNVERIFIED, False, NotAllowed, "Slack does not list you as a member"),
        (Membership.SILENT, True, PersonUnknown, "Slack can't confirm who you are right now"),
        (Membership.REFUSED, False, PersonUnknown, "Slack does not let this bot find out who you are"),
    ],
)
async def test_who_is_no_member_is_told_why(
    acting: Acting,
    people: People,
    standing: Membership,
    *,
    looks: bool,
    error: type[ReleaseBotError],
    says: str,
) -> None:
    people.standings["U5"] = standing
    for policy in (Policy(), Policy(projects={"pay": Rules(read=frozenset({"S1"}))})):
        if looks:
            await acting("U5", policy).must_be_let_in()
            await acting("U5", policy).must_see("shop")
        else:
            for attempt in (acting("U5", policy).must_be_let_in, lambda: acting("U5").sees("nowhere")):
                with pytest.raises(error, match=says):
                    await attempt()
        with pytest.raises(error, match=says) as caught:
            await acting("U5", policy).must_change("shop")
        assert caught.value.remedy


async def test_a_guest_who_may_look_is_told_that_guests_may_not_change(
    acting: Acting, people: People
) -> None:
    people.standings["U9"] = Membership.GUEST
    guest = acting("U9", Policy(projects={"shop": Rules(read=frozenset({EVERYONE}))}))
    await guest.must_be_let_in()
    with pytest.raises(NotAllowed, match="Guests may look at versions of shop, but not create"):
        await guest.must_change("shop")
    hidden, absent = [await _refusal(guest, project) for project in ("bank", "nowhere")]
    assert hidden == absent == "Guests cannot see this project, if there is one."


async def _refusal(actor: Actor, project: str) -> str:
    with pytest.raises(NotAllowed) as caught:
        await actor.must_see(project)
    return str(caught.value)


async def test_who_is_silent_is_asked_about_again_before_anything_is_changed(
    acting: Acting, people: People
) -> None:
    people.standings["U1"] = Membership.SILENT
    ada = acting("U1")
    await ada.must_see("shop")
    del people.standings["U1"]
    await ada.must_change("shop")


# Hidden and absent.

HIDING = Policy(projects={"bank": Rules(read=frozenset({"U2"}), change=frozenset({"U2"}))})


async def test_hidden_and_absent_projects_get_the_same_words_after_the_same_calls(
    zadig: FakeZadig, store: Store, acting: Acting
) -> None:
    zadig.add("v1", project="bank")
    finder = Finder(
        releases=GuardedReleases(inner=zadig, actor=acting("U1", HIDING)),
        catalog=GuardedCatalog(inner=zadig, actor=acting("U1", HIDING)),
        store=store,
    )
    heard = []
    for project in ("bank", "gone"):
        zadig.calls.made.clear()
        with pytest.raises(NotFound) as caught:
            await finder.page(project, number=1, size=10)
        called = [call[0] for call in zadig.calls.made]
        heard.append((str(caught.value).replace(project, "…"), caught.value.remedy, called))
    assert heard[0] == heard[1]
    assert heard[0][:2] == ("There is no project … in Zadig.", "The bot can see: shop.")


# A channel that is named in the rules.

PAYMENTS = Policy(general=Rules(change=frozenset({"C1"})))


@pytest.mark.parametrize(
    ("here", "present", "allowed"),
    [(True, False, True), (False, True, True), (False, False, False)],
)
async def test_a_right_through_a_channel_counts_where_one_acts(
    acting: Acting, people: People, *, here: bool, present: bool, allowed: bool
) -> None:
    people.present = {"C1"} if present else set()
    assert await acting("U3", PAYMENTS, channel="C1", here=here).may(Right.CHANGE, "shop") is allowed
    assert not await acting("U3", PAYMENTS, channel="C2", here=here).may(Right.CHANGE, "shop")
    assert not await acting("U3", PAYMENTS, channel="", here=here).may(Right.CHANGE, "shop")


# What was made from production.

PRODUCTION = Environment(key="prod", name="Production", production=True)


async def made_by_bot(zadig: FakeZadig, acting: Acting, name: str, *, production: bool) -> None:
    await GuardedReleases(inner=zadig, actor=acting("U2")).create(
        CreateVersion(
            project="shop", kind=Kind.K8S, version_name=name, environment="x", production=production
        )
    )


@pytest.mark.parametrize(
    ("made", "has_production", "limited", "allowed"),
    [
        (True, True, True, False),
        (False, True, True, True),
        (None, True, True, False),
        (None, False, True, True),
        (None, True, False, True),
    ],
)
async def test_what_was_made_from_production_takes_the_right_for_it(
    zadig: FakeZadig,
    acting: Acting,
    *,
    made: bool | None,
    has_production: bool,
    limited: bool,
    allowed: bool,
) -> None:
    if has_production:
        zadig.offered_environments.append(PRODUCTION)
    if made is None:
        zadig.add("v1", Status.FAILED)
    else:
        await made_by_bot(zadig, acting, "v1", production=made)
    version = await zadig.find("shop", "v1")
    assert version
    actor = acting("U1", RULES if limited else Policy(general=Rules(change=frozenset({"U1"}))))
    releases = GuardedReleases(inner=zadig, actor=actor)
    request = DeleteVersion(project="shop", version_name="v1", version_id=version.id)
    again = RetryVersion(project="shop", version_name="v1", version_id=version.id, kind=Kind.K8S)
    if allowed:
        await actor.must_change_made(version.reference)
        await releases.delete(request)
        return
    says = "was made from a production environment" if made else "does not say whether shop/v1 was made"
    for attempt in (releases.delete(request), releases.retry(again)):
        with pytest.raises(NotAllowed, match=says) as caught:
            await attempt
        assert caught.value.may == {"U2"}
    assert not zadig.calls.of("delete") + zadig.calls.of("retry")


async def test_what_the_bot_remembers_of_a_name_counts_for_that_version_only(
    zadig: FakeZadig, acting: Acting, clock: FakeClock
) -> None:
    zadig.offered_environments.append(PRODUCTION)
    await made_by_bot(zadig, acting, "v1", production=False)
    first = await zadig.find("shop", "v1")
    assert first
    await acting("U1").must_change_made(first.reference)
    await zadig.delete(DeleteVersion(project="shop", version_name="v1", version_id=first.id))
    clock.passes(NEAR_SECONDS + 1)
    second = zadig.add("v1")
    with pytest.raises(NotAllowed):
        await acting("U1").must_change_made(second.reference)


async def test_without_a_database_a_version_is_made_all_the_same(
    zadig: FakeZadig, acting: Acting, down: set[str]
) -> None:
    down.add("habits.remember")
    await made_by_bot(zadig, acting, "v1", production=False)
    assert await zadig.find("shop", "v1")
