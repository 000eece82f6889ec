"""`show`, and the menus and buttons of versions: from here the other features are reached by a click."""

from collections.abc import Awaitable, Callable, Mapping

from bot.domain.models import VersionReference
from bot.domain.record import NOBODY
from bot.slack import commands
from bot.slack.context import Context, Feature, Subcommand
from bot.slack.create import flow as create
from bot.slack.handlers import delete, retry, watch
from bot.slack.ids import Click
from bot.slack.metadata import ActionWord, ShowState, VersionAction
from bot.slack.offers import version_offered
from bot.slack.payloads import Clicked, Typed
from bot.slack.views.blocks import Message
from bot.slack.views.show_version import show_version


async def run(_typed: Typed, words: tuple[str, ...], ctx: Context) -> None:
    if not await version_offered("show", words, ctx):
        await show(commands.read_reference(words), ctx)


async def show(reference: VersionReference, ctx: Context) -> None:
    """The version as a message of its own, below what was typed or clicked."""
    await ctx.reply(await _shown(reference, 1, ctx))


async def _shown(reference: VersionReference, page: int, ctx: Context) -> Message:
    details = await ctx.services.versions.show(reference, channel=ctx.asked.channel)
    version = details.version
    state = ShowState(project=version.project, name=version.name, id=version.id, page=page)
    found = await ctx.services.finder.requesters(version.project, [version])
    return show_version(details, state, links=ctx.links, requested=found.get(version.name, NOBODY))


async def turn(clicked: Clicked, ctx: Context) -> None:
    """Another page of the services."""
    state = ShowState.unpack(clicked.value)
    said = await _shown(state.reference, state.page, ctx)
    await ctx.reply(said, replace=True)


ACTIONS: Mapping[ActionWord, Callable[[VersionReference, Context], Awaitable[None]]] = {
    "show": show,
    "retry": retry.open_form,
    "recreate": create.recreate,
    "template": create.use_as_template,
    "delete": delete.open_form,
    "watch": watch.watch,
}


async def act(clicked: Clicked, ctx: Context) -> None:
    """An entry of a version's menu, or one of its buttons."""
    action = VersionAction.unpack(clicked.value)
    await ACTIONS[action.action](action.reference, ctx)


FEATURE = Feature(
    name="show",
    subcommands=(
        Subcommand(
            word="show",
            arguments="project/version",
            summary="one version with its services, images and charts",
            example="show shop/v13",
            run=run,
            near=("diff", "compare", "info", "details", "get", "describe", "view", "open"),
        ),
    ),
    clicks={Click.SHOW_PAGE: turn, Click.VERSION_MENU: act, Click.VERSION_BUTTON: act},
)
