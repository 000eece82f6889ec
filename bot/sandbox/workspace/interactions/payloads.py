"""The payloads that Slack sends when somebody does something (Slack: interaction payloads, slash commands)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.sandbox.workspace import wire
from bot.sandbox.workspace.directory import Directory
from bot.sandbox.workspace.ids import ts_after
from bot.sandbox.workspace.model import Channel, Json, Message, Person, View
from bot.sandbox.workspace.people import APP_ID, TEAM
from bot.sandbox.workspace.settings import VERIFICATION_TOKEN
from bot.sandbox.workspace.workspace import Workspace

CHANNEL_NAMES = {"private": "privategroup", "im": "directmessage"}
"""How payloads name what is not a public channel."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Origin:
    """Where in a message or view an element was used."""

    view: View | None = None
    channel: Channel | None = None
    message: Message | None = None
    attachment: int | None = None


def channel_name(channel: Channel) -> str:
    return CHANNEL_NAMES.get(channel.kind, channel.name)


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
        "user": {"id": person.id, "username": person.name, "name": person.name, "team_id": TEAM.id},
        "api_app_id": APP_ID,
        "token": VERIFICATION_TOKEN,
        "team": {"id": TEAM.id, "domain": TEAM.domain},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def block_actions(workspace: Workspace, person: Person, origin: Origin, action: Json) -> Json:
    """Somebody used an element of a message, a modal or the Home tab."""
    view = origin.view
    in_modal = view is not None and view.type == "modal"
    trigger_id = workspace.triggers.issue(
        person.id,
        view_id=view.id if view is not None and in_modal else None,
        channel=origin.channel.id if origin.channel is not None else None,
    )
    stamped = action | {"action_ts": ts_after(workspace.clock.now(), None)}
    payload = common("block_actions", person) | {"trigger_id": trigger_id, "actions": [stamped]}
    payload |= where(origin, workspace.directory)
    if view is not None:
        return payload | {"hash": view.hash}
    assert origin.channel is not None  # noqa: S101 - an element is in a view or in a message
    assert origin.message is not None  # noqa: S101 - as above
    path = workspace.hooks.issue(
        "actions",
        user=person.id,
        channel=origin.channel.id,
        message_ts=origin.message.ts,
    )
    state = {"values": origin.message.states.get(person.id, {})}
    return payload | {"response_url": workspace.url + path, "state": state}


def block_suggestion(
    workspace: Workspace, person: Person, origin: Origin, *, block_id: str, action_id: str, value: str
) -> Json:
    """Somebody types into an external select."""
    payload = common("block_suggestion", person) | {
        "action_id": action_id,
        "block_id": block_id,
        "value": value,
    }
    return payload | where(origin, workspace.directory)


def where(origin: Origin, directory: Directory) -> Json:
    """`container`, and the view, or the channel and message. Ephemeral messages are not sent along."""
    if origin.view is not None:
        view = wire.view(origin.view)
        return {
            "container": {"type": "view", "view_id": origin.view.id},
            "view": view,
        }
    channel, message = origin.channel, origin.message
    assert channel is not None  # noqa: S101 - an element is in a view or in a message
    assert message is not None  # noqa: S101 - as above
    container: Json = {
        "type": "message" if origin.attachment is None else "message_attachment",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": message.ephemeral_for is not None,
    }
    if origin.attachment is not None:
        container |= {"attachment_id": origin.attachment, "is_app_unfurl": False}
    if message.is_reply:
        container["thread_ts"] = message.thread_ts
    placed: Json = {"container": container, "channel": {"id": channel.id, "name": channel_name(channel)}}
    if message.ephemeral_for is None:
        placed["message"] = wire.message(channel, message, directory)
    return placed


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
