"""Signed HTTP: signatures, forms, time-outs, and the Events API with its retries."""

import asyncio
from typing import Any
from urllib.parse import parse_qsl

import httpx
from slack_sdk.signature import SignatureVerifier
from starlette.responses import JSONResponse, RedirectResponse, Response

from bot.sandbox.slack.delivery import signature
from tests.sandbox.slack.conftest import (
    ADA,
    ADAS_DM,
    BOT_USER,
    GENERAL,
    GRACE,
    MANIFEST,
    OPS_SECRET,
    SHOP,
    START,
    Json,
    Received,
    Sandbox,
    answers,
    sandbox_of,
)

SECRET = "sandbox-signing-secret"


def test_signatures_are_those_that_slack_publishes() -> None:
    body = (
        "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
        "&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
        "&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        "&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )

    assert signature("8f742231b10e8888abcd99yyyzzz85a5", "1531420618", body.encode()) == (
        "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    )


class _FixedClock:
    """The verifier's clock, at the workspace's time."""

    def now(self) -> float:
        return START


def verified(one: Received, secret: str = SECRET) -> bool:
    verifier = SignatureVerifier(secret, clock=_FixedClock())  # type: ignore[arg-type] # it calls now() only
    return verifier.is_valid_request(one.body, one.headers)


async def test_everything_is_signed_with_the_current_time(sandbox: Sandbox) -> None:
    await sandbox.command("list")
    await sandbox.act("shortcut", user=ADA, callback_id="new")
    await sandbox.act("open_home", user=ADA)
    await sandbox.settled()

    assert [one.name for one in sandbox.program.received] == ["/release", "shortcut", "app_home_opened"]
    assert all(verified(one) for one in sandbox.program.received)
    assert not any(verified(one, "another secret") for one in sandbox.program.received)
    assert {one.headers["x-slack-request-timestamp"] for one in sandbox.program.received} == {"1700000000"}


async def test_a_new_secret_signs_from_then_on(sandbox: Sandbox) -> None:
    await sandbox.act("app", signing_secret="rotated")
    await sandbox.command()

    assert verified(sandbox.program.received[-1], "rotated")


async def test_commands_are_forms_interactions_a_payload_and_events_json(sandbox: Sandbox) -> None:
    await sandbox.command("list")
    await sandbox.act("shortcut", user=ADA, callback_id="new")
    await sandbox.act("open_home", user=ADA)
    await sandbox.settled()

    command, shortcut, event = sandbox.program.received
    assert command.headers["content-type"] == shortcut.headers["content-type"]
    assert command.headers["content-type"] == "application/x-www-form-urlencoded"
    assert [name for name, _ in parse_qsl(shortcut.body.decode())] == ["payload"]
    assert event.headers["content-type"] == "application/json"


# --- three seconds


async def never(_: Received) -> Response:
    await asyncio.Event().wait()
    raise AssertionError


async def meanwhile(sandbox: Sandbox, seconds: float) -> None:
    """Lets what is under way get as far as it can, then moves the clock."""
    for _ in range(20):
        await asyncio.sleep(0)
    sandbox.clock.advance(seconds)


async def test_three_seconds_without_an_answer_are_a_time_out(sandbox: Sandbox) -> None:
    sandbox.program.on["/release"] = never
    typing = asyncio.create_task(sandbox.act("type", user=ADA, channel=GENERAL, text="/release"))
    await meanwhile(sandbox, 2.9)
    await meanwhile(sandbox, 0)
    assert not typing.done()
    await meanwhile(sandbox, 0.2)

    assert await typing == {"ok": False, "error": "operation_timeout"}


async def test_a_slow_submission_times_out_and_leaves_the_view(sandbox: Sandbox) -> None:
    view = await sandbox.opened()
    sandbox.program.on["view_submission"] = never
    submitting = asyncio.create_task(
        sandbox.act("submit", user=ADA, view_id=view["id"], values={"name": "x"})
    )
    await meanwhile(sandbox, 3.1)

    assert await submitting == {"ok": False, "error": "operation_timeout"}
    assert len(await sandbox.stack()) == 1


# --- events


def event(sandbox: Sandbox, name: str) -> Json:
    return dict(sandbox.program.last(name)["event"])


async def test_an_event_comes_in_its_envelope(sandbox: Sandbox) -> None:
    await sandbox.act("type", user=ADA, channel=GENERAL, text="hello")
    await sandbox.settled()

    envelope = sandbox.program.last("message")
    inner = envelope.pop("event")
    event_id = envelope.pop("event_id")
    assert event_id.startswith("Ev")
    assert envelope == {
        "token": "sandbox-verification-token",
        "team_id": "T0SANDBOX01",
        "context_team_id": "T0SANDBOX01",
        "context_enterprise_id": None,
        "api_app_id": "A0SANDBOX01",
        "type": "event_callback",
        "event_time": 1_700_000_000,
        "event_context": f"4-{event_id}",
        "is_ext_shared_channel": False,
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": "T0SANDBOX01",
                "user_id": BOT_USER,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
    }
    assert inner["type"] == "message"
    assert (inner["user"], inner["text"], inner["channel"]) == (ADA, "hello", GENERAL)
    assert inner["channel_type"] == "channel"
    assert inner["ts"] == inner["event_ts"]


async def test_messages_are_heard_where_the_app_is_a_member_and_subscribed(sandbox: Sandbox) -> None:
    await sandbox.act("type", user=ADA, channel=OPS_SECRET, text="unheard")
    await sandbox.act("membership", channel=OPS_SECRET, user=BOT_USER, present=True)
    await sandbox.settled()
    sandbox.program.received.clear()
    await sandbox.act("type", user=ADA, channel=OPS_SECRET, text="private channels are not subscribed to")
    await sandbox.act("type", user=ADA, channel=ADAS_DM, text="direct")
    await sandbox.settled()

    assert [one.payload["event"]["text"] for one in sandbox.program.named("message")] == ["direct"]
    assert event(sandbox, "message")["channel_type"] == "im"


async def test_the_apps_own_messages_are_events_too(sandbox: Sandbox) -> None:
    await sandbox.post(text="from the app")
    await sandbox.settled()

    assert event(sandbox, "message")["bot_id"] == "B0SANDBOX01"


async def test_changes_and_deletions_are_told_with_what_was_before(sandbox: Sandbox) -> None:
    ts = await sandbox.post(text="old")
    await sandbox.call("chat.update", channel=GENERAL, ts=ts, text="new")
    await sandbox.settled()
    changed = event(sandbox, "message")
    await sandbox.call("chat.delete", channel=GENERAL, ts=ts)
    await sandbox.settled()

    deleted = event(sandbox, "message")
    assert changed["subtype"] == "message_changed"
    assert (changed["previous_message"]["text"], changed["message"]["text"]) == ("old", "new")
    assert changed["ts"] != ts
    assert (deleted["subtype"], deleted["deleted_ts"]) == ("message_deleted", ts)


async def test_ephemeral_messages_are_no_events(sandbox: Sandbox) -> None:
    await sandbox.call("chat.postEphemeral", channel=GENERAL, user=ADA, text="psst")
    await sandbox.settled()

    assert sandbox.program.received == []


async def test_a_mention_is_an_event_of_its_own(sandbox: Sandbox) -> None:
    await sandbox.act("type", user=ADA, channel=GENERAL, text="@release-bot hello")
    await sandbox.settled()

    mention = event(sandbox, "app_mention")
    assert mention["text"] == f"<@{BOT_USER}> hello"
    assert "channel_type" not in mention


async def test_joining_and_leaving_are_events(sandbox: Sandbox) -> None:
    await sandbox.act("membership", channel=SHOP, user=BOT_USER, present=False)
    await sandbox.settled()
    left = event(sandbox, "member_left_channel")
    await sandbox.act("membership", channel=SHOP, user=BOT_USER, present=True)
    await sandbox.settled()

    assert (left["user"], left["channel"], left["channel_type"]) == (BOT_USER, SHOP, "C")
    assert event(sandbox, "member_joined_channel")["user"] == BOT_USER


async def test_an_app_without_a_manifest_hears_every_event() -> None:
    async with sandbox_of(manifest=None) as sandbox:
        ts = await sandbox.post()
        await sandbox.call("reactions.add", channel=GENERAL, timestamp=ts, name="eyes")
        await sandbox.act("membership", channel=OPS_SECRET, user=BOT_USER, present=True)
        await sandbox.act("type", user=ADA, channel=OPS_SECRET, text="in private")
        await sandbox.act("channels", name="new", user=ADA)
        await sandbox.act("archive", channel=SHOP, archived=True)
        await sandbox.act("archive", channel=SHOP, archived=False)
        await sandbox.settled()

        private = event(sandbox, "message")
        reaction = event(sandbox, "reaction_added")
        assert (private["text"], private["channel_type"]) == ("in private", "group")
        assert (reaction["reaction"], reaction["item"]) == (
            "eyes",
            {"type": "message", "channel": GENERAL, "ts": ts},
        )
        assert event(sandbox, "channel_created")["channel"]["name"] == "new"
        assert event(sandbox, "channel_unarchive")["channel"] == SHOP


async def test_what_is_not_subscribed_to_is_not_told(sandbox: Sandbox) -> None:
    ts = await sandbox.post()
    await sandbox.settled()
    sandbox.program.received.clear()
    await sandbox.call("reactions.add", channel=GENERAL, timestamp=ts, name="eyes")
    await sandbox.act("archive", channel=SHOP, archived=True)
    await sandbox.act("archive", channel=SHOP, archived=False)
    await sandbox.settled()

    assert [one.name for one in sandbox.program.received] == ["channel_archive"]


# --- retries


async def opened_home_until_given_up(sandbox: Sandbox) -> list[Received]:
    await sandbox.act("open_home", user=ADA)
    for seconds in (0, 0, 60, 300, 3600):
        await meanwhile(sandbox, seconds)
    await sandbox.settled()
    return sandbox.program.named("app_home_opened")


def attempts(received: list[Received]) -> list[tuple[str | None, str | None]]:
    return [
        (one.headers.get("x-slack-retry-num"), one.headers.get("x-slack-retry-reason")) for one in received
    ]


async def test_a_failing_event_is_tried_three_times_more(sandbox: Sandbox) -> None:
    sandbox.program.on["app_home_opened"] = answers("oops", 500)
    received = await opened_home_until_given_up(sandbox)

    assert attempts(received) == [
        (None, None),
        ("1", "http_error"),
        ("2", "http_error"),
        ("3", "http_error"),
    ]
    assert len({one.payload["event_id"] for one in received}) == 1
    stamps = [int(one.headers["x-slack-request-timestamp"]) - 1_700_000_000 for one in received]
    assert stamps == [0, 0, 60, 360]


async def test_retries_end_with_the_first_success(sandbox: Sandbox) -> None:
    async def second_time(_: Received) -> Response:
        seen = len(sandbox.program.named("app_home_opened"))
        return Response(status_code=200 if seen == 2 else 503)

    sandbox.program.on["app_home_opened"] = second_time
    assert len(await opened_home_until_given_up(sandbox)) == 2


async def test_an_app_can_ask_for_no_retries(sandbox: Sandbox) -> None:
    sandbox.program.on["app_home_opened"] = answers("no", 500, {"X-Slack-No-Retry": "1"})

    assert len(await opened_home_until_given_up(sandbox)) == 1


async def test_a_time_out_is_the_reason_of_a_retry(sandbox: Sandbox) -> None:
    async def first_never(one: Received) -> Response:
        return Response() if "x-slack-retry-num" in one.headers else await never(one)

    sandbox.program.on["app_home_opened"] = first_never
    await sandbox.act("open_home", user=ADA)
    await meanwhile(sandbox, 3.1)
    await sandbox.settled()

    assert attempts(sandbox.program.received) == [(None, None), ("1", "http_timeout")]


async def test_two_redirects_are_followed_and_a_third_is_not(sandbox: Sandbox) -> None:
    hops = 0

    async def redirected(_: Received) -> Response:
        nonlocal hops
        hops += 1
        return RedirectResponse("/slack/elsewhere", 302) if hops <= 2 else Response()

    sandbox.program.on["app_home_opened"] = redirected
    assert attempts(await opened_home_until_given_up(sandbox)) == [(None, None)] * 3

    sandbox.program.received.clear()

    async def for_ever(_: Received) -> Response:
        return RedirectResponse("/slack/elsewhere", 301)

    sandbox.program.on["app_home_opened"] = for_ever
    received = await opened_home_until_given_up(sandbox)
    assert attempts(received)[3] == ("1", "too_many_redirects")


class _Unreachable(httpx.AsyncBaseTransport):
    def __init__(self) -> None:
        self.tried: list[str | None] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.tried.append(request.headers.get("x-slack-retry-reason"))
        raise httpx.ConnectError("refused")


async def test_an_app_that_cannot_be_reached_is_retried_and_fails_people() -> None:
    transport: Any = _Unreachable()
    async with sandbox_of(app_transport=transport) as sandbox:
        typed = await sandbox.act("type", user=ADA, channel=GENERAL, text="/release")
        await opened_home_until_given_up(sandbox)

    assert typed == {"ok": False, "error": "dispatch_failed"}
    assert transport.tried == [None, None, *["connection_failed"] * 3]


async def test_an_app_without_an_address_gets_no_events() -> None:
    async with sandbox_of(request_url=None) as sandbox:
        await sandbox.act("open_home", user=ADA)
        await sandbox.settled()

        assert sandbox.workspace.traffic.after(0) == []


async def test_the_manifests_own_addresses_are_used_if_no_other_is_set() -> None:
    settings = MANIFEST["settings"]
    manifest = MANIFEST | {
        "settings": {
            "interactivity": {"is_enabled": True, "request_url": "http://program.test/slack/interactive"},
            "event_subscriptions": settings["event_subscriptions"]
            | {"request_url": "http://program.test/slack/events"},
        }
    }
    async with sandbox_of(request_url=None, manifest=manifest) as sandbox:
        await sandbox.act("open_home", user=GRACE)
        await sandbox.act("shortcut", user=GRACE, callback_id="new")
        await sandbox.settled()

        assert {one.name for one in sandbox.program.received} == {"app_home_opened", "shortcut"}


# --- what Slack asks beside the day's work


async def test_an_address_is_verified_with_a_challenge(sandbox: Sandbox) -> None:
    async def echo(one: Received) -> Response:
        return JSONResponse({"challenge": one.payload["challenge"]})

    sandbox.program.on["url_verification"] = echo
    answer = await sandbox.act("probe", kind="url_verification")

    assert answer["error"] is None
    assert answer["answer"] == {"challenge": answer["sent"]["challenge"]}
    assert verified(sandbox.program.received[-1])


async def test_an_ssl_check_is_a_form(sandbox: Sandbox) -> None:
    await sandbox.act("probe", kind="ssl_check")

    assert sandbox.program.received[-1].payload["ssl_check"] == "1"


async def test_a_program_without_an_address_cannot_be_asked() -> None:
    async with sandbox_of(request_url=None) as sandbox:
        assert await sandbox.refused("probe", kind="ssl_check") == "no_address"
