"""`subscribe`, `unsubscribe` and `subscriptions`."""

import pytest

from bot.domain.ports import Posted
from bot.domain.watching import Subscription
from bot.slack.poster import SlackPoster
from tests.slack.drawn import drawn, seen
from tests.slack.served import ADA, ADAS_DM, GRACE, RELEASES, SHOP, START, HandClock
from tests.slack.staffed import Staffed

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def stored(bot: Staffed, channel: str = SHOP) -> list[Subscription]:
    return list(await bot.store.subscriptions.find(channel=channel))


async def test_a_channel_subscribes_with_everything_by_default(bot: Staffed) -> None:
    await bot.typed("/release subscribe shop")
    assert "now subscribed to shop" in (await bot.answers())[-1]
    assert await stored(bot) == [Subscription(channel=SHOP, project="shop", by=ADA, since=START)]


async def test_filters_can_follow_in_any_order_and_case(bot: Staffed) -> None:
    await bot.typed("/release subscribe THREAD shop failed")
    [subscription] = await stored(bot)
    assert (subscription.only_failures, subscription.in_thread, subscription.cards) == (True, True, True)


async def test_filters_that_contradict_each_other_are_refused(bot: Staffed) -> None:
    await bot.typed("/release subscribe shop nocards thread")
    assert "`thread` and `nocards` contradict each other" in (await bot.answers())[-1]
    assert await stored(bot) == []


async def test_a_channel_with_one_subscription_need_not_name_it_to_change_it(bot: Staffed) -> None:
    await bot.typed("/release subscribe shop")
    await bot.typed("/release subscribe failures nocards")
    said = (await bot.answers())[-1]
    assert "It now gets every failure in the channel (before: a card for each" in said
    [subscription] = await stored(bot)
    assert (subscription.project, subscription.only_failures, subscription.cards) == ("shop", True, False)
    await bot.typed("/release subscribe shop failures nocards")
    assert "Nothing has changed" in (await bot.answers())[-1]


async def test_a_project_is_subscribed_however_it_is_written(bot: Staffed) -> None:
    await bot.typed("/release subscribe Web Shop failures")
    assert [one.project for one in await stored(bot)] == ["shop"]
    await bot.typed("/release subscribe ＳＨＯＰ")
    assert [one.project for one in await stored(bot)] == ["shop"]
    await bot.typed("/release unsubscribe web shop")
    assert await stored(bot) == []


async def test_pages_reach_every_subscription_and_stay_where_one_ends(bot: Staffed) -> None:
    for number in range(45):
        await bot.store.subscriptions.subscribe(
            Subscription(channel=SHOP, project=f"project-{number:02}", by=ADA, since=START)
        )
    await bot.typed("/release subscriptions")
    listed = await bot.message("This channel's subscriptions")
    for _ in range(2):
        await bot.clicks(listed, "Next")
        listed = await bot.message("This channel's subscriptions")
    assert "project-44" in seen(listed["blocks"])
    await bot.clicks(listed, "Unsubscribe")
    after = await bot.message("This channel's subscriptions")
    assert "project-40" not in seen(after["blocks"])
    assert "project-44" in seen(after["blocks"])
    await bot.clicks(after, "Previous")
    assert "project-20" in seen((await bot.message("This channel's subscriptions"))["blocks"])


async def test_subscribing_again_changes_the_filters(bot: Staffed) -> None:
    await bot.typed("/release subscribe shop failures")
    await bot.typed("/release subscribe shop", user=GRACE)
    assert "is still subscribed" in (await bot.answers(user=GRACE))[-1]
    [subscription] = await stored(bot)
    assert (subscription.only_failures, subscription.by) == (False, GRACE)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("subscribe", "Say which project: `/release subscribe project`"),
        ("subscribe nowhere", "There is no project nowhere"),
        ("subscribe shop loudly", "`loudly` is not a filter. Choose among: failures, thread, nocards"),
        ("unsubscribe", "This channel isn't subscribed to any project"),
        ("unsubscribe shop", "This channel is not subscribed to shop"),
    ],
)
async def test_what_cannot_be_done_is_explained_and_changes_nothing(
    bot: Staffed, text: str, answer: str
) -> None:
    await bot.typed(f"/release {text}")
    assert answer in (await bot.answers())[-1]
    assert await stored(bot) == []


async def test_the_only_subscription_ends_without_being_named(bot: Staffed) -> None:
    await bot.typed("/release subscribe shop")
    await bot.typed("/release unsubscribe")
    assert "no longer subscribed to shop" in (await bot.answers())[-1]
    assert await stored(bot) == []


async def test_of_two_subscriptions_one_has_to_be_named(bot: Staffed) -> None:
    await bot.typed("/release subscribe shop")
    await bot.typed("/release subscribe platform")
    await bot.typed("/release unsubscribe")
    assert "subscribed to 2 projects: platform, shop" in (await bot.answers())[-1]
    await bot.clicks(await bot.message("This channel's subscriptions"), "Unsubscribe")
    assert [one.project for one in await stored(bot)] == ["shop"]


async def test_subscriptions_are_listed_for_this_channel_only(bot: Staffed) -> None:
    await bot.typed("/release subscribe shop")
    await bot.typed("/release subscriptions", channel="releases")
    assert "n't subscribed to any project" in (await bot.answers(channel=RELEASES))[-1]
    await bot.typed("/release subscriptions")
    assert "subscribed to 1 project: shop" in (await bot.answers())[-1]


async def test_a_button_of_the_list_ends_one_and_draws_the_list_again(bot: Staffed) -> None:
    await bot.typed("/release subscribe platform")
    await bot.typed("/release subscribe shop")
    await bot.typed("/release subscriptions")
    listed = await bot.message("This channel's subscriptions")
    await bot.clicks(listed, "Unsubscribe")
    after = await bot.message("This channel's subscriptions")
    assert after["ts"] == listed["ts"]
    assert [one.project for one in await stored(bot)] == ["shop"]
    assert "platform" not in seen(after["blocks"])


async def test_a_button_whose_subscription_has_ended_meanwhile_says_so(bot: Staffed) -> None:
    await bot.typed("/release subscribe shop")
    await bot.typed("/release subscriptions")
    listed = await bot.message("This channel's subscriptions")
    await bot.typed("/release unsubscribe shop", user=GRACE)
    await bot.clicks(listed, "Unsubscribe")
    assert "not subscribed to shop" in (await bot.answers())[-1]


async def test_a_direct_message_with_the_bot_can_subscribe_as_well(bot: Staffed) -> None:
    await bot.typed("/release subscribe shop", channel="directmessage")
    assert [one.channel for one in await stored(bot, ADAS_DM)] == [ADAS_DM]


# What the whole channel is told.


async def announced(bot: Staffed, channel: str = SHOP) -> list[str]:
    """Everything that the channel has been told, posted as the bot would; the newest state of each, oldest first."""
    poster = SlackPoster(client=bot.slack.client, links=bot.shared.links, clock=HandClock())
    while postings := await bot.store.outbox.claim("test", now=START, limit=9, lease=60):
        for posting in postings:
            result = await poster.post(posting)
            assert isinstance(result, Posted), result
            await bot.store.outbox.mark_posted(posting, result.message, now=START)
    return [message.text for message in bot.slack.messages(channel)]


async def test_the_channel_is_told_who_subscribed_it_to_what(bot: Staffed) -> None:
    await bot.typed("/release subscribe shop failures")
    await bot.typed("/release subscribe shop failures")
    await bot.typed("/release subscribe shop nocards", user=GRACE)
    await bot.typed("/release unsubscribe shop", user=GRACE)
    assert await announced(bot) == [
        f"<@{ADA}> subscribed this channel to shop (failures only).",
        f"<@{GRACE}> changed this channel's subscription to shop: every outcome, no cards (before: failures only).",
        f"<@{GRACE}> unsubscribed this channel from shop.",
    ]


async def test_the_button_of_the_list_is_told_as_well(bot: Staffed) -> None:
    await bot.typed("/release subscribe shop")
    await bot.typed("/release subscriptions", user=GRACE)
    listed = await bot.message("This channel's subscriptions", user=GRACE)
    await bot.clicks(listed, "Unsubscribe", user=GRACE)
    assert (await announced(bot))[-1] == f"<@{GRACE}> unsubscribed this channel from shop."


async def test_undo_restores_what_was_there_and_says_so_once(bot: Staffed) -> None:
    await bot.typed("/release subscribe shop failures thread")
    before = await stored(bot)
    await bot.typed("/release unsubscribe shop", user=GRACE)
    await announced(bot)
    ended = await bot.message("unsubscribed this channel from shop")
    await bot.clicks(ended, "Undo")
    assert await stored(bot) == before
    assert "Undone: this channel is again subscribed to shop" in (await bot.answers())[-1]
    assert (await announced(bot))[-1].startswith(f"<@{ADA}> undid a change: this channel is again subscribed")
    after = await bot.message("unsubscribed this channel from shop")
    assert after["ts"] == ended["ts"]
    assert f"\nUndone by <@{ADA}>." in "\n".join(drawn(after["blocks"]))
    assert "Undo'" not in seen(after["blocks"])


async def test_a_button_that_is_still_on_screen_undoes_nothing_twice(bot: Staffed) -> None:
    await bot.typed("/release subscribe shop")
    await announced(bot)
    begun = await bot.message("subscribed this channel to shop")
    await bot.clicks(begun, "Undo")
    await bot.clicks(begun, "Undo", user=GRACE)
    assert "already been undone" in (await bot.answers(user=GRACE))[-1]
    assert await stored(bot) == []


async def test_what_has_changed_since_is_not_undone(bot: Staffed) -> None:
    await bot.typed("/release subscribe shop")
    await announced(bot)
    begun = await bot.message("subscribed this channel to shop")
    await bot.typed("/release subscribe shop failures", user=GRACE)
    await bot.clicks(begun, "Undo")
    assert "changed since, so nothing was undone" in (await bot.answers())[-1]
    assert [one.only_failures for one in await stored(bot)] == [True]


async def test_a_change_that_is_forgotten_cannot_be_undone(bot: Staffed) -> None:
    await bot.typed("/release subscribe shop")
    await announced(bot)
    begun = await bot.message("subscribed this channel to shop")
    await bot.store.housekeeping.clean_up(now=START + 365 * 86_400)
    await bot.clicks(begun, "Undo")
    assert "too old to undo" in (await bot.answers())[-1]


async def test_a_direct_message_is_not_told_what_its_person_has_just_read(bot: Staffed) -> None:
    await bot.typed("/release subscribe shop", channel="directmessage")
    assert await announced(bot, ADAS_DM) == []


# Channels that are shared with another workspace.


def share(bot: Staffed, *, shared: bool = True) -> None:
    channel = bot.slack.workspace.conversations.find(SHOP)
    assert channel is not None
    channel.is_ext_shared = shared


async def test_a_shared_channel_is_subscribed_once_it_is_clear_that_outsiders_read_it(bot: Staffed) -> None:
    share(bot)
    await bot.typed("/release subscribe shop failures nocards")
    asked = await bot.message("This channel is shared with another workspace.")
    assert "People there will see every notification about shop" in asked["text"]
    assert await stored(bot) == []
    await bot.clicks(asked, "Subscribe anyway")
    [one] = await stored(bot)
    assert (one.only_failures, one.in_thread, one.cards) == (True, False, False)
    assert "now subscribed to shop" in (await bot.answers())[-1]
    assert len(await announced(bot)) == 1


@pytest.mark.parametrize("error", ["missing_scope", "internal_error", "unknown_method"])
async def test_where_slack_does_not_say_whether_a_channel_is_shared_the_person_is_asked(
    bot: Staffed, error: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack.api.AGAIN_SECONDS", 0)
    bot.slack.fault("error", method="conversations.info", error=error, times=2)
    await bot.typed("/release subscribe shop")
    asked = await bot.message("Slack doesn't say whether this channel is shared with another workspace.")
    assert await stored(bot) == []
    await bot.clicks(asked, "Subscribe anyway")
    assert len(await stored(bot)) == 1


async def test_who_may_not_subscribe_is_not_asked_about_outsiders(bot: Staffed) -> None:
    share(bot)
    await bot.typed("/release subscribe nowhere")
    assert "There is no project nowhere" in (await bot.answers())[-1]


async def test_undoing_in_a_channel_that_is_shared_by_now_is_confirmed_first(bot: Staffed) -> None:
    await bot.typed("/release subscribe shop failures")
    before = await stored(bot)
    await bot.typed("/release unsubscribe shop")
    await announced(bot)
    share(bot)
    await bot.clicks(await bot.message("unsubscribed this channel from shop"), "Undo", user=GRACE)
    asked = await bot.message("This channel is shared with another workspace.", user=GRACE)
    assert await stored(bot) == []
    await bot.clicks(asked, "Subscribe anyway", user=GRACE)
    assert await stored(bot) == before


async def test_ending_needs_no_confirmation_in_a_shared_channel(bot: Staffed) -> None:
    await bot.typed("/release subscribe shop")
    share(bot)
    await bot.typed("/release unsubscribe shop")
    assert await stored(bot) == []


async def test_a_channel_without_the_bot_is_still_refused(bot: Staffed) -> None:
    bot.slack.remove_bot()
    share(bot)
    await bot.typed("/release subscribe shop")
    assert "The bot is not in this channel" in (await bot.answers())[-1]
    assert await stored(bot) == []
