"""Details: what Zadig said word for word, wherever an error is shown."""

import json

import pytest

from bot.domain.errors import StoreDown
from tests.slack.served import ADA, JSON
from tests.slack.staffed import Staffed

pytestmark = pytest.mark.asyncio(loop_scope="session")

MEANT_FOR = "The original response"


def text(view: JSON) -> str:
    return json.dumps(view, ensure_ascii=False)


async def test_below_a_message(bot: Staffed) -> None:
    bot.zadig.faults.add("license", where="list", times=1)
    await bot.typed("/release list shop")
    message = await bot.message("licence", "Details")
    await bot.clicks(message, "Details")
    shown = await bot.message(MEANT_FOR)
    assert shown["is_ephemeral"]
    assert "7050" in text(shown)


async def test_over_a_form_that_was_given_back(bot: Staffed) -> None:
    await bot.typed("/release create shop")
    view = await bot.fills(await bot.modal(), environment="dev")
    bot.zadig.faults.add("license", where="create", times=1)
    await bot.submits(await bot.fills(view, version_name="v14"))
    view = await bot.modal()
    assert view["callback_id"] == "create_version"
    await bot.clicks_in(view, "Details")
    shown = await bot.modal()
    assert "7050" in text(shown)
    assert shown["previous_view_id"] == view["id"]
    await bot.closes(shown)
    view = await bot.modal()
    await bot.submits(view)
    assert "Zadig is creating" in text(await bot.modal())


@pytest.mark.parametrize("command", ["retry shop/v11", "delete shop/v12"])
async def test_over_the_other_forms(bot: Staffed, command: str) -> None:
    await bot.typed(f"/release {command}")
    bot.zadig.faults.add("license", where=command.split(maxsplit=1)[0], times=1)
    await bot.submits(await bot.modal())
    await bot.clicks_in(await bot.modal(), "Details")
    assert "7050" in text(await bot.modal())


async def test_over_a_notice(bot: Staffed) -> None:
    bot.zadig.faults.add("license", where="list", times=1)
    await bot.typed("/release delete shop/v12")
    view = await bot.modal()
    assert view["callback_id"] == "notice"
    await bot.clicks_in(view, "Details")
    shown = await bot.modal()
    assert "7050" in text(shown)
    assert shown["previous_view_id"] == view["id"]


async def test_by_direct_message_where_nothing_can_be_laid_over(bot: Staffed) -> None:
    bot.zadig.faults.add("license", where="list", times=1)
    await bot.typed("/release delete shop/v12")
    bot.slack.fault("error", method="views.push", error="push_limit_reached", times=1)
    await bot.clicks_in(await bot.modal(), "Details")
    assert await bot.told(ADA) == ["The original response."]


async def test_in_a_direct_message(bot: Staffed) -> None:
    await bot.typed("/release create shop")
    view = await bot.fills(await bot.modal(), environment="dev", version_name="v14")

    async def close() -> None:
        await bot.closes(await bot.modal())

    await bot.while_zadig_thinks("create", bot.person().submits(view), close, "license")
    [message] = await bot.person().direct_messages()
    place = next(one["id"] for one in (await bot.person().state())["channels"] if one["kind"] == "im")
    await bot.clicks({**message, "channel": place}, "Details")
    assert any("7050" in text(one) for one in await bot.person().direct_messages() if one["is_ephemeral"])


async def test_over_home(bot: Staffed, monkeypatch: pytest.MonkeyPatch) -> None:
    async def down(*_: object, **__: object) -> None:
        raise StoreDown("The bot's database does not answer.", raw="connection refused")

    monkeypatch.setattr(bot.store.watches, "of", down)
    await bot.person().control("open_home")
    await bot.settled()
    home = (await bot.person().state())["app"]["home_view"]
    await bot.clicks_in(home, "Details")
    assert "connection refused" in text(await bot.modal())
