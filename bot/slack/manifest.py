"""The app's manifest: what Slack has to be told about the bot; `manifest.yml` and the sandbox are made from it."""

from typing import Any

from bot.slack.handlers import FEATURES

# Each with what it is for; a test compares them with the methods that the bot calls, so that nothing is spare.
SCOPES = {
    "commands": "the slash command",
    "chat:write": "cards and outcomes",
    "im:write": "direct messages to those who watch or asked",
    "users:read": "telling guests from members",
    "usergroups:read": "user groups in the access file",
    "channels:read": "telling channels that are shared with other companies, and who is in them",
    "groups:read": "the same in private channels",
    "app_mentions:read": "answering those who mention the bot",
    "channels:history": "finding a message again after an unclear answer, in public channels",
    "groups:history": "the same in private channels",
    "im:history": "the same in direct messages, and answering them",
}
EVENTS = ("app_home_opened", "app_mention", "message.im")
DESCRIPTION = "Zadig versions: list, show, create, retry, delete, and a message whenever one settles"


def manifest(command: str = "/release") -> dict[str, Any]:
    """The manifest for Socket Mode; https://docs.slack.dev/reference/app-manifest.

    For HTTP set `socket_mode_enabled` to false and give the address of `/slack/events` as the command's `url` and as
    `request_url` (events, interactivity) and `message_menu_options_url`.
    """
    words = "|".join(row.word for feature in FEATURES for row in feature.subcommands)
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": "Release bot",
            "description": DESCRIPTION,
            "background_color": "#1f3a5f",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "release-bot", "always_online": True},
            "slash_commands": [
                {
                    "command": command,
                    "description": "Versions of Zadig projects",
                    "usage_hint": f"[{words}]",
                    "should_escape": False,
                }
            ],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {"bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True},
            "org_deploy_enabled": True,
            "socket_mode_enabled": True,
            "token_rotation_enabled": False,
        },
    }
