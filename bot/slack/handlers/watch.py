"""`watch`: one person follows one version; its outcome comes as a direct message."""

from bot.domain.models import VersionReference
from bot.slack import commands
from bot.slack.context import Context, Feature, Subcommand
from bot.slack.ids import Click
from bot.slack.metadata import VersionAction
from bot.slack.payloads import Clicked, Typed
from bot.slack.views.home import home
from bot.slack.views.pager import page_number
from bot.slack.views.watches import already_settled, not_watching, unwatched, watches, watching


async def run(typed: Typed, words: tuple[str, ...], ctx: Context) -> None:
    """`watch [project/version]`; without a version, what the user watches."""
    if words:
        await watch(commands.read_reference(words), ctx)
    else:
        mine = await ctx.services.subscriptions.watches(typed.user)
        await ctx.reply(watches(mine, command=ctx.command))


async def watch(reference: VersionReference, ctx: Context) -> None:
    result = await ctx.services.subscriptions.watch(reference, user=ctx.actor.user, channel=ctx.asked.channel)
    if result.version.status.settled:
        await ctx.reply(already_settled(result.version, links=ctx.links))
    else:
        await ctx.reply(watching(result.version, links=ctx.links, new=result.new))


async def show_home(user: str, ctx: Context, *, number: int = 1) -> None:
    """Publish the user's Home tab, with this page of what they watch."""
    mine = await ctx.services.subscriptions.watches(user)
    await ctx.slack_api.publish_home(user, home(mine, command=ctx.command, number=number))


async def turn(clicked: Clicked, ctx: Context) -> None:
    """Previous and Next, of a message or of Home."""
    number = page_number(clicked.value)
    if clicked.in_home:
        await show_home(clicked.user, ctx, number=number)
        return
    said = watches(await ctx.services.subscriptions.watches(clicked.user), command=ctx.command, number=number)
    await ctx.reply(said, replace=True)


async def end(clicked: Clicked, ctx: Context) -> None:
    """An Unwatch button, of a message or of Home."""
    reference = VersionAction.unpack(clicked.value).reference
    ended = await ctx.services.subscriptions.unwatch(reference, user=clicked.user, channel=clicked.channel)
    if clicked.in_home:
        await show_home(clicked.user, ctx)
    else:
        await ctx.reply(unwatched(reference) if ended else not_watching(reference))


FEATURE = Feature(
    name="watch",
    subcommands=(
        Subcommand(
            word="watch",
            arguments="[project/version]",
            summary="follow one version; its outcome comes as a direct message",
            example="watch shop/v14",
            run=run,
            near=("track", "wait", "unwatch", "watches", "watching"),
        ),
    ),
    clicks={Click.UNWATCH: end, Click.WATCHES_PAGE: turn},
)
