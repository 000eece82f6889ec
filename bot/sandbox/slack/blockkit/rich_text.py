"""The table of rich text: the block, the four things it is made of, and the ten that those are made of.

Sources: docs.slack.dev/reference/block-kit/blocks/rich-text-block. Its pages disagree on which style flags go with
which element, so every element takes all of them. Slack accepts empty sections, quotes and preformatted texts, but no
empty list and no empty text.
"""

from typing import Final

from bot.sandbox.slack.blockkit.objects import RICH_LINK
from bot.sandbox.slack.blockkit.rows import BOOLEAN, IDENTIFIER, WORD, thing, typed
from bot.sandbox.slack.blockkit.shapes import Choice, List, Number, Shape, String

_FLAGS: Final = ("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink")
_STYLE: Final = thing("style", also=dict.fromkeys(_FLAGS, BOOLEAN))
_BORDER: Final = Number(whole=True, minimum=0, maximum=1)
_STYLED: Final[dict[str, Shape]] = {"style": _STYLE}

LEAVES: Final = {
    leaf.name: leaf
    for leaf in (
        typed("text", "text", text=WORD, also=_STYLED),
        typed("link", "url", url=RICH_LINK, text=String(), unsafe=BOOLEAN, also=_STYLED),
        typed(
            "emoji",
            "name",
            name=WORD,
            unicode=String(),
            url=RICH_LINK,
            skin_tone=Number(whole=True),
            also=_STYLED,
        ),
        typed("user", "user_id", user_id=WORD, also=_STYLED),
        typed("usergroup", "usergroup_id", usergroup_id=WORD, also=_STYLED),
        typed("channel", "channel_id", channel_id=WORD, also=_STYLED),
        typed("team", "team_id", team_id=WORD, also=_STYLED),
        typed("broadcast", "range", range=String(choices=("here", "channel", "everyone")), also=_STYLED),
        typed("color", "value", value=WORD, also=_STYLED),
        typed(
            "date",
            "timestamp",
            "format",
            timestamp=Number(whole=True),
            format=WORD,
            url=RICH_LINK,
            fallback=String(),
            also=_STYLED,
        ),
    )
}
_LEAVES: Final = List(items=Choice(members=LEAVES))

_SECTION: Final = typed("rich_text_section", "elements", elements=_LEAVES)
PARTS: Final = {
    part.name: part
    for part in (
        _SECTION,
        typed("rich_text_quote", "elements", elements=_LEAVES, border=_BORDER),
        typed("rich_text_preformatted", "elements", elements=_LEAVES, border=_BORDER, language=String()),
        typed(
            "rich_text_list",
            "elements",
            "style",
            elements=List(items=Choice(members={_SECTION.name: _SECTION}), minimum=1),
            style=String(choices=("bullet", "ordered")),
            indent=Number(whole=True, minimum=0, maximum=8),
            offset=Number(whole=True, minimum=0),
            border=_BORDER,
        ),
    )
}
CONTENT: Final = List(items=Choice(members=PARTS))

RICH_TEXT: Final = typed("rich_text", "elements", block_id=IDENTIFIER, elements=CONTENT)
"""As it stands inside something else; `blocks` has it as a block of its own."""
