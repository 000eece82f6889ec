"""Details: what the other side said, word for word, for the person who asks for it."""

from bot.slack.api import TriggerSpent
from bot.slack.context import Feature, Parts
from bot.slack.failures import SlackFailed
from bot.slack.handlers.answering import answer
from bot.slack.ids import Click
from bot.slack.metadata import FormMetadata
from bot.slack.payloads import Clicked
from bot.slack.views.details import details, details_view


async def show(clicked: Clicked, parts: Parts) -> None:
    """Below the message, or over the modal or Home; by direct message where Slack lays nothing over it any more."""
    if clicked.view is None:
        await answer(clicked, details(clicked.value), parts)
        return
    metadata = clicked.view.private_metadata
    view = details_view(clicked.value, draft=FormMetadata.unpack(metadata).draft if metadata else "")
    try:
        if clicked.in_home:
            await parts.talk.open(clicked.trigger_id, view)
        else:
            await parts.talk.push(clicked.trigger_id, view)
    except (TriggerSpent, SlackFailed):
        await parts.talk.message(clicked.user, details(clicked.value))


FEATURE = Feature(name="details", clicks={Click.DETAILS: show})
