"""The table of block elements: what each takes, and which block holds which.

Sources: docs.slack.dev/reference/block-kit/block-elements.
"""

from typing import Final

from bot.sandbox.slack.blockkit import rules
from bot.sandbox.slack.blockkit.objects import (
    BUTTON_OPTION,
    CONFIRM,
    CONVERSATION_FILTER,
    DATE,
    DATE_TIME,
    DISPATCH_ACTION_CONFIG,
    FEEDBACK_BUTTON,
    LINK,
    MENU_OPTION,
    NUMERAL,
    OPTION_GROUPS,
    OPTIONS,
    OVERFLOW_OPTION,
    SLACK_FILE,
    STYLE,
    TIME,
    TIME_ZONE,
    WEB_ADDRESS,
    WORKFLOW,
    plain,
    text,
)
from bot.sandbox.slack.blockkit.rich_text import RICH_TEXT
from bot.sandbox.slack.blockkit.rows import BOOLEAN, MODAL, WORD, element, typed
from bot.sandbox.slack.blockkit.shapes import Choice, List, Number, Shape, String

_LABEL: Final = String(maximum=75)
_LINES: Final = Number(whole=True, minimum=1, maximum=100)
_IDS: Final = List(items=WORD)

_CONFIRMABLE: Final[dict[str, Shape]] = {"confirm": CONFIRM}
_FOCUSABLE: Final[dict[str, Shape]] = {"focus_on_load": BOOLEAN}
_PROMPTED: Final[dict[str, Shape]] = {**_FOCUSABLE, "placeholder": plain(150)}
_TYPED: Final[dict[str, Shape]] = {**_PROMPTED, "dispatch_action_config": DISPATCH_ACTION_CONFIG}
_MENU: Final[dict[str, Shape]] = {**_PROMPTED, **_CONFIRMABLE}
_MULTI_MENU: Final[dict[str, Shape]] = {**_MENU, "max_selected_items": Number(whole=True, minimum=1)}
_STATIC: Final[dict[str, Shape]] = {"options": OPTIONS, "option_groups": OPTION_GROUPS}
_CONVERSATIONS: Final[dict[str, Shape]] = {
    "default_to_current_conversation": BOOLEAN,
    "filter": CONVERSATION_FILTER,
}
_QUERIED: Final[dict[str, Shape]] = {"min_query_length": Number(whole=True, minimum=0)}
# Slack names no limit; more than that is shown as "no result" or not at all (slackapi/bolt-js#1630).
_CHOSEN: Final = 100
_ONE_SOURCE: Final = rules.exactly_one("options", "option_groups")

IMAGE: Final = typed(
    "image",
    "alt_text",
    image_url=WEB_ADDRESS,
    slack_file=SLACK_FILE,
    alt_text=String(minimum=1, maximum=2000),
    rules=(rules.exactly_one("image_url", "slack_file"),),
)

URL_SOURCE: Final = typed("url", "url", "text", url=LINK, text=WORD)

BUTTON: Final = element(
    "button",
    "text",
    text=plain(75),
    value=String(maximum=2000),
    url=LINK,
    style=STYLE,
    accessibility_label=_LABEL,
    agent_prompt=String(maximum=4000),
    agent_prompt_display=String(),
    rules=(rules.requires("agent_prompt_display", "agent_prompt"),),
    also=_CONFIRMABLE,
)

_BOXES: Final = List(items=BUTTON_OPTION, minimum=1, maximum=10)

ELEMENTS: Final = {
    row.name: row
    for row in (
        IMAGE,
        BUTTON,
        element(
            "workflow_button",
            "text",
            "workflow",
            "action_id",
            text=plain(75),
            workflow=WORKFLOW,
            style=STYLE,
            accessibility_label=_LABEL,
            also=_CONFIRMABLE,
        ),
        element(
            "overflow",
            "options",
            options=List(items=OVERFLOW_OPTION, minimum=1, maximum=5),
            also=_CONFIRMABLE,
        ),
        element(
            "checkboxes",
            "options",
            options=_BOXES,
            initial_options=List(items=BUTTON_OPTION),
            rules=(rules.initial_options_are_offered,),
            also={**_FOCUSABLE, **_CONFIRMABLE},
        ),
        element(
            "radio_buttons",
            "options",
            options=_BOXES,
            initial_option=BUTTON_OPTION,
            rules=(rules.initial_option_is_offered,),
            also={**_FOCUSABLE, **_CONFIRMABLE},
        ),
        element("datepicker", initial_date=DATE, also=_MENU),
        element("timepicker", initial_time=TIME, timezone=TIME_ZONE, also=_MENU),
        element("datetimepicker", initial_date_time=DATE_TIME, also={**_FOCUSABLE, **_CONFIRMABLE}),
        element(
            "static_select",
            initial_option=MENU_OPTION,
            rules=(_ONE_SOURCE, rules.initial_option_is_offered),
            also={**_STATIC, **_MENU},
        ),
        element(
            "multi_static_select",
            initial_options=List(items=MENU_OPTION, maximum=_CHOSEN),
            rules=(_ONE_SOURCE, rules.initial_options_are_offered),
            also={**_STATIC, **_MULTI_MENU},
        ),
        element("external_select", initial_option=MENU_OPTION, also={**_QUERIED, **_MENU}),
        element(
            "multi_external_select",
            initial_options=List(items=MENU_OPTION, minimum=1, maximum=_CHOSEN),
            also={**_QUERIED, **_MULTI_MENU},
        ),
        element("users_select", initial_user=WORD, also=_MENU),
        element("multi_users_select", initial_users=_IDS, also=_MULTI_MENU),
        element(
            "conversations_select",
            initial_conversation=WORD,
            response_url_enabled=BOOLEAN,
            also={**_CONVERSATIONS, **_MENU},
        ),
        element(
            "multi_conversations_select", initial_conversations=_IDS, also={**_CONVERSATIONS, **_MULTI_MENU}
        ),
        element("channels_select", initial_channel=WORD, response_url_enabled=BOOLEAN, also=_MENU),
        element("multi_channels_select", initial_channels=_IDS, also=_MULTI_MENU),
        element(
            "plain_text_input",
            initial_value=String(),
            multiline=BOOLEAN,
            min_length=Number(whole=True, minimum=0, maximum=3000),
            max_length=Number(whole=True, minimum=1, maximum=3000),
            rules=(rules.smallest_first("min_length", "max_length"),),
            also=_TYPED,
        ),
        element("email_text_input", initial_value=String(), also=_TYPED),
        element("url_text_input", initial_value=String(), also=_TYPED),
        element(
            "number_input",
            "is_decimal_allowed",
            is_decimal_allowed=BOOLEAN,
            initial_value=NUMERAL,
            min_value=NUMERAL,
            max_value=NUMERAL,
            rules=(rules.smallest_first("min_value", "max_value"),),
            also=_TYPED,
        ),
        element(
            "rich_text_input",
            "action_id",
            initial_value=RICH_TEXT,
            min_lines=_LINES,
            max_lines=_LINES,
            rules=(rules.smallest_first("min_lines", "max_lines"),),
            also=_TYPED,
        ),
        element(
            "file_input",
            filetypes=List(items=WORD, minimum=1),
            max_files=Number(whole=True, minimum=1, maximum=10),
            surfaces=MODAL,
        ),
        element(
            "feedback_buttons",
            "positive_button",
            "negative_button",
            positive_button=FEEDBACK_BUTTON,
            negative_button=FEEDBACK_BUTTON,
        ),
        element(
            "icon_button",
            "icon",
            "text",
            icon=String(choices=("trash",)),
            text=plain(),
            value=String(maximum=2000),
            accessibility_label=_LABEL,
            visible_to_user_ids=List(items=WORD, maximum=10),
            also=_CONFIRMABLE,
        ),
    )
}


def _some(names: str) -> Choice:
    return Choice(members={name: ELEMENTS[name] for name in names.split()})


_MENUS: Final = (
    "static_select external_select users_select conversations_select channels_select multi_static_select "
    "multi_external_select multi_users_select multi_conversations_select multi_channels_select"
)
_EVERYWHERE: Final = f"checkboxes datepicker radio_buttons timepicker {_MENUS}"

IN_ACTIONS: Final = _some(f"button overflow workflow_button datetimepicker rich_text_input {_EVERYWHERE}")
IN_SECTION: Final = _some(f"button overflow workflow_button image {_EVERYWHERE}")
IN_INPUT: Final = _some(
    "datetimepicker email_text_input file_input number_input plain_text_input rich_text_input url_text_input "
    f"{_EVERYWHERE}"
)
IN_CONTEXT: Final = Choice(members={"image": IMAGE, **text().members})
IN_CONTEXT_ACTIONS: Final = _some("feedback_buttons icon_button")
