"""`watch`, `unwatch` and the Home tab."""

import pytest

from bot.domain.errors import StoreDown
from bot.domain.watching import Watch
from tests.slack.drawn import seen
from tests.slack.served import ADA, JSON, START
from tests.slack.staffed import Staffed

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def home(bot: Staffed, user: str = ADA) -> JSON:
    """The Home tab as somebody sees it after opening it."""
    await bot.person(user).control("open_home")
    await bot.settled()
    return dict((await bot.person(user).state())["app"]["home_view"] or {})


async def test_an_unsettled_version_is_watched_once(bot: Staffed) -> None:
    bot.in_zadig("shop", "create", "v20")
    await bot.typed("/release watch shop/v20")
    assert "You're now watching shop/v20" in (await bot.answers())[-1]
    await bot.typed("/release watch shop/v20")
    assert "already" in (await bot.answers())[-1]
    assert await bot.store.watches.of(ADA) == (
        Watch(user=ADA, project="shop", version_name="v20", since=START),
    )


async def test_a_settled_version_is_not_watched(bot: Staffed) -> None:
    await bot.typed("/release watch shop/v13")
    assert "nothing to watch" in (await bot.answers())[-1]
    assert await bot.store.watches.of(ADA) == ()


async def test_a_version_that_is_not_there_is_not_watched(bot: Staffed) -> None:
    await bot.typed("/release watch shop/v99")
    assert "There is no version v99" in (await bot.answers())[-1]


async def test_without_a_version_the_watched_ones_are_listed(bot: Staffed) -> None:
    await bot.typed("/release watch")
    assert "You aren't watching any versions" in (await bot.answers())[-1]
    bot.in_zadig("shop", "create", "v20")
    await bot.typed("/release watch shop/v20")
    await bot.typed("/release watch")
    assert "You're watching 1 version: shop/v20" in (await bot.answers())[-1]


async def test_a_menu_watches_and_a_button_ends_it(bot: Staffed) -> None:
    bot.in_zadig("shop", "create", "v20")
    await bot.typed("/release list shop")
    await bot.clicks(await bot.message("Versions of shop"), "Watch")
    watching = await bot.message("You're now watching")
    await bot.clicks(watching, "Unwatch")
    assert "You're no longer watching shop/v20" in (await bot.answers())[-1]
    await bot.clicks(watching, "Unwatch")
    assert "You aren't watching shop/v20" in (await bot.answers())[-1]


async def test_pages_reach_every_watch_in_a_message_and_in_home(bot: Staffed) -> None:
    for number in range(25):
        await bot.store.watches.watch(
            Watch(user=ADA, project="shop", version_name=f"v{number:02}", since=START)
        )
    await bot.typed("/release watch")
    listed = await bot.message("Versions you're watching")
    await bot.clicks(listed, "Next")
    after = await bot.message("Versions you're watching")
    assert after["ts"] == listed["ts"]
    assert "v24" in seen(after["blocks"])
    view = await home(bot)
    assert "v24" not in seen(view)
    await bot.clicks_in(view, "Next")
    assert "v24" in str((await bot.person().state())["app"]["home_view"])


async def test_home_shows_what_is_watched_and_ends_it(bot: Staffed) -> None:
    assert "You aren't watching any versions" in seen(await home(bot))
    bot.in_zadig("shop", "create", "v20")
    await bot.typed("/release watch shop/v20")
    view = await home(bot)
    assert "shop/v20" in seen(view)
    await bot.clicks_in(view, "Unwatch")
    assert "You aren't watching any versions" in str((await bot.person().state())["app"]["home_view"])
    assert await bot.told() == []


async def test_the_messages_tab_needs_no_home(bot: Staffed) -> None:
    await bot.person().control("open_home", tab="messages")
    await bot.settled()
    assert not bot.slack.calls("views.publish")


async def test_home_without_a_database_says_so_in_home(bot: Staffed, monkeypatch: pytest.MonkeyPatch) -> None:
    async def down(*_: object, **__: object) -> None:
        raise StoreDown("The bot's database does not answer.")

    monkeypatch.setattr(bot.store.watches, "of", down)
    assert "database does not answer" in seen(await home(bot))
    assert await bot.told() == []


async def test_an_event_that_is_delivered_twice_draws_home_once(bot: Staffed) -> None:
    await bot.http.post("/_control/faults", json={"where": "delivery", "kind": "duplicate"})
    await home(bot)
    assert len(bot.slack.calls("views.publish")) == 1
