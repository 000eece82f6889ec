"""The table of composition objects: texts, options, dialogs, filters and what else elements are made of.

Sources: docs.slack.dev/reference/block-kit/composition-objects.
"""

import re
from datetime import date
from typing import Final

from bot.sandbox.slack.blockkit import rules
from bot.sandbox.slack.blockkit.rows import BOOLEAN, WORD, thing, typed
from bot.sandbox.slack.blockkit.shapes import Anything, Choice, Format, List, Number, Object, String

STYLE: Final = String(choices=("primary", "danger"))


def pattern(expression: str) -> Format:
    compiled = re.compile(expression)
    return Format(kind="pattern", expected=expression, accepts=compiled.fullmatch)


def _is_date(text: str) -> bool:
    if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


DATE: Final = String(format=Format(kind="format", expected="date", accepts=_is_date))
TIME: Final = String(format=pattern("([01][0-9]|2[0-3]):[0-5][0-9]"))
DATE_TIME: Final = Number(whole=True, minimum=1_000_000_000, maximum=9_999_999_999)
TIME_ZONE: Final = String(format=pattern("[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*"))
NUMERAL: Final = String(format=pattern(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)"))

_ANY_URL: Final = pattern(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
_WEB_URL: Final = pattern(r"https?://\S+")
_SECURE_URL: Final = pattern(r"https://\S+")
LINK: Final = String(maximum=3000, format=_ANY_URL)
"""What a person opens: a page, a mail, another application."""
RICH_LINK: Final = String(format=_ANY_URL)
WEB_ADDRESS: Final = String(maximum=3000, format=_WEB_URL)
"""What Slack itself fetches."""


def secure_address(maximum: int) -> String:
    return String(maximum=maximum, format=_SECURE_URL)


def plain(maximum: int = 3000) -> Object:
    """A text object that must be `plain_text`."""
    return typed("plain_text", "text", text=String(minimum=1, maximum=maximum), emoji=BOOLEAN)


def formatted(maximum: int = 3000) -> Object:
    """A text object that must be `mrkdwn`."""
    return typed("mrkdwn", "text", text=String(minimum=1, maximum=maximum), verbatim=BOOLEAN)


def text(maximum: int = 3000) -> Choice:
    """A text object of either type."""
    return Choice(members={"plain_text": plain(maximum), "mrkdwn": formatted(maximum)}, wrapped=True)


CONFIRM: Final = thing(
    "confirm",
    "title",
    "text",
    "confirm",
    "deny",
    title=plain(100),
    text=text(300),
    confirm=plain(30),
    deny=plain(30),
    style=STYLE,
)

_VALUE: Final = String(maximum=150)
MENU_OPTION: Final = thing("option", "text", "value", text=plain(75), value=_VALUE, description=plain(75))
BUTTON_OPTION: Final = thing("option", "text", "value", text=text(75), value=_VALUE, description=text(75))
"""An option of checkboxes or radio buttons, which may be formatted."""
OVERFLOW_OPTION: Final = thing(
    "option", "text", "value", text=plain(75), value=_VALUE, description=plain(75), url=LINK
)

OPTIONS: Final = List(items=MENU_OPTION, minimum=1, maximum=100)
OPTION_GROUP: Final = thing("option_group", "label", "options", label=plain(75), options=OPTIONS)
OPTION_GROUPS: Final = List(items=OPTION_GROUP, minimum=1, maximum=100)

DISPATCH_ACTION_CONFIG: Final = thing(
    "dispatch_action_config",
    "trigger_actions_on",
    trigger_actions_on=List(
        items=String(choices=("on_enter_pressed", "on_character_entered")), minimum=1, maximum=2
    ),
)

CONVERSATION_FILTER: Final = Object(
    name="filter",
    fields={
        "include": List(items=String(choices=("im", "mpim", "private", "public")), minimum=1),
        "exclude_external_shared_channels": BOOLEAN,
        "exclude_bot_users": BOOLEAN,
    },
    least=1,
)

SLACK_FILE: Final = thing(
    "slack_file",
    url=WEB_ADDRESS,
    id=String(format=pattern("F[A-Z0-9]{8,}")),
    rules=(rules.exactly_one("url", "id"),),
)

WORKFLOW: Final = thing(
    "workflow",
    "trigger",
    trigger=thing(
        "trigger",
        "url",
        url=WEB_ADDRESS,
        customizable_input_parameters=List(
            items=thing("input_parameter", "name", "value", name=WORD, value=Anything())
        ),
    ),
)

FEEDBACK_BUTTON: Final = thing(
    "feedback_button",
    "text",
    "value",
    text=plain(75),
    value=String(maximum=2000),
    accessibility_label=String(maximum=75),
)

_ICON_NAMES: Final = """
    archive book bookmark bot bug calendar call caret-left caret-right check clipboard code comment compass copy cube
    download edit email eye-closed eye-open file flag folder gear globe heart help image info key lightbulb link map
    mobile new-window pin plus refine refresh rocket save screen share sparkle star star-filled tag thumbs-down
    thumbs-up trash upload user warning
"""
SLACK_ICON: Final = thing(
    "slack_icon",
    "type",
    "name",
    type=String(choices=("icon",)),
    name=String(choices=tuple(_ICON_NAMES.split())),
)
