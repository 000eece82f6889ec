"""What the access file names and is not there."""

import pytest

from bot.domain.access import Policy, Rules
from bot.slack.access_check import unknown_names, unknown_projects
from tests.slack.served import ADA, OPS_SECRET, SHOP, Slack

pytestmark = pytest.mark.asyncio(loop_scope="session")

RELEASERS = "S0RELEASERS"


def policy(*names: str, **projects: Rules) -> Policy:
    return Policy(general=Rules(change=frozenset(names)), projects=projects)


async def test_projects_are_compared_with_those_of_zadig() -> None:
    rules = policy(Shop=Rules(), shpo=Rules(), payments=Rules(), bank=Rules())
    nothing = "Zadig has no such project, or the bot's token does not see it, so the rule protects nothing"
    assert [str(one) for one in unknown_projects(rules, ["shop", "bank"])] == [
        "[projects.Shop]: the project is called shop; the rule still applies to it",
        f"[projects.payments]: {nothing}",
        f"[projects.shpo]: {nothing}; did you mean shop?",
    ]


async def test_what_slack_knows_is_right(slack: Slack) -> None:
    assert await unknown_names(policy("everyone", "members", ADA, RELEASERS, SHOP), slack.client) == ([], [])


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("U0NOBODY", "Slack knows no user with this id here"),
        ("S0NOTHING", "Slack knows no user group with this id"),
        ("C0NOWHERE", "Slack knows no channel with this id, or it is a private one without the bot"),
        (OPS_SECRET, "Slack knows no channel with this id, or it is a private one without the bot"),
    ],
)
async def test_what_slack_does_not_know_is_named_with_its_place(slack: Slack, name: str, says: str) -> None:
    rules = policy(ADA, pay=Rules(read=frozenset({name}), production=frozenset({name, ADA})))
    wrong, silent = await unknown_names(rules, slack.client)
    assert [str(one) for one in wrong] == [f"{name} in projects.pay.read, projects.pay.production: {says}"]
    assert silent == []


async def test_what_slack_does_not_say_is_neither_right_nor_wrong(slack: Slack) -> None:
    slack.fault("error", method="users.info", error="internal_error")
    wrong, silent = await unknown_names(policy(ADA), slack.client)
    assert (wrong, len(silent)) == ([], 1)
