"""views.open, push, update, publish: triggers, hashes, stacks, and what stays typed."""

import pytest

from tests.sandbox.slack.conftest import (
    ADA,
    GRACE,
    MANIFEST,
    SHOP,
    Json,
    Sandbox,
    actions,
    button,
    home,
    modal,
    plain,
    sandbox_of,
    section,
    text_input,
)

# --- triggers


async def test_a_trigger_opens_one_view(sandbox: Sandbox) -> None:
    trigger = await sandbox.trigger()
    first = await sandbox.call("views.open", trigger_id=trigger, view=modal())
    again = await sandbox.call("views.open", trigger_id=trigger, view=modal())

    assert first["ok"]
    assert again == {"ok": False, "error": "exchanged_trigger_id"}


async def test_a_trigger_lives_three_seconds(sandbox: Sandbox) -> None:
    in_time, too_late = await sandbox.trigger(), await sandbox.trigger()
    sandbox.clock.advance(3)
    opened = await sandbox.call("views.open", trigger_id=in_time, view=modal())
    sandbox.clock.advance(0.001)
    expired = await sandbox.call("views.open", trigger_id=too_late, view=modal())

    assert opened["ok"]
    assert expired["error"] == "expired_trigger_id"


async def test_an_invented_trigger_is_refused(sandbox: Sandbox) -> None:
    answer = await sandbox.call("views.open", trigger_id="1.2.abc", view=modal())

    assert answer["error"] == "invalid_trigger_id"
    missing = await sandbox.call("views.open", view=modal())
    assert missing["error"] == "invalid_arguments"


async def test_a_refused_view_leaves_the_trigger_usable(sandbox: Sandbox) -> None:
    trigger = await sandbox.trigger()
    refused = await sandbox.call("views.open", trigger_id=trigger, view=modal(title=plain("x" * 25)))
    opened = await sandbox.call("views.open", trigger_id=trigger, view=modal())

    assert refused["error"] == "invalid_arguments"
    assert (
        "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"
        in refused["response_metadata"]["messages"]
    )
    assert opened["ok"]


async def test_a_home_cannot_be_opened_as_a_modal(sandbox: Sandbox) -> None:
    answer = await sandbox.call("views.open", trigger_id=await sandbox.trigger(), view=home())

    assert answer["error"] == "invalid_arguments"


# --- views.open


async def test_an_opened_view_has_all_its_fields(sandbox: Sandbox) -> None:
    view = await sandbox.opened(modal(private_metadata="mine", notify_on_close=True))

    assert view["id"].startswith("V")
    assert view["root_view_id"] == view["id"]
    assert view["previous_view_id"] is None
    assert view["team_id"] == "T0SANDBOX01"
    assert view["bot_id"] == "B0SANDBOX01"
    assert view["app_id"] == view["app_installed_team_id"].replace("T", "A", 1)
    assert view["private_metadata"] == "mine"
    assert view["external_id"] == ""
    assert view["close"] is None
    assert (view["clear_on_close"], view["notify_on_close"], view["submit_disabled"]) == (False, True, False)
    assert view["title"] == {"type": "plain_text", "text": "Form", "emoji": True}
    assert view["hash"]
    assert [one["id"] for one in await sandbox.stack(ADA)] == [view["id"]]
    assert await sandbox.stack(GRACE) == []


async def test_a_view_may_come_as_a_string(sandbox: Sandbox) -> None:
    import json  # noqa: PLC0415 - this test alone

    answer = await sandbox.call("views.open", trigger_id=await sandbox.trigger(), view=json.dumps(modal()))
    assert answer["ok"]
    bad = await sandbox.call("views.open", trigger_id=await sandbox.trigger(), view="{nonsense")
    assert bad["error"] == "invalid_arguments"


async def test_opening_again_replaces_the_stack(sandbox: Sandbox) -> None:
    await sandbox.opened()
    second = await sandbox.opened()

    assert [one["id"] for one in await sandbox.stack()] == [second["id"]]


# --- views.push


async def trigger_inside(sandbox: Sandbox, view: Json) -> str:
    await sandbox.act("click", user=ADA, view_id=view["id"], block_id="row", action_id="go")
    return str(sandbox.program.last("block_actions")["trigger_id"])


def clickable(**more: object) -> Json:
    return modal(actions(button()), text_input(), **more)


async def test_three_modals_are_the_most(sandbox: Sandbox) -> None:
    root = await sandbox.opened(clickable())
    second = (
        await sandbox.call("views.push", trigger_id=await trigger_inside(sandbox, root), view=clickable())
    )["view"]
    third = (
        await sandbox.call("views.push", trigger_id=await trigger_inside(sandbox, second), view=clickable())
    )["view"]
    fourth = await sandbox.call(
        "views.push", trigger_id=await trigger_inside(sandbox, third), view=clickable()
    )

    assert fourth["error"] == "push_limit_reached"
    assert (second["root_view_id"], second["previous_view_id"]) == (root["id"], root["id"])
    assert (third["root_view_id"], third["previous_view_id"]) == (root["id"], second["id"])
    assert len(await sandbox.stack()) == 3


async def test_a_push_takes_a_trigger_from_inside_the_modal(sandbox: Sandbox) -> None:
    await sandbox.opened()
    answer = await sandbox.call("views.push", trigger_id=await sandbox.trigger(), view=modal())

    assert answer["error"] == "not_found"


async def test_only_the_modal_on_top_can_be_used(sandbox: Sandbox) -> None:
    root = await sandbox.opened(clickable())
    await sandbox.call("views.push", trigger_id=await trigger_inside(sandbox, root), view=clickable())

    refused = await sandbox.refused("click", user=ADA, view_id=root["id"], block_id="row", action_id="go")
    assert refused == "view_not_on_screen"


# --- views.update


async def test_every_update_changes_the_hash(sandbox: Sandbox) -> None:
    view = await sandbox.opened()
    first = await sandbox.call("views.update", view_id=view["id"], view=modal(), hash=view["hash"])
    stale = await sandbox.call("views.update", view_id=view["id"], view=modal(), hash=view["hash"])
    careless = await sandbox.call("views.update", view_id=view["id"], view=modal())

    hashes = {view["hash"], first["view"]["hash"], careless["view"]["hash"]}
    assert len(hashes) == 3
    assert stale == {"ok": False, "error": "hash_conflict"}


async def test_a_view_is_updated_by_its_external_id(sandbox: Sandbox) -> None:
    view = await sandbox.opened(modal(external_id="mine"))
    answer = await sandbox.call(
        "views.update", external_id="mine", view=modal(section("new"), external_id="mine")
    )

    assert answer["view"]["id"] == view["id"]
    assert answer["view"]["blocks"][0]["text"]["text"] == "new"


async def test_a_view_that_is_gone_is_not_found(sandbox: Sandbox) -> None:
    view = await sandbox.opened()
    await sandbox.act("close", user=ADA, view_id=view["id"])

    answer = await sandbox.call("views.update", view_id=view["id"], view=modal())
    assert answer["error"] == "not_found"
    assert (await sandbox.call("views.update", view=modal()))["error"] == "invalid_arguments"


async def test_an_external_id_is_unique_among_open_views(sandbox: Sandbox) -> None:
    await sandbox.opened(modal(external_id="mine"), user=GRACE)
    trigger = await sandbox.trigger(ADA)

    taken = await sandbox.call("views.open", trigger_id=trigger, view=modal(external_id="mine"))
    published = await sandbox.call("views.publish", user_id=ADA, view=home(external_id="mine"))
    assert taken["error"] == "duplicate_external_id"
    assert published["error"] == "duplicate_external_id"
    assert (await sandbox.call("views.open", trigger_id=trigger, view=modal(external_id="other")))["ok"]


async def typed(sandbox: Sandbox, view: Json, text: str, block_id: str = "name") -> None:
    await sandbox.act("input", user=ADA, view_id=view["id"], block_id=block_id, action_id="typed", value=text)


async def test_what_was_typed_stays_while_block_and_action_stay(sandbox: Sandbox) -> None:
    view = await sandbox.opened()
    await typed(sandbox, view, "mine")
    initial = text_input(element={"initial_value": "theirs"})
    answer = await sandbox.call("views.update", view_id=view["id"], view=modal(section(), initial))

    assert answer["view"]["state"]["values"]["name"]["typed"]["value"] == "mine"


async def test_a_new_action_id_brings_a_new_initial_value(sandbox: Sandbox) -> None:
    view = await sandbox.opened()
    await typed(sandbox, view, "mine")
    renewed = text_input(element={"initial_value": "theirs", "action_id": "typed_2"})
    answer = await sandbox.call("views.update", view_id=view["id"], view=modal(renewed))

    assert answer["view"]["state"]["values"] == {
        "name": {"typed_2": {"type": "plain_text_input", "value": "theirs"}}
    }


async def test_untouched_initial_values_are_in_the_state_and_stay(sandbox: Sandbox) -> None:
    view = await sandbox.opened(modal(text_input(element={"initial_value": "first"}), text_input("other")))
    answer = await sandbox.call(
        "views.update", view_id=view["id"], view=modal(text_input(element={"initial_value": "second"}))
    )

    assert view["state"]["values"]["name"]["typed"]["value"] == "first"
    assert view["state"]["values"]["other"]["typed"]["value"] is None
    assert answer["view"]["state"]["values"] == {
        "name": {"typed": {"type": "plain_text_input", "value": "first"}}
    }


async def test_the_current_conversation_is_preselected(sandbox: Sandbox) -> None:
    element = {
        "type": "conversations_select",
        "action_id": "where",
        "default_to_current_conversation": True,
    }
    block = {"type": "input", "block_id": "channel", "label": plain("Channel"), "element": element}
    trigger = await sandbox.trigger(channel=SHOP)
    loading = await sandbox.call("views.open", trigger_id=trigger, view=modal(section("loading")))
    answer = await sandbox.call("views.update", view_id=loading["view"]["id"], view=modal(block))

    assert answer["view"]["state"]["values"]["channel"]["where"]["selected_conversation"] == SHOP


# --- views.publish


async def test_each_person_has_their_own_home(sandbox: Sandbox) -> None:
    answer = await sandbox.call("views.publish", user_id=ADA, view=home(section("for Ada")))

    assert answer["view"]["type"] == "home"
    assert (await sandbox.state(ADA))["app"]["home_view"]["id"] == answer["view"]["id"]
    assert (await sandbox.state(GRACE))["app"]["home_view"] is None


async def test_a_home_keeps_its_id_and_checks_its_hash(sandbox: Sandbox) -> None:
    first = (await sandbox.call("views.publish", user_id=ADA, view=home()))["view"]
    second = await sandbox.call("views.publish", user_id=ADA, view=home(), hash=first["hash"])
    stale = await sandbox.call("views.publish", user_id=ADA, view=home(), hash=first["hash"])

    assert second["view"]["id"] == first["id"]
    assert second["view"]["hash"] != first["hash"]
    assert stale["error"] == "hash_conflict"
    of_nothing = await sandbox.call("views.publish", user_id=GRACE, view=home(), hash=first["hash"])
    assert of_nothing["error"] == "hash_conflict"


async def test_a_home_takes_the_home_tab_and_a_person(sandbox: Sandbox) -> None:
    nobody = await sandbox.call("views.publish", user_id="U0NOBODY000", view=home())
    a_modal = await sandbox.call("views.publish", user_id=ADA, view=modal())
    assert nobody["error"] == "user_not_found"
    assert a_modal["error"] == "invalid_arguments"

    features = MANIFEST["features"] | {"app_home": {"home_tab_enabled": False}}
    async with sandbox_of(manifest=MANIFEST | {"features": features}) as other:
        assert (await other.call("views.publish", user_id=ADA, view=home()))["error"] == "not_enabled"
        assert await other.refused("open_home", user=ADA) == "home_tab_is_off"


@pytest.mark.parametrize("kilobytes", [260])
async def test_a_view_has_a_largest_size(sandbox: Sandbox, kilobytes: int) -> None:
    rows = [section("x" * 2_900) for _ in range(kilobytes // 3 + 3)]
    answer = await sandbox.call("views.publish", user_id=ADA, view=home(*rows))

    assert answer["error"] == "view_too_large"


async def test_a_stack_and_an_update_keep_to_the_type_of_view(sandbox: Sandbox) -> None:
    root = await sandbox.opened(clickable())
    pushed = await sandbox.call("views.push", trigger_id=await trigger_inside(sandbox, root), view=home())
    updated = await sandbox.call("views.update", view_id=root["id"], view=home())

    expected = "[ERROR] must match the `type` of the root view whose stack we're pushing onto [json-pointer:/view/type]"
    for answer in (pushed, updated):
        assert answer["error"] == "invalid_arguments"
        assert answer["response_metadata"]["messages"] == [expected]
