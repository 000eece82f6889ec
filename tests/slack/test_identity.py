"""Who the bot is in Slack is asked beside the requests; whatever Slack answers, requests are served."""

import logging

import pytest
import pytest_asyncio

from bot.slack.identity import Identity
from tests.journeys.living import Later
from tests.slack.served import Slack, plain_answer, scopes_but, slack_of

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def identity(slack: Slack) -> Identity:
    return Identity(slack.client)


async def test_before_slack_has_answered_the_token_is_all_that_is_known(identity: Identity) -> None:
    assert identity.problem
    assert identity.result.bot_token == "xoxb-sandbox"
    assert identity.scopes == frozenset()


async def test_slack_says_who_the_bot_is_and_what_it_may_do(identity: Identity) -> None:
    await identity.refresh()
    assert identity.problem == ""
    assert identity.result.bot_user_id == "U0BOT000001"
    assert "chat:write" in identity.scopes


async def test_a_scope_that_was_not_granted_is_missing(port: tuple[str, Later]) -> None:
    async with slack_of(*port, manifest=scopes_but("im:write")) as slack:
        identity = Identity(slack.client)
        await identity.refresh()
        assert "im:write" not in identity.scopes
        assert "chat:write" in identity.scopes


async def test_a_token_that_was_taken_away_is_a_problem_until_it_is_given_back(
    slack: Slack, identity: Identity
) -> None:
    await identity.refresh()
    slack.workspace.revoke(revoked=True)
    await identity.refresh()
    assert identity.problem == "Slack refuses the bot's token: token_revoked"
    assert identity.result.bot_user_id == "U0BOT000001", "what was known stays known"
    slack.workspace.revoke(revoked=False)
    await identity.refresh()
    assert identity.problem == ""


@pytest.mark.parametrize("fault", ["429", "500", "html", "truncated", "drop_before"])
async def test_no_answer_is_a_problem_and_nothing_worse(slack: Slack, identity: Identity, fault: str) -> None:
    slack.fault(fault, times=None)
    await identity.refresh()
    assert identity.problem


async def test_a_proxys_answer_is_a_problem_and_nothing_worse(slack: Slack, identity: Identity) -> None:
    slack.answers(plain_answer(503, b"upstream connect error", "text/plain"))
    await identity.refresh()
    assert "503" in identity.problem


async def test_a_problem_is_logged_when_it_changes(
    slack: Slack, identity: Identity, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "bot")
    slack.workspace.revoke(revoked=True)
    for _ in range(3):
        await identity.refresh()
    slack.workspace.revoke(revoked=False)
    for _ in range(3):
        await identity.refresh()
    levels = [record.levelname for record in caplog.records if getattr(record, "action", "") == "identity"]
    assert levels == ["WARNING", "INFO"]


def asked(slack: Slack) -> int:
    return len([entry for entry in slack.workspace.traffic.after(0) if entry["name"] == "auth.test"])


async def test_a_refusal_elsewhere_is_looked_into_at_once_and_then_once_a_minute(
    slack: Slack, identity: Identity
) -> None:
    before = asked(slack)
    await identity.keep_fresh(now=1)
    slack.workspace.revoke(revoked=True)
    await identity.keep_fresh(now=2)
    assert (asked(slack) - before, identity.problem) == (1, "")
    identity.doubt()
    await identity.keep_fresh(now=3)
    assert "token_revoked" in identity.problem
    for now in range(4, 62):
        identity.doubt()
        await identity.keep_fresh(now=now)
    assert asked(slack) - before == 2
    slack.workspace.revoke(revoked=False)
    await identity.keep_fresh(now=63)
    assert identity.problem == ""


async def test_a_slack_that_cannot_be_asked_is_asked_again_soon(slack: Slack, identity: Identity) -> None:
    before = asked(slack)
    slack.fault("500", times=None)
    for now in range(1, 11):
        await identity.keep_fresh(now=now)
    assert asked(slack) - before == 2
