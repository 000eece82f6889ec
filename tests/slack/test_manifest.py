"""The manifest: valid, the same in both places, and asking for exactly what the code uses."""

import ast
import asyncio
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack.people import BOT_USER_ID, OPS_SECRET, SHOP
from bot.sandbox.slack.web_api import ROUTES
from bot.slack.handlers import FEATURES
from bot.slack.manifest import EVENTS, SCOPES, manifest
from tests.journeys.living import ADA, GRACE, Life, living

ROOT = Path(__file__).parents[2]
BOT = ROOT / "bot"
TEXT = (ROOT / "manifest.yml").read_text()
# Conversations that the bot posts in, and therefore searches. Slack adds apps to group messages only when they are made.
KINDS = ("channels", "groups", "im")
# It opens conversations with one person alone, and asks nothing else about those.
NARROWER = {
    "conversations.open": ("im",),
    "conversations.info": ("channels", "groups"),
    "conversations.members": ("channels", "groups"),
}


def over_http() -> dict[str, Any]:
    """As the README says how to change it."""
    changed = manifest()
    address = "https://your.host/slack/events"
    changed["features"]["slash_commands"][0]["url"] = address
    settings = changed["settings"]
    settings["socket_mode_enabled"] = False
    settings["event_subscriptions"]["request_url"] = address
    settings["interactivity"] |= {"request_url": address, "message_menu_options_url": address}
    return changed


def test_the_file_is_what_the_code_says() -> None:
    assert yaml.safe_load(TEXT) == manifest()


def test_the_file_says_what_each_scope_is_for() -> None:
    assert dict(re.findall(r"- ([\w:.]+) # (.+)", TEXT)) == SCOPES


def test_another_command_can_be_chosen() -> None:
    assert manifest("/versions")["features"]["slash_commands"][0]["command"] == "/versions"


@pytest.mark.parametrize("whole", [manifest(), over_http()], ids=["Socket Mode", "HTTP"])
def test_it_is_valid(whole: dict[str, Any]) -> None:
    """Against a copy of Slack's schema beside the repository (slackapi/manifest-schema), where there is one."""
    copy = next(ROOT.parent.glob("*/reference/slack-manifest.schema.2.0.0.json"), None)
    if copy is None:
        pytest.skip("no copy of Slack's manifest schema beside the repository")
    errors = Draft7Validator(json.loads(copy.read_text())).iter_errors(whole)
    assert [f"{'/'.join(map(str, error.path))}: {error.message}" for error in errors] == []


def test_it_keeps_to_the_limits_that_the_schema_does_not_know() -> None:
    """https://docs.slack.dev/reference/app-manifest."""
    whole = manifest()
    display, features = whole["display_information"], whole["features"]
    assert len(display["name"]) <= 35
    assert len(display["description"]) <= 140
    assert re.fullmatch(r"#[0-9a-f]{6}", display["background_color"])
    assert re.fullmatch(r"[a-z0-9._-]{1,80}", features["bot_user"]["display_name"])
    for command in features["slash_commands"]:
        assert re.fullmatch(r"/[^\sA-Z]{1,31}", command["command"])
        assert len(command["usage_hint"]) <= 1000
        assert len(command["description"]) <= 2000
    assert len(SCOPES) == len(set(whole["oauth_config"]["scopes"]["bot"])) <= 255


def test_the_hint_names_every_subcommand() -> None:
    (command,) = manifest()["features"]["slash_commands"]
    words = [row.word for feature in FEATURES for row in feature.subcommands]
    assert command["usage_hint"] == f"[{'|'.join(words)}]"
    assert command["should_escape"] is False, "names are read as they were typed"


def modules() -> Iterator[ast.Module]:
    for path in sorted(BOT.rglob("*.py")):
        if "sandbox" not in path.parts:
            yield ast.parse(path.read_text())


def called() -> set[str]:
    """The methods of Slack's Web API that the code calls, by their names at Slack."""
    names = {method.replace(".", "_"): method for method in ROUTES}
    found = set()
    for module in modules():
        for node in ast.walk(module):
            match node:
                case ast.Attribute(value=ast.Name(id="client") | ast.Attribute(attr="client"), attr=attr):
                    is_method = "_" in attr and asyncio.iscoroutinefunction(
                        getattr(AsyncWebClient, attr, None)
                    )
                    assert attr in names or not is_method, f"{attr} is not in the sandbox"
                    found |= {names[attr]} if attr in names else set()
                case _:
                    pass
    return found


def test_the_scopes_are_those_that_the_calls_need_and_no_others() -> None:
    needed = {"commands", "app_mentions:read"}
    for method in called():
        route = ROUTES[method]
        if route.caller != "app":
            kinds = NARROWER.get(method, KINDS)
            several = len(route.scopes) > 1
            needed |= {scope for scope in route.scopes if not several or scope.split(":")[0] in kinds}
    assert set(SCOPES) == needed


def listened() -> Iterator[tuple[str, str]]:
    """What Bolt is asked to listen to: kind, and the name where it is a text."""
    for node in ast.walk(ast.parse((BOT / "slack" / "bolt.py").read_text())):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="app"), attr=kind), args=[first]):
                yield kind, str(first.value) if isinstance(first, ast.Constant) else ""
            case _:
                pass


def test_events_interactivity_and_the_command_are_those_that_the_code_listens_to() -> None:
    kinds = [kind for kind, _ in listened()]
    assert [name for kind, name in listened() if kind == "event"] == [
        event.partition(".")[0] for event in EVENTS
    ]
    assert kinds.count("command") == len(manifest()["features"]["slash_commands"]) == 1
    assert "shortcut" not in kinds
    assert "shortcuts" not in manifest()["features"]
    assert {"action", "view_submission", "options"} <= set(kinds)
    assert manifest()["settings"]["interactivity"]["is_enabled"]
    assert manifest()["features"]["app_home"]["home_tab_enabled"] == ("app_home_opened" in EVENTS)


GRACES_DM = "D0GRACE0001"
READ_IN = {SHOP: "channels:history", OPS_SECRET: "groups:history", GRACES_DM: "im:history"}


async def test_every_scope_is_used_within_a_day(tmp_path: Path) -> None:
    """Messages into a public channel, a private one and to a person, of each of which Slack's answer is lost."""
    rules = tmp_path / "access.toml"
    rules.write_text(f'[general]\nchange = ["S0RELEASERS", "{SHOP}", "{OPS_SECRET}"]\n')
    async with living(mode="http", access_file=rules) as life, life.bot_running():
        ada, grace = life.person(ADA), life.person(GRACE)
        body = {"channel": OPS_SECRET, "user": BOT_USER_ID, "present": True}
        await life.http.post("/_control/membership", json=body)
        for channel in ("shop", "ops-secret"):
            await ada.types("/release subscribe shop", channel=channel)
            await ada.sees("now subscribed", channel=channel)
            await ada.types("/release create shop", channel=channel)
            view = await ada.modal("version_name")
            await ada.fills(view, version_name="v77")
            await ada.control("close", view_id=view["id"])
        await ada.types("@release-bot help", channel="shop")
        await life.zadig("shop", "create", "v-watched", outcome="hang")
        await grace.types("/release watch shop/v-watched")
        await grace.sees("You're now watching")
        for channel in READ_IN:
            fault = {"where": "api", "method": "chat.postMessage", "kind": "drop_after", "channel": channel}
            await life.http.post("/_control/faults", json=fault)
        await life.zadig("shop", "create", "v-told", outcome="success")
        await life.zadig("shop", "succeed", "v-watched")
        used = await _used(life)
        assert used == set(SCOPES)
        methods = {
            entry["name"] for entry in life.world.workspace.traffic.after(0) if entry["direction"] == "api"
        }
        assert methods <= called()


async def _used(life: Life) -> set[str]:
    """The scopes that were needed; waits until they are all, or a while."""
    used: set[str] = set()
    for _ in range(300):
        used = {scope for entry in life.world.workspace.traffic.after(0) for scope in _needed(entry)}
        if used >= set(SCOPES):
            break
        await asyncio.sleep(0.05)
    return used


DELIVERED = {"/release": {"commands"}, "app_mention": {"app_mentions:read"}}


def _needed(entry: dict[str, Any]) -> set[str]:
    match entry["direction"], entry["name"]:
        case "delivery", name:
            return DELIVERED.get(name, set())
        case "api", "conversations.open":
            return {"im:write"}
        case "api", "conversations.history" | "conversations.replies":
            return {READ_IN[entry["request"]["channel"]]}
        case "api", "conversations.info" | "conversations.members":
            return {READ_IN[entry["request"]["channel"]].replace("history", "read")}
        case "api", method:
            return set(ROUTES[method].scopes)
        case _:
            return set()
