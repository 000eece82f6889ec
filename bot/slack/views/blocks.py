"""What messages and views are made of: their types, the blocks that all of them use, and the frame of a modal."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.slack.ids import Callback, Click
from bot.slack.metadata import FormMetadata
from bot.slack.text import clip, plain, plain_lines

Block = dict[str, Any]
View = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """One message: `text` (at most 3,000 characters, mrkdwn) stands where blocks cannot, `blocks` are at most 50."""

    text: str
    blocks: list[Block]

    @property
    def arguments(self) -> dict[str, Any]:
        """As keyword arguments of chat.postMessage, chat.update and response URLs."""
        return {"text": self.text, "blocks": self.blocks}


BLOCKS = 50
MESSAGE_CHARACTERS = 9000
TEXT = 3000
HEADER = 150
FIELD = 2000
CONTEXT = 1000
BUTTON_TEXT = 75
BUTTON_VALUE = 2000
OPTION_TEXT = 75
OPTION_VALUE = 150
BLOCK_ID = 255
ACTION_ID = 255


def mrkdwn(text: str, limit: int = TEXT) -> Block:
    """Text whose marks mean something; `verbatim` keeps Slack from linking what only looks like a URL or a name."""
    return {"type": "mrkdwn", "text": clip(text, limit), "verbatim": True}


def plain_text(text: str, limit: int, *, emoji: bool = False) -> Block:
    """One line in which nothing is read, except `:names:` of emoji where our own text wants them."""
    return {"type": "plain_text", "text": plain(text, limit), "emoji": emoji}


def header(text: str) -> Block:
    return {"type": "header", "text": plain_text(text, HEADER)}


def section(text: str, *, accessory: Block | None = None) -> Block:
    block: Block = {"type": "section", "text": mrkdwn(text)}
    return block | {"accessory": accessory} if accessory else block


def fields(*texts: str) -> Block:
    """At most 10 short texts in two columns."""
    return {"type": "section", "fields": [mrkdwn(text, FIELD) for text in texts]}


def literal(text: str) -> Block:
    """What another wrote, word for word over several lines, with nothing read into it."""
    return {
        "type": "section",
        "text": {"type": "plain_text", "text": plain_lines(text, TEXT), "emoji": False},
    }


def context(*texts: str) -> Block:
    """At most 10 small grey texts."""
    return {"type": "context", "elements": [mrkdwn(text, CONTEXT) for text in texts]}


def divider() -> Block:
    return {"type": "divider"}


def actions(elements: Sequence[Block], *, block_id: str = "") -> list[Block]:
    """A row of at most 25 buttons and menus; no block where there are none, since Slack refuses an empty one."""
    if not elements:
        return []
    block: Block = {"type": "actions", "elements": list(elements)}
    return [block | {"block_id": block_id}] if block_id else [block]


def button(label: str, action_id: str, value: str, *, style: str = "", spoken: str = "") -> Block:
    """A button; `style` is `primary`, `danger` or nothing, `spoken` what a screen reader says instead of the label."""
    block: Block = {
        "type": "button",
        "text": plain_text(label, BUTTON_TEXT),
        "action_id": action_id,
        "value": value,
    }
    if style:
        block["style"] = style
    if spoken:
        block["accessibility_label"] = plain(spoken, BUTTON_TEXT)
    return block


def link_button(label: str, url: str, *, suffix: str = "zadig") -> Block:
    """A button that opens a page; Slack reports the click all the same."""
    return {
        "type": "button",
        "text": plain_text(label, BUTTON_TEXT),
        "action_id": f"{Click.OPEN_LINK}.{suffix}",
        "url": url,
    }


def option(label: str, value: str, *, emoji: bool = False) -> Block:
    return {"text": plain_text(label, OPTION_TEXT, emoji=emoji), "value": value}


def say(text: str, *blocks: Block) -> Message:
    """One message; `text` is a sentence that stands alone in a notification."""
    return Message(text=clip(text, TEXT), blocks=list(blocks))


# Slack: title, submit and close.
TITLE = 24


def modal(
    callback: Callback,
    title: str,
    blocks: Sequence[Block],
    *,
    draft: str,
    submit: str = "",
    close: str = "Cancel",
    page: int = 1,
    search: str = "",
    tell_when_closed: bool = False,
) -> View:
    """A modal of 1 to 100 blocks; one with inputs needs `submit`. `page` and `search` say which part of a form it shows."""
    view: View = {
        "type": "modal",
        "callback_id": callback.value,
        "title": plain_text(title, TITLE),
        "close": plain_text(close, TITLE),
        "private_metadata": FormMetadata(draft=draft, page=page, search=search).pack(),
        "blocks": list(blocks),
    }
    if tell_when_closed:
        view["notify_on_close"] = True
    return view | {"submit": plain_text(submit, TITLE)} if submit else view
