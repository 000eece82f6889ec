"""What Slack fills in when it stores blocks: ids that are missing and the defaults of text objects."""

from collections.abc import Iterable
from typing import Any

from bot.sandbox.slack.elements import INTERACTIVE
from bot.sandbox.slack.ids import Ids
from bot.sandbox.slack.model import Json

_TEXT_DEFAULTS: dict[str, Json] = {"plain_text": {"emoji": True}, "mrkdwn": {"verbatim": False}}


def stored_blocks(blocks: Iterable[Json], ids: Ids) -> list[Json]:
    """The blocks as they come back from Slack: every block with a block_id, every interactive element with an action_id."""
    return [_with_block_id(_filled(block, ids), ids) for block in blocks]


def stored_view(view: Json, ids: Ids) -> Json:
    """A view's content with every field that Slack's view objects have."""
    is_modal = view["type"] == "modal"
    return {
        "type": view["type"],
        "blocks": stored_blocks(view["blocks"], ids),
        "private_metadata": view.get("private_metadata") or "",
        "callback_id": view.get("callback_id") or "",
        "external_id": view.get("external_id") or "",
        "title": _filled(view["title"], ids) if view.get("title") else _plain_text("View Title"),
        "submit": _filled(view["submit"], ids) if view.get("submit") else None,
        "close": _filled(view["close"], ids) if view.get("close") else None,
        "clear_on_close": bool(view.get("clear_on_close")) and is_modal,
        "notify_on_close": bool(view.get("notify_on_close")) and is_modal,
        "submit_disabled": False,
    }


def _plain_text(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": True}


def _filled(value: Any, ids: Ids) -> Any:
    if isinstance(value, list):
        return [_filled(each, ids) for each in value]
    if not isinstance(value, dict):
        return value
    kind = value.get("type")
    if kind == "rich_text":
        return dict(value)
    filled = {key: _filled(each, ids) for key, each in value.items()}
    if kind in _TEXT_DEFAULTS and "text" in value:
        filled = filled | {key: filled.get(key, default) for key, default in _TEXT_DEFAULTS[kind].items()}
    if kind in INTERACTIVE and not value.get("action_id"):
        filled["action_id"] = ids.block()
    for name in ("child_blocks", *(["elements"] if kind == "carousel" else [])):
        if isinstance(value.get(name), list):
            filled[name] = [_with_block_id(child, ids) for child in filled[name]]
    return filled


def _with_block_id(block: Json, ids: Ids) -> Json:
    return block if block.get("block_id") else block | {"block_id": ids.block()}
