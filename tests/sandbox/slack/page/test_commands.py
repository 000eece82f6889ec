"""Commands and shortcuts on the page: the list, completion, hints, and what is said when they fail."""

from typing import Any

from playwright.async_api import expect

from tests.sandbox.slack.page.conftest import OPS_SECRET, SHOP, Screen, Stage, section, text_field


async def test_the_list_of_commands_narrows_as_one_types_and_tab_completes(screen: Screen) -> None:
    await screen.composer.press("/")
    await expect(screen.by_id("offers").get_by_role("option").first).to_contain_text("/form [name]")
    await screen.page.keyboard.type("fo")
    offers = screen.by_id("offers").get_by_role("option")
    await expect(offers).to_have_count(2)
    await expect(offers.first).to_have_attribute("aria-selected", "true")
    await screen.press("ArrowDown", "ArrowDown", "ArrowDown", "Tab")
    await expect(screen.composer).to_have_value("/forget ")
    await expect(screen.by_id("command-hint")).to_contain_text("/forget me")
    await expect(screen.by_id("offers")).to_have_count(0)


async def test_escape_closes_the_list_and_leaves_the_text(screen: Screen) -> None:
    await screen.composer.press("/")
    await expect(screen.by_id("offers")).to_be_visible()
    await screen.press("Escape")
    await expect(screen.by_id("offers")).to_have_count(0)
    await expect(screen.composer).to_have_value("/")
    await expect(screen.composer).to_be_focused()


async def test_a_command_written_in_full_is_sent_by_one_enter(stage: Stage, screen: Screen) -> None:
    await screen.composer.fill("/form")
    await screen.press("Enter")
    assert (await stage.app.last("/form"))["text"] == ""


async def test_what_comes_with_the_acknowledgement_is_seen_by_its_person(
    stage: Stage, screen: Screen
) -> None:
    stage.app.answers("/form", text="Nothing to do :wave:")
    await screen.say("/form now")
    await expect(screen.messages.get_by_text("Nothing to do")).to_be_visible()
    await expect(screen.messages.get_by_text("Only visible to you")).to_be_visible()


async def test_an_unknown_command_is_explained_and_the_text_comes_back(screen: Screen) -> None:
    await screen.say("/nonsense with words")
    await expect(screen.by_id("notice")).to_contain_text("/nonsense is not a valid command.")
    await expect(screen.composer).to_have_value("/nonsense with words")


async def test_a_command_that_fails_says_so_in_the_words_of_slackbot(stage: Stage, screen: Screen) -> None:
    async def fail(_: Any, __: Any) -> None:
        raise ValueError("on purpose")

    stage.app.on["/form"] = fail
    await screen.say("/form please")
    await expect(screen.by_id("notice")).to_contain_text('/form failed with the error "http_service_error"')
    await screen.by_id("notice").get_by_role("button").click()
    await expect(screen.by_id("notice")).to_have_count(0)


async def test_commands_do_not_work_in_threads(stage: Stage, screen: Screen) -> None:
    ts = await stage.app.post(section("the card"))
    await screen.by_id(f"message-{ts}").hover()
    await screen.by_id(f"reply-{ts}").click()
    await screen.by_id("thread-composer").fill("/form")
    await screen.by_id("thread-send").click()
    await expect(screen.by_id("thread").get_by_test_id("notice")).to_contain_text(
        "is not supported in threads"
    )
    assert stage.app.named("/form") == []


async def test_the_app_is_invited_and_removed_as_in_slack(stage: Stage, screen: Screen) -> None:
    await screen.by_id(f"channel-{OPS_SECRET}").click()
    await screen.composer.fill("/invite @test-bot")
    await screen.press("Enter")
    await expect(screen.messages.get_by_text("has joined the channel")).to_be_visible()
    await stage.app.post(section("thanks"), channel=OPS_SECRET)
    await expect(screen.messages.get_by_text("thanks")).to_be_visible()
    await screen.by_id("members").click()
    await screen.page.get_by_role("menuitem", name="Remove test-bot").click()
    await expect(screen.messages.get_by_text("has left the channel")).to_be_visible()
    await screen.say("/invite @nobody")
    await expect(screen.by_id("notice")).to_contain_text("There is nobody called @nobody here.")


async def test_an_archived_channel_takes_no_messages_until_it_is_brought_back(screen: Screen) -> None:
    await screen.say("/archive")
    await expect(screen.page.get_by_text("#shop is archived")).to_be_visible()
    await expect(screen.composer).to_have_count(0)
    await screen.by_id("members").click()
    await screen.page.get_by_role("menuitem", name="Bring back").click()
    await expect(screen.composer).to_be_visible()


async def test_one_who_has_left_a_channel_can_join_it_again(screen: Screen) -> None:
    await screen.by_id("members").click()
    await screen.page.get_by_role("menuitem", name="Leave channel").click()
    await expect(screen.composer).to_have_count(0)
    await screen.by_id("join").click()
    await expect(screen.composer).to_be_visible()


async def test_names_are_completed_and_become_mentions(screen: Screen) -> None:
    await screen.composer.press("@")
    await screen.page.keyboard.type("gra")
    await expect(screen.by_id("offers")).to_contain_text("Grace Hopper")
    await screen.press("Enter")
    await screen.page.keyboard.type("see #gen")
    await expect(screen.by_id("offers")).to_contain_text("#general")
    await screen.press("Enter", "Enter")
    await expect(screen.messages.locator(".mention", has_text="@grace")).to_be_visible()
    await expect(screen.messages.get_by_role("button", name="#general")).to_be_visible()


async def test_a_message_that_cannot_be_sent_comes_back(screen: Screen) -> None:
    await screen.page.context.set_offline(True)
    await screen.composer.fill("do not lose me")
    await screen.press("Enter")
    await expect(screen.page.get_by_role("alert")).to_contain_text("cannot be reached")
    await expect(screen.composer).to_have_value("do not lose me")


async def test_a_draft_waits_in_its_channel(screen: Screen) -> None:
    await screen.composer.fill("half a thought")
    await screen.by_id("sidebar").get_by_text("general").click()
    await expect(screen.composer).to_have_value("")
    await screen.by_id(f"channel-{SHOP}").click()
    await expect(screen.composer).to_have_value("half a thought")


async def test_a_global_shortcut_opens_a_form(stage: Stage, screen: Screen) -> None:
    stage.app.opens("shortcut", text_field("name"))
    await screen.by_id("shortcuts").click()
    await screen.page.get_by_role("menuitem", name="New thing").click()
    await expect(screen.modal).to_be_visible()
    assert (await stage.app.last("shortcut"))["callback_id"] == "new_thing"


async def test_a_message_shortcut_takes_its_message_along(stage: Stage, screen: Screen) -> None:
    ts = await stage.app.post(section("look here"))
    await screen.by_id(f"message-{ts}").hover()
    await screen.by_id(f"more-{ts}").click()
    await screen.page.get_by_role("menuitem", name="Look at this").click()
    assert (await stage.app.last("message_action"))["message"]["ts"] == ts


async def test_the_first_visit_suggests_what_the_app_can_do(stage: Stage) -> None:
    screen = await (await stage.screen()).visit(welcomed=False)
    card = screen.by_id("welcome")
    await card.get_by_role("button", name="/forget me").click()
    await expect(screen.composer).to_have_value("/forget me")
    await expect(screen.composer).to_be_focused()
    await screen.by_id("welcome-dismiss").click()
    await expect(card).to_have_count(0)
    await screen.page.reload()
    await expect(screen.composer).to_be_visible()
    await expect(card).to_have_count(0)
