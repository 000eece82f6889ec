"""Reads an app manifest into the app that is installed: what it may do, offers and listens to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ALL_SCOPES = (
    "app_mentions:read", "channels:history", "channels:join", "channels:read", "chat:write",
    "chat:write.customize", "chat:write.public", "commands", "groups:history", "groups:read", "groups:write",
    "im:history", "im:read", "im:write", "mpim:history", "mpim:read", "mpim:write", "reactions:read",
    "reactions:write", "team:read", "usergroups:read", "users:read", "users:read.email",
)  # fmt: skip
"""What the generic app holds: every scope that some method of the sandbox asks for."""

ALL_EVENTS = (
    "app_home_opened", "app_mention", "channel_archive", "channel_created", "channel_unarchive",
    "member_joined_channel", "member_left_channel", "message.channels", "message.groups", "message.im",
    "reaction_added", "tokens_revoked",
)  # fmt: skip
"""The events that the workspace can send."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SlashCommand:
    command: str
    description: str = ""
    usage_hint: str = ""
    should_escape: bool = False
    url: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Shortcut:
    name: str
    type: str
    """`global` or `message`."""
    callback_id: str
    description: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Urls:
    """Where the manifest wants things delivered; None leaves it to the workspace's settings."""

    interactivity: str | None = None
    options: str | None = None
    events: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class InstalledApp:
    """The app as the workspace knows it."""

    name: str = "Sandbox app"
    scopes: tuple[str, ...] = ALL_SCOPES
    commands: tuple[SlashCommand, ...] = ()
    shortcuts: tuple[Shortcut, ...] = ()
    events: frozenset[str] = frozenset(ALL_EVENTS)
    home_tab: bool = True
    messages_tab: bool = True
    messages_tab_read_only: bool = False
    interactivity: bool = True
    socket_mode: bool = False
    urls: Urls = Urls()

    def command(self, name: str) -> SlashCommand | None:
        return next((one for one in self.commands if one.command == name), None)

    def shortcut(self, callback_id: str) -> Shortcut | None:
        return next((one for one in self.shortcuts if one.callback_id == callback_id), None)


GENERIC_APP = InstalledApp()
"""Holds every scope, hears every event, has a Home tab, offers no commands and no shortcuts."""


def read_manifest(manifest: Mapping[str, Any] | None) -> InstalledApp:
    """The app a manifest (schema 1 and 2, as parsed JSON or YAML) describes; None is the generic app.

    Absent parts are absent features, as at Slack: no scopes, no events, no interactivity. A Home or Messages tab is
    off only where the manifest says so (Messages) or on only where it says so (Home).
    """
    if manifest is None:
        return GENERIC_APP
    features = _section(manifest, "features")
    settings = _section(manifest, "settings")
    home = _section(features, "app_home")
    events = _section(settings, "event_subscriptions")
    interactivity = _section(settings, "interactivity")
    return InstalledApp(
        name=_app_name(manifest, features),
        scopes=tuple(sorted(_section(_section(manifest, "oauth_config"), "scopes").get("bot") or ())),
        commands=tuple(_command(each) for each in features.get("slash_commands") or ()),
        shortcuts=tuple(_shortcut(each) for each in features.get("shortcuts") or ()),
        events=frozenset(events.get("bot_events") or ()),
        home_tab=bool(home.get("home_tab_enabled", False)),
        messages_tab=bool(home.get("messages_tab_enabled", True)),
        messages_tab_read_only=bool(home.get("messages_tab_read_only_enabled", False)),
        interactivity=bool(interactivity.get("is_enabled", False)),
        socket_mode=bool(settings.get("socket_mode_enabled", False)),
        urls=Urls(
            interactivity=interactivity.get("request_url"),
            options=interactivity.get("message_menu_options_url"),
            events=events.get("request_url"),
        ),
    )


def _section(parent: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    return parent.get(name) or {}


def _app_name(manifest: Mapping[str, Any], features: Mapping[str, Any]) -> str:
    bot = _section(features, "bot_user").get("display_name")
    return str(bot or _section(manifest, "display_information").get("name") or GENERIC_APP.name)


def _command(entry: Mapping[str, Any]) -> SlashCommand:
    return SlashCommand(
        command=entry["command"],
        description=entry.get("description", ""),
        usage_hint=entry.get("usage_hint", ""),
        should_escape=bool(entry.get("should_escape", False)),
        url=entry.get("url"),
    )


def _shortcut(entry: Mapping[str, Any]) -> Shortcut:
    return Shortcut(
        name=entry["name"],
        type=entry["type"],
        callback_id=entry["callback_id"],
        description=entry.get("description", ""),
    )
