"""What the other side said word for word, for the people who run the bot: a button, and what it shows."""

from bot.slack.ids import Callback, Click
from bot.slack.text import clean, preformatted
from bot.slack.views.blocks import BUTTON_VALUE, TEXT, button, context, say, section
from bot.slack.views.modal import modal
from bot.slack.views.said import Block, Said, View

MEANT_FOR = "For the people who run the bot and Zadig: this is the other side's answer, word for word."


def details_button(raw: str) -> list[Block]:
    """A button that shows what rides along in its value; none where nothing was said. It may be pressed by anybody."""
    value = clean(raw).strip()[:BUTTON_VALUE]
    return [button("Details", Click.DETAILS, value)] if value else []


def details(raw: str) -> Said:
    """As a message."""
    return say("This is what the other side said.", *_blocks(raw))


def details_view(raw: str, *, draft: str) -> View:
    """As a view over a modal."""
    return modal(Callback.NOTICE, "Details", _blocks(raw), draft=draft, close="Back")


def _blocks(raw: str) -> list[Block]:
    return [section(preformatted(raw, TEXT)), context(MEANT_FOR)]
