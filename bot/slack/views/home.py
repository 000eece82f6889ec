"""The Home tab: what one person watches, and how to go on."""

from collections.abc import Sequence

from bot.domain.watching import Watch
from bot.slack.text import code
from bot.slack.views.blocks import context, divider
from bot.slack.views.said import View
from bot.slack.views.watches import watches


def home(mine: Sequence[Watch], *, command: str) -> View:
    """A view of at most 30 blocks."""
    hint = f"{code(f'{command} help')} in any channel shows what you can type."
    return {"type": "home", "blocks": [*watches(mine, command=command).blocks, divider(), context(hint)]}
