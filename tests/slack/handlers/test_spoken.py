"""What people say to the bot, in direct messages and with a mention, does what the same words do behind the slash command."""

from typing import Any

import pytest

from bot.domain.watching import Subscription
from bot.sandbox.slack.faults import Fault
from bot.slack.payloads import Spoken
from tests.slack.drawn import seen
from tests.slack.served import ADA, ADAS_DM, SHOP, START
from tests.slack.staffed import Staffed

pytestmark = pytest.mark.asyncio(loop_scope="session")
ME = "@release-bot"


async def says(bot: Staffed, text: str, *, channel: str = "shop", thread: str | None = None) -> None:
    person = bot.person()
    where = {"channel": (await person.channel(channel))["id"]} | ({"thread_ts": thread} if thread else {})
    await person.control("type", text=text, **where)
    await bot.settled()


@pytest.mark.parametrize("text", ["list shop", "@release-bot list shop", "LIST `shop`"])
async def test_a_direct_message_is_answered_there(bot: Staffed, text: str) -> None:
    await says(bot, text, channel="directmessage")
    [said] = await bot.told()
    assert said.startswith("Versions of shop: v13")


@pytest.mark.parametrize(
    "text", [f"{ME} list shop", f"{ME}: list shop!", f"{ME} /release list shop", f"list shop {ME}"]
)
async def test_a_mention_is_answered_to_whoever_wrote_it(bot: Staffed, text: str) -> None:
    await says(bot, text)
    [said] = await bot.answers()
    assert said.startswith("Versions of shop: v13")
    assert bot.slack.messages() == []


@pytest.mark.parametrize("text", ["hello", "help", "thanks, great!", "👋"])
async def test_whatever_is_said_is_answered_at_least_with_help(bot: Staffed, text: str) -> None:
    await says(bot, text, channel="directmessage")
    [said] = await bot.told()
    assert "/release" in said
    await says(bot, f"{ME} {text}")
    assert len(await bot.answers()) == 1


async def test_a_mention_alone_is_answered_with_help(bot: Staffed) -> None:
    await says(bot, ME)
    assert (await bot.answers())[0].startswith("This is what you can do with `/release`")


async def test_what_is_said_in_a_thread_is_answered_in_it(bot: Staffed) -> None:
    await says(bot, f"{ME} list shop")
    parent = (await bot.person().messages("shop"))[0]["ts"]
    await says(bot, f"{ME} show shop/v13", thread=parent)
    last = bot.slack.messages(user=ADA)[-1]
    assert (last.thread_ts, last.text.startswith("shop/v13")) == (parent, True)
    await says(bot, "hello", channel="directmessage")
    top = (await bot.person().messages("directmessage"))[0]["ts"]
    await says(bot, "list shop", channel="directmessage", thread=top)
    assert bot.slack.messages(ADAS_DM)[-1].thread_ts == top


async def test_what_needs_a_form_is_a_click_away(bot: Staffed) -> None:
    await says(bot, f"{ME} delete shop/v13")
    await bot.clicks(await bot.message("Slack opens a form only after a click"), "Delete shop/v13")
    assert "v13" in seen(await bot.modal())


async def test_errors_are_told_where_it_was_said(bot: Staffed) -> None:
    await says(bot, f"{ME} list nowhere")
    assert "There is no project nowhere" in (await bot.answers())[-1]
    await says(bot, "list nowhere", channel="directmessage")
    assert "There is no project nowhere" in (await bot.told())[-1]


async def test_buttons_of_an_answer_work_in_a_direct_message(bot: Staffed) -> None:
    for number in range(25):
        await bot.store.subscriptions.subscribe(
            Subscription(channel=ADAS_DM, project=f"project-{number:02}", by=ADA, since=START)
        )
    await says(bot, "subscriptions", channel="directmessage")
    listed = await bot.message("This channel's subscriptions", channel="directmessage")
    await bot.clicks(listed, "Next", channel="directmessage")
    after = await bot.message("This channel's subscriptions", channel="directmessage")
    assert "project-24" in seen(after["blocks"])


async def test_a_message_that_mentions_nobody_is_not_answered(bot: Staffed) -> None:
    await says(bot, "list shop")
    await says(bot, "@grace list shop")
    assert await bot.answers() == []


async def test_a_person_who_cannot_be_answered_there_is_answered_directly(bot: Staffed) -> None:
    bot.slack.fault("error", method="chat.postEphemeral", error="user_not_in_channel")
    await says(bot, f"{ME} list shop")
    assert "Versions of shop" in (await bot.told())[-1]


@pytest.mark.parametrize(
    "event",
    [
        {"bot_id": "B1"},
        {"subtype": "bot_message"},
        {"subtype": "message_changed", "hidden": True},
        {"subtype": "channel_join"},
        {"edited": {"user": ADA, "ts": "1.0"}},
        {"user": None},
        {"channel": SHOP, "channel_type": "channel"},
    ],
)
async def test_bots_edits_and_comings_and_goings_are_not_for_the_bot(event: dict[str, Any]) -> None:
    usual = {
        "type": "message",
        "user": ADA,
        "channel": ADAS_DM,
        "channel_type": "im",
        "ts": "1.0",
        "text": "x",
    }
    assert Spoken.read({"event": usual}).is_for_the_bot
    assert not Spoken.read({"event": usual | event}).is_for_the_bot


async def test_what_is_delivered_twice_or_as_two_events_is_answered_once(bot: Staffed) -> None:
    bot.slack.workspace.faults.add(Fault(where="delivery", kind="duplicate", method="app_mention"))
    await says(bot, f"{ME} list shop")
    assert len(await bot.answers()) == 1
