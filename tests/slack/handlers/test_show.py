"""`show`, and the buttons and menus of versions."""

import json

import pytest

from bot.domain.watching import Subscription
from bot.slack.metadata import ShowState, VersionAction
from tests.slack.drawn import seen
from tests.slack.served import ADA, GRACE, GUEST, JSON, RELEASES, SHOP, START
from tests.slack.staffed import Staffed

pytestmark = pytest.mark.asyncio(loop_scope="session")


def version_id(bot: Staffed, name: str, project: str = "shop") -> str:
    return next(one.id for one in bot.zadig.versions if (one.project, one.name) == (project, name))


@pytest.mark.parametrize(
    "text", ["show shop/v13", "show shop v13", "SHOW `shop/v13`", "show “shop/v13”", "show shop/ v13"]
)
async def test_a_version_is_shown_however_it_is_written(bot: Staffed, text: str) -> None:
    await bot.typed(f"/release {text}")
    [said] = await bot.answers()
    assert "shop/v13" in said


async def test_a_version_is_shown_by_its_id_in_any_case(bot: Staffed) -> None:
    await bot.typed(f"/release show {version_id(bot, 'v12').upper()}")
    assert "shop/v12" in (await bot.answers())[-1]


async def test_an_id_of_another_project_is_not_taken_for_a_version_of_this_one(bot: Staffed) -> None:
    await bot.typed(f"/release show platform/{version_id(bot, 'v12')}")
    [said] = await bot.answers()
    assert "There is no version" in said
    assert not bot.asked_zadig("GET", f"releases/{version_id(bot, 'v12')}")


async def test_a_name_alone_needs_a_channel_with_one_subscription(bot: Staffed) -> None:
    await bot.typed("/release show v13")
    assert "Say which project" in (await bot.answers())[-1]
    await bot.store.subscriptions.subscribe(Subscription(channel=SHOP, project="shop", by=ADA, since=START))
    await bot.typed("/release show v13")
    assert "shop/v13" in (await bot.answers())[-1]


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("show", "Say which version"),
        ("show shop/", "Say which version of shop you mean"),
        ("show shop v13 and more", "Say which version"),
        ("show shop/v13 and more", "no version v13 and more in shop"),
        ("show shop/v99", "There is no version v99 in shop"),
        ("show nowhere/v1", "There is no project nowhere"),
        ("show 0123456789abcdef01234567", "No project that the bot can see"),
    ],
)
async def test_what_cannot_be_shown_is_explained(bot: Staffed, text: str, answer: str) -> None:
    await bot.typed(f"/release {text}")
    [said] = await bot.answers()
    assert answer in said


async def test_a_guest_is_told_that_guests_cannot_use_the_bot(bot: Staffed) -> None:
    await bot.typed("/release show shop/v13", user=GUEST, channel="releases")
    [said] = await bot.answers(user=GUEST, channel=RELEASES)
    assert said == "Guests cannot use this bot. Ask a member of the workspace, or the people who run the bot."


async def test_where_the_bot_is_no_member_it_answers_all_the_same(bot: Staffed) -> None:
    await bot.typed("/release show shop/v13", channel="ops-secret")
    assert "shop/v13" in (await bot.message("shop/v13", channel="ops-secret"))["text"]


async def test_a_menu_shows_the_version_below_the_list(bot: Staffed) -> None:
    await bot.typed("/release list shop")
    listed = await bot.message("Versions of shop")
    await bot.clicks(listed, "Show")
    assert len(await bot.answers()) == 2
    assert "shop/v13" in (await bot.answers())[-1]


async def test_a_version_that_is_gone_since_it_was_listed_says_so(bot: Staffed) -> None:
    await bot.typed("/release list shop")
    listed = await bot.message("Versions of shop")
    bot.in_zadig("shop", "delete", "v13")
    await bot.clicks(listed, "Show")
    assert "There is no version v13 in shop." in (await bot.answers())[-1]


async def test_a_version_made_anew_under_its_name_is_shown_instead(bot: Staffed) -> None:
    await bot.typed("/release list shop")
    listed = await bot.message("Versions of shop")
    bot.in_zadig("shop", "delete", "v13")
    bot.zadig.clock.advance(1)
    bot.in_zadig("shop", "create", "v13", description="the new one")
    await bot.clicks(listed, "Show")
    assert "the new one" in seen(await bot.message("shop/v13", "the new one"))


async def test_pages_of_services_edit_the_message_in_place(bot: Staffed) -> None:
    bot.add_project("large", services=120)
    images = [{"service": f"service-{number:03}"} for number in range(1, 121)]
    bot.in_zadig("large", "create", "v1", images=images)
    await bot.typed("/release show large/v1")
    first = await bot.message("large/v1", "page 1 of")
    await bot.clicks(first, "Next")
    second = await bot.message("page 2 of")
    assert second["ts"] == first["ts"]
    await bot.clicks(second, "Previous")
    assert (await bot.message("page 1 of"))["ts"] == first["ts"]


async def click(bot: Staffed, action_id: str, value: str, *, user: str = ADA) -> None:
    """A click on a button that the bot's messages do not have: from an older version of the bot, or made up."""
    button = {"type": "button", "text": {"type": "plain_text", "text": "Go"}, "action_id": action_id}
    blocks: list[JSON] = [{"type": "actions", "block_id": "row", "elements": [button | {"value": value}]}]
    posted = await bot.slack.client.chat_postMessage(channel=SHOP, text="old", blocks=blocks)
    answer = await bot.person(user).control(
        "click", channel=SHOP, ts=posted["ts"], block_id="row", action_id=action_id
    )
    assert answer["ok"]
    await bot.settled()


@pytest.mark.parametrize(
    ("action_id", "value", "instead"),
    [
        ("version_button.show", "not json", "help"),
        ("version_button.show", "{}", "help"),
        ("version_button.show", '{"a": "explode", "p": "shop"}', "list shop"),
        ("version_button.show", '{"a": "show", "p": "shop", "v": "v13", "surprise": 1}', "show shop/v13"),
        ("version_menu.0", "[]", "help"),
        ("show_page.next", '{"p": "shop", "n": 0}', "list shop"),
        ("list_page.next", '{"q": "shop"}', "help"),
        ("unwatch.0", "null", "help"),
        ("from_last_year", "x", "help"),
        ("promote", '{"project": "shop", "version_name": "v13"}', "show shop/v13"),
        ("promote.0", '{"p": "a&b", "v": "v`1`"}', "show a&b/v1"),
        ("input.0", "x", "help"),
        ("version_button_x", '{"p": "shop"}', "list shop"),
        (".", "x", "help"),
    ],
)
async def test_buttons_of_an_older_release_say_so_and_what_to_use_instead(
    bot: Staffed, action_id: str, value: str, instead: str
) -> None:
    await click(bot, action_id, value)
    typed = instead.replace("&", "&amp;")
    assert await bot.answers() == [
        f"This message is from an older release of the bot. Use `/release {typed}` instead."
    ]


async def test_a_link_button_opens_its_page_and_says_nothing(bot: Staffed) -> None:
    await click(bot, "open_link.zadig", "x")
    assert await bot.answers() == []
    assert await bot.told() == []


@pytest.mark.parametrize("page", [2, 99])
async def test_a_page_past_the_end_shows_the_last(bot: Staffed, page: int) -> None:
    state = ShowState(project="shop", name="v13", page=page)
    await click(bot, "show_page.next", state.pack(), user=GRACE)
    assert "shop/v13" in json.dumps([message["text"] for message in await bot.person(GRACE).messages()])


async def test_a_shown_version_offers_what_can_be_done_with_it(bot: Staffed) -> None:
    await click(bot, "version_button.show", VersionAction(action="show", project="shop", name="v11").pack())
    shown = await bot.message("shop/v11")
    labels = [element["text"]["text"] for element in shown["blocks"][-1]["elements"]]
    assert labels == ["Retry…", "Use as template…", "Delete…", "Open in Zadig"]
