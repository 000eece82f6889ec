"""The part of the table of blocks that shows things and tasks: cards, carousels, task cards and plans.

Sources: docs.slack.dev/reference/block-kit/blocks/{card-block,carousel-block,task-card-block,plan-block}.
"""

from typing import Final

from bot.sandbox.slack.blockkit import rules
from bot.sandbox.slack.blockkit.elements import BUTTON, IMAGE, URL_SOURCE
from bot.sandbox.slack.blockkit.objects import SLACK_ICON, text
from bot.sandbox.slack.blockkit.rich_text import RICH_TEXT
from bot.sandbox.slack.blockkit.rows import (
    BOOLEAN,
    IDENTIFIER,
    MESSAGE,
    MESSAGE_AND_HOME,
    WORD,
    block,
    thing,
)
from bot.sandbox.slack.blockkit.shapes import Choice, List, Shape, String

CARD: Final = block(
    "card",
    hero_image=IMAGE,
    icon=IMAGE,
    slack_icon=SLACK_ICON,
    title=text(150),
    subtitle=text(150),
    body=text(200),
    subtext=text(200),
    actions=List(items=Choice(members={"button": BUTTON}), maximum=3),
    rules=(
        rules.at_least_one("hero_image", "title", "actions", "body"),
        rules.at_most_one("icon", "slack_icon"),
        rules.distinct("actions", "action_id"),
    ),
)

CAROUSEL: Final = block(
    "carousel",
    "elements",
    elements=List(items=Choice(members={"card": CARD}), minimum=1, maximum=10),
    surfaces=MESSAGE_AND_HOME,
)

_TASK: Final[dict[str, Shape]] = {
    "task_id": WORD,
    "title": WORD,
    "status": String(choices=("pending", "in_progress", "complete", "error")),
    "details": RICH_TEXT,
    "output": RICH_TEXT,
    "sources": List(items=URL_SOURCE),
    "icon": SLACK_ICON,
    "hide_title": BOOLEAN,
}

TASK_CARD: Final = block(
    "task_card",
    "task_id",
    "title",
    "status",
    surfaces=MESSAGE,
    rules=(rules.not_pending_alone,),
    also=_TASK,
)

_TYPE: Final = String(choices=("task_card",))
_PLANNED: Final = thing("task", "task_id", "title", type=_TYPE, block_id=IDENTIFIER, also=_TASK)
"""A task card inside a plan, where it need not say what it is."""

PLAN: Final = block(
    "plan",
    "title",
    title=WORD,
    tasks=List(items=_PLANNED, maximum=50),
    surfaces=MESSAGE,
    rules=(rules.distinct("tasks", "task_id"),),
)
