"""Who people are: only those of whom Slack says it are members, and nothing that it did not say is remembered."""

import logging
from typing import Any

import pytest
import pytest_asyncio

from bot.domain.access import Membership, Person, Zone
from bot.sandbox.slack.model import Person as Account
from bot.sandbox.slack.model import UserGroup
from bot.slack.identity import Identity, Workspace
from bot.slack.people import KEPT_SECONDS, MAX_PAGES, PAGE, People, standing_of, zone_of
from tests.journeys.living import Later
from tests.slack.served import ADA, GRACE, GUEST, SHOP, HandClock, Slack, scopes_but, slack_of

pytestmark = pytest.mark.asyncio(loop_scope="session")

RELEASERS = "S0RELEASERS"
OURS, THEIRS = Workspace(team="T1"), "T2"
GRID = Workspace(team="T1", enterprise="E1")


@pytest_asyncio.fixture(loop_scope="session")
async def people(slack: Slack) -> People:
    return people_of(slack)


def people_of(slack: Slack, *groups: str) -> People:
    return People(
        client=slack.client,
        clock=HandClock(),
        identity=Identity(slack.client),
        groups=frozenset(groups),
    )


async def standing(people: People, user: str, team: str = "") -> Membership:
    return (await people.who_is(user, team=team)).standing


@pytest.mark.parametrize(
    ("account", "workspace", "expected"),
    [
        ({"team_id": "T1"}, OURS, Membership.MEMBER),
        ({"team_id": "T1", "is_admin": True}, GRID, Membership.MEMBER),
        ({"team_id": THEIRS, "is_stranger": False}, OURS, Membership.GUEST),
        ({"team_id": THEIRS, "enterprise_user": {"enterprise_id": "E1"}}, GRID, Membership.MEMBER),
        ({"team_id": THEIRS, "enterprise_user": {"enterprise_id": "E2"}}, GRID, Membership.GUEST),
        ({"team_id": THEIRS, "enterprise_user": {"enterprise_id": ""}}, OURS, Membership.GUEST),
        ({"team_id": THEIRS, "enterprise_user": "E1"}, GRID, Membership.GUEST),
        ({"team_id": ""}, Workspace(team="", enterprise="E1"), Membership.GUEST),
        ({"team_id": "T1", "is_restricted": True}, OURS, Membership.GUEST),
        ({"team_id": "T1", "is_restricted": True, "is_ultra_restricted": True}, OURS, Membership.GUEST),
        ({"team_id": "T1", "is_stranger": True}, OURS, Membership.GUEST),
        ({"team_id": "T1", "deleted": True}, OURS, Membership.UNVERIFIED),
        ({"team_id": "T1", "is_bot": True}, OURS, Membership.UNVERIFIED),
        ({"team_id": "T1", "id": "USLACKBOT", "is_bot": False}, OURS, Membership.UNVERIFIED),
        ({}, OURS, Membership.GUEST),
        (None, OURS, Membership.UNVERIFIED),
        ("U1", OURS, Membership.UNVERIFIED),
    ],
)
async def test_only_an_account_of_the_workspaces_own_is_a_member(
    account: Any, workspace: Workspace, expected: Membership
) -> None:
    assert standing_of(account, workspace) is expected


async def test_guests_are_told_from_members(people: People) -> None:
    assert await people.who_is(ADA) == Person(id=ADA, standing=Membership.MEMBER)
    assert await people.who_is(GUEST) == Person(id=GUEST, standing=Membership.GUEST)


async def test_users_of_another_company_are_guests_without_asking(slack: Slack, people: People) -> None:
    assert await standing(people, ADA, THEIRS) is Membership.GUEST
    assert not slack.calls("users.info")
    slack.workspace.directory.put(Account(id="U9", name="olga", real_name="Olga", team=THEIRS))
    assert await standing(people, "U9") is Membership.GUEST, "also where no payload says their team"


async def test_on_enterprise_grid_a_colleague_of_another_workspace_is_asked_about(slack: Slack) -> None:
    team = slack.workspace.directory.team
    slack.workspace.directory.team = type(team)(id=team.id, name="x", domain="x", enterprise="E1")
    colleague = Account(id="U9", name="olga", real_name="Olga", team=THEIRS, enterprise="E1")
    slack.workspace.directory.put(colleague)
    assert await standing(people_of(slack), "U9", THEIRS) is Membership.MEMBER


@pytest.mark.parametrize("unseen", ["user_not_found", "user_not_visible"])
async def test_an_account_that_slack_does_not_show_is_no_members(
    slack: Slack, people: People, unseen: Any
) -> None:
    slack.workspace.directory.put(Account(id="U9", name="olga", real_name="Olga", unseen=unseen))
    assert await standing(people, "U9") is Membership.UNVERIFIED
    assert people.problem == ""


async def test_slack_is_asked_once_a_minute(slack: Slack, people: People) -> None:
    clock = people.clock
    assert isinstance(clock, HandClock)
    for seconds, calls in ((0, 1), (KEPT_SECONDS - 1, 1), (2, 2)):
        clock.at += seconds
        await people.who_is(ADA)
        assert len(slack.calls("users.info")) == calls


@pytest.mark.parametrize("kind", ["429", "500", "503", "html", "truncated", "drop_before", "fatal"])
async def test_silence_is_no_answer_and_is_not_remembered(slack: Slack, people: People, kind: str) -> None:
    slack.fault(kind, method="users.info", times=None)
    assert await standing(people, GUEST) is Membership.SILENT
    slack.workspace.faults.clear()
    assert await standing(people, GUEST) is Membership.GUEST
    assert people.problem == ""


async def test_until_slack_has_said_which_workspace_it_is_nobody_is_a_member(
    slack: Slack, people: People
) -> None:
    slack.fault("500", method="auth.test", times=2)
    assert await standing(people, ADA) is Membership.SILENT
    assert not slack.calls("users.info")
    assert await standing(people, ADA) is Membership.SILENT
    assert await standing(people, ADA) is Membership.MEMBER


async def test_a_token_that_slack_refuses_makes_nobody_a_member(slack: Slack, people: People) -> None:
    slack.workspace.revoke(revoked=True)
    assert await standing(people, ADA) is Membership.REFUSED


async def test_a_missing_scope_is_a_problem_and_nobody_is_a_member(
    port: tuple[str, Later], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bot")
    async with slack_of(*port, manifest=scopes_but("users:read")) as slack:
        people = people_of(slack)
        assert await standing(people, ADA) is Membership.REFUSED
        assert await standing(people, GUEST) is Membership.REFUSED
        assert "missing_scope" in people.problem
        assert "Nothing can be changed" in people.problem
    said = [record for record in caplog.records if getattr(record, "action", "") == "people"]
    assert [record.levelname for record in said] == ["ERROR"], "once, not with every question"


async def test_a_missing_scope_is_a_problem_before_anybody_does_anything(port: tuple[str, Later]) -> None:
    async with slack_of(*port, manifest=scopes_but("users:read")) as slack:
        people = people_of(slack)
        await people.identity.refresh()
        people.look_at_scopes()
        assert "users:read" in people.problem


async def test_any_other_refusal_is_a_problem_until_slack_answers(slack: Slack, people: People) -> None:
    slack.fault("error", method="users.info", error="access_denied")
    assert await standing(people, ADA) is Membership.REFUSED
    assert "access_denied" in people.problem
    assert await standing(people, ADA) is Membership.MEMBER
    assert people.problem == ""


async def test_a_group_that_cannot_be_read_has_no_members_until_it_can(slack: Slack) -> None:
    people = people_of(slack, RELEASERS, "S0NOWHERE")
    slack.fault("500", method="usergroups.users.list", times=2)
    assert (await people.who_is(ADA)).groups == frozenset()
    assert (await people.who_is(ADA)).groups == {RELEASERS}


async def test_who_has_left_a_group_has_left_it_a_minute_later(slack: Slack) -> None:
    people = people_of(slack, RELEASERS)
    assert (await people.who_is(ADA)).groups == {RELEASERS}
    slack.workspace.directory.groups = (UserGroup(id=RELEASERS, handle="r", name="R", users=(GRACE,)),)
    assert isinstance(people.clock, HandClock)
    people.clock.at += KEPT_SECONDS
    assert (await people.who_is(ADA)).groups == frozenset()


async def test_who_is_in_a_channel_is_found_on_whatever_page(slack: Slack, people: People) -> None:
    channel = slack.workspace.conversations.find(SHOP)
    assert channel is not None
    channel.members[:0] = [f"U{number:07}" for number in range(2500)]
    assert await people.is_in(ADA, SHOP)
    assert not await people.is_in(GUEST, SHOP)
    assert len(slack.calls("conversations.members")) == 6
    channel.members[:0] = [f"W{number:07}" for number in range(MAX_PAGES * PAGE)]
    assert not await people.is_in(GRACE, SHOP)


async def test_a_channel_that_cannot_be_read_has_no_members_until_it_can(
    slack: Slack, people: People
) -> None:
    slack.fault("500", method="conversations.members")
    assert not await people.is_in(ADA, SHOP)
    assert await people.is_in(ADA, SHOP)
    channel = slack.workspace.conversations.find(SHOP)
    assert channel is not None
    slack.workspace.conversations.leave(channel, ADA)
    assert isinstance(people.clock, HandClock)
    people.clock.at += KEPT_SECONDS
    assert not await people.is_in(ADA, SHOP)
    assert not await people.is_in(ADA, "C0NOWHERE01")


@pytest.mark.parametrize(
    ("account", "zone"),
    [
        ({"tz": "Asia/Shanghai", "tz_offset": 28_800}, Zone(name="Asia/Shanghai", offset=28_800)),
        ({"tz": None, "tz_offset": "8"}, Zone()),
        ({"tz_offset": -18_000}, Zone(offset=-18_000)),
        (None, Zone()),
    ],
)
async def test_an_account_says_where_its_clock_stands(account: object, zone: Zone) -> None:
    assert zone_of(account) == zone


async def test_whoever_is_looked_up_has_a_time_zone(people: People) -> None:
    assert (await people.who_is(ADA)).zone == Zone(name="Europe/London")
