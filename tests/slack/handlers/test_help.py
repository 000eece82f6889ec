"""`help`, nothing, and words that nobody knows."""

import pytest

from bot.slack.handlers import FEATURES
from bot.slack.manifest import manifest
from tests.journeys.living import Later
from tests.slack.drawn import objects, seen
from tests.slack.served import SHOP
from tests.slack.staffed import Staffed, staffed

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize("text", ["", " ", " help", " HELP", " `help`", " help me please"])
async def test_usage_names_every_word_at_once(bot: Staffed, text: str) -> None:
    ack = (await bot.typed(f"/release{text}"))["ack"]
    assert ack["response_type"] == "ephemeral"
    for feature in FEATURES:
        for row in feature.subcommands:
            assert f"/release {row.word}" in seen(ack["blocks"])
            assert f"/release {row.example}" in seen(ack["blocks"])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("lst", "list"),
        ("LSIT", "list"),
        ("unsubscibe", "unsubscribe"),
        ("diff", "show"),
        ("status", "list"),
        ("new", "create"),
        ("rollback", "create"),
        ("search", "list"),
        ("serach", "list"),
        ("remove", "delete"),
        ("zzz", ""),
    ],
)
async def test_an_unknown_word_is_answered_with_the_nearest(bot: Staffed, typed: str, meant: str) -> None:
    ack = (await bot.typed(f"/release {typed} shop"))["ack"]
    assert f"has no command `{typed.lower()}`" in ack["text"]
    assert ("Did you mean" in ack["text"]) is bool(meant)
    assert not meant or f"Did you mean `/release {meant}`" in ack["text"]
    assert (len(ack["blocks"]) < 5) is bool(meant), "the whole help only where nothing is near"


async def test_the_nearest_word_is_a_click_away(bot: Staffed) -> None:
    await bot.typed("/release status shop")
    await bot.clicks(await bot.message("has no command `status`"), "/release list shop")
    assert "Versions of shop" in (await bot.answers())[-1]
    await bot.typed("/release remove shop/v13")
    await bot.clicks(await bot.message("has no command `remove`"), "/release delete shop/v13")
    assert "v13" in seen(await bot.modal())


async def test_words_from_outside_are_harmless_in_the_answer(bot: Staffed) -> None:
    ack = (await bot.typed("/release <!channel>` " + "x" * 3000))["ack"]
    assert "<!channel>" not in ack["text"]
    read = [one["text"] for one in objects(ack["blocks"]) if one.get("type") == "mrkdwn"]
    assert read
    assert not any("<!channel>" in text for text in read)
    assert "broadcast" not in seen(ack["blocks"])


async def test_another_slash_command_is_answered_by_its_own_name(
    port: tuple[str, Later], database: str
) -> None:
    async with staffed(*port, database, command="/zadig", manifest=manifest("/zadig")) as bot:
        ack = (await bot.typed("/zadig help"))["ack"]
        assert "`/zadig list" in seen(ack["blocks"])
        assert "/release" not in str(ack)
        await bot.typed("/zadig list shop")
        assert "Versions of shop" in (await bot.answers())[-1]
        await bot.typed("/zadig watch")
        assert "/zadig watch project/version" in (await bot.answers())[-1]


async def test_a_slash_command_that_the_bot_does_not_listen_to_says_what_to_change(
    port: tuple[str, Later], database: str
) -> None:
    async with staffed(*port, database, command="/zadig") as bot:
        ack = (await bot.typed("/release list shop"))["ack"]
        assert "listens to `/zadig`, not to `/release`" in ack["text"]
        assert "COMMAND" in ack["text"]
        assert not bot.slack.calls("hooks/commands")
        assert len(bot.slack.messages(SHOP)) == 0
