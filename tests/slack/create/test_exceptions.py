"""The view over the form: tags of single images, page by page, by search and as text."""

import asyncio
import json

import pytest

from bot.slack.context import InteractionPolicy
from tests.journeys.living import Later
from tests.slack.served import ADA, JSON
from tests.slack.staffed import Staffed, staffed

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def form(bot: Staffed, services: int = 300) -> JSON:
    """The form for a project of so many services."""
    bot.add_project("size", services=services)
    await bot.typed("/release create size")
    return await bot.fills(await bot.modal(), environment="dev", version_name="v1")


async def over(bot: Staffed, services: int = 300) -> JSON:
    await bot.clicks_in(await form(bot, services), "Set them")
    return await bot.modal()


async def below(bot: Staffed) -> JSON:
    """The form under whatever lies over it."""
    return dict((await bot.person().state())["views"][0])


def tag_inputs(view: JSON) -> list[str]:
    return [one["block_id"] for one in view["blocks"] if one.get("block_id", "").startswith("image_tag:")]


def text(view: JSON) -> str:
    return json.dumps(view, ensure_ascii=False)


def tags(bot: Staffed) -> dict[str, str]:
    """The tags that the version got which are not its name."""
    [version] = [one for one in bot.zadig.versions if one.project == "size"]
    return {f"{one.service}/{one.container}": one.tag for one in version.images if one.tag != "v1"}


async def test_it_lies_over_the_form(bot: Staffed) -> None:
    view = await over(bot)
    assert view["callback_id"] == "image_tags"
    assert view["previous_view_id"] == (await below(bot))["id"]
    assert len(tag_inputs(view)) == 40
    assert "Page 1 of" in text(view)


async def test_what_is_set_on_several_pages_is_sent(bot: Staffed) -> None:
    view = await over(bot)
    first = tag_inputs(view)[3]
    await bot.fills(view, **{first: "one"})
    await bot.clicks_in(view, "Next")
    view = await bot.modal()
    second = tag_inputs(view)[5]
    assert second != first
    await bot.fills(view, **{second: "two"})
    await bot.clicks_in(view, "Previous")
    view = await bot.modal()
    assert view["state"]["values"][first]["input.0"]["value"] == "one"
    await bot.submits(view)
    view = await bot.modal()
    assert view["callback_id"] == "create_version"
    assert "(2 set)" in text(view)
    await bot.submits(view)
    assert "Zadig is creating" in text(await bot.modal())
    assert tags(bot) == {first.partition(":")[2]: "one", second.partition(":")[2]: "two"}


async def test_cancelling_keeps_nothing(bot: Staffed) -> None:
    view = await over(bot)
    await bot.fills(view, **{tag_inputs(view)[0]: "one"})
    await bot.clicks_in(view, "Next")
    await bot.closes(await bot.modal())
    await bot.settled()
    view = await bot.modal()
    assert "(none set)" in text(view)
    await bot.clicks_in(view, "Set them")
    assert '"one"' not in text(await bot.modal())


async def test_closing_everything_keeps_it_for_later(bot: Staffed) -> None:
    view = await over(bot)
    block_id = tag_inputs(view)[0]
    await bot.fills(view, **{block_id: "one"})
    await bot.clicks_in(view, "Next")
    await bot.person().control("close", view_id=(await bot.modal())["id"], all=True)
    await bot.settled()
    await bot.typed("/release create size")
    await bot.clicks_in(await bot.modal(), "Continue draft")
    await bot.clicks_in(await bot.modal(), "Set them")
    assert (await bot.modal())["state"]["values"][block_id]["input.0"]["value"] == "one"


async def test_a_name_is_found_on_any_page(bot: Staffed) -> None:
    view = await over(bot)
    await bot.clicks_in(view, "Next")
    view = await bot.modal()
    wanted = tag_inputs(view)[-1]
    await bot.fills(view, **{wanted: "two"})
    view = await bot.fills(view, search=wanted.partition(":")[2].upper())
    assert wanted in tag_inputs(view)
    assert len(tag_inputs(view)) < 40
    assert view["state"]["values"][wanted]["input.0"]["value"] == "two"
    view = await bot.fills(view, search="nothing like it")
    assert tag_inputs(view) == []
    assert "Nothing chosen matches" in text(view)


async def test_mistakes_here_stand_under_their_input(bot: Staffed) -> None:
    view = await over(bot)
    block_id = tag_inputs(view)[0]
    await bot.fills(view, **{block_id: "no spaces"})
    answer = await bot.submits(view)
    assert answer["response_action"] == "errors"
    assert set(answer["errors"]) == {block_id}
    assert (await bot.modal())["callback_id"] == "image_tags"


async def test_mistakes_elsewhere_turn_to_their_page(bot: Staffed) -> None:
    view = await over(bot)
    block_id = tag_inputs(view)[0]
    await bot.fills(view, **{block_id: "no spaces"})
    await bot.clicks_in(view, "Next")
    answer = await bot.submits(await bot.modal())
    assert answer["response_action"] == "update"
    view = await bot.modal()
    assert block_id in tag_inputs(view)
    assert "An image tag cannot contain a space" in text(view)
    await bot.fills(view, **{block_id: "fine"})
    await bot.submits(view)
    assert "(1 set)" in text(await bot.modal())


async def test_hundreds_are_edited_as_text(bot: Staffed) -> None:
    view = await over(bot)
    names = [block_id.partition(":")[2] for block_id in tag_inputs(view)]
    await bot.fills(view, **{tag_inputs(view)[0]: "one"})
    await bot.clicks_in(view, "Edit as text")
    view = await bot.modal()
    assert view["callback_id"] == "image_lines"
    assert f"{names[0]} " in text(view)
    lines = "\n".join(f"{name} image:t{number}" for number, name in enumerate(names[:30]))
    await bot.fills(view, images=lines)
    await bot.submits(view)
    view = await bot.modal()
    assert "(30 set)" in text(view)
    await bot.submits(view)
    assert tags(bot) == {name: f"t{number}" for number, name in enumerate(names[:30])}


async def test_mistakes_in_the_text_are_told_by_their_line(bot: Staffed) -> None:
    view = await over(bot)
    name = tag_inputs(view)[0].partition(":")[2]
    await bot.clicks_in(view, "Edit as text")
    view = await bot.fills(await bot.modal(), images=f"{name} image:7\nnobody/knows image:7")
    answer = await bot.submits(view)
    assert answer["errors"] == {"images": "Line 2: nobody/knows is not among your choices."}
    await bot.clicks_in(await bot.modal(), "Edit one by one")
    view = await bot.modal()
    assert view["callback_id"] == "image_lines"
    assert "Line 2" in text(view)
    view = await bot.fills(view, images=f"{name} image:7")
    await bot.clicks_in(view, "Edit one by one")
    view = await bot.modal()
    assert view["callback_id"] == "image_tags"
    assert '"initial_value": "7"' in text(view)


async def test_a_click_that_comes_too_late_is_explained(
    bot: Staffed, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = await form(bot)
    once = bot.store.housekeeping.once

    async def slowly(key: str, *, now: int) -> bool:
        bot.slack.workspace.clock.advance(3.1)
        return await once(key, now=now)

    monkeypatch.setattr(bot.store.housekeeping, "once", slowly)
    await bot.clicks_in(view, "Set them")
    assert await bot.told() == ["The tags could not open: it took more than three seconds. Please try again."]
    assert (await bot.modal())["callback_id"] == "create_version"


async def test_keeping_twice_is_keeping_once(bot: Staffed) -> None:
    view = await over(bot, 30)
    await bot.fills(view, **{tag_inputs(view)[0]: "one"})
    await bot.http.post("/_control/faults", json={"where": "delivery", "kind": "replay"})
    await bot.submits(view)
    view = await bot.modal()
    assert view["callback_id"] == "create_version"
    assert "(1 set)" in text(view)


async def test_a_form_that_is_closed_at_the_same_time_says_nothing(
    port: tuple[str, Later], database: str
) -> None:
    async with staffed(*port, database, interaction=InteractionPolicy(answer_travels=0.1)) as bot:
        await _closed_meanwhile(bot)


async def _closed_meanwhile(bot: Staffed) -> None:
    view = await over(bot, 30)
    await bot.person().submits(view)
    await bot.closes(await bot.modal())
    await bot.settled()
    assert await bot.told() == []
    assert not (await bot.person(ADA).state())["views"]
    await asyncio.sleep(0)
