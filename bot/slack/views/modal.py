"""The frame of every modal: its title, its buttons and the draft behind it."""

from collections.abc import Sequence

from bot.slack.ids import Callback
from bot.slack.metadata import FormMetadata
from bot.slack.views.blocks import plain_text
from bot.slack.views.message import Block, View

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
