"""Nothing is written to Slack once the right to send it is over, however late that turns out; and Slack's clock is heard."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.endings import Ending
from bot.domain.models import Kind, Status, Version
from bot.domain.notifications import VersionEnded
from bot.domain.ports import Posted, PostedMessage, Posting, TryLater
from bot.slack.poster import SlackPoster
from bot.slack.views.links import Links
from bot.slack.wire import TooLateToSend, guarding_claims, hearing_the_time, sent_before
from tests.slack.served import ADA, ADAS_DM, SHOP, START, HandClock, Slack

pytestmark = pytest.mark.asyncio(loop_scope="session")

TOO_LATE = TryLater(reason="the claim ran out before the message was sent", seconds=0)


@dataclass
class Wire:
    """A poster whose session is traced as the bot's is; `ticks` makes time pass with every look at the clock."""

    slack: Slack
    clock: HandClock = field(default_factory=HandClock)
    ticks: float = 0.0
    dates: list[str] = field(default_factory=list)

    def monotonic(self) -> float:
        self.clock.at += self.ticks
        return self.clock.at

    def poster(self, session: aiohttp.ClientSession) -> SlackPoster:
        client = AsyncWebClient(
            token=self.slack.client.token,
            base_url=self.slack.client.base_url,
            session=session,
            retry_handlers=[],
        )
        return SlackPoster(client=client, links=Links(origin="https://z.example.com"), clock=self.clock)


@pytest_asyncio.fixture(loop_scope="session")
async def wire(slack: Slack) -> Wire:
    return Wire(slack)


@pytest_asyncio.fixture(loop_scope="session")
async def session(wire: Wire) -> AsyncIterator[aiohttp.ClientSession]:
    traces = [guarding_claims(wire.monotonic), hearing_the_time(wire.dates.append)]
    async with aiohttp.ClientSession(trace_configs=traces) as opened:
        yield opened


def posting(**changed: Any) -> Posting:
    version = Version(
        project="shop",
        name="v1",
        id="1",
        kind=Kind.K8S,
        status=Status.SUCCESS,
        status_word="success",
        created_at=START,
    )
    usual: dict[str, Any] = {
        "id": 1,
        "key": "outcome/v1",
        "destination": SHOP,
        "project": "shop",
        "version_name": "v1",
        "notification": VersionEnded(ending=Ending.SUCCEEDED, version=version, seconds=60),
        "operation_id": "operation-1",
        "revision": 1,
        "fence": 1,
        "attempts": 0,
        "created_at": START,
        "send_before": START + 10.0,
    }
    return Posting(**usual | changed)


async def test_what_is_begun_in_time_is_sent(wire: Wire, session: aiohttp.ClientSession) -> None:
    assert isinstance(await wire.poster(session).post(posting()), Posted)
    assert len(wire.slack.messages()) == 1


async def test_a_message_whose_claim_is_over_is_never_written(
    wire: Wire, session: aiohttp.ClientSession
) -> None:
    wire.clock.at += 10
    assert await wire.poster(session).post(posting()) == TOO_LATE
    assert wire.slack.calls("chat.postMessage") == []


async def test_a_claim_that_runs_out_while_the_persons_channel_is_opened_sends_nothing(
    wire: Wire, session: aiohttp.ClientSession
) -> None:
    """As if the process had been frozen between two calls."""
    wire.ticks = 9
    assert await wire.poster(session).post(posting(destination=ADA)) == TOO_LATE
    assert len(wire.slack.calls("conversations.open")) == 1
    assert wire.slack.messages(ADAS_DM) == []


async def test_an_edit_whose_claim_is_over_is_never_written(
    wire: Wire, session: aiohttp.ClientSession
) -> None:
    """A newer state may stand there by now."""
    stands = await wire.poster(session).post(posting())
    assert isinstance(stands, Posted)
    wire.clock.at += 10
    assert await wire.poster(session).post(posting(message=stands.message)) == TOO_LATE
    assert wire.slack.calls("chat.update") == []


async def test_the_second_try_outside_a_lost_thread_is_guarded_too(
    wire: Wire, session: aiohttp.ClientSession
) -> None:
    wire.ticks = 6
    lost = PostedMessage(channel=SHOP, ts="1.000001")
    assert await wire.poster(session).post(posting(thread=lost)) == TOO_LATE
    assert len(wire.slack.calls("chat.postMessage")) == 1
    assert wire.slack.messages() == []


async def test_the_connection_is_as_good_as_new_after_a_message_was_not_sent(
    wire: Wire, session: aiohttp.ClientSession
) -> None:
    wire.clock.at += 10
    for _ in range(5):
        assert await wire.poster(session).post(posting()) == TOO_LATE
    assert isinstance(await wire.poster(session).post(posting(send_before=START + 30.0)), Posted)


async def test_other_calls_of_other_tasks_are_never_too_late(
    wire: Wire, session: aiohttp.ClientSession
) -> None:
    with sent_before(0), pytest.raises(TooLateToSend):
        await wire.poster(session).client.auth_test()
    assert (await wire.poster(session).client.auth_test())["ok"]


async def test_slack_says_what_time_it_is(wire: Wire, session: aiohttp.ClientSession) -> None:
    await wire.poster(session).post(replace(posting(), send_before=START + 100.0))
    assert [parsedate_to_datetime(date).year >= 2025 for date in wire.dates] == [True]
