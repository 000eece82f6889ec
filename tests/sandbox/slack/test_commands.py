"""People type: messages, mentions, slash commands; and what they see of the app's answers."""

from typing import Any

import pytest

from tests.sandbox.slack.conftest import (
    ADA,
    ADAS_DM,
    GENERAL,
    GRACE,
    GUEST,
    MANIFEST,
    OPS_SECRET,
    SHOP,
    Json,
    Sandbox,
    answers,
    sandbox_of,
    section,
)


async def test_a_command_has_all_its_fields(sandbox: Sandbox) -> None:
    payload = await sandbox.command("list  shop ", channel=SHOP)

    response_url, trigger_id = payload.pop("response_url"), payload.pop("trigger_id")
    assert response_url.startswith("http://workspace.test/hooks/commands/")
    assert len(trigger_id.split(".")) == 3
    assert payload == {
        "token": "sandbox-verification-token",
        "team_id": "T0SANDBOX01",
        "team_domain": "sandbox",
        "channel_id": SHOP,
        "channel_name": "shop",
        "user_id": ADA,
        "user_name": "ada",
        "command": "/release",
        "text": "list  shop",
        "api_app_id": "A0SANDBOX01",
        "is_enterprise_install": "false",
    }


@pytest.mark.parametrize(
    ("channel", "name"), [(ADAS_DM, "directmessage"), (OPS_SECRET, "privategroup"), (GENERAL, "general")]
)
async def test_channels_that_are_not_public_are_not_named(sandbox: Sandbox, channel: str, name: str) -> None:
    assert (await sandbox.command(channel=channel))["channel_name"] == name


async def test_an_empty_answer_shows_nothing(sandbox: Sandbox) -> None:
    answer = await sandbox.act("type", user=ADA, channel=GENERAL, text="/release")

    assert answer == {"ok": True, "ack": None}
    assert await sandbox.messages() == []


@pytest.mark.parametrize("body", ["working on it", {"text": "working on it"}], ids=["text", "json"])
async def test_an_answer_is_for_the_person_alone(sandbox: Sandbox, body: Any) -> None:
    sandbox.program.on["/release"] = answers(body)
    answer = await sandbox.act("type", user=ADA, channel=GENERAL, text="/release")

    [shown] = await sandbox.messages(GENERAL, ADA)
    assert answer["ack"] == body
    assert (shown["text"], shown["is_ephemeral"]) == ("working on it", True)
    assert await sandbox.messages(GENERAL, GRACE) == []


async def test_an_answer_in_the_channel_shows_the_command_too(sandbox: Sandbox) -> None:
    sandbox.program.on["/release"] = answers({"text": "for all", "response_type": "in_channel"})
    await sandbox.act("type", user=ADA, channel=GENERAL, text="/release list")

    assert [one["text"] for one in await sandbox.messages(GENERAL, GRACE)] == ["/release list", "for all"]


async def test_commands_work_where_the_app_is_not(sandbox: Sandbox) -> None:
    sandbox.program.on["/release"] = answers("here too")
    await sandbox.act("type", user=ADA, channel=OPS_SECRET, text="/release")

    assert [one["text"] for one in await sandbox.messages(OPS_SECRET)] == ["here too"]


async def watched(sandbox: Sandbox, text: str) -> tuple[Json, list[Json]]:
    """What typing this answers, and the notices that Ada saw meanwhile."""
    async with sandbox.workspace.stream.watching(ADA) as queue:
        answer = await sandbox.act("type", user=ADA, channel=GENERAL, text=text)
        events = [queue.get_nowait() for _ in range(queue.qsize())]
    return answer, [event for event in events if event and event["type"] == "notice"]


async def test_a_command_that_nobody_offers_is_unknown(sandbox: Sandbox) -> None:
    answer, notices = await watched(sandbox, "/nonsense")

    assert answer == {"ok": False, "error": "unknown_command"}
    assert notices[0]["text"] == "/nonsense is not a valid command."
    assert sandbox.program.received == []


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        ("oops", 500, "http_service_error"),
        ("", 404, "http_service_error"),
        ({"blocks": [{"type": "no_such"}]}, 200, "invalid_command_response"),
    ],
)
async def test_a_failing_command_tells_the_person(
    sandbox: Sandbox, body: Any, status: int, error: str
) -> None:
    sandbox.program.on["/release"] = answers(body, status)
    answer, notices = await watched(sandbox, "/release list")

    assert answer == {"ok": False, "error": error}
    assert notices[0]["text"] == f'/release failed with the error "{error}"'
    assert await sandbox.messages() == []


async def test_a_command_without_a_receiver_is_not_dispatched() -> None:
    async with sandbox_of(request_url=None) as sandbox:
        answer = await sandbox.act("type", user=ADA, channel=GENERAL, text="/release")

    assert answer == {"ok": False, "error": "dispatch_failed"}


async def test_the_manifests_own_url_is_used_if_no_other_is_set() -> None:
    command = {"command": "/release", "description": "x", "url": "http://program.test/slack/commands"}
    manifest = MANIFEST | {"features": {"slash_commands": [command]}}
    async with sandbox_of(request_url=None, manifest=manifest) as sandbox:
        await sandbox.act("type", user=ADA, channel=GENERAL, text="/release")

        assert len(sandbox.program.named("/release")) == 1


@pytest.mark.parametrize(
    ("command", "typed", "sent"),
    [
        ("/who", "is @grace in #shop", f"is <@{GRACE}> in <#{SHOP}|shop>"),
        ("/who", "is @grace in #ops-secret", f"is <@{GRACE}> in <#{OPS_SECRET}|>"),
        ("/who", "@nobody #nowhere a@grace", "@nobody #nowhere a@grace"),
        ("/who", "see https://example.com/a?b=1&c=2", "see <https://example.com/a?b=1&amp;c=2>"),
        ("/release", "is @grace in #shop", "is @grace in #shop"),
        ("/release", "a < b & c > d", "a &lt; b &amp; c &gt; d"),
    ],
)
async def test_names_become_ids_where_the_command_asks_for_it(
    sandbox: Sandbox, command: str, typed: str, sent: str
) -> None:
    await sandbox.act("type", user=ADA, channel=GENERAL, text=f"{command} {typed}")

    assert sandbox.program.last(command)["text"] == sent


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"user": ADA, "channel": GENERAL, "text": "/release", "thread_ts": "1.0"}, "not_in_threads"),
        ({"user": GUEST, "channel": GENERAL, "text": "hello"}, "channel_not_visible"),
        ({"user": GUEST, "channel": OPS_SECRET, "text": "hello"}, "channel_not_visible"),
        ({"user": GRACE, "channel": ADAS_DM, "text": "hello"}, "channel_not_visible"),
        ({"user": "U0NOBODY000", "channel": GENERAL, "text": "hello"}, "unknown_person"),
        ({"user": ADA, "channel": GENERAL, "text": "  "}, "empty"),
        ({"user": ADA, "channel": GENERAL, "text": "x", "thread_ts": "1.0"}, "no_such_thread"),
    ],
)
async def test_what_nobody_could_type_is_refused(sandbox: Sandbox, body: Json, error: str) -> None:
    assert await sandbox.refused("type", **body) == error


async def test_nobody_types_into_an_archived_channel_or_one_they_are_not_in(sandbox: Sandbox) -> None:
    await sandbox.act("archive", channel=SHOP, archived=True)
    created = await sandbox.act("channels", name="quiet", user=GRACE)

    assert await sandbox.refused("type", user=ADA, channel=SHOP, text="x") == "channel_is_archived"
    assert await sandbox.refused("type", user=ADA, channel=created["channel"], text="x") == "not_a_member"


async def test_a_typed_message_is_stored_as_slack_stores_it(sandbox: Sandbox) -> None:
    await sandbox.act("type", user=ADA, channel=GENERAL, text="@grace: 1 < 2 & #shop")

    [message] = (await sandbox.call("conversations.history", channel=GENERAL))["messages"]
    assert message["text"] == f"<@{GRACE}>: 1 &lt; 2 &amp; <#{SHOP}|shop>"
    assert message["user"] == ADA


async def test_reading_marks_what_was_unread(sandbox: Sandbox) -> None:
    first = await sandbox.post()
    second = await sandbox.post()

    async def unread() -> int:
        state = await sandbox.state()
        return int(next(one["unread"] for one in state["channels"] if one["id"] == GENERAL))

    assert await unread() == 2
    await sandbox.act("read", user=ADA, channel=GENERAL, ts=first)
    assert await unread() == 1
    await sandbox.act("read", user=ADA, channel=GENERAL, ts=second)
    await sandbox.act("read", user=ADA, channel=GENERAL, ts=first)
    assert await unread() == 0
    assert await sandbox.refused("read", user=ADA, channel=GENERAL, ts="today") == "invalid_ts"


async def test_shortcuts_carry_what_they_were_used_on(sandbox: Sandbox) -> None:
    ts = await sandbox.post(text="v13 failed", blocks=[section()])
    await sandbox.act("shortcut", user=ADA, callback_id="new")
    await sandbox.act("shortcut", user=ADA, callback_id="look_up", channel=GENERAL, ts=ts)

    everywhere = sandbox.program.last("shortcut")
    assert everywhere["callback_id"] == "new"
    assert everywhere["trigger_id"]
    assert everywhere["action_ts"]
    assert {"channel", "response_url", "message"} & set(everywhere) == set()
    on_message = sandbox.program.last("message_action")
    assert on_message["message"]["text"] == "v13 failed"
    assert on_message["message_ts"] == ts
    assert on_message["channel"] == {"id": GENERAL, "name": "general"}
    assert "/hooks/app-actions/" in on_message["response_url"]
    assert await sandbox.refused("shortcut", user=ADA, callback_id="nonsense") == "no_such_shortcut"
    assert await sandbox.refused("shortcut", user=ADA, callback_id="look_up") == "no_message"


async def test_opening_the_home_tells_the_app_every_time(sandbox: Sandbox) -> None:
    await sandbox.act("open_home", user=ADA)
    await sandbox.settled()
    first = sandbox.program.last("app_home_opened")["event"]
    await sandbox.call("views.publish", user_id=ADA, view={"type": "home", "blocks": [section()]})
    await sandbox.act("open_home", user=ADA)
    await sandbox.settled()

    second = sandbox.program.last("app_home_opened")["event"]
    assert (first["user"], first["channel"], first["tab"]) == (ADA, ADAS_DM, "home")
    assert "view" not in first
    assert second["view"]["type"] == "home"
    assert len(sandbox.program.named("app_home_opened")) == 2
