"""The list behind a message that tells of many versions at once: seen by the user who asks for it, page by page."""

from bot.slack.context import Context, Feature
from bot.slack.ids import Click, base_of
from bot.slack.metadata import DigestState
from bot.slack.payloads import Clicked
from bot.slack.views.outcome_digest import PAGE_SIZE, folded_list


async def show(clicked: Clicked, ctx: Context) -> None:
    """See all, and from there Previous and Next."""
    state = DigestState.unpack(clicked.value)
    page = await ctx.services.subscriptions.folded(state.fold, number=state.page, size=PAGE_SIZE)
    turns = base_of(clicked.action_id) == Click.FOLD_PAGE
    await ctx.reply(folded_list(page, state, links=ctx.links), replace=turns)


FEATURE = Feature(name="folded", clicks={Click.FOLD_LIST: show, Click.FOLD_PAGE: show})
