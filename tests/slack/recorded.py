"""Payloads as Slack sends them, with everything in them; shapes: https://docs.slack.dev/reference/interaction-payloads."""

from typing import Any

JSON = dict[str, Any]

TEAM: JSON = {"id": "T0SANDBOX01", "domain": "sandbox"}
USER: JSON = {"id": "U0ADA000001", "username": "ada", "name": "ada", "team_id": "T0SANDBOX01"}
COMMON: JSON = {
    "user": USER,
    "api_app_id": "A0SANDBOX01",
    "token": "verification",
    "team": TEAM,
    "enterprise": None,
    "is_enterprise_install": False,
}
VIEW: JSON = {
    "id": "V0000000001",
    "team_id": "T0SANDBOX01",
    "type": "modal",
    "callback_id": "form",
    "private_metadata": '{"d":"0123.C0SHOP00001"}',
    "title": {"type": "plain_text", "text": "A form", "emoji": True},
    "submit": {"type": "plain_text", "text": "Send", "emoji": True},
    "close": None,
    "blocks": [
        {"type": "section", "block_id": "text", "text": {"type": "mrkdwn", "text": "Hello"}},
        {
            "type": "input",
            "block_id": "name",
            "label": {"type": "plain_text", "text": "Name", "emoji": True},
            "element": {"type": "plain_text_input", "action_id": "input.0"},
        },
    ],
    "state": {"values": {"name": {"input.0": {"type": "plain_text_input", "value": "v14"}}}},
    "hash": "1800000000.a12ba214",
    "clear_on_close": False,
    "notify_on_close": False,
    "external_id": "",
    "root_view_id": "V0000000001",
    "previous_view_id": None,
    "app_id": "A0SANDBOX01",
    "app_installed_team_id": "T0SANDBOX01",
    "bot_id": "B0SANDBOX01",
}
HOME: JSON = {**VIEW, "type": "home", "callback_id": "", "private_metadata": ""}
RESPONSE_URL = "http://127.0.0.1:9/hooks/actions/secret"
TRIGGER = "13345224610.738474920.de82e1f31ad80328142abee86df0a1b5"

COMMAND: JSON = {
    "token": "verification",
    "team_id": "T0SANDBOX01",
    "team_domain": "sandbox",
    "channel_id": "C0SHOP00001",
    "channel_name": "shop",
    "user_id": "U0ADA000001",
    "user_name": "ada",
    "command": "/release",
    "text": "work hard",
    "api_app_id": "A0SANDBOX01",
    "is_enterprise_install": "false",
    "response_url": RESPONSE_URL,
    "trigger_id": TRIGGER,
}
BUTTON: JSON = {
    "type": "button",
    "action_id": "work.1",
    "block_id": "row",
    "text": {"type": "plain_text", "text": "Work", "emoji": True},
    "value": "hard",
    "action_ts": "1800000000.000100",
}
SELECT: JSON = {
    "type": "static_select",
    "action_id": "work.2",
    "block_id": "row",
    "selected_option": {"text": {"type": "plain_text", "text": "Hard", "emoji": True}, "value": "hard"},
    "placeholder": {"type": "plain_text", "text": "How", "emoji": True},
    "action_ts": "1800000000.000100",
}
IN_MESSAGE: JSON = {
    **COMMON,
    "type": "block_actions",
    "container": {
        "type": "message",
        "message_ts": "1800000000.000100",
        "channel_id": "C0SHOP00001",
        "is_ephemeral": False,
    },
    "trigger_id": TRIGGER,
    "channel": {"id": "C0SHOP00001", "name": "shop"},
    "message": {"ts": "1800000000.000100", "text": "Hello", "blocks": []},
    "state": {"values": {}},
    "response_url": RESPONSE_URL,
    "actions": [BUTTON],
}
IN_MODAL: JSON = {
    **COMMON,
    "type": "block_actions",
    "container": {"type": "view", "view_id": "V0000000001"},
    "trigger_id": TRIGGER,
    "view": VIEW,
    "actions": [BUTTON],
}
PAYLOADS: dict[str, JSON] = {
    "command": COMMAND,
    "button": IN_MESSAGE,
    "select": {**IN_MESSAGE, "actions": [SELECT]},
    "button in a modal": IN_MODAL,
    "input of a form": {**IN_MODAL, "actions": [{**SELECT, "action_id": "input.0", "block_id": "name"}]},
    "button in Home": {**IN_MODAL, "view": HOME},
    "submission": {
        **COMMON,
        "type": "view_submission",
        "trigger_id": TRIGGER,
        "view": VIEW,
        "response_urls": [],
    },
    "closing": {**COMMON, "type": "view_closed", "view": VIEW, "is_cleared": False},
    "suggestion": {
        **COMMON,
        "type": "block_suggestion",
        "container": {"type": "view", "view_id": "V0000000001"},
        "action_id": "input.0",
        "block_id": "name",
        "value": "v1",
        "view": VIEW,
    },
    "home": {
        "token": "verification",
        "team_id": "T0SANDBOX01",
        "context_team_id": "T0SANDBOX01",
        "context_enterprise_id": None,
        "api_app_id": "A0SANDBOX01",
        "event": {
            "type": "app_home_opened",
            "user": "U0ADA000001",
            "channel": "D0ADA000001",
            "tab": "home",
            "event_ts": "1800000000.000100",
            "view": HOME,
        },
        "type": "event_callback",
        "event_id": "Ev0000000001",
        "event_time": 1_800_000_000,
        "event_context": "4-abc",
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": "T0SANDBOX01",
                "user_id": "U0BOT000001",
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
    },
}
