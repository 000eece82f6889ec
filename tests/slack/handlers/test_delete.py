"""`delete`: the very version that was shown, after it has been confirmed."""

import pytest

from tests.slack.drawn import seen
from tests.slack.served import JSON
from tests.slack.staffed import Staffed

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def opened(bot: Staffed, text: str = "delete shop/v12") -> JSON:
    await bot.typed(f"/release {text}")
    return await bot.modal()


def live(bot: Staffed, project: str = "shop") -> set[str]:
    return {one.name for one in bot.zadig.versions if one.project == project and not one.deleted_at}


async def test_a_version_is_deleted_once_it_is_confirmed(bot: Staffed) -> None:
    view = await opened(bot)
    assert "shop/v12" in seen(view)
    assert "v12" in live(bot)
    await bot.submits(view)
    assert "`shop/v12` has been deleted" in seen(await bot.modal())
    assert "v12" not in live(bot)


async def test_a_form_that_is_closed_deletes_nothing(bot: Staffed) -> None:
    await bot.closes(await opened(bot))
    await bot.settled()
    assert not bot.asked_zadig("DELETE", "releases")


async def test_a_version_that_is_being_made_comes_with_a_warning(bot: Staffed) -> None:
    bot.in_zadig("shop", "create", "v20")
    assert "It is still in progress" in seen(await opened(bot, "delete shop/v20"))


async def test_a_version_that_somebody_else_deleted_meanwhile_is_not_there_any_more(bot: Staffed) -> None:
    view = await opened(bot)
    bot.in_zadig("shop", "delete", "v12")
    await bot.submits(view)
    shown = await bot.modal()
    assert "no longer exists" in seen(shown)
    assert "There is nothing left to delete" in seen(shown)
    assert shown["callback_id"] == "notice"


async def test_a_version_made_anew_under_the_name_is_not_deleted(bot: Staffed) -> None:
    view = await opened(bot)
    bot.in_zadig("shop", "delete", "v12")
    bot.zadig.clock.advance(1)
    bot.in_zadig("shop", "create", "v12")
    await bot.submits(view)
    assert "v12" in live(bot)
    assert "is deleted" not in seen(await bot.modal())


async def test_an_id_of_another_project_deletes_nothing(bot: Staffed) -> None:
    elsewhere = next(one.id for one in bot.zadig.versions if one.project == "shop" and one.name == "v12")
    view = await opened(bot, f"delete platform/{elsewhere}")
    assert "There is no version" in seen(view)
    assert "v12" in live(bot)


@pytest.mark.parametrize("text", ["delete", "delete shop/", "delete shop v12 v13"])
async def test_a_version_has_to_be_named(bot: Staffed, text: str) -> None:
    await bot.typed(f"/release {text}")
    assert "Say which version" in (await bot.answers())[-1]
    assert not bot.slack.calls("views.open")


async def test_a_menu_deletes_as_well(bot: Staffed) -> None:
    await bot.typed("/release list shop")
    await bot.clicks(await bot.message("Versions of shop"), "Delete")
    await bot.submits(await bot.modal())
    assert "v13" not in live(bot)


async def test_a_version_that_is_gone_since_it_was_listed_says_so(bot: Staffed) -> None:
    await bot.typed("/release list shop")
    listed = await bot.message("Versions of shop")
    bot.in_zadig("shop", "delete", "v13")
    await bot.clicks(listed, "Delete")
    assert "There is no version v13" in seen(await bot.modal())
