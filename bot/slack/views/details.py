"""What the other side said word for word, for the people who run the bot: a button, and what it shows."""

from bot.slack.ids import Callback, Click
from bot.slack.text import clean
from bot.slack.views.blocks import BUTTON_VALUE, TEXT, button, context, say
from bot.slack.views.message import Block, Message, View
from bot.slack.views.modal import modal
from bot.slack.views.rich import preformatted, rich

MEANT_FOR = "The original response, for the people who run the bot and Zadig."


def details_button(raw: str) -> list[Block]:
    """A button that shows what rides along in its value; none where nothing was said. Anyone may press it."""
    value = clean(raw).strip()[:BUTTON_VALUE]
    return [button("Details", Click.DETAILS, value)] if value else []


def details(raw: str) -> Message:
    """As a message."""
    return say("The original response.", *_blocks(raw))


def details_view(raw: str, *, draft: str) -> View:
    """As a view over a modal."""
    return modal(Callback.NOTICE, "Details", _blocks(raw), draft=draft, close="Back")


def _blocks(raw: str) -> list[Block]:
    return [rich(preformatted(raw, TEXT)), context(MEANT_FOR)]
