"""Blocks that stand in a frame of their own, and those that the page leaves to a line about them."""

from playwright.async_api import expect

from bot.sandbox.slack.blockkit.blocks import BLOCKS
from bot.sandbox.slack.blockkit.elements import ELEMENTS
from tests.sandbox.slack.page.conftest import Json, Screen, Stage, button, plain, section, text_field
from tests.sandbox.slack.test_coverage import listed

DRAWN = """async () => {
    const { BLOCKS } = await import("/_page/render/blocks.js");
    const { ELEMENTS } = await import("/_page/render/elements.js");
    return [...Object.keys(BLOCKS), ...Object.keys(ELEMENTS)];
}"""
CHART: Json = {
    "type": "data_visualization",
    "title": "Versions",
    "chart": {"type": "pie", "segments": [{"label": "good", "value": 1}]},
}


async def test_everything_is_drawn_but_what_the_package_names(stage: Stage, screen: Screen) -> None:
    drawn: list[str] = await screen.page.evaluate(DRAWN)
    assert {*BLOCKS, *ELEMENTS} - {*drawn, "image"} == set(listed("Validated but not drawn on the page"))
    await stage.app.post(CHART)
    await expect(screen.messages.locator(".undrawn summary")).to_have_text(
        "The block “data_visualization” is not drawn in this sandbox."
    )


async def test_cards_containers_and_tasks_are_drawn(stage: Stage, screen: Screen) -> None:
    card = {
        "type": "card",
        "title": plain("shop/v13"),
        "body": plain("four images"),
        "actions": [button("go")],
    }
    box = {
        "type": "container",
        "title": plain("Details"),
        "is_collapsible": True,
        "default_collapsed": True,
        "child_blocks": [section("inside")],
    }
    task = {"task_id": "t", "title": "Build cart", "status": "complete"}
    table = {
        "type": "data_table",
        "caption": "Times",
        "rows": [[{"type": "raw_text", "text": "Image"}], [{"type": "raw_text", "text": "cart"}]],
    }
    ts = await stage.app.post(card, box, {"type": "plan", "title": "v13", "tasks": [task]}, table)
    message = screen.by_id(f"message-{ts}")
    await expect(message.locator(".undrawn")).to_have_count(0)
    await expect(message.get_by_text("inside")).not_to_be_visible()
    await message.get_by_text("Details").click()
    await expect(message.get_by_text("inside")).to_be_visible()
    await expect(message.get_by_text("Complete: Build cart")).to_be_visible()
    await expect(message.get_by_role("table", name="Times")).to_be_visible()
    await screen.element("go").click()
    assert (await stage.app.action("go"))["type"] == "button"
    await stage.app.post({"type": "carousel", "elements": [card | {"actions": [button("slide")]}]})
    await screen.element("slide").click()
    assert (await stage.app.action("slide"))["type"] == "button"


async def test_an_alert_is_drawn_in_a_form(stage: Stage, screen: Screen) -> None:
    alert = {"type": "alert", "level": "warning", "text": {"type": "mrkdwn", "text": "*Careful*"}}
    stage.app.opens("/form", alert, text_field("name"))
    await screen.say("/form please")
    await expect(screen.modal.get_by_role("status").locator("strong")).to_have_text("Careful")
