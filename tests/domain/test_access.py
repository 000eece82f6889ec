"""Who may do what: the default, general rules, and rules of single projects."""

from datetime import UTC, datetime

import pytest

from bot.domain.access import EVERYONE, MEMBERS, Membership, Person, Policy, Right, Rules, Zone

ADA = Person(id="U1", standing=Membership.MEMBER)
GROUPED = Person(id="U2", standing=Membership.MEMBER, groups=frozenset({"S1"}))
GUEST = Person(id="U3", standing=Membership.GUEST)
NOBODY_ELSE = frozenset({"U1"})


def rights(policy: Policy, person: Person, project: str = "shop", channel: str = "") -> set[Right]:
    return {right for right in Right if policy.allows(right, project, person, channel)}


def test_without_rules_members_may_do_everything_and_guests_nothing() -> None:
    assert rights(Policy(), ADA) == set(Right)
    assert rights(Policy(), GUEST) == set()


def test_changing_is_limited_to_those_who_are_named_once_anybody_is() -> None:
    policy = Policy(general=Rules(change=NOBODY_ELSE))
    assert rights(policy, ADA) == set(Right)
    assert rights(policy, GROUPED) == {Right.READ}


def test_production_can_be_limited_further() -> None:
    policy = Policy(general=Rules(change=frozenset({"U1", "S1"}), production=NOBODY_ELSE))
    assert rights(policy, ADA) == set(Right)
    assert rights(policy, GROUPED) == {Right.READ, Right.CHANGE}


def test_production_alone_changes_nothing() -> None:
    policy = Policy(general=Rules(change=frozenset({"U9"}), production=NOBODY_ELSE))
    assert rights(policy, ADA) == {Right.READ}


def test_a_guest_who_is_named_for_changing_may_read() -> None:
    assert rights(Policy(general=Rules(change=frozenset({"U3"}))), GUEST) == {Right.READ, Right.CHANGE}


@pytest.mark.parametrize(
    ("who", "allowed"),
    [
        ({"U1"}, True),
        ({"U9"}, False),
        ({"C1"}, True),
        ({"C2"}, False),
        ({MEMBERS}, True),
        ({EVERYONE}, True),
        (set(), False),
    ],
)
def test_people_are_named_by_id_by_channel_or_all_at_once(who: set[str], allowed: bool) -> None:
    policy = Policy(general=Rules(read=frozenset(who), change=frozenset({"U7"})))
    assert policy.allows(Right.READ, "shop", ADA, "C1") is allowed


def test_groups_let_their_members_in() -> None:
    policy = Policy(general=Rules(read=frozenset({"S1"}), change=frozenset({"S1"})))
    assert rights(policy, GROUPED) == {Right.READ, Right.CHANGE, Right.PRODUCTION}
    assert rights(policy, ADA) == set()
    assert policy.named("S") == {"S1"}


def test_a_projects_rules_go_before_the_general_ones() -> None:
    policy = Policy(
        general=Rules(change=NOBODY_ELSE), projects={"pay": Rules(read=NOBODY_ELSE, change=frozenset({"U7"}))}
    )
    assert rights(policy, ADA, "shop") == set(Right)
    assert rights(policy, ADA, "pay") == {Right.READ}
    assert rights(policy, GROUPED, "pay") == set()


def test_everyone_includes_guests_and_members_does_not() -> None:
    assert Policy(general=Rules(read=frozenset({EVERYONE}))).allows(Right.READ, "shop", GUEST)
    assert not Policy(general=Rules(read=frozenset({MEMBERS}))).allows(Right.READ, "shop", GUEST)


EVERYONE_CHANGES = Policy(general=Rules(change=frozenset({EVERYONE})))
NAMED = Policy(general=Rules(read=frozenset({"U9", "S1", "C1"}), change=frozenset({"U9", "S1", "C1"})))


@pytest.mark.parametrize(
    ("standing", "by_default", "as_one_of_everyone", "named", "through_channel"),
    [
        (Membership.MEMBER, "cpr", "cpr", "cpr", "cpr"),
        (Membership.GUEST, "", "cr", "cr", "r"),
        (Membership.UNVERIFIED, "", "r", "", ""),
        (Membership.SILENT, "r", "r", "r", "r"),
        (Membership.REFUSED, "", "r", "", ""),
    ],
)
def test_only_those_of_whom_slack_says_who_they_are_change_anything(
    standing: Membership, by_default: str, as_one_of_everyone: str, named: str, through_channel: str
) -> None:
    def initials(policy: Policy, channel: str = "", groups: frozenset[str] = frozenset()) -> str:
        user = "U9" if not channel and not groups else "U0"
        person = Person(id=user, standing=standing, groups=groups)
        return "".join(sorted(right[0] for right in rights(policy, person, channel=channel)))

    assert initials(Policy()) == by_default
    assert initials(EVERYONE_CHANGES) == as_one_of_everyone
    assert initials(NAMED) == initials(NAMED, groups=frozenset({"S1"})) == named
    assert initials(NAMED, channel="C1") == through_channel


def test_whether_somebody_can_see_any_project_at_all_is_known_without_asking_which() -> None:
    guest = Person(id="U3", standing=Membership.GUEST)
    assert Policy().lets_in(ADA)
    assert not Policy().lets_in(guest)
    assert Policy(projects={"pay": Rules(read=frozenset({"U3"}))}).lets_in(guest)
    closed = Policy(general=Rules(read=frozenset(), change=frozenset()))
    assert not closed.lets_in(ADA)


LATE = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        (Zone(name="Asia/Shanghai"), "2026-12-01"),
        (Zone(name="America/New_York", offset=28_800), "2026-11-30"),
        (Zone(offset=28_800), "2026-12-01"),
        (Zone(name="Atlantis/Poseidon", offset=28_800), "2026-12-01"),
        (Zone(name="../etc/passwd"), "2026-11-30"),
        (Zone(offset=10**9), "2026-11-30"),
        (Zone(), "2026-11-30"),
    ],
)
def test_a_day_begins_where_the_person_is(zone: Zone, day: str) -> None:
    assert str(zone.day(LATE)) == day


@pytest.mark.parametrize("key", ["Shop", "SHOP", "\uff33hop", "shop"])
def test_a_rule_binds_the_project_whose_key_differs_only_in_case_or_form(key: str) -> None:
    policy = Policy(projects={key: Rules(read=frozenset({"U1"}))})
    for project in ("shop", "Shop"):
        assert not policy.allows(Right.READ, project, Person(id="U2", standing=Membership.MEMBER))
        assert policy.allows(Right.READ, project, Person(id="U1", standing=Membership.MEMBER))
    assert policy.allows(Right.READ, "shops", Person(id="U2", standing=Membership.MEMBER))


def test_the_rule_with_the_very_key_goes_before_one_that_is_only_like_it() -> None:
    policy = Policy(projects={"Shop": Rules(read=frozenset()), "shop": Rules(read=frozenset({"U1"}))})
    assert policy.allows(Right.READ, "shop", Person(id="U1", standing=Membership.MEMBER))


def test_while_it_is_suspended_nobody_changes_anything_and_looking_goes_on() -> None:
    policy = Policy(projects={"shop": Rules(change=frozenset({"U1", "everyone"}))}, suspended=True)
    person = Person(id="U1", standing=Membership.MEMBER)
    for project in ("shop", "other"):
        assert policy.allows(Right.READ, project, person)
        assert not policy.allows(Right.CHANGE, project, person)
        assert not policy.allows(Right.PRODUCTION, project, person)
