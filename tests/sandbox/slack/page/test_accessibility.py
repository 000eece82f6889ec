"""axe-core finds nothing wrong with any view of the page, in both themes, wide and narrow."""

from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import expect

from tests.sandbox.slack.page.conftest import (
    ADA,
    SHOP,
    Json,
    Screen,
    Stage,
    actions,
    button,
    field_of,
    options,
    plain,
    section,
    select_field,
    text_field,
)
from tests.sandbox.slack.page.test_boxes import CHART

THEMES = pytest.mark.parametrize("theme", ["light", "dark"])

EVERYTHING: list[Json] = [
    {"type": "header", "text": plain("A card :package:")},
    section(
        "*<https://example.com|v1>* by <@U0ADA000001> in <#C0SHOP00001>, `code` <!here> ```block```\n> quote",
        accessory={"type": "overflow", "action_id": "more", "options": options("watch", "retry")},
    ),
    section("Fields", fields=[{"type": "mrkdwn", "text": "*Status*\n:white_check_mark: done"}] * 3),
    actions(
        button("go", "Go", style="primary"),
        button("no", "No", style="danger", confirm={"title": plain("Sure?"), "text": plain("Yes?"), "confirm": plain("Yes"), "deny": plain("No")}),
        button("link", "Open", url="https://example.com"),
        {"type": "static_select", "action_id": "pick", "placeholder": plain("Pick one"), "options": options("a", "b")},
        {"type": "multi_users_select", "action_id": "people", "placeholder": plain("People"), "initial_users": [ADA]},
        {"type": "datepicker", "action_id": "day"},
        {"type": "timepicker", "action_id": "hour"},
        {"type": "checkboxes", "action_id": "boxes", "options": options("x", "y")},
        {"type": "radio_buttons", "action_id": "radio", "options": options("p", "q")},
    ),
    {"type": "divider"},
    {"type": "image", "image_url": "https://image.invalid/x.png", "alt_text": "A chart", "title": plain("Chart")},
    {"type": "table", "rows": [[{"type": "raw_text", "text": "Image"}], [{"type": "raw_text", "text": "cart"}]]},
    {"type": "rich_text", "elements": [{"type": "rich_text_list", "style": "bullet", "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "one"}]}]}]},
    {"type": "context", "elements": [{"type": "mrkdwn", "text": "asked by <@U0GRACE0001>"}]},
]  # fmt: skip

BOXES: list[Json] = [
    {"type": "card", "title": plain("v13"), "subtitle": plain("ready"), "body": plain("Four images"), "actions": [button("show", "Show")]},
    {"type": "carousel", "elements": [{"type": "card", "title": plain("v12")}, {"type": "card", "title": plain("v11")}]},
    {"type": "container", "title": plain("More"), "is_collapsible": True, "child_blocks": [section("inside")]},
    {"type": "plan", "title": "v13", "tasks": [{"task_id": status, "title": "Build", "status": status} for status in ("pending", "in_progress", "complete", "error")]},
    {"type": "data_table", "caption": "Times", "rows": [[{"type": "raw_text", "text": "Image"}], [{"type": "raw_text", "text": "cart"}]]},
    CHART,
]  # fmt: skip

FORM = [
    section("About *this*"),
    *[
        {"type": "alert", "level": level, "text": plain(level)}
        for level in ("default", "info", "warning", "error", "success")
    ],
    select_field("project", "shop", "data"),
    text_field("name", hint=plain("Lower case"), element={"max_length": 20}),
    text_field("description", optional=True, element={"multiline": True}),
    field_of("services", {"type": "multi_static_select", "options": options("cart", "web")}),
    field_of("mode", {"type": "radio_buttons", "options": options("fast", "careful")}),
    field_of("extras", {"type": "checkboxes", "options": options("watch", "announce")}, optional=True),
    field_of("day", {"type": "datepicker"}),
    actions(button("more", "More")),
]


async def assert_accessible(screen: Screen) -> None:
    result = await Axe().run(screen.page)
    found: list[Any] = result.response["violations"]
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []


async def shown(stage: Stage, theme: str, **more: Any) -> tuple[Screen, str]:
    """A window with a message of every kind of block, and a thread below it."""
    ts = await stage.app.post(*EVERYTHING)
    await stage.app.post(section("a reply"), thread_ts=ts)
    await stage.app.post({"type": "markdown", "text": "# Title\n\n- [x] one\n\n| a |\n|---|\n| 1 |"})
    await stage.app.post(*BOXES)
    await stage.app.client.chat_postEphemeral(channel=SHOP, user=ADA, text="only you")
    screen = await (await stage.screen(theme=theme, **more)).visit(welcomed=False)
    await expect(screen.by_id(f"message-{ts}")).to_be_attached()
    return screen, ts


@THEMES
async def test_messages_and_the_composer_are_accessible(stage: Stage, theme: str) -> None:
    screen, ts = await shown(stage, theme)
    await assert_accessible(screen)
    await screen.say("/nonsense")
    await screen.composer.fill("/")
    await expect(screen.by_id("offers")).to_be_visible()
    await assert_accessible(screen)
    await screen.press("Escape")
    await screen.by_id("person-switcher").click()
    await assert_accessible(screen)
    await screen.press("Escape")
    await screen.by_id(f"replies-{ts}").click()
    await expect(screen.by_id("thread")).to_be_visible()
    await assert_accessible(screen)


@THEMES
async def test_forms_and_confirmations_are_accessible(stage: Stage, theme: str) -> None:
    screen, _ = await shown(stage, theme)
    stage.app.opens("/form", *FORM)
    await screen.say("/form please")
    await expect(screen.modal).to_be_visible()
    await assert_accessible(screen)
    await screen.element("services").click()
    await assert_accessible(screen)
    await screen.press("Enter", "Escape")
    await screen.by_id("modal-submit").click()
    await expect(screen.block("name").get_by_role("alert")).to_be_visible()
    await assert_accessible(screen)
    await screen.by_id("modal-close").click()
    await screen.element("no").click()
    await expect(screen.by_id("confirm")).to_be_visible()
    await assert_accessible(screen)


@THEMES
async def test_the_panel_is_accessible(stage: Stage, theme: str) -> None:
    stage.zadig.faults.add("hung_version")
    screen, _ = await shown(stage, theme, panel=True)
    await expect(screen.by_id("project-shop")).to_be_visible()
    await assert_accessible(screen)
    await screen.by_id("panel-traffic").click()
    await screen.by_id("traffic").locator("summary").first.click()
    await assert_accessible(screen)
    await screen.by_id("panel-faults").click()
    await screen.page.get_by_role("switch", name="Slack is unavailable").click()
    await assert_accessible(screen)


@THEMES
async def test_the_home_tab_is_accessible(stage: Stage, theme: str) -> None:
    async def publish(body: Json, ack: Any) -> object:
        view = {"type": "home", "blocks": EVERYTHING[:5]}
        await stage.app.client.views_publish(user_id=body["event"]["user"], view=view)
        return await ack()

    stage.app.on["app_home_opened"] = publish
    screen, _ = await shown(stage, theme)
    await screen.by_id("sidebar").get_by_text("test-bot").click()
    await expect(screen.by_id("home").get_by_text("A card")).to_be_visible()
    await assert_accessible(screen)


@THEMES
async def test_the_narrow_page_is_accessible(stage: Stage, theme: str) -> None:
    screen, _ = await shown(stage, theme, narrow=True)
    await assert_accessible(screen)
    await screen.by_id("drawer").click()
    await expect(screen.by_id("sidebar")).to_be_visible()
    await assert_accessible(screen)
