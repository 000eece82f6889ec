"""The page fits the window it is in: wide and narrow, light and dark."""

import pytest
from playwright.async_api import expect

from tests.sandbox.slack.page.conftest import (
    GENERAL,
    GRACE,
    MANIFEST,
    SHOP,
    Screen,
    Stage,
    actions,
    button,
    section,
    text_field,
)

CUT_OFF = """panel => [...panel.querySelectorAll('*')]
    .filter((node) => getComputedStyle(node).overflowX === 'hidden' && getComputedStyle(node).textOverflow !== 'ellipsis')
    .filter((node) => node.scrollWidth > node.clientWidth && node.clientWidth > 1)
    .map((node) => node.className)"""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


async def test_the_sidebar_is_a_drawer_in_a_narrow_window(stage: Stage) -> None:
    screen = await (await stage.screen(narrow=True)).visit()
    sidebar = screen.by_id("sidebar")
    await expect(sidebar).not_to_be_visible()
    await screen.by_id("drawer").click()
    await expect(sidebar).to_be_visible()
    await screen.press("Escape")
    await expect(sidebar).not_to_be_visible()
    await expect(screen.by_id("drawer")).to_be_focused()
    await screen.by_id("drawer").click()
    await screen.by_id(f"channel-{GENERAL}").click()
    await expect(sidebar).not_to_be_visible()
    await expect(screen.page.get_by_role("heading", level=1)).to_contain_text("general")


async def test_nothing_is_wider_than_a_narrow_window(stage: Stage) -> None:
    screen = await (await stage.screen(narrow=True)).visit()
    fields = [
        {"type": "mrkdwn", "text": "*Image*\nregistry.example.com/release/a-very-long-image-name:v1.2.3"}
    ] * 4
    cells = [[{"type": "raw_text", "text": "a-rather-long-cell-" * 3}] * 4] * 3
    await stage.app.post(
        section("https://example.com/" + "long/" * 30, fields=fields, accessory=button("a", "A button")),
        {"type": "table", "rows": cells},
        actions(*[button(f"b{number}", f"Button number {number}") for number in range(5)]),
        section("```" + "x" * 200 + "```"),
    )
    await expect(screen.element("b4")).to_be_visible()
    assert await screen.page.evaluate(OVERFLOW) == 0
    assert await screen.messages.evaluate("node => node.scrollWidth - node.clientWidth") == 0


@pytest.mark.parametrize("width", [400, 1280])
async def test_nothing_in_the_panel_is_cut_off(stage: Stage, width: int) -> None:
    screen = await stage.screen()
    await screen.page.set_viewport_size({"width": width, "height": 800})
    await screen.visit()
    await screen.by_id("panel-toggle").click()
    await expect(screen.page.get_by_role("button", name="×60", exact=True)).to_be_in_viewport(ratio=1)
    assert await screen.by_id("panel").evaluate(CUT_OFF) == []


async def test_a_long_hint_of_a_command_is_shown_whole(stage: Stage) -> None:
    screen = await (await stage.screen(narrow=True)).visit()
    words = "list|show|create|retry|delete|subscribe|unsubscribe|subscriptions"
    features = MANIFEST["features"] | {
        "slash_commands": [{"command": "/release", "usage_hint": f"[{words}]"}]
    }
    stage.workspace.configure(manifest=MANIFEST | {"features": features})
    await screen.page.reload()
    await screen.composer.fill("/")
    await expect(screen.by_id("offers")).to_contain_text("subscriptions]")
    assert await screen.by_id("offers").evaluate("node => node.scrollWidth - node.clientWidth") == 0


async def test_a_form_fills_a_narrow_window_and_its_buttons_stay_in_sight(stage: Stage) -> None:
    screen = await (await stage.screen(narrow=True)).visit()
    stage.app.opens("/form", *[text_field(f"name{number}") for number in range(15)])
    await screen.say("/form please")
    await expect(screen.by_id("modal-submit")).to_be_in_viewport()
    await expect(screen.by_id("modal-close")).to_be_in_viewport()
    box = await screen.modal.bounding_box()
    assert box is not None
    assert (box["width"], box["height"]) == (400, 800)


async def test_the_panel_is_closed_at_first_in_a_narrow_window_and_open_in_a_wide_one(stage: Stage) -> None:
    for width, count in ((400, 0), (1280, 1)):
        screen = await stage.screen()
        await screen.page.set_viewport_size({"width": width, "height": 800})
        await screen.page.add_init_script("localStorage.removeItem('workspace.panel')")
        await screen.visit()
        await expect(screen.by_id("panel")).to_have_count(count)


async def test_the_theme_follows_the_system_until_one_is_chosen(stage: Stage) -> None:
    screen = await (await stage.screen(theme="dark")).visit()
    html = screen.page.locator("html")
    await expect(html).to_have_attribute("data-theme", "dark")
    await screen.page.emulate_media(color_scheme="light")
    await expect(html).to_have_attribute("data-theme", "light")
    await screen.by_id("theme").click()
    await expect(html).to_have_attribute("data-theme", "dark")
    await screen.page.reload()
    await expect(html).to_have_attribute("data-theme", "dark")


async def test_the_page_asks_nobody_but_its_own_server(stage: Stage) -> None:
    screen = await stage.screen(panel=True)
    asked: list[str] = []
    screen.page.on("request", lambda request: asked.append(request.url))
    await screen.visit()
    assert [url for url in asked if not url.startswith((stage.address, "data:"))] == []


async def test_somebody_who_is_not_here_any_more_becomes_somebody_who_is(stage: Stage) -> None:
    screen = await stage.screen()
    await screen.page.goto(f"{stage.address}/?user=U0NOBODY")
    await expect(screen.by_id("person-switcher")).to_contain_text("Ada Lovelace")


async def test_person_and_channel_may_also_stand_behind_the_hash(stage: Stage) -> None:
    screen = await stage.screen()
    await screen.page.goto(f"{stage.address}/#user={GRACE}&channel={GENERAL}")
    await expect(screen.by_id("person-switcher")).to_contain_text("Grace Hopper")
    await expect(screen.page.get_by_role("heading", level=1)).to_contain_text("general")
    await screen.by_id(f"channel-{SHOP}").click()
    await expect(screen.page.get_by_role("heading", level=1)).to_contain_text("shop")
    await screen.page.go_back()
    await expect(screen.page.get_by_role("heading", level=1)).to_contain_text("general")


async def test_a_new_workspace_under_the_same_address_is_read_anew(stage: Stage, screen: Screen) -> None:
    await screen.say("before")
    await expect(screen.messages.get_by_text("before")).to_be_visible()
    await stage.workspace.reset()
    await expect(screen.messages.get_by_text("before")).to_have_count(0)
    await screen.say("after")
    await expect(screen.messages.get_by_text("after")).to_be_visible()
