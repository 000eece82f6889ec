"""How the Web API is called: arguments, tokens, scopes, warnings, and what is not here."""

import json
from typing import Any

import pytest

from bot.sandbox.slack.manifest import ALL_SCOPES
from bot.sandbox.slack.rate_limits import CALLS_A_MINUTE
from bot.sandbox.slack.web_api import ROUTES
from tests.sandbox.slack.conftest import (
    APP_TOKEN,
    BOT_TOKEN,
    BOT_USER,
    GENERAL,
    MANIFEST,
    Json,
    Sandbox,
    sandbox_of,
    section,
)

BEARER = {"Authorization": f"Bearer {BOT_TOKEN}"}


def test_every_route_has_a_tier_and_scopes_that_the_generic_app_holds() -> None:
    for method, route in ROUTES.items():
        assert route.tier in CALLS_A_MINUTE, method
        assert not route.scopes or set(route.scopes) & {*ALL_SCOPES, "connections:write"}, method


OTHER_METHODS = (
    "admin.users.list", "bookmarks.add", "calls.add", "canvases.create", "chat.scheduleMessage", "chat.unfurl",
    "conversations.create", "files.getUploadURLExternal", "functions.completeSuccess", "no.such.method",
    "oauth.v2.access", "pins.add", "reactions.remove", "reminders.add", "search.messages", "users.profile.get",
)  # fmt: skip


@pytest.mark.parametrize("method", OTHER_METHODS)
async def test_other_methods_say_that_they_are_not_here(sandbox: Sandbox, method: str) -> None:
    answer = await sandbox.call(method)

    assert answer["ok"] is False
    assert answer["error"] == "not_in_this_sandbox"
    assert method in answer["detail"]


async def test_user_tokens_are_not_here(sandbox: Sandbox) -> None:
    answer = await sandbox.call("auth.test", bearer="xoxp-somebody")

    assert (answer["ok"], answer["error"]) == (False, "not_in_this_sandbox")


@pytest.mark.parametrize("path", ["/services/T0/B0/secret", "/oauth/v2/authorize"])
async def test_webhooks_and_oauth_are_not_here(sandbox: Sandbox, path: str) -> None:
    answer = await sandbox.client.post(path, json={"text": "hi"})

    assert (answer.status_code, answer.text) == (404, "not_in_this_sandbox")


@pytest.mark.parametrize(
    "request_parts",
    [
        {"json": {"channel": GENERAL, "text": "hi", "blocks": [section()]}},
        {"json": {"channel": GENERAL, "text": "hi", "blocks": json.dumps([section()])}},
        {"data": {"channel": GENERAL, "text": "hi", "blocks": json.dumps([section()])}},
        {"params": {"channel": GENERAL, "text": "hi", "blocks": json.dumps([section()])}},
        {"params": {"channel": GENERAL}, "data": {"text": "hi", "blocks": json.dumps([section()])}},
    ],
    ids=["json", "json in json", "form", "query", "query and form"],
)
async def test_arguments_come_as_json_form_or_query(sandbox: Sandbox, request_parts: dict[str, Any]) -> None:
    answer = (await sandbox.client.post("/api/chat.postMessage", headers=BEARER, **request_parts)).json()

    assert answer["ok"], answer
    assert answer["message"]["text"] == "hi"
    assert answer["message"]["blocks"][0]["text"]["text"] == "hello"


async def test_a_get_works_with_the_token_as_an_argument(sandbox: Sandbox) -> None:
    response = await sandbox.client.get("/api/auth.test", params={"token": BOT_TOKEN})

    assert response.json()["user_id"] == BOT_USER


@pytest.mark.parametrize(
    ("content_type", "body", "error"),
    [
        ("application/json", b"{nonsense", "invalid_json"),
        ("application/json", b"[1]", "json_not_object"),
        ("text/plain", b"channel=x", "invalid_post_type"),
        ("application/x-www-form-urlencoded", b"\xff\xfe", "invalid_form_data"),
    ],
)
async def test_bodies_that_cannot_be_read_are_refused(
    sandbox: Sandbox, content_type: str, body: bytes, error: str
) -> None:
    headers = BEARER | {"Content-Type": content_type}
    response = await sandbox.client.post("/api/chat.postMessage", content=body, headers=headers)

    assert response.status_code == 200
    assert response.json() == {"ok": False, "error": error}


async def test_json_without_a_charset_is_warned_of(sandbox: Sandbox) -> None:
    headers = BEARER | {"Content-Type": "application/json"}
    response = await sandbox.client.post("/api/auth.test", content=b"{}", headers=headers)

    assert response.json()["warning"] == "missing_charset"
    assert response.json()["response_metadata"] == {"warnings": ["missing_charset"]}


@pytest.mark.parametrize(
    ("method", "bearer", "error"),
    [
        ("auth.test", None, "not_authed"),
        ("auth.test", "xoxb-another", "invalid_auth"),
        ("chat.postMessage", APP_TOKEN, "not_allowed_token_type"),
        ("apps.connections.open", BOT_TOKEN, "not_allowed_token_type"),
        ("apps.connections.open", None, "not_authed"),
        ("views.open", "nonsense", "invalid_auth"),
    ],
)
async def test_tokens_are_checked(sandbox: Sandbox, method: str, bearer: str | None, error: str) -> None:
    assert await sandbox.call(method, bearer=bearer) == {"ok": False, "error": error}


async def test_a_revoked_token_is_refused_until_it_is_given_back(sandbox: Sandbox) -> None:
    await sandbox.act("token", revoked=True)
    refused = await sandbox.call("auth.test")
    app_level = await sandbox.call("apps.connections.open", bearer=APP_TOKEN)
    await sandbox.act("token", revoked=False)
    await sandbox.settled()

    assert refused == {"ok": False, "error": "token_revoked"}
    assert app_level["ok"]
    assert (await sandbox.call("auth.test"))["ok"]
    assert sandbox.program.last("tokens_revoked")["event"]["tokens"] == {"oauth": [], "bot": [BOT_USER]}


async def test_methods_without_a_token_need_none(sandbox: Sandbox) -> None:
    assert await sandbox.call("api.test", bearer=None, foo="bar") == {"ok": True, "args": {"foo": "bar"}}
    failed = await sandbox.call("api.test", bearer=None, error="my_error")
    assert failed == {"ok": False, "error": "my_error", "args": {"error": "my_error"}}


def with_scopes(*scopes: str) -> Json:
    return MANIFEST | {"oauth_config": {"scopes": {"bot": list(scopes)}}}


async def test_a_missing_scope_is_named() -> None:
    async with sandbox_of(manifest=with_scopes("users:read", "chat:write")) as sandbox:
        answer = await sandbox.call("usergroups.list")

    assert answer == {
        "ok": False,
        "error": "missing_scope",
        "needed": "usergroups:read",
        "provided": "chat:write,users:read",
    }


async def test_the_scopes_that_are_held_stand_in_a_header_of_every_answer() -> None:
    async with sandbox_of(manifest=with_scopes("users:read", "chat:write")) as sandbox:
        good, bad = await sandbox.respond("auth.test"), await sandbox.respond("usergroups.list")

    assert good.headers["x-oauth-scopes"] == "chat:write,users:read"
    assert bad.headers["x-oauth-scopes"] == "chat:write,users:read"
    assert bad.headers["x-accepted-oauth-scopes"] == "usergroups:read"


async def test_auth_test_says_who_one_is(sandbox: Sandbox) -> None:
    assert await sandbox.call("auth.test") == {
        "ok": True,
        "url": "http://workspace.test/",
        "team": "Sandbox",
        "user": "release-bot",
        "team_id": "T0SANDBOX01",
        "user_id": BOT_USER,
        "bot_id": "B0SANDBOX01",
        "is_enterprise_install": False,
    }
    assert await sandbox.call("auth.test", bearer=APP_TOKEN) == {
        "ok": True,
        "app_name": "release-bot",
        "app_id": "A0SANDBOX01",
    }


async def test_a_missing_argument_is_named(sandbox: Sandbox) -> None:
    answer = await sandbox.call("users.info")

    assert answer["error"] == "invalid_arguments"
    assert answer["response_metadata"]["messages"] == ["[ERROR] missing required field: user"]


async def test_blocks_validate_checks_exactly_one_thing(sandbox: Sandbox) -> None:
    good = await sandbox.call("blocks.validate", bearer=None, blocks=json.dumps([section()]))
    bad = await sandbox.call("blocks.validate", bearer=None, blocks=[section("x" * 3001)])
    both = await sandbox.call("blocks.validate", bearer=None, blocks=[section()], view={})

    assert good["ok"] is True
    assert bad["ok"] is False
    assert bad["error"] == "invalid_blocks"
    assert bad["errors"][-1]["constraint"] == {"type": "max_length", "expected": 3000}
    assert both["error"] == "invalid_arguments"


@pytest.mark.parametrize("body", [b'{"text": NaN}', b'{"text": Infinity}', b'{"text": "\xff"}'])
async def test_what_only_python_calls_json_is_refused(sandbox: Sandbox, body: bytes) -> None:
    headers = BEARER | {"Content-Type": "application/json"}
    response = await sandbox.client.post("/api/chat.postMessage", content=body, headers=headers)

    assert response.json()["error"] == "invalid_json"


async def test_half_a_character_comes_back_as_it_was_sent(sandbox: Sandbox) -> None:
    body = b'{"channel": "C0GENERAL01", "text": "\\ud83d"}'
    headers = BEARER | {"Content-Type": "application/json"}
    response = await sandbox.client.post("/api/chat.postMessage", content=body, headers=headers)

    assert response.json()["message"]["text"] == "\ud83d"
    assert (await sandbox.messages())[0]["text"] == "\ud83d"


@pytest.mark.parametrize("limit", ["1e999", "\x80", "[]"])
@pytest.mark.parametrize("name", ["limit", "cursor"])
async def test_odd_limits_and_cursors_are_refused(sandbox: Sandbox, name: str, limit: str) -> None:
    answer = await sandbox.call("conversations.list", **{name: limit})

    assert answer["error"] in {"invalid_limit", "invalid_cursor"}
