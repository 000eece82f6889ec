"""Whatever a program sends, it gets Slack-shaped JSON back; whatever a page sends, a reason."""

import asyncio
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.sandbox.slack.control.api import ACTS
from bot.sandbox.slack.web_api import ROUTES
from tests.sandbox.slack.conftest import (
    ADA,
    APP_TOKEN,
    BOT_TOKEN,
    GENERAL,
    Sandbox,
    actions,
    button,
    home,
    modal,
    sandbox_of,
    section,
    text_input,
)

NAMES = (
    "attachments", "blocks", "bot", "channel", "channels", "cursor", "email", "error", "external_id", "hash",
    "icon_emoji", "include_all_metadata", "inclusive", "latest", "limit", "message", "message_ts", "metadata",
    "name", "oldest", "reply_broadcast", "text", "thread_ts", "timestamp", "trigger_id", "ts", "types", "user",
    "user_id", "usergroup", "username", "users", "view", "view_id",
)  # fmt: skip

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
likely = st.sampled_from(
    [GENERAL, ADA, "1700000000.000000", "0", "", "[]", "{}", "[{}]", '{"type":"modal"}', "V0000000001"]
)
parts = st.sampled_from(
    [section(), actions(button()), text_input(), modal(), home(), {"type": "section"}, {}]
)
anything = st.recursive(
    scalars | likely | parts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
arguments = st.dictionaries(st.sampled_from(NAMES), anything, max_size=6)
some = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def run(work: Any) -> None:
    asyncio.run(work)


@pytest.mark.parametrize("method", sorted(ROUTES))
def test_any_arguments_get_an_answer(method: str) -> None:
    @some
    @given(arguments)
    def check(values: dict[str, Any]) -> None:
        run(_called(method, values))

    check()


async def _called(method: str, values: dict[str, Any]) -> None:
    async with sandbox_of() as sandbox:
        bearer = APP_TOKEN if ROUTES[method].caller == "app" else BOT_TOKEN
        await sandbox.post()
        for given_values in (values, {"channel": GENERAL, "text": "x", "ts": "1700000000.000000"} | values):
            answer = await sandbox.call(method, bearer=bearer, **given_values)
            assert isinstance(answer["ok"], bool)
            assert answer["ok"] or isinstance(answer["error"], str)
        state = await sandbox.state()
        assert state["ok"]


def test_any_answer_on_a_response_url_gets_one_back() -> None:
    @some
    @given(st.dictionaries(st.sampled_from([*NAMES, "replace_original", "response_type"]), anything))
    def check(values: dict[str, Any]) -> None:
        run(_hooked(values))

    check()


async def _hooked(values: dict[str, Any]) -> None:
    async with sandbox_of() as sandbox:
        url = (await sandbox.command())["response_url"]
        response = await sandbox.client.post(url, json=_finite(values))
        assert response.status_code in {200, 400, 404}


def _finite(value: Any) -> Any:
    """JSON as httpx sends it has neither NaN nor infinity."""
    return json.loads(
        json.dumps(value).replace("NaN", "0").replace("-Infinity", "0").replace("Infinity", "0")
    )


@pytest.mark.parametrize("name", sorted(set(ACTS) - {"reset", "app", "clock"}))
def test_any_act_is_done_or_refused(name: str) -> None:
    fields = sorted(ACTS[name][0].model_fields)

    @some
    @given(st.dictionaries(st.sampled_from(fields), anything))
    def check(values: dict[str, Any]) -> None:
        run(_acted(name, _finite(values)))

    check()


async def _acted(name: str, values: dict[str, Any]) -> None:
    async with sandbox_of() as sandbox:
        view = await sandbox.opened(modal(actions(button()), text_input()))
        likely_values = {
            "user": ADA,
            "channel": GENERAL,
            "view_id": view["id"],
            "block_id": "row",
            "action_id": "go",
        }
        fields = ACTS[name][0].model_fields
        for given_values in (
            values,
            {key: value for key, value in likely_values.items() if key in fields} | values,
        ):
            response = await sandbox.client.post(f"/_control/{name}", json=given_values)
            assert response.status_code in {200, 400}
            assert isinstance(response.json()["ok"], bool)


async def test_any_answer_to_a_submission_closes_or_troubles(sandbox: Sandbox) -> None:
    view = await sandbox.opened()
    bodies: list[Any] = [
        [],
        [1],
        {"response_action": []},
        {"response_action": "push", "view": 5},
        "x",
        0,
        None,
    ]
    for body in bodies:
        sandbox.program.on["view_submission"] = answering(body)
        answer = await sandbox.act("submit", user=ADA, view_id=view["id"], values={"name": "x"})
        if answer["ok"]:
            view = await sandbox.opened()


def answering(body: Any) -> Any:
    from starlette.responses import JSONResponse  # noqa: PLC0415 - here alone

    async def answer(_: object) -> JSONResponse:
        return JSONResponse(body)

    return answer
