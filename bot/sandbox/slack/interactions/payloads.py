"""The payloads that Slack sends when a user does something (Slack: interaction payloads, slash commands)."""

from collections.abc import Mapping
from typing import Any

from bot.sandbox.slack import wire
from bot.sandbox.slack.ids import ts_after
from bot.sandbox.slack.interactions.origins import InView, Origin, channel_name
from bot.sandbox.slack.model import Channel, Json, Message, Person, View
from bot.sandbox.slack.people import APP_ID, TEAM
from bot.sandbox.slack.settings import VERIFICATION_TOKEN
from bot.sandbox.slack.workspace import Workspace


def command(
    workspace: Workspace, person: Person, channel: Channel, *, command: str, text: str, trigger_id: str
) -> Json:
    """The form fields of a slash command."""
    path = workspace.hooks.issue("commands", user=person.id, channel=channel.id)
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": TEAM.id,
        "team_domain": TEAM.domain,
        "channel_id": channel.id,
        "channel_name": channel_name(channel),
        "user_id": person.id,
        "user_name": person.name,
        "command": command,
        "text": text,
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        "response_url": workspace.url + path,
        "trigger_id": trigger_id,
    }


def common(kind: str, person: Person) -> Json:
    """What every interaction payload has."""
    return {
        "type": kind,
        "user": {
            "id": person.id,
            "username": person.name,
            "name": person.name,
            "team_id": person.team or TEAM.id,
        },
        "api_app_id": APP_ID,
        "token": VERIFICATION_TOKEN,
        "team": {"id": TEAM.id, "domain": TEAM.domain},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def block_actions(workspace: Workspace, person: Person, origin: Origin, action: Json) -> Json:
    """A user used an element of a message, a modal or the Home tab."""
    trigger_id = workspace.triggers.issue(person.id, view_id=origin.modal_id, channel=origin.channel_id)
    stamped = action | {"action_ts": ts_after(workspace.clock.now(), None)}
    payload = common("block_actions", person) | {"trigger_id": trigger_id, "actions": [stamped]}
    payload |= origin.described(workspace.directory)
    if isinstance(origin, InView):
        return payload | {"hash": origin.view.hash}
    path = workspace.hooks.issue(
        "actions", user=person.id, channel=origin.channel.id, message_ts=origin.message.ts
    )
    return payload | {"response_url": workspace.url + path, "state": {"values": origin.values(person)}}


def block_suggestion(
    workspace: Workspace, person: Person, origin: Origin, *, block_id: str, action_id: str, value: str
) -> Json:
    """A user types into an external select."""
    payload = common("block_suggestion", person) | {
        "action_id": action_id,
        "block_id": block_id,
        "value": value,
    }
    return payload | origin.described(workspace.directory)


def view_submission(workspace: Workspace, person: Person, view: View, response_urls: list[Json]) -> Json:
    trigger_id = workspace.triggers.issue(person.id, view_id=view.id)
    payload = common("view_submission", person)
    return payload | {"trigger_id": trigger_id, "view": wire.view(view), "response_urls": response_urls}


def view_closed(person: Person, view: View, *, is_cleared: bool) -> Json:
    """No trigger and no state: what was typed is gone."""
    return common("view_closed", person) | {
        "view": wire.view(view, with_state=False),
        "is_cleared": is_cleared,
    }


def shortcut(workspace: Workspace, person: Person, callback_id: str, channel: Channel | None = None) -> Json:
    """A global shortcut; it has no response_url and no channel."""
    return common("shortcut", person) | {
        "callback_id": callback_id,
        "trigger_id": workspace.triggers.issue(
            person.id, channel=channel.id if channel is not None else None
        ),
        "action_ts": ts_after(workspace.clock.now(), None),
    }


def message_action(
    workspace: Workspace, person: Person, callback_id: str, channel: Channel, message: Message
) -> Json:
    """A message shortcut."""
    path = workspace.hooks.issue("app-actions", user=person.id, channel=channel.id, message_ts=message.ts)
    return shortcut(workspace, person, callback_id, channel) | {
        "type": "message_action",
        "message_ts": message.ts,
        "message": wire.message(channel, message, workspace.directory),
        "channel": {"id": channel.id, "name": channel_name(channel)},
        "response_url": workspace.url + path,
    }


def action_of(element: Json, block_id: str, value: Mapping[str, Any]) -> Json:
    """An entry of `actions`: which element, and the value it has now."""
    action: Json = {"type": element["type"], "action_id": element["action_id"], "block_id": block_id, **value}
    if element["type"] == "button":
        action["text"] = element["text"]
        for name in ("value", "style"):
            if name in element:
                action[name] = element[name]
    return action
