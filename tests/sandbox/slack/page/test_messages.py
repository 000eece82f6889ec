"""Messages on the page: written, edited in place, answered in threads, marked as unread, harmless."""

import re

from playwright.async_api import expect

from tests.sandbox.slack.page.conftest import (
    ADA,
    GENERAL,
    GRACE,
    GUEST,
    SHOP,
    Screen,
    Stage,
    actions,
    button,
    section,
)


async def test_a_message_is_sent_with_enter_and_appears_once(screen: Screen) -> None:
    await screen.composer.fill("Hello *everybody*")
    await screen.press("Enter")
    await expect(screen.messages.locator("strong", has_text="everybody")).to_have_count(1)
    await expect(screen.composer).to_have_value("")


async def test_shift_enter_begins_a_new_line(screen: Screen) -> None:
    await screen.composer.fill("one")
    await screen.press("Shift+Enter")
    await screen.page.keyboard.type("two")
    await screen.press("Enter")
    await expect(screen.messages.locator(".message-body", has_text="one")).to_have_text("one\ntwo")


async def test_an_edited_message_changes_in_place_without_losing_focus(stage: Stage, screen: Screen) -> None:
    ts = await stage.app.post(section("copied 1 of 3"), actions(button("retry", "Retry")))
    message = screen.by_id(f"message-{ts}")
    await expect(message).to_contain_text("copied 1 of 3")
    await screen.element("retry").focus()
    same = await message.element_handle()
    blocks = [section("copied 3 of 3"), actions(button("retry", "Retry"))]
    await stage.app.client.chat_update(channel=SHOP, ts=ts, text="blocks", blocks=blocks)
    await expect(message).to_contain_text("copied 3 of 3")
    assert await screen.focused() == "retry"
    assert await message.evaluate("(node, before) => node === before", same)


async def test_editing_does_not_scroll_somebody_who_reads_further_up(stage: Stage, screen: Screen) -> None:
    for number in range(12):
        await stage.app.post(section(f"Line {number}\nof some\nlength"), channel=SHOP)
    ts = await stage.app.post(section("short"))
    await expect(screen.by_id(f"message-{ts}")).to_be_in_viewport()
    await screen.messages.hover()
    await screen.page.mouse.wheel(0, -300)
    await expect(screen.by_id(f"message-{ts}")).not_to_be_in_viewport()
    before = await screen.messages.evaluate("node => node.scrollTop")
    await stage.app.client.chat_update(channel=SHOP, ts=ts, text="x", blocks=[section("now\nmuch\nlonger")])
    await expect(screen.by_id(f"message-{ts}")).to_contain_text("longer")
    assert await screen.messages.evaluate("node => node.scrollTop") == before


async def test_text_without_blocks_that_was_edited_says_so(stage: Stage, screen: Screen) -> None:
    ts = (await stage.app.client.chat_postMessage(channel=SHOP, text="first"))["ts"]
    await stage.app.client.chat_update(channel=SHOP, ts=ts, text="second")
    await expect(screen.by_id(f"message-{ts}")).to_contain_text("second (edited)")


async def test_a_deleted_message_disappears(stage: Stage, screen: Screen) -> None:
    ts = await stage.app.post(section("soon gone"))
    await expect(screen.by_id(f"message-{ts}")).to_be_visible()
    await stage.app.client.chat_delete(channel=SHOP, ts=ts)
    await expect(screen.by_id(f"message-{ts}")).to_have_count(0)


async def test_a_thread_opens_from_its_replies_and_takes_an_answer(stage: Stage, screen: Screen) -> None:
    ts = await stage.app.post(section("the card"))
    await stage.app.post(section("it is done"), thread_ts=ts)
    await expect(screen.messages.get_by_text("it is done")).to_have_count(0)
    await screen.by_id(f"replies-{ts}").click()
    thread = screen.by_id("thread")
    await expect(thread.get_by_text("it is done")).to_be_visible()
    await expect(screen.by_id("thread-composer")).to_be_focused()
    await screen.page.keyboard.type("thank you")
    await screen.press("Enter")
    await expect(thread.get_by_text("thank you")).to_be_visible()
    await expect(screen.by_id(f"replies-{ts}")).to_contain_text("2 replies")
    await screen.press("Escape")
    await expect(thread).to_have_count(0)
    await expect(screen.by_id(f"replies-{ts}")).to_be_focused()


async def test_an_ephemeral_message_is_marked_and_only_its_person_sees_it(
    stage: Stage, screen: Screen
) -> None:
    other = await (await stage.screen()).visit(GRACE)
    await stage.app.client.chat_postEphemeral(channel=SHOP, user=ADA, text="just you")
    await stage.app.post(section("for all"))
    await expect(screen.messages.get_by_text("Only visible to you")).to_be_visible()
    await expect(other.messages.get_by_text("for all")).to_be_visible()
    await expect(other.messages.get_by_text("just you")).to_have_count(0)
    await screen.page.get_by_role("button", name="Dismiss message").click()
    await expect(screen.messages.get_by_text("just you")).to_have_count(0)


async def test_text_from_outside_stays_text(stage: Stage, screen: Screen) -> None:
    evil = "&lt;img src=x onerror=alert(1)&gt; <javascript:alert(1)|press> <script>alert(1)</script>"
    await stage.app.client.chat_postMessage(channel=SHOP, text=evil)
    await expect(screen.messages.get_by_text("<img src=x onerror=alert(1)>")).to_be_visible()
    assert await screen.messages.locator("img, script, a").count() == 0


async def test_unread_messages_are_counted_and_a_line_shows_where_they_begin(
    stage: Stage, screen: Screen
) -> None:
    await stage.app.post(section("news"), channel=GENERAL)
    await stage.app.post(section("more news"), channel=GENERAL)
    await expect(screen.by_id(f"unread-{GENERAL}")).to_have_text("2")
    await expect(screen.page).to_have_title(re.compile(r"^\(2\) #shop"))
    await screen.by_id(f"channel-{GENERAL}").click()
    await expect(screen.by_id("new-line")).to_be_visible()
    await expect(screen.by_id(f"unread-{GENERAL}")).to_have_count(0)
    await screen.by_id(f"channel-{SHOP}").click()
    await screen.by_id(f"channel-{GENERAL}").click()
    await expect(screen.messages.get_by_text("more news")).to_be_visible()
    await expect(screen.by_id("new-line")).to_have_count(0)


async def test_two_windows_are_two_people_each_in_their_own_time_zone(stage: Stage, screen: Screen) -> None:
    other = await (await stage.screen()).visit(GRACE)
    await stage.app.client.chat_postMessage(channel=SHOP, text="At <!date^1767225600^{date_num} {time}|then>")
    await expect(screen.messages.get_by_text("2026-01-01 12:00 AM")).to_be_visible()  # London
    await expect(other.messages.get_by_text("2025-12-31 7:00 PM")).to_be_visible()  # New York


async def test_one_switches_person_without_losing_the_channel(screen: Screen) -> None:
    await screen.by_id("person-switcher").click()
    await screen.by_id(f"person-{GRACE}").click()
    await expect(screen.by_id("person-switcher")).to_contain_text("Grace Hopper")
    await expect(screen.page).to_have_url(re.compile(rf"user={GRACE}&channel={SHOP}"))


async def test_a_guest_sees_only_the_channels_they_are_in(stage: Stage) -> None:
    guest = await stage.screen()
    await guest.page.goto(f"{stage.address}/?user={GUEST}")
    await expect(guest.by_id("sidebar").get_by_text("releases")).to_be_visible()
    await expect(guest.by_id("sidebar").get_by_text("ops-secret")).to_have_count(0)


async def test_a_permalink_leads_to_the_message_in_its_thread(stage: Stage, screen: Screen) -> None:
    ts = await stage.app.post(section("the card"), channel=GENERAL)
    reply = await stage.app.post(section("deep down"), channel=GENERAL, thread_ts=ts)
    permalink = (await stage.app.client.chat_getPermalink(channel=GENERAL, message_ts=reply))["permalink"]
    await stage.app.client.chat_postMessage(channel=SHOP, text=f"See <{permalink}|there>")
    await screen.messages.get_by_role("link", name="there").click()
    await expect(screen.by_id("thread").get_by_text("deep down")).to_be_visible()
    await screen.page.goto(permalink)
    await expect(screen.by_id("thread").get_by_text("deep down")).to_be_visible()


async def test_a_lost_connection_is_said_and_mends_itself(stage: Stage, screen: Screen) -> None:
    await screen.page.context.set_offline(True)
    stage.workspace.stream.close()
    await expect(screen.by_id("connection")).to_be_visible()
    await stage.app.post(section("meanwhile"))
    await screen.page.context.set_offline(False)
    await expect(screen.messages.get_by_text("meanwhile")).to_be_visible()
    await expect(screen.by_id("connection")).to_have_count(0)


async def test_arrow_keys_lead_through_messages_and_channels(stage: Stage, screen: Screen) -> None:
    first = await stage.app.post(section("first"))
    last = await stage.app.post(section("last"))
    await expect(screen.by_id(f"message-{last}")).to_be_visible()
    await screen.messages.focus()
    await screen.press("ArrowUp")
    await expect(screen.by_id(f"message-{last}")).to_be_focused()
    await screen.press("ArrowUp")
    await expect(screen.by_id(f"message-{first}")).to_be_focused()
    await screen.press("Alt+ArrowUp")
    await expect(screen.page.get_by_role("heading", level=1)).to_contain_text("releases")
