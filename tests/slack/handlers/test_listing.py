"""`list`: pages, statuses, and projects that are not there."""

import pytest

from bot.domain.errors import StoreDown
from bot.domain.watching import Subscription
from tests.slack.drawn import seen
from tests.slack.served import GRACE, SHOP, START
from tests.slack.staffed import Staffed

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def subscribed(bot: Staffed, *projects: str, channel: str = SHOP) -> None:
    for project in projects:
        await bot.store.subscriptions.subscribe(
            Subscription(channel=channel, project=project, by=GRACE, since=START)
        )


async def test_a_project_is_listed_to_the_person_who_typed_only(bot: Staffed) -> None:
    await bot.typed("/release list shop")
    [said] = await bot.answers()
    assert "Versions of shop" in said
    assert await bot.answers(user=GRACE) == []
    assert bot.slack.messages() == []


async def test_the_only_project_of_the_channel_need_not_be_named(bot: Staffed) -> None:
    await subscribed(bot, "shop")
    await bot.typed("/release list")
    assert "Versions of shop" in (await bot.answers())[-1]
    await bot.typed("/release list failed")
    assert "v11 (failed)" in (await bot.answers())[-1]


@pytest.mark.parametrize("projects", [(), ("shop", "platform")])
async def test_a_project_that_cannot_be_guessed_is_asked_for_with_those_there_are(
    bot: Staffed, projects: tuple[str, ...]
) -> None:
    await subscribed(bot, *projects)
    await bot.typed("/release list")
    [said] = await bot.answers()
    assert "Say which project: `/release list project`" in said
    assert "platform" in said


async def test_a_project_that_does_not_exist_is_not_taken_for_an_empty_one(bot: Staffed) -> None:
    await bot.typed("/release list shpo")
    [said] = await bot.answers()
    assert "There is no project shpo in Zadig" in said


@pytest.mark.parametrize(
    "text", ["list shop failed", "list failed shop", "list shop FAILED", "LIST `shop` “failed”"]
)
async def test_a_status_can_stand_anywhere_behind_the_word(bot: Staffed, text: str) -> None:
    await bot.typed(f"/release {text}")
    [said] = await bot.answers()
    assert "v11" in said
    assert "v13" not in said


@pytest.mark.parametrize(
    "text",
    [
        "list Shop fail", "list ｓｈｏｐ failure", "list sh\u200bop failures", "list Web shop failed",
        "list shop\u00a0FAIL", "list “web shop” broken",
    ],
)  # fmt: skip
async def test_a_project_and_a_status_are_understood_however_they_are_written(
    bot: Staffed, text: str
) -> None:
    await bot.typed(f"/release {text}")
    [said] = await bot.answers()
    assert said.startswith("Versions of shop: v11 (failed)")


async def test_two_statuses_are_refused(bot: Staffed) -> None:
    await bot.typed("/release list shop failed success")
    assert "`failed` and `success` are two statuses" in (await bot.answers())[-1]
    await bot.typed("/release list shop fail failed")
    assert "Versions of shop" in (await bot.answers())[-1]


async def test_a_word_that_is_no_status_is_not_passed_over(bot: Staffed) -> None:
    await bot.typed("/release list shop fialed")
    [said] = await bot.answers()
    assert "fialed" in said
    assert "failed" in said
    assert "Versions of shop" not in said


async def test_pages_edit_the_message_in_place(bot: Staffed) -> None:
    for number in range(20, 42):
        bot.in_zadig("shop", "create", f"v{number}")
        bot.zadig.clock.advance(1)
    await bot.typed("/release list shop")
    first = await bot.message("age 1 of 3")
    await bot.clicks(first, "Next")
    second = await bot.message("age 2 of 3")
    assert second["ts"] == first["ts"]
    await bot.clicks(second, "Previous")
    assert (await bot.message("age 1 of 3"))["ts"] == first["ts"]
    assert len(await bot.answers()) == 1


async def test_a_page_that_is_gone_by_now_says_so(bot: Staffed) -> None:
    for number in range(20, 30):
        bot.in_zadig("shop", "create", f"v{number}")
        bot.zadig.clock.advance(1)
    await bot.typed("/release list shop")
    listed = await bot.message("age 1 of 2")
    for number in range(20, 30):
        bot.in_zadig("shop", "delete", f"v{number}")
        bot.zadig.clock.advance(1)
    await bot.clicks(listed, "Next")
    [said] = await bot.answers()
    assert "Versions of shop" in said


async def test_the_status_menu_filters_and_shows_everything_again(bot: Staffed) -> None:
    await bot.typed("/release list shop")
    listed = await bot.message("Versions of shop")
    await bot.clicks(listed, ":x:")
    filtered = await bot.message("v11")
    assert filtered["ts"] == listed["ts"]
    assert "v13" not in seen(filtered["blocks"])
    await bot.clicks(filtered, "Every status")
    assert "v13" in seen((await bot.message("Versions of shop"))["blocks"])


@pytest.mark.parametrize("kind", ["503", "500", "html", "401", "license"])
async def test_an_outage_of_zadigs_is_said_as_one(bot: Staffed, kind: str) -> None:
    bot.zadig.faults.add(kind)
    await bot.typed("/release list shop")
    [said] = await bot.answers()
    assert said
    assert "Versions of shop" not in said
    assert "something went wrong in the bot" not in said


async def test_a_list_is_shown_without_a_database(bot: Staffed, monkeypatch: pytest.MonkeyPatch) -> None:
    async def down(*_: object, **__: object) -> None:
        raise StoreDown("The bot's database does not answer.")

    monkeypatch.setattr(bot.store.housekeeping, "once", down)
    monkeypatch.setattr(bot.store.polls, "seen", down)
    monkeypatch.setattr(bot.store.subscriptions, "find", down)
    await bot.typed("/release list shop")
    assert "Versions of shop" in (await bot.answers())[-1]
    await bot.typed("/release list")
    assert "Say which project" in (await bot.answers())[-1]
    await bot.typed("/release show shop/v13")
    assert "shop/v13" in (await bot.answers())[-1]


@pytest.mark.parametrize("text", ["list machines", "subscribe machines", "show machines/v1", "list Machines"])
async def test_a_project_of_machines_is_refused_for_the_same_reason_everywhere(
    bot: Staffed, text: str
) -> None:
    await bot.typed(f"/release {text}")
    why = "machines cannot have versions: only K8s YAML and Helm projects have them."
    assert why in (await bot.answers())[-1]
    assert await bot.store.subscriptions.find() == ()
    await bot.typed("/release create machines")
    assert why in seen((await bot.modal())["blocks"])
