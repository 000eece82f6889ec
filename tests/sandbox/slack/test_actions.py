"""People use elements of messages, modals and Home tabs, and the app hears of it."""

from typing import Any

import pytest

from tests.sandbox.slack.conftest import (
    ADA,
    ADAS_DM,
    GENERAL,
    GRACE,
    MANIFEST,
    OPS_SECRET,
    Json,
    Sandbox,
    actions,
    answers,
    button,
    home,
    modal,
    plain,
    sandbox_of,
    section,
    text_input,
)

OPTIONS = [{"text": plain("Red"), "value": "red"}, {"text": plain("Blue"), "value": "blue"}]
SELECT: Json = {"type": "static_select", "action_id": "colour", "options": OPTIONS}
EXTERNAL: Json = {"type": "external_select", "action_id": "project", "min_query_length": 1}


async def click(sandbox: Sandbox, action_id: str = "go", **where: Any) -> Json:
    """Clicks in the block `row` and gives the payload that the app got."""
    await sandbox.act("click", **{"user": ADA, "block_id": "row", "action_id": action_id} | where)
    return sandbox.program.last("block_actions")


async def test_a_click_in_a_message_carries_everything(sandbox: Sandbox) -> None:
    ts = await sandbox.post(blocks=[actions(button(value="v13", style="primary"), SELECT)])
    payload = await click(sandbox, channel=GENERAL, ts=ts)

    assert payload["user"]["id"] == ADA
    assert payload["team"] == {"id": "T0SANDBOX01", "domain": "sandbox"}
    assert payload["container"] == {
        "type": "message",
        "message_ts": ts,
        "channel_id": GENERAL,
        "is_ephemeral": False,
    }
    assert payload["channel"] == {"id": GENERAL, "name": "general"}
    assert payload["message"]["ts"] == ts
    assert payload["state"]["values"] == {
        "row": {"colour": {"type": "static_select", "selected_option": None}}
    }
    assert payload["response_url"].startswith("http://workspace.test/hooks/actions/")
    [action] = payload["actions"]
    assert action.pop("action_ts")
    assert action == {
        "type": "button",
        "block_id": "row",
        "action_id": "go",
        "text": {"type": "plain_text", "text": "Go", "emoji": True},
        "value": "v13",
        "style": "primary",
    }


async def test_a_click_in_a_thread_names_the_thread(sandbox: Sandbox) -> None:
    parent = await sandbox.post()
    ts = await sandbox.post(thread_ts=parent, blocks=[actions(button())])

    assert (await click(sandbox, channel=GENERAL, ts=ts))["container"]["thread_ts"] == parent


async def test_a_click_in_an_attachment_names_it(sandbox: Sandbox) -> None:
    ts = await sandbox.post(attachments=[{"blocks": [section()]}, {"blocks": [actions(button())]}])
    container = (await click(sandbox, channel=GENERAL, ts=ts))["container"]

    assert (container["type"], container["attachment_id"]) == ("message_attachment", 2)


async def test_a_click_in_an_ephemeral_message_does_not_show_the_message(sandbox: Sandbox) -> None:
    answer = await sandbox.call(
        "chat.postEphemeral", channel=GENERAL, user=ADA, text="x", blocks=[actions(button())]
    )
    payload = await click(sandbox, channel=GENERAL, ts=answer["message_ts"])

    assert payload["container"]["is_ephemeral"] is True
    assert "message" not in payload
    other = {"user": GRACE, "block_id": "row", "action_id": "go", "channel": GENERAL}
    assert await sandbox.refused("click", ts=answer["message_ts"], **other) == "message_not_visible"


async def test_a_click_in_a_modal_carries_the_view_and_no_response_url(sandbox: Sandbox) -> None:
    view = await sandbox.opened(modal(actions(button()), text_input()))
    payload = await click(sandbox, view_id=view["id"])

    assert payload["container"] == {"type": "view", "view_id": view["id"]}
    assert payload["view"]["id"] == view["id"]
    assert payload["hash"] == payload["view"]["hash"] == view["hash"]
    assert {"response_url", "message", "channel"} & set(payload) == set()


async def test_a_click_in_the_home_opens_a_modal(sandbox: Sandbox) -> None:
    published = await sandbox.call("views.publish", user_id=ADA, view=home(actions(button())))
    payload = await click(sandbox, view_id=published["view"]["id"])

    assert payload["view"]["type"] == "home"
    assert (await sandbox.call("views.open", trigger_id=payload["trigger_id"], view=modal()))["ok"]


async def test_a_choice_is_sent_kept_and_can_be_taken_back(sandbox: Sandbox) -> None:
    ts = await sandbox.post(blocks=[actions(SELECT, button())])
    where = {"channel": GENERAL, "ts": ts}
    chosen = await click(sandbox, "colour", **where, selected_option="blue")
    later = await click(sandbox, **where)
    undone = await click(sandbox, "colour", **where, selected_option=None)

    blue = {"text": {"type": "plain_text", "text": "Blue", "emoji": True}, "value": "blue"}
    assert chosen["actions"][0]["selected_option"] == blue
    assert later["state"]["values"]["row"]["colour"]["selected_option"] == blue
    assert undone["actions"][0]["selected_option"] is None
    other = (await sandbox.state(GRACE))["channels"][0]["messages"][-1]
    assert "state" not in other


async def test_an_overflow_sends_its_option_and_keeps_nothing(sandbox: Sandbox) -> None:
    overflow = {"type": "overflow", "action_id": "more", "options": OPTIONS}
    ts = await sandbox.post(blocks=[section(block_id="row", accessory=overflow)])
    payload = await click(sandbox, "more", channel=GENERAL, ts=ts, selected_option="red")

    assert payload["actions"][0]["type"] == "overflow"
    assert payload["actions"][0]["selected_option"]["value"] == "red"
    assert payload["state"]["values"] == {}


@pytest.mark.parametrize(
    ("element", "given", "sent"),
    [
        (
            {"type": "multi_static_select", "options": OPTIONS},
            {"selected_options": ["red"]},
            "selected_options",
        ),
        (
            {"type": "checkboxes", "options": OPTIONS},
            {"selected_options": ["red", "blue"]},
            "selected_options",
        ),
        ({"type": "radio_buttons", "options": OPTIONS}, {"selected_option": "red"}, "selected_option"),
        ({"type": "users_select"}, {"selected_user": GRACE}, "selected_user"),
        ({"type": "multi_users_select"}, {"selected_users": [GRACE]}, "selected_users"),
        ({"type": "conversations_select"}, {"selected_conversation": ADAS_DM}, "selected_conversation"),
        ({"type": "channels_select"}, {"selected_channel": GENERAL}, "selected_channel"),
        ({"type": "datepicker"}, {"selected_date": "2026-11-23"}, "selected_date"),
        ({"type": "timepicker"}, {"selected_time": "07:30"}, "selected_time"),
        ({"type": "datetimepicker"}, {"selected_date_time": 1_700_000_000}, "selected_date_time"),
    ],
    ids=lambda value: value["type"] if isinstance(value, dict) and "type" in value else None,
)
async def test_every_element_sends_its_own_field(
    sandbox: Sandbox, element: Json, given: Json, sent: str
) -> None:
    ts = await sandbox.post(blocks=[actions(element | {"action_id": "pick"})])
    payload = await click(sandbox, "pick", channel=GENERAL, ts=ts, **given)

    [action] = payload["actions"]
    assert action["type"] == element["type"]
    assert action[sent] == payload["state"]["values"]["row"]["pick"][sent]
    assert action[sent]


# --- inputs


async def test_typing_is_told_only_where_the_input_dispatches(sandbox: Sandbox) -> None:
    loud = text_input("loud", dispatch_action=True)
    view = await sandbox.opened(modal(text_input("quiet"), loud))
    where = {"user": ADA, "view_id": view["id"], "action_id": "typed"}
    await sandbox.act("input", **where, block_id="quiet", value="one")
    await sandbox.act("click", **where, block_id="quiet", value="two")
    assert sandbox.program.named("block_actions") == []

    await sandbox.act("input", **where, block_id="loud", value="three")
    payload = sandbox.program.last("block_actions")
    assert payload["actions"][0]["value"] == "three"
    assert payload["view"]["state"]["values"]["quiet"]["typed"]["value"] == "two"


async def test_text_that_was_not_sent_off_yet_is_in_the_state_of_the_next_action(sandbox: Sandbox) -> None:
    loud = text_input("loud", dispatch_action=True)
    view = await sandbox.opened(modal(loud, actions(button("go"))))
    where = {"user": ADA, "view_id": view["id"]}
    await sandbox.act("input", **where, block_id="loud", action_id="typed", value="half", dispatch=False)
    assert sandbox.program.named("block_actions") == []

    await sandbox.act("click", **where, block_id="row", action_id="go")
    state = sandbox.program.last("block_actions")["view"]["state"]["values"]
    assert state["loud"]["typed"]["value"] == "half"


async def test_a_button_in_a_card_of_a_carousel_reaches_the_app(sandbox: Sandbox) -> None:
    card = {"type": "card", "title": plain("v13"), "actions": [button("go")]}
    ts = await sandbox.post(blocks=[{"type": "carousel", "elements": [card]}])
    [posted] = await sandbox.messages()
    block_id = posted["blocks"][0]["elements"][0]["block_id"]
    payload = await click(sandbox, "go", channel=GENERAL, ts=ts, block_id=block_id)

    assert payload["actions"][0]["block_id"] == block_id


# --- what nobody could do


async def test_an_element_that_is_not_there_cannot_be_clicked(sandbox: Sandbox) -> None:
    ts = await sandbox.post(blocks=[actions(button(), SELECT)])
    where: Json = {"user": ADA, "channel": GENERAL, "ts": ts, "block_id": "row"}

    assert await sandbox.refused("click", **where | {"action_id": "nonsense"}) == "no_such_element"
    assert await sandbox.refused("click", **where | {"block_id": "x", "action_id": "go"}) == "no_such_element"
    no_such = where | {"action_id": "colour", "selected_option": "green"}
    assert await sandbox.refused("click", **no_such) == "option_not_offered"
    assert await sandbox.refused("click", **where | {"action_id": "colour"}) == "no_value"
    missing = where | {"ts": "1.000001", "action_id": "go"}
    assert await sandbox.refused("click", **missing) == "message_not_visible"
    unseen = where | {"channel": OPS_SECRET, "action_id": "go", "user": GRACE, "ts": ts}
    assert await sandbox.refused("click", **unseen) == "message_not_visible"
    nowhere = {"user": ADA, "block_id": "row", "action_id": "go"}
    assert await sandbox.refused("click", **nowhere) == "no_target"


async def test_an_updated_message_offers_only_its_new_elements(sandbox: Sandbox) -> None:
    ts = await sandbox.post(blocks=[actions(button("old"))])
    await sandbox.call("chat.update", channel=GENERAL, ts=ts, text="x", blocks=[actions(button("new"))])

    where = {"user": ADA, "channel": GENERAL, "ts": ts, "block_id": "row"}
    assert await sandbox.refused("click", **where, action_id="old") == "no_such_element"
    assert (await sandbox.act("click", **where, action_id="new"))["ok"]


async def test_without_interactivity_a_click_goes_nowhere() -> None:
    manifest = MANIFEST | {"settings": {"interactivity": {"is_enabled": False}}}
    async with sandbox_of(manifest=manifest) as sandbox:
        ts = await sandbox.post(blocks=[actions(button())])
        where = {"user": ADA, "channel": GENERAL, "ts": ts, "block_id": "row", "action_id": "go"}

        assert await sandbox.refused("click", **where) == "interactivity_is_off"


async def test_a_failing_click_is_trouble_for_the_person(sandbox: Sandbox) -> None:
    sandbox.program.on["block_actions"] = answers("oops", 500)
    ts = await sandbox.post(blocks=[actions(button())])
    answer = await sandbox.act("click", user=ADA, channel=GENERAL, ts=ts, block_id="row", action_id="go")

    assert answer == {"ok": False, "error": "http_service_error"}


# --- external selects


async def suggested(sandbox: Sandbox, view: Json, value: str) -> Json:
    return await sandbox.act(
        "suggest", user=ADA, view_id=view["id"], block_id="row", action_id="project", value=value
    )


async def test_options_are_asked_for_and_only_offered_ones_can_be_chosen(sandbox: Sandbox) -> None:
    sandbox.program.on["block_suggestion"] = answers({"options": OPTIONS})
    view = await sandbox.opened(modal(actions(EXTERNAL), text_input()))
    choose = {"user": ADA, "view_id": view["id"], "block_id": "row", "action_id": "project"}

    assert await sandbox.refused("click", **choose, selected_option="red") == "option_not_offered"
    offered = await suggested(sandbox, view, "r")
    assert offered["options"] == OPTIONS
    asked = sandbox.program.last("block_suggestion")
    assert (asked["value"], asked["block_id"], asked["action_id"]) == ("r", "row", "project")
    assert asked["view"]["id"] == view["id"]
    assert "trigger_id" not in asked
    await sandbox.act("click", **choose, selected_option="red")
    assert sandbox.program.last("block_actions")["actions"][0]["selected_option"]["value"] == "red"


async def test_option_groups_are_offered_too(sandbox: Sandbox) -> None:
    groups = [{"label": plain("All"), "options": OPTIONS}]
    sandbox.program.on["block_suggestion"] = answers({"option_groups": groups})
    view = await sandbox.opened(modal(actions(EXTERNAL), text_input()))

    assert (await suggested(sandbox, view, "r"))["option_groups"] == groups


async def test_too_short_a_query_asks_nobody(sandbox: Sandbox) -> None:
    view = await sandbox.opened(modal(actions(EXTERNAL), text_input()))

    assert await suggested(sandbox, view, "") == {"ok": True, "options": []}
    assert sandbox.program.named("block_suggestion") == []


@pytest.mark.parametrize(
    "body",
    [
        "nonsense",
        {},
        {"options": [{"text": plain(str(each)), "value": str(each)} for each in range(101)]},
        {"options": [{"text": plain("x" * 76), "value": "x"}]},
        {"options": {"text": plain("x"), "value": "x"}},
    ],
    ids=["text", "empty", "too many", "too long", "no list"],
)
async def test_an_answer_without_options_shows_none(sandbox: Sandbox, body: Any) -> None:
    sandbox.program.on["block_suggestion"] = answers(body)
    view = await sandbox.opened(modal(actions(EXTERNAL), text_input()))

    assert await suggested(sandbox, view, "r") == {"ok": False, "error": "no_options"}


async def test_options_may_have_their_own_address() -> None:
    async with sandbox_of(options_url="http://program.test/slack/options") as sandbox:
        sandbox.program.on["block_suggestion"] = answers({"options": OPTIONS})
        view = await sandbox.opened(modal(actions(EXTERNAL), text_input()))
        await suggested(sandbox, view, "r")

        entry = sandbox.workspace.traffic.after(0)[-1]
        assert entry["name"] == "block_suggestion"
        assert entry["response"]["options"]
