"""`subscribe`, `unsubscribe` and `subscriptions`."""

import pytest

from bot.domain.watching import Subscription
from tests.slack.served import ADA, ADAS_DM, GRACE, RELEASES, SHOP, START
from tests.slack.staffed import Staffed

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def stored(bot: Staffed, channel: str = SHOP) -> list[Subscription]:
    return list(await bot.store.subscriptions(channel=channel))


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
    assert "It now gets word of every failure in the channel. Until now it got a card for each" in said
    [subscription] = await stored(bot)
    assert (subscription.project, subscription.only_failures, subscription.cards) == ("shop", True, False)
    await bot.typed("/release subscribe shop failures nocards")
    assert "Nothing changes" in (await bot.answers())[-1]


async def test_a_project_is_subscribed_however_it_is_written(bot: Staffed) -> None:
    await bot.typed("/release subscribe Web Shop failures")
    assert [one.project for one in await stored(bot)] == ["shop"]
    await bot.typed("/release subscribe ＳＨＯＰ")
    assert [one.project for one in await stored(bot)] == ["shop"]
    await bot.typed("/release unsubscribe web shop")
    assert await stored(bot) == []


async def test_pages_reach_every_subscription_and_stay_where_one_ends(bot: Staffed) -> None:
    for number in range(45):
        await bot.store.subscribe(
            Subscription(channel=SHOP, project=f"project-{number:02}", by=ADA, since=START)
        )
    await bot.typed("/release subscriptions")
    listed = await bot.message("What this channel hears about")
    for _ in range(2):
        await bot.clicks(listed, "Next")
        listed = await bot.message("What this channel hears about")
    assert "project-44" in str(listed["blocks"])
    await bot.clicks(listed, "Unsubscribe")
    after = await bot.message("What this channel hears about")
    assert "project-40" not in str(after["blocks"])
    assert "project-44" in str(after["blocks"])
    await bot.clicks(after, "Previous")
    assert "project-20" in str((await bot.message("What this channel hears about"))["blocks"])


async def test_subscribing_again_changes_the_filters(bot: Staffed) -> None:
    await bot.typed("/release subscribe shop failures")
    await bot.typed("/release subscribe shop", user=GRACE)
    assert "stays subscribed" in (await bot.answers(user=GRACE))[-1]
    [subscription] = await stored(bot)
    assert (subscription.only_failures, subscription.by) == (False, GRACE)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("subscribe", "Say which project: `/release subscribe project`"),
        ("subscribe nowhere", "There is no project nowhere"),
        ("subscribe shop loudly", "`loudly` is no filter. Choose among: failures, thread, nocards"),
        ("unsubscribe", "This channel is not subscribed to any project"),
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
    await bot.clicks(await bot.message("What this channel hears about"), "Unsubscribe")
    assert [one.project for one in await stored(bot)] == ["shop"]


async def test_subscriptions_are_listed_for_this_channel_only(bot: Staffed) -> None:
    await bot.typed("/release subscribe shop")
    await bot.typed("/release subscriptions", channel="releases")
    assert "not subscribed to any project" in (await bot.answers(channel=RELEASES))[-1]
    await bot.typed("/release subscriptions")
    assert "subscribed to 1 project: shop" in (await bot.answers())[-1]


async def test_a_button_of_the_list_ends_one_and_draws_the_list_again(bot: Staffed) -> None:
    await bot.typed("/release subscribe platform")
    await bot.typed("/release subscribe shop")
    await bot.typed("/release subscriptions")
    listed = await bot.message("What this channel hears about")
    await bot.clicks(listed, "Unsubscribe")
    after = await bot.message("What this channel hears about")
    assert after["ts"] == listed["ts"]
    assert [one.project for one in await stored(bot)] == ["shop"]
    assert "platform" not in str(after["blocks"])


async def test_a_button_whose_subscription_has_ended_meanwhile_says_so(bot: Staffed) -> None:
    await bot.typed("/release subscribe shop")
    await bot.typed("/release subscriptions")
    listed = await bot.message("What this channel hears about")
    await bot.typed("/release unsubscribe shop", user=GRACE)
    await bot.clicks(listed, "Unsubscribe")
    assert "not subscribed to shop" in (await bot.answers())[-1]


async def test_a_direct_message_with_the_bot_can_subscribe_as_well(bot: Staffed) -> None:
    await bot.typed("/release subscribe shop", channel="directmessage")
    assert [one.channel for one in await stored(bot, ADAS_DM)] == [ADAS_DM]
