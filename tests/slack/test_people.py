"""Who people are is asked once in a while, and trouble with Slack shuts nobody out of the default policy."""

import pytest

from bot.domain.access import Person
from bot.slack.people import KEPT_SECONDS, People
from tests.slack.served import ADA, GUEST, HandClock, Slack

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_guests_are_told_from_members(slack: Slack) -> None:
    people = People(client=slack.client, clock=HandClock())
    assert await people.who_is(ADA) == Person(id=ADA)
    assert await people.who_is(GUEST) == Person(id=GUEST, guest=True)


async def test_slack_is_asked_once_in_a_while_only(slack: Slack) -> None:
    clock = HandClock()
    people = People(client=slack.client, clock=clock)
    for seconds, calls in ((0, 1), (KEPT_SECONDS - 1, 1), (2, 2)):
        clock.at += seconds
        await people.who_is(ADA)
        assert len(slack.calls("users.info")) == calls


@pytest.mark.parametrize("kind", ["500", "503", "html", "truncated"])
async def test_somebody_who_cannot_be_looked_up_counts_as_a_member(slack: Slack, kind: str) -> None:
    slack.fault(kind, method="users.info")
    assert await People(client=slack.client, clock=HandClock()).who_is(GUEST) == Person(id=GUEST)


async def test_a_group_that_cannot_be_read_has_no_members(slack: Slack) -> None:
    people = People(client=slack.client, clock=HandClock(), groups=frozenset({"S0NOWHERE"}))
    assert (await people.who_is(ADA)).groups == frozenset()
