"""Who leaves out the project or the version chooses it from a menu."""

import pytest

from bot.domain.watching import Subscription
from bot.sandbox.slack.model import Json
from bot.slack.handlers.subscribe import NotInGroups, run_subscribe
from bot.slack.payloads import Typed
from tests.slack.served import ADA, SHOP, START
from tests.slack.staffed import Staffed

pytestmark = pytest.mark.asyncio(loop_scope="session")


def menu(message: Json) -> list[str]:
    [row] = [block for block in message["blocks"] if block["type"] == "actions"]
    return [one["value"] for one in row["elements"][0]["options"]]


async def test_a_project_is_chosen_for_list_and_subscribe(bot: Staffed) -> None:
    await bot.typed("/release list failed")
    assert "list shop failed" in menu(await bot.message("Say which project"))
    await bot.typed("/release subscribe")
    assert "subscribe shop" in menu(await bot.message("Say which project", "subscribe"))


@pytest.mark.parametrize("word", ["show", "delete"])
async def test_a_version_is_chosen_after_its_project(bot: Staffed, word: str) -> None:
    await bot.typed(f"/release {word}")
    assert f"{word} shop" in menu(await bot.message("First choose the project"))
    await bot.typed(f"/release {word} shop")
    assert f"{word} shop/v13" in menu(await bot.message("Say which version of shop"))


async def test_in_a_channel_that_follows_one_project_its_versions_are_offered(bot: Staffed) -> None:
    await bot.store.subscriptions.subscribe(Subscription(channel=SHOP, project="shop", by=ADA, since=START))
    await bot.typed("/release retry")
    assert menu(await bot.message("Say which version of shop")) == ["retry shop/v11"]


async def test_a_group_message_is_told_what_is_not_possible_there(bot: Staffed) -> None:
    body = {"user_id": ADA, "channel_id": "G0GROUP0001", "channel_name": "mpdm-ada--grace-1"}
    typed = Typed.read(body | {"command": "/release"})
    with pytest.raises(NotInGroups) as refused:
        await run_subscribe(typed, ("shop",), bot.shared)  # type: ignore[arg-type]
    assert "group direct message" in str(refused.value)
    assert "watch" in refused.value.remedy
