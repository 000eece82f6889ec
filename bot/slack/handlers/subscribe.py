"""`subscribe`, `unsubscribe` and `subscriptions`: what a channel hears about."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.domain.errors import BadInput, Refused
from bot.domain.requests import Field, FieldError
from bot.domain.watching import Subscription
from bot.services.finding import some_of
from bot.slack.handlers.answering import answer
from bot.slack.ids import Click
from bot.slack.parts import Feature, Parts, Subcommand
from bot.slack.payloads import Clicked, Typed
from bot.slack.views.subscriptions import subscribed, subscriptions, unsubscribed

# What can follow the project, and what it changes.
FILTERS: Mapping[str, Callable[[Subscription], Subscription]] = {
    "failures": lambda wanted: replace(wanted, only_failures=True),
    "thread": lambda wanted: replace(wanted, in_thread=True),
    "nocards": lambda wanted: replace(wanted, cards=False),
}


class NotAMember(Refused):
    """The bot cannot post in the channel."""

    remedy = "Invite me with `/invite @release-bot`, then subscribe again."


async def run_subscribe(typed: Typed, words: tuple[str, ...], parts: Parts) -> None:
    """`subscribe project [failures] [thread] [nocards]`."""
    if not words:
        text = await parts.finder.which_project(f"{parts.command} subscribe")
        raise BadInput((FieldError(field=Field.PROJECT, text=text),))
    project = words[0]
    wanted = Subscription(channel=typed.channel, project=project, by=typed.user, since=0)
    for word in words[1:]:
        if word.lower() not in FILTERS:
            text = f"`{word}` is no filter. Choose among: {', '.join(FILTERS)}."
            raise BadInput((FieldError(field="filter", text=text),))
        wanted = FILTERS[word.lower()](wanted)
    if not await parts.talk.is_member(typed.channel):
        raise NotAMember("I am not in this channel yet, so I could not tell it anything.")
    new = await parts.following.subscribe(wanted)
    await answer(typed, subscribed(wanted, new=new, links=parts.links), parts)


async def run_unsubscribe(typed: Typed, words: tuple[str, ...], parts: Parts) -> None:
    """`unsubscribe [project]`; a channel with one subscription need not name it."""
    project = words[0] if words else await parts.following.only_project(typed.channel)
    if not project:
        raise BadInput((FieldError(field=Field.PROJECT, text=await _which(typed.channel, parts)),))
    await parts.following.unsubscribe(typed.channel, project, user=typed.user)
    await answer(typed, unsubscribed(project), parts)


async def _which(channel: str, parts: Parts) -> str:
    """Which project a channel can be unsubscribed from."""
    mine = [one.project for one in await parts.following.subscriptions(channel)]
    if not mine:
        return "This channel is not subscribed to any project."
    return f"Say which project: `{parts.command} unsubscribe project`. This channel is subscribed to: {some_of(mine)}."


async def run_subscriptions(typed: Typed, _words: tuple[str, ...], parts: Parts) -> None:
    """`subscriptions`."""
    mine = await parts.following.subscriptions(typed.channel)
    await answer(typed, subscriptions(mine, links=parts.links, command=parts.command), parts)


async def end(clicked: Clicked, parts: Parts) -> None:
    """An Unsubscribe button of the list, which is then drawn again."""
    await parts.following.unsubscribe(clicked.channel, clicked.value, user=clicked.user)
    mine = await parts.following.subscriptions(clicked.channel)
    said = subscriptions(mine, links=parts.links, command=parts.command)
    await answer(clicked, said, parts, replace=True)


FEATURE = Feature(
    name="subscribe",
    subcommands=(
        Subcommand(
            word="subscribe",
            arguments="project [failures] [thread] [nocards]",
            summary="this channel hears of every version of a project",
            example="subscribe shop",
            run=run_subscribe,
        ),
        Subcommand(
            word="unsubscribe",
            arguments="[project]",
            summary="this channel hears of the project no longer",
            example="unsubscribe shop",
            run=run_unsubscribe,
        ),
        Subcommand(
            word="subscriptions",
            arguments="",
            summary="what this channel hears about",
            example="subscriptions",
            run=run_subscriptions,
        ),
    ),
    clicks={Click.UNSUBSCRIBE: end},
)
