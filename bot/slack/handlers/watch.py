"""`watch`: one person follows one version; its outcome comes as a direct message."""

from bot.domain.models import VersionReference
from bot.slack import commands
from bot.slack.context import Feature, Parts, Subcommand
from bot.slack.handlers.answering import answer
from bot.slack.handlers.home import show_home
from bot.slack.ids import Click
from bot.slack.metadata import VersionAction
from bot.slack.payloads import Clicked, Typed
from bot.slack.views.message import Message
from bot.slack.views.pager import page_number
from bot.slack.views.watches import already_settled, not_watching, unwatched, watches, watching


async def run(typed: Typed, words: tuple[str, ...], parts: Parts) -> None:
    """`watch [project/version]`; without a version, what the person watches."""
    if words:
        said = await _watched(commands.read_reference(words), typed.user, typed.channel, parts)
    else:
        said = watches(await parts.following.watches(typed.user), command=parts.command)
    await answer(typed, said, parts)


async def _watched(reference: VersionReference, user: str, channel: str, parts: Parts) -> Message:
    result = await parts.following.watch(reference, user=user, channel=channel)
    if result.version.status.settled:
        return already_settled(result.version, links=parts.links)
    return watching(result.version, links=parts.links, new=result.new)


async def from_click(clicked: Clicked, parts: Parts, action: VersionAction) -> None:
    """A Watch button or menu entry."""
    said = await _watched(action.reference, clicked.user, clicked.channel, parts)
    await answer(clicked, said, parts)


async def turn(clicked: Clicked, parts: Parts) -> None:
    """Previous and Next, of a message or of Home."""
    number = page_number(clicked.value)
    if clicked.in_home:
        await show_home(clicked.user, parts, number=number)
        return
    said = watches(await parts.following.watches(clicked.user), command=parts.command, number=number)
    await answer(clicked, said, parts, replace=True)


async def end(clicked: Clicked, parts: Parts) -> None:
    """An Unwatch button, of a message or of Home."""
    reference = VersionAction.unpack(clicked.value).reference
    ended = await parts.following.unwatch(reference, user=clicked.user, channel=clicked.channel)
    if clicked.in_home:
        await show_home(clicked.user, parts)
    else:
        await answer(clicked, unwatched(reference) if ended else not_watching(reference), parts)


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
