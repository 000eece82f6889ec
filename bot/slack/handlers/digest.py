"""The list behind a message that tells of many versions at once: seen by the user who asks for it, page by page."""

from bot.slack.context import Context, Feature
from bot.slack.ids import Click
from bot.slack.metadata import DigestState
from bot.slack.payloads import Clicked
from bot.slack.views.outcome_digest import PAGE_SIZE, folded_list


async def open_list(clicked: Clicked, ctx: Context) -> None:
    """See all."""
    await _answer(clicked, ctx, replace=False)


async def turn(clicked: Clicked, ctx: Context) -> None:
    """Previous and Next."""
    await _answer(clicked, ctx, replace=True)


async def _answer(clicked: Clicked, ctx: Context, *, replace: bool) -> None:
    state = DigestState.unpack(clicked.value)
    page = await ctx.services.subscriptions.folded(state.fold, number=state.page, size=PAGE_SIZE)
    await ctx.reply(folded_list(page, state, links=ctx.links), replace=replace)


FEATURE = Feature(name="folded", clicks={Click.FOLD_LIST: open_list, Click.FOLD_PAGE: turn})
