"""Details: what the other side said, word for word, for the person who asks for it."""

from bot.slack.api import TriggerSpent
from bot.slack.context import Context, Feature
from bot.slack.failures import SlackFailed
from bot.slack.ids import Click
from bot.slack.metadata import FormMetadata
from bot.slack.payloads import Clicked
from bot.slack.views.problem import details, details_view


async def show(clicked: Clicked, ctx: Context) -> None:
    """Below the message, or over the modal or Home; by direct message where Slack lays nothing over it any more."""
    if clicked.view is None:
        await ctx.reply(details(clicked.value))
        return
    metadata = clicked.view.private_metadata
    view = details_view(clicked.value, draft=FormMetadata.unpack(metadata).draft if metadata else "")
    try:
        if clicked.in_home:
            await ctx.slack_api.open(clicked.trigger_id, view)
        else:
            await ctx.slack_api.push(clicked.trigger_id, view)
    except (TriggerSpent, SlackFailed):
        await ctx.slack_api.message(clicked.user, details(clicked.value))


FEATURE = Feature(name="details", clicks={Click.DETAILS: show})
