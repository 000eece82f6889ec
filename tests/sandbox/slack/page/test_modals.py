"""Modals on the page: filled in, refused, updated under one's hands, pushed and closed, by mouse and by keyboard."""

import asyncio
from typing import Any

from playwright.async_api import expect

from bot.sandbox.slack.faults import Fault
from tests.sandbox.slack.page.conftest import (
    ADA,
    GENERAL,
    GRACE,
    PATIENCE,
    Json,
    Screen,
    Stage,
    actions,
    button,
    field_of,
    modal,
    options,
    plain,
    section,
    select_field,
    text_field,
)


def submitted(payload: Json) -> Json:
    """`block_id → value` of a view_submission in which every block has one element."""
    values = payload["view"]["state"]["values"]
    return {
        block: next(value for key, value in next(iter(by_action.values())).items() if key != "type")
        for block, by_action in values.items()
    }


async def test_a_form_is_filled_in_with_type_ahead_and_submitted(stage: Stage, screen: Screen) -> None:
    stage.app.opens("/form", select_field("project", "shop", "platform", "data"), text_field("name"))
    await screen.say("/form please")
    await screen.choose("project", "plat")
    await screen.element("name").fill("v14")
    await screen.by_id("modal-submit").click()
    await expect(screen.modal).to_have_count(0)
    values = submitted(await stage.app.last("view_submission"))
    assert values["project"]["value"] == "platform"
    assert values["name"] == "v14"


async def test_every_kind_of_input_sends_its_value_in_slacks_shape(stage: Stage, screen: Screen) -> None:
    stage.app.opens(
        "/form",
        text_field("lines", element={"multiline": True}),
        field_of("number", {"type": "number_input", "is_decimal_allowed": False}),
        field_of("email", {"type": "email_text_input"}),
        field_of("link", {"type": "url_text_input"}),
        field_of("day", {"type": "datepicker"}),
        field_of("hour", {"type": "timepicker"}),
        field_of("moment", {"type": "datetimepicker"}),
        field_of("person", {"type": "users_select"}),
        field_of("place", {"type": "conversations_select", "filter": {"include": ["public"]}}),
        field_of("channels", {"type": "multi_channels_select"}),
        field_of("services", {"type": "multi_static_select", "options": options("cart", "web", "users")}),
        field_of("mode", {"type": "radio_buttons", "options": options("fast", "careful")}),
        field_of("extras", {"type": "checkboxes", "options": options("watch", "announce")}),
    )
    await screen.say("/form please")
    await screen.element("lines").fill("one\ntwo")
    await screen.element("number").fill("7")
    await screen.element("email").fill("ada@example.com")
    await screen.element("link").fill("https://example.com/x")
    await screen.element("day").fill("2026-12-24")
    await screen.element("hour").fill("09:30")
    await screen.element("moment").fill("2026-07-01T10:00")
    await screen.choose("person", "grace")
    await screen.choose("place", "general")
    await screen.choose("channels", "general")
    await screen.press("Escape")
    await screen.choose("services", "cart")
    await screen.page.keyboard.type("us")
    await screen.press("Enter", "Escape")
    await screen.page.get_by_label("Careful").check()
    await screen.page.get_by_label("Announce").check()
    await screen.by_id("modal-submit").click()
    values = submitted(await stage.app.last("view_submission"))
    assert {name: values[name] for name in ("lines", "number", "email", "link", "day", "hour")} == {
        "lines": "one\ntwo",
        "number": "7",
        "email": "ada@example.com",
        "link": "https://example.com/x",
        "day": "2026-12-24",
        "hour": "09:30",
    }
    assert values["moment"] == 1_782_896_400  # ten o'clock in London, in summer
    assert (values["person"], values["place"], values["channels"]) == (GRACE, GENERAL, [GENERAL])
    assert [one["value"] for one in values["services"]] == ["cart", "users"]
    assert values["mode"]["value"] == "careful"
    assert [one["value"] for one in values["extras"]] == ["announce"]


async def test_an_error_stands_under_its_field_which_gets_the_focus(stage: Stage, screen: Screen) -> None:
    async def judge(body: Json, ack: Any) -> object:
        if submitted(body)["name"] == "bad name":
            return await ack(response_action="errors", errors={"name": "No spaces, please"})
        return await ack()

    stage.app.on["view_submission"] = judge
    stage.app.opens("/form", text_field("description", optional=True), text_field("name"))
    await screen.say("/form please")
    await screen.element("name").fill("bad name")
    await screen.by_id("modal-submit").click()
    await expect(screen.block("name").get_by_role("alert")).to_have_text("No spaces, please")
    await expect(screen.element("name")).to_be_focused()
    await expect(screen.element("name")).to_have_attribute("aria-invalid", "true")
    await expect(screen.element("name")).to_have_accessible_description("No spaces, please")
    await screen.element("name").fill("good-name")
    await expect(screen.block("name").get_by_role("alert")).to_have_count(0)
    await screen.by_id("modal-submit").click()
    await expect(screen.modal).to_have_count(0)


async def test_what_is_missing_is_said_before_the_app_is_asked(stage: Stage, screen: Screen) -> None:
    stage.app.opens("/form", text_field("name"), select_field("project", "shop"))
    await screen.say("/form please")
    await screen.element("name").fill("v1")
    await screen.by_id("modal-submit").click()
    await expect(screen.block("project").get_by_role("alert")).to_contain_text("required")
    await expect(screen.element("project")).to_be_focused()
    assert stage.app.named("view_submission") == []


async def test_a_counter_shows_what_is_too_long(stage: Stage, screen: Screen) -> None:
    stage.app.opens("/form", text_field("name", element={"max_length": 5}))
    await screen.say("/form please")
    await screen.element("name").fill("abcdefg")
    await expect(screen.block("name")).to_contain_text("7 / 5")


async def test_what_was_typed_stays_when_the_app_updates_the_form(stage: Stage, screen: Screen) -> None:
    project = select_field("project", "shop", "data", dispatch_action=True)

    async def update(body: Json, ack: Any) -> object:
        await ack()
        value = body["actions"][0]["selected_option"]["value"]
        more = select_field("environment", f"{value}-dev", f"{value}-prod")
        view = modal(project, more, text_field("name"))
        return await stage.app.client.views_update(
            view_id=body["view"]["id"], hash=body["view"]["hash"], view=view
        )

    stage.app.on["project"] = update
    stage.app.opens("/form", project, text_field("name"))
    await screen.say("/form please")
    await screen.element("name").fill("half typ")
    same = await screen.element("name").element_handle()
    await screen.choose("project", "data")
    await expect(screen.block("environment")).to_be_visible()
    await expect(screen.element("project")).to_be_focused()
    await expect(screen.element("project")).to_have_value("Data")
    await expect(screen.element("name")).to_have_value("half typ")
    assert await screen.element("name").evaluate("(node, before) => node === before", same)
    state = (await stage.app.last("project"))["view"]["state"]["values"]
    assert state["name"]["name"]["value"] == "half typ"


async def test_typing_is_told_once_it_rests_if_the_app_wants_to_know(stage: Stage, screen: Screen) -> None:
    config = {"dispatch_action_config": {"trigger_actions_on": ["on_character_entered"]}}
    stage.app.opens("/form", text_field("name", element=config, dispatch_action=True))
    await screen.say("/form please")
    await screen.element("name").press_sequentially("abc", delay=10)
    assert (await stage.app.action("name"))["value"] == "abc"
    assert len(stage.app.named("name")) < 3


async def test_enter_tells_the_app_where_it_asked_for_that_and_does_not_submit(
    stage: Stage, screen: Screen
) -> None:
    stage.app.opens("/form", text_field("name", dispatch_action=True))
    await screen.say("/form please")
    await screen.element("name").press_sequentially("abc", delay=10)
    await screen.page.wait_for_timeout(500)
    assert stage.app.named("name") == []
    await screen.press("Enter")
    assert (await stage.app.action("name"))["value"] == "abc"
    assert stage.app.named("view_submission") == []


async def test_text_not_sent_off_with_enter_is_in_the_state_of_another_action(
    stage: Stage, screen: Screen
) -> None:
    stage.app.opens("/form", text_field("name", dispatch_action=True), actions(button("go")))
    await screen.say("/form please")
    await screen.element("name").press_sequentially("half typ", delay=5)
    await screen.element("go").click()
    state = (await stage.app.last("go"))["view"]["state"]["values"]
    assert state["name"]["name"]["value"] == "half typ"
    assert stage.app.named("name") == []


async def test_a_form_that_opens_shows_no_list_until_it_is_asked_for(stage: Stage, screen: Screen) -> None:
    stage.app.opens("/form", select_field("project", "shop", "data"))
    await screen.say("/form please")
    await expect(screen.element("project")).to_be_focused()
    await expect(screen.page.get_by_role("option")).to_have_count(0)
    await screen.press("ArrowDown")
    await expect(screen.page.get_by_role("option")).to_have_count(2)


async def test_options_are_asked_of_the_app_as_one_types(stage: Stage, screen: Screen) -> None:
    stage.app.answers("block_suggestion", options=options("registry-a", "registry-b"))
    element = {"type": "external_select", "min_query_length": 2}
    stage.app.opens("/form", field_of("registry", element))
    await screen.say("/form please")
    await screen.element("registry").click()
    await expect(screen.page.get_by_text("Type at least 2 characters")).to_be_visible()
    await screen.page.keyboard.type("regi")
    await screen.page.get_by_role("option", name="Registry-B").click()
    await expect(screen.element("registry")).to_have_value("Registry-B")
    assert [one["value"] for one in stage.app.named("block_suggestion")] == ["regi"]
    await screen.by_id("modal-submit").click()
    assert submitted(await stage.app.last("view_submission"))["registry"]["value"] == "registry-b"


async def test_a_pushed_view_has_a_way_back_to_what_was_typed(stage: Stage, screen: Screen) -> None:
    async def push(body: Json, ack: Any) -> object:
        await ack()
        view = modal(text_field("name"), title=plain("Second"))
        return await stage.app.client.views_push(trigger_id=body["trigger_id"], view=view)

    stage.app.on["more"] = push
    stage.app.opens("/form", text_field("name"), actions(button("more", "More")))
    await screen.say("/form please")
    await expect(screen.by_id("modal-back")).to_have_count(0)
    await screen.element("name").fill("kept")
    await screen.element("more").click()
    await expect(screen.modal.get_by_role("heading", name="Second")).to_be_visible()
    await expect(screen.element("name")).to_have_value("")
    await expect(screen.element("name")).to_be_focused()
    await screen.by_id("modal-back").click()
    await expect(screen.modal.get_by_role("heading", name="A form")).to_be_visible()
    await expect(screen.element("name")).to_have_value("kept")


async def test_the_cross_closes_the_whole_stack(stage: Stage, screen: Screen) -> None:
    stage.app.answers(
        "view_submission", response_action="push", view=modal(section("second"), notify_on_close=True)
    )
    stage.app.opens("/form", text_field("name", optional=True), notify_on_close=True)
    await screen.say("/form please")
    await screen.by_id("modal-submit").click()
    await expect(screen.by_id("modal-back")).to_be_visible()
    await screen.by_id("modal-close").click()
    await expect(screen.modal).to_have_count(0)
    assert (await stage.app.last("view_closed"))["is_cleared"] is True


async def test_an_answer_that_slack_cannot_use_is_trouble_connecting(stage: Stage, screen: Screen) -> None:
    stage.app.answers("view_submission", response_action="update", view={"type": "modal", "blocks": []})
    stage.app.opens("/form", text_field("name"))
    await screen.say("/form please")
    await screen.element("name").fill("v1")
    await screen.by_id("modal-submit").click()
    await expect(screen.by_id("modal-banner")).to_contain_text("We had some trouble connecting. Try again?")
    await expect(screen.element("name")).to_have_value("v1")
    await expect(screen.by_id("modal-submit")).to_be_enabled()


async def test_the_submit_button_shows_that_the_app_is_thinking(stage: Stage, screen: Screen) -> None:
    stage.app.opens("/form", text_field("name"))
    stage.workspace.faults.add(Fault(where="delivery", kind="slow", method="view_submission", seconds=1.5))
    await screen.say("/form please")
    await screen.element("name").fill("v1")
    await screen.by_id("modal-submit").click()
    await expect(screen.by_id("modal-submit")).to_have_attribute("aria-busy", "true")
    await screen.by_id("modal-submit").click()
    await expect(screen.modal).to_have_count(0)
    assert len(stage.app.named("view_submission")) == 1


async def test_a_form_survives_reloading_the_page(stage: Stage, screen: Screen) -> None:
    stage.app.opens("/form", text_field("name"), select_field("project", "shop", "data"))
    await screen.say("/form please")
    await screen.choose("project", "data")
    await screen.element("name").fill("typed before")
    await screen.element("project").focus()
    async with asyncio.timeout(PATIENCE / 1000):
        while stage.workspace.views.stack(ADA)[0].values["name"]["name"]["value"] is None:  # noqa: ASYNC110 - told over HTTP
            await asyncio.sleep(0.01)
    await screen.page.reload()
    await expect(screen.element("name")).to_have_value("typed before")
    await expect(screen.element("project")).to_have_value("Data")


async def test_a_form_can_be_used_by_keyboard_alone(stage: Stage, screen: Screen) -> None:
    stage.app.opens(
        "/form",
        text_field("name"),
        select_field("project", "shop", "platform", "data"),
        field_of("mode", {"type": "radio_buttons", "options": options("fast", "careful")}),
    )
    await expect(screen.composer).to_be_focused()
    await screen.page.keyboard.type("/form")
    await screen.press("Enter")
    await expect(screen.element("name")).to_be_focused()
    await screen.page.keyboard.type("v14")
    await screen.press("Tab")
    await expect(screen.element("project")).to_be_focused()
    await screen.press("ArrowDown", "ArrowDown")
    await expect(screen.element("project")).to_have_attribute("aria-activedescendant", "list-1-1")
    await screen.press("Escape")
    await expect(screen.page.get_by_role("listbox")).to_have_count(0)
    await expect(screen.modal).to_be_visible()
    await screen.press("ArrowDown", "ArrowDown", "Enter", "Tab", "ArrowDown")
    await expect(screen.page.get_by_label("Careful")).to_be_checked()
    await screen.press("Shift+Tab", "Shift+Tab", "Enter")
    values = submitted(await stage.app.last("view_submission"))
    assert (values["name"], values["project"]["value"], values["mode"]["value"]) == (
        "v14",
        "platform",
        "careful",
    )
    await expect(screen.composer).to_be_focused()


async def test_tab_stays_inside_a_form_and_escape_gives_the_focus_back(stage: Stage, screen: Screen) -> None:
    ts = await stage.app.post(section("card"), actions(button("edit", "Edit")))
    stage.app.opens("edit", text_field("name"))
    await screen.by_id(f"message-{ts}").get_by_role("button", name="Edit").focus()
    await screen.press("Enter")
    await expect(screen.element("name")).to_be_focused()
    for _ in range(9):
        await screen.press("Tab")
        assert await screen.modal.evaluate("node => node.contains(document.activeElement)")
    await screen.press("Escape")
    await expect(screen.modal).to_have_count(0)
    await expect(screen.element("edit")).to_be_focused()


async def test_an_element_asks_for_confirmation_first(stage: Stage, screen: Screen) -> None:
    confirm = {
        "title": plain("Delete v1?"),
        "text": {"type": "mrkdwn", "text": "*For good*"},
        "confirm": plain("Delete"),
        "deny": plain("Keep"),
    }
    await stage.app.post(actions(button("delete", "Delete", style="danger", confirm=confirm)))
    await screen.element("delete").click()
    dialog = screen.by_id("confirm")
    await expect(dialog).to_have_accessible_name("Delete v1?")
    await expect(dialog.get_by_role("button", name="Keep")).to_be_focused()
    await screen.press("Escape")
    await expect(dialog).to_have_count(0)
    await expect(screen.element("delete")).to_be_focused()
    assert stage.app.named("delete") == []
    await screen.element("delete").click()
    await dialog.get_by_role("button", name="Delete").click()
    assert (await stage.app.action("delete"))["type"] == "button"


async def test_a_declined_date_is_taken_back(stage: Stage, screen: Screen) -> None:
    confirm = {
        "title": plain("Sure?"),
        "text": plain("Really?"),
        "confirm": plain("Yes"),
        "deny": plain("No"),
    }
    await stage.app.post(
        actions({"type": "datepicker", "action_id": "day", "initial_date": "2026-01-01", "confirm": confirm})
    )
    await screen.element("day").fill("2026-12-24")
    await screen.by_id("confirm-no").click()
    await expect(screen.element("day")).to_have_value("2026-01-01")
    assert stage.app.named("day") == []


async def test_a_declined_choice_is_taken_back(stage: Stage, screen: Screen) -> None:
    confirm = {
        "title": plain("Sure?"),
        "text": plain("Really?"),
        "confirm": plain("Yes"),
        "deny": plain("No"),
    }
    await stage.app.post(
        actions(
            {
                "type": "static_select",
                "action_id": "stage",
                "options": options("dev", "prod"),
                "confirm": confirm,
            }
        )
    )
    await screen.choose("stage", "prod")
    await screen.by_id("confirm-no").click()
    await expect(screen.element("stage")).to_have_value("")
    assert stage.app.named("stage") == []
