"""The frame of every modal: its title, its buttons and the draft behind it."""

from collections.abc import Sequence

from bot.slack.ids import Callback
from bot.slack.metadata import FormMetadata
from bot.slack.views.blocks import plain_text
from bot.slack.views.said import Block, View

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
) -> View:
    """A modal of 1 to 100 blocks; one with inputs needs `submit`."""
    view: View = {
        "type": "modal",
        "callback_id": callback.value,
        "title": plain_text(title, TITLE),
        "close": plain_text(close, TITLE),
        "private_metadata": FormMetadata(draft=draft).pack(),
        "blocks": list(blocks),
    }
    return view | {"submit": plain_text(submit, TITLE)} if submit else view
