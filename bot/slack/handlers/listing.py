"""`list`: the versions of a project, page by page and by status, edited in place."""

from bot.domain.errors import BadInput
from bot.domain.meaning import status_meant
from bot.domain.models import Status
from bot.domain.requests import FieldError
from bot.slack.context import Context, Feature, Subcommand
from bot.slack.ids import Click
from bot.slack.metadata import ListState
from bot.slack.offers import offer_projects, project_named
from bot.slack.payloads import Clicked, Typed
from bot.slack.views.blocks import Message
from bot.slack.views.list_versions import EVERY_STATUS, PAGE_SIZE, list_versions


async def run(typed: Typed, words: tuple[str, ...], ctx: Context) -> None:
    status = _status(words)
    others = [word for word in words if status_meant(word) is None]
    project = await project_named(others, ctx, what="status", among=[*Status])
    project = project or await ctx.services.subscriptions.only_project(typed.channel)
    if not project:
        await offer_projects("list", ctx, behind=status or "")
        return
    message = await ctx.services.finder.as_meant(
        project, lambda key: _page(ListState(project=key, status=status), ctx)
    )
    await ctx.reply(message)


def _status(words: tuple[str, ...]) -> Status | None:
    """The status that is typed among the words. Raises BadInput if there are two."""
    found = {status: word for word in words if (status := status_meant(word))}
    if len(found) > 1:
        text = f"{' and '.join(f'`{word}`' for word in found.values())} are two statuses: choose one."
        raise BadInput((FieldError(field="status", text=text),))
    return next(iter(found), None)


async def _page(state: ListState, ctx: Context) -> Message:
    listing = await ctx.services.finder.page(
        state.project, number=state.page, size=PAGE_SIZE, status=state.status
    )
    return list_versions(
        listing.page,
        state,
        links=ctx.links,
        searched=listing.searched,
        requesters=await ctx.services.finder.requesters(state.project, listing.page.items),
        command=ctx.command,
    )


async def turn(clicked: Clicked, ctx: Context) -> None:
    said = await _page(ListState.unpack(clicked.value), ctx)
    await ctx.reply(said, replace=True)


async def choose_status(clicked: Clicked, ctx: Context) -> None:
    """The status filter; the state that it changes is its block id."""
    status = None if clicked.value == EVERY_STATUS else Status(clicked.value)
    state = ListState.unpack(clicked.block_id).model_copy(update={"status": status, "page": 1})
    await ctx.reply(await _page(state, ctx), replace=True)


FEATURE = Feature(
    name="list",
    subcommands=(
        Subcommand(
            word="list",
            arguments="[project] [status]",
            summary="the versions of a project, newest first",
            example="list shop failed",
            run=run,
            near=("status", "search", "find", "ls", "versions", "history", "log", "projects", "all"),
        ),
    ),
    clicks={Click.LIST_PAGE: turn, Click.LIST_STATUS: choose_status},
)
