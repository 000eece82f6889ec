"""Behind the scenes: Zadig's versions, the traffic, and faults that are set and cleared."""

import re
from dataclasses import replace

import pytest
from playwright.async_api import expect

from bot.sandbox import zadig
from bot.sandbox.slack.faults import API_KINDS, DELIVERY_KINDS
from bot.sandbox.zadig.faults import KINDS as ZADIG_KINDS
from tests.sandbox.slack.page.conftest import SHOP, Json, Screen, Stage, section

ROWS = "async () => (await import('/_page/panel/fault_rows.js')).GROUPS.flatMap((group) => group.rows)"


async def test_somebody_in_zadig_creates_a_version_and_it_moves(stage: Stage) -> None:
    screen = await (await stage.screen(panel=True)).visit()
    project = screen.by_id("project-shop")
    await project.get_by_role("button", name="Version", exact=True).click()
    await expect(screen.page.get_by_label("Name of the new version")).to_be_focused()
    await screen.page.keyboard.type("v99")
    await screen.press("Enter")
    version = project.get_by_test_id("version-v99")
    await expect(version.locator(".version-status")).to_have_text("creating")
    await version.get_by_role("button", name="Act on v99").click()
    await screen.page.get_by_role("menuitem", name="Succeed now").click()
    await expect(version.locator(".version-status")).to_have_text("success")
    bar = version.get_by_role("progressbar")
    assert await bar.get_attribute("aria-valuenow") == await bar.get_attribute("aria-valuemax")
    await version.get_by_role("button", name="Act on v99").click()
    await screen.page.get_by_role("menuitem", name="Delete").click()
    await expect(version).to_have_count(0)


async def test_what_cannot_be_done_in_zadig_is_explained(stage: Stage) -> None:
    screen = await (await stage.screen(panel=True)).visit()
    project = screen.by_id("project-shop")
    await project.get_by_role("button", name="Version", exact=True).click()
    await expect(screen.page.get_by_label("Name of the new version")).to_be_focused()
    await screen.page.keyboard.type("v13")  # there is one already
    await screen.press("Enter")
    await expect(screen.by_id("panel").get_by_role("alert")).to_be_visible()


async def test_how_fast_images_are_copied_is_seen_and_changed_and_time_is_not(stage: Stage) -> None:
    screen = await (await stage.screen(panel=True)).visit()
    await expect(screen.page.get_by_role("button", name="×1", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    await screen.page.get_by_role("button", name="×10", exact=True).click()
    await expect(screen.page.get_by_role("button", name="×10", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    assert (stage.zadig.pace.speed, stage.zadig.clock.rate) == (10, 1)
    stage.zadig.set_pace(replace(stage.zadig.pace, speed=60))  # in another window
    await expect(screen.page.get_by_role("button", name="×60", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )


async def test_ten_minutes_pass_for_zadig_the_workspace_and_the_page(stage: Stage) -> None:
    ts = await stage.app.post(section("hello"))
    screen = await (await stage.screen(panel=True)).visit()
    await screen.by_id("zadig-more").click()
    await screen.page.get_by_role("menuitem", name="Let ten minutes pass").click()
    await screen.page.wait_for_function("async () => (await import('/_page/state.js')).current().ahead > 599")
    assert stage.workspace.clock.now() == pytest.approx(stage.zadig.now(), abs=1)
    assert stage.zadig.now() - float(ts) > 600


async def test_the_traffic_is_listed_filtered_and_opened(stage: Stage, screen: Screen) -> None:
    await stage.app.post(section("hello"))
    await screen.say("/form please")
    await screen.by_id("panel-toggle").click()
    await screen.by_id("panel-traffic").click()
    rows = screen.by_id("traffic").locator("summary")
    await expect(rows.filter(has_text="chat.postMessage")).to_have_count(1)
    await expect(rows.filter(has_text="/form")).to_have_count(1)
    await screen.by_id("traffic-filter").fill("postmess")
    await expect(rows).to_have_count(1)
    await rows.click()
    await expect(screen.by_id("traffic").locator(".json").first).to_contain_text('"hello"')
    await expect(screen.by_id("traffic")).not_to_contain_text("xoxb-sandbox")


async def test_a_fault_is_switched_on_aimed_and_switched_off(stage: Stage, screen: Screen) -> None:
    await screen.by_id("panel-toggle").click()
    await screen.by_id("panel-faults").click()
    await screen.page.get_by_label("When the app calls Slack: which calls").select_option("posting a message")
    await screen.page.get_by_label("When the app calls Slack: how often").select_option("three times")
    switch = screen.page.get_by_role("switch", name="Slack is unavailable")
    await switch.click()
    await expect(switch).to_have_attribute("aria-checked", "true")
    await expect(switch).to_contain_text("posting a message · 3 more times")
    [fault] = stage.workspace.faults.listed()
    assert (fault["where"], fault["kind"], fault["method"], fault["times"]) == (
        "api",
        "503",
        "chat.postMessage",
        3,
    )
    await switch.click()
    await expect(switch).to_have_attribute("aria-checked", "false")
    assert stage.workspace.faults.listed() == []


async def test_a_fault_that_has_spent_itself_switches_itself_off(screen: Screen) -> None:
    await screen.by_id("panel-toggle").click()
    await screen.by_id("panel-faults").click()
    await screen.page.get_by_label("When Slack calls the app: how often").select_option("once")
    switch = screen.page.get_by_role("switch", name="Somebody forges requests")
    await switch.click()
    await expect(switch).to_have_attribute("aria-checked", "true")
    await screen.say("/form please")
    await expect(switch).to_have_attribute("aria-checked", "false")


async def test_one_button_clears_every_fault_on_both_sides(stage: Stage, screen: Screen) -> None:
    stage.zadig.faults.add("hung_version")
    await screen.by_id("panel-toggle").click()
    await screen.by_id("panel-faults").click()
    for name in ("Slack answers slowly", "Zadig is down", "The app's token is revoked"):
        await screen.page.get_by_role("switch", name=name).click()
        await expect(screen.page.get_by_role("switch", name=name)).to_have_attribute("aria-checked", "true")
    assert stage.workspace.is_revoked
    await expect(screen.by_id("panel").get_by_text("Set elsewhere")).to_be_visible()
    await screen.by_id("faults-clear").click()
    await expect(screen.page.get_by_role("switch", checked=True)).to_have_count(0)
    await expect(screen.by_id("panel").get_by_text("Everything works.")).to_be_visible()
    assert stage.workspace.faults.listed() == []
    assert stage.zadig.faults.as_json() == []
    assert not stage.workspace.is_revoked


async def test_every_switch_sets_a_fault_that_its_side_knows(stage: Stage, screen: Screen) -> None:
    await screen.by_id("panel-toggle").click()
    await screen.by_id("panel-faults").click()
    switches = screen.page.get_by_role("switch")
    await expect(screen.page.get_by_text("Inside Zadig")).to_be_visible()
    for number in range(await switches.count()):
        await switches.nth(number).click()
        await expect(switches.nth(number)).to_have_attribute("aria-checked", "true")
    await expect(screen.by_id("panel").get_by_role("alert")).to_have_count(0)
    count = (
        len(stage.workspace.faults.listed())
        + len(stage.zadig.faults.as_json())
        + stage.workspace.is_revoked
        + (stage.zadig.pace.failure_rate > 0)
    )
    assert count == await switches.count()


async def test_that_versions_fail_by_chance_is_said_and_switched_off(stage: Stage) -> None:
    stage.zadig.set_pace(zadig.Pace())
    screen = await (await stage.screen(panel=True)).visit()
    await screen.by_id("panel-faults").click()
    note = screen.by_id("panel").get_by_role("status")
    switch = screen.page.get_by_role("switch", name="New versions fail by chance")
    await expect(note).to_have_text("Everything works, but versions fail by chance, about 1 in 6.")
    await switch.click()
    await expect(switch).to_have_attribute("aria-checked", "false")
    await expect(note).to_have_text("Everything works.")
    assert stage.zadig.pace.failure_rate == 0
    await switch.click()
    await expect(switch).to_have_attribute("aria-checked", "true")
    assert stage.zadig.pace.failure_rate == pytest.approx(1 / 6)


async def test_there_is_a_switch_for_every_fault_that_exists(screen: Screen) -> None:
    rows: list[Json] = await screen.page.evaluate(ROWS)
    slack = {(row["where"], row["kind"]) for row in rows if row["side"] == "slack"}
    assert slack == {("api", kind) for kind in API_KINDS} | {("delivery", kind) for kind in DELIVERY_KINDS}
    assert {row["kind"] for row in rows if row["side"] == "zadig"} == ZADIG_KINDS


async def test_zadig_is_upgraded_and_begins_again(stage: Stage) -> None:
    screen = await (await stage.screen(panel=True)).visit()
    await expect(screen.by_id("panel").get_by_text("dialect v1")).to_be_visible()
    await screen.by_id("zadig-more").click()
    await screen.page.get_by_role("menuitem", name="Upgrade Zadig").click()
    await expect(screen.by_id("panel").get_by_text("dialect v2")).to_be_visible()
    await screen.by_id("zadig-more").click()
    await screen.page.get_by_role("menuitem", name="Begin again").click()
    await expect(screen.by_id("panel").get_by_text("dialect v1")).to_be_visible()


async def test_the_panel_remembers_whether_it_was_open_and_where(screen: Screen) -> None:
    await screen.by_id("panel-toggle").click()
    await screen.by_id("panel-zadig").focus()
    await screen.press("ArrowRight")
    await expect(screen.by_id("panel-traffic")).to_be_focused()
    await screen.page.reload()
    await expect(screen.by_id("panel-traffic")).to_have_attribute("aria-selected", "true")


@pytest.mark.parametrize("narrow", [False, True])
async def test_a_thread_lies_over_the_panel(stage: Stage, narrow: bool) -> None:
    screen = await (await stage.screen(panel=True)).visit()
    if narrow:
        await screen.page.set_viewport_size({"width": 400, "height": 800})
        await screen.by_id("panel-close").click()
    ts = await stage.app.post(section("card"), channel=SHOP)
    await screen.by_id(f"message-{ts}").hover()
    await screen.by_id(f"reply-{ts}").click()
    await expect(screen.by_id("thread")).to_be_visible()
    await expect(screen.by_id("panel")).to_have_count(0)
    await screen.by_id("thread-close").click()
    await expect(screen.by_id("thread")).to_have_count(0)
    await expect(screen.by_id("panel")).to_have_count(0 if narrow else 1)


async def test_a_workspace_without_a_zadig_does_without(stage: Stage) -> None:
    screen = await stage.screen(panel=True)
    await screen.page.route(re.compile("/zadig/"), lambda route: route.fulfill(status=404, body="Not Found"))
    await screen.visit()
    await expect(
        screen.by_id("panel").get_by_text("There is no Zadig beside this workspace.")
    ).to_be_visible()
    await screen.by_id("panel-faults").click()
    await expect(screen.page.get_by_role("heading", name="When Slack calls the app")).to_be_visible()
    await expect(screen.page.get_by_role("heading", name="Inside Zadig")).to_have_count(0)
