"""What programs see of the workspace: people, snapshots, the stream of events, traffic, channels, the app."""

import json
from typing import Any

import pytest

from bot.sandbox.slack.control.api import ACTS, watched
from bot.sandbox.slack.manifest import GENERIC_APP, read_manifest
from bot.sandbox.slack.traffic import redacted
from tests.sandbox.slack.conftest import (
    ADA,
    ADAS_DM,
    BOT_USER,
    GENERAL,
    GRACE,
    GUEST,
    LINUS,
    MANIFEST,
    OPS_SECRET,
    RELEASES,
    SHOP,
    Json,
    Sandbox,
    actions,
    answers,
    button,
    home,
    sandbox_of,
    section,
)

TEAM = "T0SANDBOX01"


async def test_people_are_listed_with_their_team(sandbox: Sandbox) -> None:
    answer = (await sandbox.client.get("/_control/people")).json()

    assert answer["ok"] is True
    assert answer["team"] == {"id": "T0SANDBOX01", "name": "Sandbox", "domain": "sandbox"}
    assert [one["id"] for one in answer["people"]] == [ADA, GRACE, LINUS, GUEST, BOT_USER]
    assert answer["people"][0] == {
        "id": ADA,
        "name": "ada",
        "real_name": "Ada Lovelace",
        "is_bot": False,
        "is_guest": False,
        "tz": "Europe/London",
        "color": "7b3f98",
        "initials": "AL",
    }


async def channels(sandbox: Sandbox, user: str) -> list[str]:
    return [one["id"] for one in (await sandbox.state(user))["channels"]]


async def test_everybody_sees_their_own_channels(sandbox: Sandbox) -> None:
    assert await channels(sandbox, ADA) == [GENERAL, RELEASES, SHOP, OPS_SECRET, ADAS_DM]
    assert await channels(sandbox, LINUS) == [GENERAL, RELEASES, SHOP, "D0LINUS0001"]
    assert await channels(sandbox, GUEST) == [RELEASES, "D0GUEST0001"]


async def test_a_snapshot_shows_what_the_app_offers(sandbox: Sandbox) -> None:
    state = await sandbox.state()

    assert state["me"]["id"] == ADA
    assert state["tokens"] == {"revoked": False}
    assert (state["views"], state["faults"]) == ([], [])
    assert state["app"]["name"] == "release-bot"
    assert state["app"]["bot_user_id"] == BOT_USER
    assert state["app"]["home_tab"] is True
    assert state["app"]["commands"][0] == {
        "command": "/release",
        "description": "Versions",
        "usage_hint": "list",
    }
    assert [one["type"] for one in state["app"]["shortcuts"]] == ["global", "message"]
    general = state["channels"][0]
    assert {key: general[key] for key in ("id", "name", "kind", "is_archived", "is_member", "unread")} == {
        "id": GENERAL,
        "name": "general",
        "kind": "channel",
        "is_archived": False,
        "is_member": True,
        "unread": 0,
    }


async def test_a_snapshot_has_the_newest_two_hundred_messages(sandbox: Sandbox) -> None:
    for number in range(201):
        await sandbox.post(text=str(number))

    shown = await sandbox.messages()
    assert (len(shown), shown[0]["text"], shown[-1]["text"]) == (200, "1", "200")


@pytest.mark.parametrize("path", ["state", "events"])
async def test_nobody_and_the_app_see_nothing(sandbox: Sandbox, path: str) -> None:
    for user in ("U0NOBODY000", BOT_USER, ""):
        response = await sandbox.client.get(f"/_control/{path}", params={"user": user})
        assert (response.status_code, response.json()["error"]) == (400, "unknown_person")


# --- the stream


async def seen(sandbox: Sandbox, user: str, *acts: tuple[str, Json]) -> list[Json]:
    """The events that this person's screen got while others did something."""
    stream = watched(sandbox.workspace, user)
    events = [json.loads((await anext(stream)).split("data: ")[1])]
    for name, body in acts:
        await sandbox.act(name, **body)
    await sandbox.settled()
    sandbox.workspace.stream.close()
    events += [json.loads(line.split("data: ")[1]) async for line in stream]
    return events


def types(events: list[Json]) -> list[str]:
    return [event["type"] for event in events if event["type"] != "traffic"]


async def test_the_first_event_is_hello_and_all_are_numbered(sandbox: Sandbox) -> None:
    events = await seen(sandbox, ADA, ("type", {"user": GRACE, "channel": GENERAL, "text": "hi"}))

    assert events[0]["type"] == "hello"
    assert types(events) == ["hello", "message"]
    numbers = [event["seq"] for event in events]
    assert numbers == sorted(numbers)
    assert events[1]["channel"] == GENERAL
    assert events[1]["message"]["text"] == "hi"


async def test_people_see_only_what_is_for_them(sandbox: Sandbox) -> None:
    sandbox.program.on["/release"] = answers("for Ada")
    acts = (
        ("type", {"user": ADA, "channel": OPS_SECRET, "text": "secret"}),
        ("type", {"user": ADA, "channel": GENERAL, "text": "/release"}),
        ("open_home", {"user": ADA}),
    )
    for_linus = await seen(sandbox, LINUS, *acts)
    for_ada = await seen(sandbox, ADA, *acts)

    assert types(for_linus) == ["hello"]
    assert types(for_ada) == ["hello", "message", "pending", "pending", "message"]
    assert [event["state"] for event in for_ada if event["type"] == "pending"] == ["started", "ended"]


async def test_views_home_and_deletions_reach_the_screen(sandbox: Sandbox) -> None:
    view = await sandbox.opened()
    ts = await sandbox.post()
    stream = watched(sandbox.workspace, ADA)
    await anext(stream)
    await sandbox.act("close", user=ADA, view_id=view["id"])
    await sandbox.call("views.publish", user_id=ADA, view=home())
    await sandbox.call("chat.delete", channel=GENERAL, ts=ts)
    await sandbox.act("faults", where="api", kind="500", method="never")
    sandbox.workspace.stream.close()
    events = [json.loads(line.split("data: ")[1]) async for line in stream]
    by_type: dict[str, Json] = {event["type"]: event for event in events}

    assert by_type["views"]["views"] == []
    assert by_type["home"]["view"]["type"] == "home"
    assert by_type["message_deleted"] | {"seq": 0} == {
        "seq": 0,
        "type": "message_deleted",
        "channel": GENERAL,
        "ts": ts,
    }
    assert by_type["faults"]["faults"][0]["kind"] == "500"


async def test_a_screen_that_does_not_keep_up_is_cut_off(sandbox: Sandbox) -> None:
    async with sandbox.workspace.stream.watching(ADA) as queue:
        for number in range(2_100):
            sandbox.workspace.stream.publish("notice", number=number)
        events = [queue.get_nowait() for _ in range(queue.qsize())]

    assert events[-1] is None
    assert len(events) == 2_001


# --- traffic


async def test_traffic_goes_both_ways_without_secrets(sandbox: Sandbox) -> None:
    payload = await sandbox.command("list")
    await sandbox.hook(payload["response_url"], text="x")
    await sandbox.call("auth.test", bearer=None, token="xoxb-sandbox")
    await sandbox.call("apps.connections.open", bearer="xapp-sandbox")
    entries = (await sandbox.client.get("/_control/traffic")).json()["entries"]

    directions = [(entry["direction"], entry["name"], entry["status"]) for entry in entries]
    assert directions == [
        ("delivery", "/release", 200),
        ("hook", "hooks/commands", 200),
        ("api", "auth.test", 200),
        ("api", "apps.connections.open", 200),
    ]
    text = json.dumps(entries)
    for secret in ("xoxb-sandbox", "xapp-sandbox", "sandbox-verification", payload["response_url"]):
        assert secret not in text
    assert payload["response_url"].rsplit("/", 1)[1] not in text
    after = (await sandbox.client.get("/_control/traffic", params={"after": entries[2]["seq"]})).json()
    assert [entry["name"] for entry in after["entries"]] == ["apps.connections.open"]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ({"token": "abc"}, {"token": "…"}),
        ({"token": None}, {"token": None}),
        ("say xoxb-1-2-abc", "say xoxb-…"),
        (["wss://x/link/?ticket=abc-d&app_id=A"], ["wss://x/link/?ticket=…&app_id=A"]),
        ({"url": "http://x/hooks/app-actions/0a1b"}, {"url": "http://x/hooks/app-actions/…"}),
        (5, 5),
    ],
)
def test_secrets_are_hidden(value: Any, shown: Any) -> None:
    assert redacted(value) == shown


async def test_only_the_last_traffic_is_kept(sandbox: Sandbox) -> None:
    for _ in range(510):
        await sandbox.call("api.test", bearer=None)

    assert len(sandbox.workspace.traffic.after(0)) == 500


# --- the world


async def test_channels_can_be_made(sandbox: Sandbox) -> None:
    public = await sandbox.act("channels", name="new-one", members=[GRACE, BOT_USER])
    private = await sandbox.act("channels", name="hidden", is_private=True, members=[GRACE])

    assert public["channel"] in await channels(sandbox, LINUS)
    assert private["channel"] not in await channels(sandbox, LINUS)
    assert await sandbox.post("#new-one")
    assert await sandbox.refused("channels", name="new-one") == "name_taken"
    assert await sandbox.refused("channels", name="Not Allowed") == "invalid_body"
    assert await sandbox.refused("channels", name="x", members=["U0NOBODY000"]) == "unknown_person"


async def test_a_channel_can_be_shared_with_another_company(sandbox: Sandbox) -> None:
    for shared in (True, False):
        await sandbox.act("share", channel=SHOP, shared=shared)
        channel = (await sandbox.call("conversations.info", channel=SHOP))["channel"]
        assert (channel["is_shared"], channel["is_ext_shared"], channel["is_org_shared"]) == (
            shared,
            shared,
            False,
        )


@pytest.mark.parametrize(
    ("account", "shown"),
    [
        ({}, {"team_id": TEAM, "deleted": False, "is_bot": False, "is_restricted": False}),
        ({"is_guest": True}, {"is_restricted": True, "is_ultra_restricted": False}),
        ({"is_guest": True, "is_ultra": True}, {"is_restricted": True, "is_ultra_restricted": True}),
        ({"team": "T0OTHER"}, {"team_id": "T0OTHER", "is_stranger": False, "is_restricted": False}),
        ({"team": "T0OTHER", "enterprise": "E1"}, {"team_id": "T0OTHER"}),
        ({"is_deleted": True}, {"team_id": TEAM, "deleted": True}),
        ({"is_bot": True}, {"team_id": TEAM, "is_bot": True}),
    ],
)
async def test_accounts_of_every_kind_look_as_they_do_at_slack(
    sandbox: Sandbox, account: Json, shown: Json
) -> None:
    await sandbox.act("account", user="U0OLGA", name="olga", **account)
    user = (await sandbox.call("users.info", user="U0OLGA"))["user"]
    assert {key: user[key] for key in shown} == shown
    assert user.get("enterprise_user", {}).get("enterprise_id", "") == account.get("enterprise", "")
    await sandbox.act("account", user="U0OLGA", name="olga", unseen="user_not_visible")
    assert (await sandbox.call("users.info", user="U0OLGA"))["error"] == "user_not_visible"
    assert await sandbox.refused("type", user=BOT_USER, channel=SHOP, text="x") == "unknown_person"


async def test_a_workspace_can_be_part_of_an_organisation(sandbox: Sandbox) -> None:
    assert "enterprise_id" not in await sandbox.call("auth.test")
    await sandbox.act("organisation", enterprise="E1")
    assert (await sandbox.call("auth.test"))["enterprise_id"] == "E1"


async def test_what_the_world_does_not_have_is_refused(sandbox: Sandbox) -> None:
    assert await sandbox.refused("membership", channel="C0", user=ADA, present=True) == "no_such_channel"
    assert await sandbox.refused("membership", channel=SHOP, user="U0", present=True) == "unknown_person"
    assert await sandbox.refused("membership", channel=ADAS_DM, user=GRACE, present=True) == "direct_message"
    assert await sandbox.refused("archive", channel=GENERAL, archived=True) == "cannot_archive"
    assert await sandbox.refused("share", channel=ADAS_DM, shared=True) == "direct_message"
    assert await sandbox.refused("nonsense") == "no_such_call"
    assert await sandbox.refused("type", user=ADA) == "invalid_body"
    assert await sandbox.refused("sockets", reason="boredom") == "unknown_reason"
    unknown = await sandbox.client.get("/_control/nonsense")
    assert (unknown.status_code, unknown.json()["error"]) == (400, "no_such_call")
    number = await sandbox.client.get("/_control/traffic", params={"after": "x"})
    assert number.json()["error"] == "invalid_number"


async def test_every_call_reads_its_body_strictly(sandbox: Sandbox) -> None:
    for name in sorted(set(ACTS) - {"click", "input"}):
        assert await sandbox.refused(name, no_such_field=1) == "invalid_body", name


async def test_time_can_be_moved(sandbox: Sandbox) -> None:
    moved = await sandbox.act("clock", advance=60)
    fast = await sandbox.act("clock", rate=10)

    assert moved == {"ok": True, "now": 1_700_000_060.0, "rate": 0}
    assert fast["rate"] == 10
    assert await sandbox.refused("clock", advance=-1) == "invalid_body"


async def test_the_app_can_be_configured_anew(sandbox: Sandbox) -> None:
    manifest = {"display_information": {"name": "Other"}, "features": {}, "oauth_config": {}}
    await sandbox.act("app", manifest=manifest, bot_token="xoxb-other")

    state = await sandbox.state()
    assert (state["app"]["name"], state["app"]["commands"], state["app"]["home_tab"]) == ("Other", [], False)
    assert (await sandbox.call("auth.test"))["error"] == "invalid_auth"
    refused = await sandbox.call("users.info", bearer="xoxb-other", user=ADA)
    assert (refused["error"], refused["provided"]) == ("missing_scope", "")
    bad = {"features": {"slash_commands": [{"description": "nameless"}]}}
    assert await sandbox.refused("app", manifest=bad) == "invalid_manifest"


async def test_a_reset_brings_back_a_fresh_workspace(sandbox: Sandbox) -> None:
    await sandbox.opened()
    await sandbox.post(blocks=[section(), actions(button())])
    await sandbox.act("faults", where="api", kind="500", method="never")
    await sandbox.act("token", revoked=True)
    await sandbox.act("channels", name="new-one")
    await sandbox.act("reset")

    state = await sandbox.state()
    assert (state["views"], state["faults"], state["tokens"]) == ([], [], {"revoked": False})
    assert len(state["channels"]) == 5
    assert await sandbox.messages() == []


async def test_a_stopped_workspace_lets_its_screens_go() -> None:
    async with sandbox_of() as other:
        stream = watched(other.workspace, ADA)
        await anext(stream)

    with pytest.raises(StopAsyncIteration):
        await anext(stream)


# --- manifests


def test_no_manifest_is_a_generic_app() -> None:
    assert read_manifest(None) is GENERIC_APP
    assert GENERIC_APP.home_tab
    assert GENERIC_APP.interactivity
    assert GENERIC_APP.commands == ()


def test_what_a_manifest_leaves_out_is_off() -> None:
    app = read_manifest({"display_information": {"name": "Bare"}})

    assert app.name == "Bare"
    assert (app.scopes, app.events, app.commands, app.shortcuts) == ((), frozenset(), (), ())
    assert (app.home_tab, app.messages_tab, app.interactivity, app.socket_mode) == (False, True, False, False)


def test_a_manifest_is_read_whole() -> None:
    app = read_manifest(MANIFEST | {"settings": {"socket_mode_enabled": True, "interactivity": None}})

    assert app.name == "release-bot"
    assert app.socket_mode
    assert not app.interactivity
    assert [one.command for one in app.commands] == ["/release", "/who"]
    command = app.command("/who")
    assert command is not None
    assert command.should_escape
    shortcut = app.shortcut("look_up")
    assert shortcut is not None
    assert shortcut.type == "message"


async def test_the_page_or_a_word_about_it_is_at_the_root(sandbox: Sandbox) -> None:
    response = await sandbox.client.get("/")

    assert response.status_code == 200
    link = await sandbox.client.get(f"/archives/{GENERAL}/p1700000000000000")
    assert link.headers["location"] == f"../../#/{GENERAL}/p1700000000000000"


@pytest.mark.parametrize("path", ["/", "/_page/app.js", "/_page/style/base.css"])
async def test_a_browser_asks_anew_for_the_page_after_an_upgrade(sandbox: Sandbox, path: str) -> None:
    response = await sandbox.client.get(path)
    known = await sandbox.client.get(path, headers={"If-None-Match": response.headers["ETag"]})

    assert response.headers["Cache-Control"] == "no-cache"
    assert path == "/" or known.status_code == 304
