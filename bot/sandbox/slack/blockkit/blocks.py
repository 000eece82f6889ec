"""The table of blocks: where each may stand, what it takes, and the lists of blocks that surfaces are made of.

Sources: docs.slack.dev/reference/block-kit/blocks. Newer blocks reach workspaces one by one: a real one may still call a
container, a data table or a chart an unsupported type.
"""

from dataclasses import replace
from typing import Final

from bot.sandbox.slack.blockkit import limits, rules
from bot.sandbox.slack.blockkit.cards import CARD, CAROUSEL, PLAN, TASK_CARD
from bot.sandbox.slack.blockkit.elements import (
    IMAGE,
    IN_ACTIONS,
    IN_CONTEXT,
    IN_CONTEXT_ACTIONS,
    IN_INPUT,
    IN_SECTION,
)
from bot.sandbox.slack.blockkit.figures import DATA_TABLE, DATA_VISUALIZATION, TABLE
from bot.sandbox.slack.blockkit.objects import SLACK_FILE, WEB_ADDRESS, plain, secure_address, text
from bot.sandbox.slack.blockkit.rich_text import RICH_TEXT
from bot.sandbox.slack.blockkit.rows import (
    BOOLEAN,
    EVERYWHERE,
    MESSAGE,
    MESSAGE_AND_HOME,
    MODAL,
    WORD,
    block,
)
from bot.sandbox.slack.blockkit.shapes import Choice, List, Number, String

_CONTAINED: Final = {
    row.name: row
    for row in (
        block(
            "actions",
            "elements",
            elements=List(items=IN_ACTIONS, minimum=1, maximum=25),
            rules=(rules.distinct("elements", "action_id"),),
        ),
        block("context", "elements", elements=List(items=IN_CONTEXT, minimum=1, maximum=10)),
        block("divider"),
        block(
            "file",
            "external_id",
            "source",
            external_id=WORD,
            source=String(choices=("remote",)),
            surfaces=MESSAGE,
        ),
        block("header", "text", text=plain(150), level=Number(whole=True, minimum=1, maximum=4)),
        block(
            "image",
            "alt_text",
            image_url=WEB_ADDRESS,
            slack_file=SLACK_FILE,
            alt_text=String(minimum=1, maximum=2000),
            title=plain(2000),
            rules=(rules.exactly_one("image_url", "slack_file"),),
        ),
        block(
            "input",
            "label",
            "element",
            label=plain(2000),
            hint=plain(2000),
            element=IN_INPUT,
            optional=BOOLEAN,
            dispatch_action=BOOLEAN,
        ),
        replace(RICH_TEXT, role="block", surfaces=EVERYWHERE),
        block(
            "section",
            text=text(3000),
            fields=List(items=text(2000), minimum=1, maximum=10),
            accessory=IN_SECTION,
            expand=BOOLEAN,
            rules=(rules.text_or_fields,),
        ),
        TABLE,
        block(
            "video",
            "alt_text",
            "thumbnail_url",
            "title",
            "video_url",
            alt_text=String(maximum=2000),
            thumbnail_url=WEB_ADDRESS,
            title=plain(199),
            video_url=secure_address(3000),
            title_url=secure_address(2000),
            author_name=String(maximum=49),
            description=plain(199),
            provider_name=String(maximum=50),
            provider_icon_url=String(maximum=2000, format=WEB_ADDRESS.format),
        ),
    )
}
"""Those that may also stand in a container."""

_UNCONTAINED: Final = {
    row.name: row
    for row in (
        block(
            "alert",
            "text",
            text=text(200),
            level=String(choices=("default", "info", "warning", "error", "success")),
            surfaces=MODAL,
        ),
        CARD,
        CAROUSEL,
        block(
            "container",
            "child_blocks",
            title=plain(150),
            rich_text_title=RICH_TEXT,
            subtitle=text(150),
            child_blocks=List(items=Choice(members=_CONTAINED), minimum=1, maximum=10),
            width=String(choices=("narrow", "standard", "wide", "full")),
            icon=IMAGE,
            is_collapsible=BOOLEAN,
            default_collapsed=BOOLEAN,
            has_header_divider=BOOLEAN,
            surfaces=MESSAGE_AND_HOME,
            rules=(
                rules.at_least_one("title", "rich_text_title"),
                rules.requires("default_collapsed", "is_collapsible"),
                rules.excludes("has_header_divider", "is_collapsible"),
            ),
        ),
        block(
            "context_actions",
            "elements",
            elements=List(items=IN_CONTEXT_ACTIONS, minimum=1, maximum=5),
            surfaces=MESSAGE,
            rules=(rules.distinct("elements", "action_id"),),
        ),
        DATA_TABLE,
        DATA_VISUALIZATION,
        block(
            "markdown",
            "text",
            text=String(minimum=1, maximum=limits.MARKDOWN_CHARACTERS),
            surfaces=MESSAGE,
        ),
        PLAN,
        TASK_CARD,
    )
}

BLOCKS: Final = {**_CONTAINED, **_UNCONTAINED}

IN_MESSAGE: Final = List(items=Choice(members=BLOCKS), maximum=limits.MESSAGE_BLOCKS)
IN_VIEW: Final = List(items=Choice(members=BLOCKS), minimum=1, maximum=limits.VIEW_BLOCKS)
