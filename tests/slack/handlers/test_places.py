"""Where people are answered and told how it ended: in channels, in direct messages, and where the bot is no member."""

from collections.abc import AsyncIterator

import pytest

from bot.sandbox.slack.people import BOT_USER_ID
from tests.journeys.living import ADA, OUTCOME, Life, Person, living
from tests.slack.served import SHOP


@pytest.fixture
async def life() -> AsyncIterator[Life]:
    async with living() as life, life.bot_running():
        yield life


@pytest.fixture
def ada(life: Life) -> Person:
    return life.person(ADA)


async def retried(person: Person, channel: str) -> None:
    """A failed version is asked for once more."""
    await person.types("/release retry shop/v11", channel=channel)
    await person.submits(await person.modal("retry_version"))
    await person.modal("Zadig is retrying")


async def test_the_outcome_of_what_was_asked_for_in_a_direct_message_arrives_there(ada: Person) -> None:
    await retried(ada, "directmessage")
    await ada.sees("shop/v11 succeeded", OUTCOME, channel="directmessage", seconds=15)
    assert not [message for message in await ada.messages("shop") if "v11" in message["text"]]


async def test_where_the_bot_is_no_member_the_outcome_comes_by_direct_message(ada: Person) -> None:
    await retried(ada, "ops-secret")
    await ada.hears("shop/v11 succeeded", OUTCOME, seconds=15)
    assert not [message for message in await ada.messages("ops-secret") if not message["is_ephemeral"]]


async def test_where_the_bot_is_no_member_nothing_can_be_subscribed(ada: Person) -> None:
    await ada.types("/release subscribe shop", channel="ops-secret")
    await ada.sees("/invite", channel="ops-secret")
    await ada.types("/release subscriptions", channel="ops-secret")
    await ada.sees("n't subscribed to any project", channel="ops-secret")


async def test_a_subscription_whose_channel_has_lost_the_bot_ends_and_the_subscriber_hears_of_it(
    life: Life, ada: Person
) -> None:
    await ada.types("/release subscribe shop")
    await ada.sees("now subscribed")
    await removed(life, ada)
    await life.zadig("shop", "create", "v20")
    await ada.hears(f"<#{SHOP}>", "shop", seconds=15)
    await ada.types("/release subscriptions")
    await ada.sees("n't subscribed to any project")


async def removed(life: Life, ada: Person) -> None:
    """Somebody takes the bot out of #shop."""
    channel = (await ada.channel("shop"))["id"]
    body = {"channel": channel, "user": BOT_USER_ID, "present": False}
    await life.http.post("/_control/membership", json=body)


async def test_a_channel_that_loses_the_bot_while_a_version_is_made_is_told_by_direct_message(
    life: Life, ada: Person
) -> None:
    await retried(ada, "shop")
    await removed(life, ada)
    await ada.hears("shop/v11 succeeded", OUTCOME, seconds=15)
