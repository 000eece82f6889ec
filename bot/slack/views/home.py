"""The Home tab: what one person watches, and how to go on."""

from collections.abc import Sequence

from bot.domain.watching import Watch
from bot.slack.text import code
from bot.slack.views.blocks import View, context, divider
from bot.slack.views.watches import watches


def home(mine: Sequence[Watch], *, command: str, number: int = 1) -> View:
    """A view of at most 45 blocks, with one page of what the person watches."""
    hint = f"{code(f'{command} help')} in any channel lists what you can type."
    watched = watches(mine, command=command, number=number).blocks
    return {"type": "home", "blocks": [*watched, divider(), context(hint)]}
