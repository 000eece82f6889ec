"""What Slack sends is read whatever is missing from it, and nothing that it could send makes it send it again."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from slack_bolt.async_app import AsyncApp

from bot.slack.bolt import answered, build_app
from bot.slack.context import Feature, FormHandlers, Shared, Subcommand
from bot.slack.identity import Identity
from bot.slack.payloads import Asked, Clicked, Opened, Submitted, Suggesting, Typed
from tests.slack.recorded import HOME, IN_MESSAGE, IN_MODAL, JSON, PAYLOADS, VIEW
from tests.slack.staffed import Staffed


def test_a_command_is_read() -> None:
    typed = Typed.read(PAYLOADS["command"])
    assert (typed.user, typed.channel, typed.command, typed.text) == (
        "U0ADA000001",
        "C0SHOP00001",
        "/release",
        "work hard",
    )
    assert typed.response_url
    assert typed.trigger_id
    assert (typed.modal, typed.in_home) == ("", False)


@pytest.mark.parametrize("absent", ["text", "trigger_id", "response_url"])
@pytest.mark.parametrize("how", ["missing", "null"])
def test_a_command_can_lack_what_is_not_needed(absent: str, how: str) -> None:
    body = {name: value for name, value in PAYLOADS["command"].items() if name != absent}
    typed = Typed.read(body if how == "missing" else {**body, absent: None})
    assert getattr(typed, absent) == ""


@pytest.mark.parametrize("name", ["button", "select"])
def test_a_click_in_a_message_is_read(name: str) -> None:
    clicked = Clicked.read(PAYLOADS[name])
    assert (clicked.user, clicked.channel, clicked.block_id, clicked.value) == (
        "U0ADA000001",
        "C0SHOP00001",
        "row",
        "hard",
    )
    assert clicked.action_id.startswith("work.")
    assert (clicked.view, clicked.modal, clicked.in_home) == (None, "", False)


def test_the_channel_of_a_click_is_found_in_its_container_too() -> None:
    assert Clicked.read({**IN_MESSAGE, "channel": None}).channel == "C0SHOP00001"
    assert Clicked.read({**IN_MESSAGE, "channel": {}, "container": None}).channel == ""


@pytest.mark.parametrize(
    ("container", "message", "thread"),
    [
        ({"message_ts": "2.0", "thread_ts": "1.0"}, None, "1.0"),
        ({"message_ts": "2.0"}, {"ts": "2.0", "thread_ts": "1.0"}, "1.0"),
        ({"message_ts": "1.0", "thread_ts": "1.0"}, None, ""),
        ({"message_ts": "1.0"}, {"ts": "1.0"}, ""),
        (None, None, ""),
    ],
    ids=["reply", "reply by its message", "parent", "no thread", "nothing"],
)
def test_a_click_below_a_message_knows_the_thread(
    container: dict[str, str] | None, message: dict[str, str] | None, thread: str
) -> None:
    clicked = Clicked.read({**IN_MESSAGE, "container": container, "message": message})
    assert clicked.thread == thread
    assert Typed.read(PAYLOADS["command"]).thread == ""


def test_a_select_that_was_emptied_has_no_value() -> None:
    action = {"action_id": "work.2", "block_id": "row", "selected_option": None}
    assert Clicked.read({**IN_MESSAGE, "actions": [action]}).value == ""


def test_a_click_in_a_modal_knows_the_modal() -> None:
    clicked = Clicked.read(IN_MODAL)
    assert (clicked.modal, clicked.in_home, clicked.channel, clicked.response_url) == (
        VIEW["id"],
        False,
        "",
        "",
    )
    assert clicked.view is not None
    assert (clicked.view.title, clicked.view.callback_id, clicked.view.first_input) == (
        "A form",
        "form",
        "name",
    )


def test_a_click_in_home_is_not_one_in_a_modal() -> None:
    clicked = Clicked.read({**IN_MODAL, "view": HOME})
    assert (clicked.modal, clicked.in_home) == ("", True)


def test_a_submission_brings_what_was_typed() -> None:
    submitted = Submitted.read(PAYLOADS["submission"])
    assert submitted.view.values["name"]["input.0"]["value"] == "v14"


@pytest.mark.parametrize("state", [None, {}, {"values": None}, {"values": {}}])
def test_a_view_without_inputs_has_no_state(state: JSON | None) -> None:
    view = {**VIEW, "state": state, "blocks": None}
    submitted = Submitted.read({**PAYLOADS["submission"], "view": view})
    assert submitted.view.values == {}
    assert submitted.view.first_input == ""


def test_a_suggestion_outside_of_views_has_none() -> None:
    assert Suggesting.read({**PAYLOADS["suggestion"], "view": None}).view is None


@pytest.mark.parametrize(("tab", "read"), [("home", "home"), ("messages", "messages"), (None, "")])
def test_the_tab_that_was_opened_is_known(tab: str | None, read: str) -> None:
    event = {**PAYLOADS["home"]["event"], "tab": tab}
    assert Opened.read({**PAYLOADS["home"], "event": event}).tab == read


READERS: dict[str, type[Asked] | type[Submitted] | type[Suggesting] | type[Opened]] = {
    "command": Typed,
    "button": Clicked,
    "select": Clicked,
    "button in a modal": Clicked,
    "submission": Submitted,
    "suggestion": Suggesting,
    "home": Opened,
}
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize("name", READERS)
@given(
    anything=st.dictionaries(
        st.sampled_from(["user", "view", "actions", "event", "channel", "state"]), ANYTHING
    )
)
@settings(max_examples=50, deadline=None)
def test_reading_raises_one_error_and_says_nothing_of_what_was_in_it(name: str, anything: JSON) -> None:
    said = ""
    try:
        READERS[name].read({**PAYLOADS[name], **anything})
    except ValidationError as error:
        said = str(error)
    assert "input_value" not in said


# ---- through Bolt -----------------------------------------------------------------------------------------------------


async def nothing(*_: Any) -> None:
    """Work that is soon done."""


async def empty(*_: Any) -> JSON:
    return {}


async def no_options(*_: Any) -> JSON:
    return {"options": []}


IDLE = Feature(
    name="idle",
    subcommands=(Subcommand(word="work", arguments="", summary="works", example="work", run=nothing),),
    clicks={"work": nothing},  # type: ignore[dict-item]
    forms={"form": FormHandlers(submitted=empty, changed=nothing, suggest=no_options)},  # type: ignore[dict-item]
)


def idle(shared: Shared) -> AsyncApp:
    client = shared.slack_api.client
    return build_app(client=client, identity=Identity(client), shared=shared, features=(IDLE,))


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path to everything in a payload."""
    if path:
        yield path
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from places(value[key], (*path, key))


def changed(body: JSON, path: tuple[Any, ...], value: Any) -> JSON:
    """The payload with something else in one place; `...` takes it away."""
    target = copied = copy.deepcopy(body)
    for step in path[:-1]:
        target = target[step]
    if value is ...:
        del target[path[-1]]
    else:
        target[path[-1]] = value
    return copied


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("name", PAYLOADS)
async def test_every_payload_is_taken(bot: Staffed, name: str) -> None:
    response = await answered(idle(bot.shared), PAYLOADS[name], {})
    assert response.status == 200
    await bot.settled()


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("name", PAYLOADS)
async def test_a_payload_with_anything_wrong_anywhere_is_taken_or_called_malformed(
    bot: Staffed, name: str
) -> None:
    app = idle(bot.shared)
    for path in places(PAYLOADS[name]):
        for value in (..., None, "", "x", 5, [], {}, [None], {"id": None}):
            response = await answered(app, changed(PAYLOADS[name], path, value), {})
            assert response.status in (200, 400), (path, value, response.body)
    await bot.settled()


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(
    "body",
    [
        {"type": "shortcut", "callback_id": "new", "user": {"id": "U0ADA000001"}, "trigger_id": "1"},
        {"type": "message_action", "callback_id": "new", "user": {"id": "U0ADA000001"}, "message": {}},
        {"type": "event_callback", "event": {"type": "message", "text": "hi", "channel": "C1"}},
        {"type": "event_callback", "event": {"type": "app_mention", "user": "U1"}},
        {"type": "workflow_step_edit", "callback_id": "x"},
        {"type": "something_from_next_year"},
        {"payload": "x"},
        {"command": "/other"},
        {"command": "/release", "ssl_check": "0"},
    ],
)
async def test_what_nobody_asked_for_is_taken_politely(
    bot: Staffed, body: JSON, caplog: pytest.LogCaptureFixture
) -> None:
    response = await answered(idle(bot.shared), body, {})
    assert response.status == 200
    assert not [record for record in caplog.records if record.name.startswith("bot.slack.bolt")]


@pytest.mark.asyncio(loop_scope="session")
async def test_somebody_whose_command_cannot_be_read_is_told(
    bot: Staffed, caplog: pytest.LogCaptureFixture
) -> None:
    response = await answered(idle(bot.shared), {"command": "/release", "text": "work"}, {})
    said = json.loads(response.body)
    assert said["response_type"] == "ephemeral"
    [record] = [record for record in caplog.records if getattr(record, "action", "") == "defect"]
    assert vars(record)["reference"] in said["text"]


@pytest.mark.asyncio(loop_scope="session")
async def test_a_check_of_the_certificate_is_answered(bot: Staffed) -> None:
    response = await answered(idle(bot.shared), {"ssl_check": "1", "token": "x"}, {})
    assert response.status == 200


@pytest.mark.asyncio(loop_scope="session")
async def test_the_url_is_verified(bot: Staffed) -> None:
    response = await answered(idle(bot.shared), {"type": "url_verification", "challenge": "say this"}, {})
    assert "say this" in response.body
