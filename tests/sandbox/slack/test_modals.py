"""People submit and close modals, and the app's answers take effect."""

from typing import Any

import pytest

from tests.sandbox.slack.conftest import (
    ADA,
    GENERAL,
    GRACE,
    SHOP,
    Json,
    Sandbox,
    actions,
    answers,
    button,
    modal,
    plain,
    section,
    text_input,
)


async def submit(sandbox: Sandbox, view: Json, **values: Any) -> Json:
    return await sandbox.act("submit", user=ADA, view_id=view["id"], values=values)


async def test_a_submission_carries_the_view_and_what_was_typed(sandbox: Sandbox) -> None:
    view = await sandbox.opened()
    answer = await submit(sandbox, view, name="v13")

    payload = sandbox.program.last("view_submission")
    assert answer == {"ok": True, "response_action": None}
    assert payload["user"] == {"id": ADA, "username": "ada", "name": "ada", "team_id": "T0SANDBOX01"}
    assert payload["team"] == {"id": "T0SANDBOX01", "domain": "sandbox"}
    assert payload["api_app_id"] == "A0SANDBOX01"
    assert payload["response_urls"] == []
    assert payload["trigger_id"]
    assert payload["view"]["id"] == view["id"]
    assert payload["view"]["hash"] == view["hash"]
    assert payload["view"]["state"]["values"] == {
        "name": {"typed": {"type": "plain_text_input", "value": "v13"}}
    }
    assert await sandbox.stack() == []


async def stacked(sandbox: Sandbox) -> tuple[Json, Json]:
    """Two modals on Ada's screen."""
    root = await sandbox.opened(modal(actions(button()), text_input()))
    await sandbox.act("click", user=ADA, view_id=root["id"], block_id="row", action_id="go")
    trigger = sandbox.program.last("block_actions")["trigger_id"]
    pushed = await sandbox.call("views.push", trigger_id=trigger, view=modal(callback_id="second"))
    return root, pushed["view"]


async def test_an_empty_answer_closes_only_the_submitted_view(sandbox: Sandbox) -> None:
    root, pushed = await stacked(sandbox)
    await submit(sandbox, pushed, name="x")

    assert [one["id"] for one in await sandbox.stack()] == [root["id"]]


async def test_clear_closes_the_stack(sandbox: Sandbox) -> None:
    _, pushed = await stacked(sandbox)
    sandbox.program.on["view_submission"] = answers({"response_action": "clear"})

    assert (await submit(sandbox, pushed, name="x"))["response_action"] == "clear"
    assert await sandbox.stack() == []


async def test_update_replaces_the_view_in_place(sandbox: Sandbox) -> None:
    view = await sandbox.opened()
    working = modal(section("Working…"))
    sandbox.program.on["view_submission"] = answers({"response_action": "update", "view": working})
    await submit(sandbox, view, name="x")

    [shown] = await sandbox.stack()
    assert shown["id"] == view["id"]
    assert shown["hash"] != view["hash"]
    assert shown["blocks"][0]["text"]["text"] == "Working…"


async def test_push_adds_a_view(sandbox: Sandbox) -> None:
    view = await sandbox.opened()
    second = modal(section(), external_id="second")
    sandbox.program.on["view_submission"] = answers({"response_action": "push", "view": second})
    await submit(sandbox, view, name="x")

    assert [one["previous_view_id"] for one in await sandbox.stack()] == [None, view["id"]]
    assert (await sandbox.call("views.update", external_id="second", view=modal(section())))["ok"]


async def test_errors_stand_under_their_inputs_until_these_change(sandbox: Sandbox) -> None:
    view = await sandbox.opened()
    sandbox.program.on["view_submission"] = answers(
        {"response_action": "errors", "errors": {"name": "Taken already"}}
    )
    answer = await submit(sandbox, view, name="x")
    [shown] = await sandbox.stack()
    await sandbox.act(
        "input", user=ADA, view_id=view["id"], block_id="name", action_id="typed", value="other"
    )
    [changed] = await sandbox.stack()

    assert answer == {"ok": True, "response_action": "errors", "errors": {"name": "Taken already"}}
    assert shown["errors"] == {"name": "Taken already"}
    assert shown["state"]["values"]["name"]["typed"]["value"] == "x"
    assert changed["errors"] == {}


@pytest.mark.parametrize(
    "body",
    [
        {"response_action": "errors", "errors": {"no_such_block": "x"}},
        {"response_action": "errors", "errors": {"note": "a section has no error"}},
        {"response_action": "errors", "errors": {}},
        {"response_action": "errors"},
        {"response_action": "update", "view": modal(title=plain("x" * 25))},
        {"response_action": "update"},
        {"response_action": "update", "view": {"type": "home", "blocks": []}},
        {"response_action": "push", "view": modal(section(""))},
        {"response_action": "explode"},
        {"text": "saved"},
        "saved",
    ],
    ids=str,
)
async def test_an_answer_that_slack_cannot_use_is_trouble_for_the_person_alone(
    sandbox: Sandbox, body: Any
) -> None:
    view = await sandbox.opened(modal(section(block_id="note"), text_input()))
    sandbox.program.on["view_submission"] = answers(body)
    answer = await submit(sandbox, view, name="typed")

    assert answer == {"ok": False, "error": "trouble_connecting"}
    [shown] = await sandbox.stack()
    assert shown["id"] == view["id"]
    assert shown["state"]["values"]["name"]["typed"]["value"] == "typed"


async def test_a_failing_app_is_trouble_too(sandbox: Sandbox) -> None:
    view = await sandbox.opened()
    sandbox.program.on["view_submission"] = answers("oops", status=500)

    assert await submit(sandbox, view, name="x") == {"ok": False, "error": "trouble_connecting"}
    assert len(await sandbox.stack()) == 1


async def test_the_trigger_of_a_submission_opens_a_view(sandbox: Sandbox) -> None:
    view = await sandbox.opened()
    await submit(sandbox, view, name="x")
    trigger = sandbox.program.last("view_submission")["trigger_id"]

    assert (await sandbox.call("views.open", trigger_id=trigger, view=modal()))["ok"]


# --- what the screen refuses before the app is asked


def number(**more: Any) -> Json:
    element = {"type": "number_input", "action_id": "n", "is_decimal_allowed": False, **more}
    return {"type": "input", "block_id": "field", "label": plain("Number"), "element": element}


def field(kind: str, **more: Any) -> Json:
    element = {"type": kind, "action_id": "f", **more}
    return {"type": "input", "block_id": "field", "label": plain("Field"), "element": element}


OPTIONS = [{"text": plain("Red"), "value": "red"}, {"text": plain("Blue"), "value": "blue"}]


@pytest.mark.parametrize(
    ("block", "value"),
    [
        (text_input("field"), None),
        (text_input("field"), ""),
        (text_input("field", element={"min_length": 3}), "ab"),
        (text_input("field", element={"max_length": 3}), "abcd"),
        (text_input("field"), "x" * 3001),
        (number(), "many"),
        (number(), "1.5"),
        (number(), "NaN"),
        (number(min_value="2"), "1"),
        (number(max_value="2"), "3"),
        (field("email_text_input"), "not an address"),
        (field("url_text_input"), "example"),
        (field("static_select", options=OPTIONS), None),
        (field("multi_static_select", options=OPTIONS), []),
        (field("checkboxes", options=OPTIONS), []),
        (field("datepicker"), None),
    ],
    ids=str,
)
async def test_the_screen_checks_inputs_itself(sandbox: Sandbox, block: Json, value: Any) -> None:
    view = await sandbox.opened(modal(block))
    answer = await submit(sandbox, view, field=value)

    assert (answer["ok"], answer["error"]) == (False, "validation")
    assert list(answer["errors"]) == ["field"]
    assert sandbox.program.named("view_submission") == []
    [shown] = await sandbox.stack()
    assert shown["errors"] == answer["errors"]


@pytest.mark.parametrize(
    ("block", "value", "sent"),
    [
        (text_input("field", optional=True), None, None),
        (text_input("field", element={"min_length": 3, "max_length": 3}), "abc", "abc"),
        (number(min_value="1", max_value="2"), "2", "2"),
        (number(is_decimal_allowed=True), "1.5", "1.5"),
        (field("email_text_input"), "ada@example.com", "ada@example.com"),
        (field("url_text_input"), "https://example.com/", "https://example.com/"),
        (field("datepicker"), "2026-11-23", "2026-11-23"),
        (field("timepicker"), "23:59", "23:59"),
        (field("datetimepicker"), 1_700_000_000, 1_700_000_000),
        (field("users_select"), GRACE, GRACE),
        (field("multi_users_select"), [GRACE, ADA], [GRACE, ADA]),
        (field("channels_select"), SHOP, SHOP),
        (field("checkboxes", options=OPTIONS, optional=True), ["red"], ["red"]),
        (field("radio_buttons", options=OPTIONS), "blue", "blue"),
        (field("static_select", options=OPTIONS), "blue", "blue"),
        (field("multi_static_select", options=OPTIONS), ["blue", "red"], ["blue", "red"]),
    ],
    ids=str,
)
async def test_what_is_right_is_sent(sandbox: Sandbox, block: Json, value: Any, sent: Any) -> None:
    block["element"].pop("optional", None)
    view = await sandbox.opened(modal(block))
    answer = await submit(sandbox, view, field=value)

    assert answer["ok"], answer
    [entry] = sandbox.program.last("view_submission")["view"]["state"]["values"]["field"].values()
    [received] = [value for key, value in entry.items() if key != "type"]
    if isinstance(received, dict):
        received = received["value"]
    if received and isinstance(received, list) and isinstance(received[0], dict):
        received = [option["value"] for option in received]
    assert received == sent


@pytest.mark.parametrize(
    ("block", "value", "error"),
    [
        (field("static_select", options=OPTIONS), "green", "option_not_offered"),
        (
            field("multi_static_select", options=OPTIONS, max_selected_items=1),
            ["red", "blue"],
            "too_many_selected",
        ),
        (field("users_select"), "U0NOBODY000", "unknown_person"),
        (field("channels_select"), "C0NOWHERE00", "channel_not_visible"),
        (field("datepicker"), "tomorrow", "invalid_value"),
        (field("timepicker"), "noon", "invalid_value"),
        (number(), 5, "invalid_value"),
    ],
    ids=str,
)
async def test_nobody_can_put_in_what_is_not_offered(
    sandbox: Sandbox, block: Json, value: Any, error: str
) -> None:
    view = await sandbox.opened(modal(block))

    refused = await sandbox.refused("submit", user=ADA, view_id=view["id"], values={"field": value})
    assert refused == error


async def test_a_missing_submit_button_cannot_be_pressed(sandbox: Sandbox) -> None:
    view = modal(section())
    del view["submit"]
    without = await sandbox.opened(view)
    assert await sandbox.refused("submit", user=ADA, view_id=without["id"]) == "no_submit_button"


async def test_nobody_submits_somebody_elses_view(sandbox: Sandbox) -> None:
    view = await sandbox.opened()

    assert await sandbox.refused("submit", user=GRACE, view_id=view["id"]) == "view_not_on_screen"


async def test_a_channel_input_can_bring_response_urls(sandbox: Sandbox) -> None:
    element = {"type": "channels_select", "action_id": "where", "response_url_enabled": True}
    block = {"type": "input", "block_id": "channel", "label": plain("Channel"), "element": element}
    view = await sandbox.opened(modal(block))
    await submit(sandbox, view, channel=GENERAL)

    [entry] = sandbox.program.last("view_submission")["response_urls"]
    assert (entry["block_id"], entry["action_id"], entry["channel_id"]) == ("channel", "where", GENERAL)
    assert "/hooks/app/" in entry["response_url"]
    assert (await sandbox.hook(entry["response_url"], text="done", response_type="in_channel")).text == "ok"
    assert (await sandbox.messages(GENERAL))[-1]["text"] == "done"


# --- closing


async def test_closing_tells_only_apps_that_asked(sandbox: Sandbox) -> None:
    quiet = await sandbox.opened()
    await sandbox.act("close", user=ADA, view_id=quiet["id"])
    loud = await sandbox.opened(modal(notify_on_close=True))
    await sandbox.act("input", user=ADA, view_id=loud["id"], block_id="name", action_id="typed", value="x")
    await sandbox.act("close", user=ADA, view_id=loud["id"])
    await sandbox.settled()

    [closed] = sandbox.program.named("view_closed")
    assert closed.payload["view"]["id"] == loud["id"]
    assert closed.payload["view"]["state"]["values"] == {}
    assert closed.payload["is_cleared"] is False
    assert "trigger_id" not in closed.payload


async def test_the_cross_clears_the_stack_and_speaks_of_its_root(sandbox: Sandbox) -> None:
    root = await sandbox.opened(modal(actions(button()), text_input(), notify_on_close=True))
    await sandbox.act("click", user=ADA, view_id=root["id"], block_id="row", action_id="go")
    trigger = sandbox.program.last("block_actions")["trigger_id"]
    pushed = await sandbox.call("views.push", trigger_id=trigger, view=modal())
    await sandbox.act("close", user=ADA, view_id=pushed["view"]["id"], all=True)
    await sandbox.settled()

    closed = sandbox.program.last("view_closed")
    assert closed["view"]["id"] == root["id"]
    assert closed["is_cleared"] is True
    assert await sandbox.stack() == []


async def test_clear_on_close_clears_the_stack(sandbox: Sandbox) -> None:
    root = await sandbox.opened(modal(actions(button()), text_input()))
    await sandbox.act("click", user=ADA, view_id=root["id"], block_id="row", action_id="go")
    trigger = sandbox.program.last("block_actions")["trigger_id"]
    pushed = await sandbox.call("views.push", trigger_id=trigger, view=modal(clear_on_close=True))
    await sandbox.act("close", user=ADA, view_id=pushed["view"]["id"])

    assert await sandbox.stack() == []
