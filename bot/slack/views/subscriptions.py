"""What a channel is subscribed to, and the answers to subscribing and unsubscribing."""

from collections.abc import Iterator, Sequence

from bot.domain.watching import Subscription
from bot.slack.ids import Click
from bot.slack.text import code, link, mention, phrase, when
from bot.slack.views.blocks import BUTTON_VALUE, button, context, header, say, section
from bot.slack.views.links import Links
from bot.slack.views.said import Block, Said

ROWS = 20


def subscriptions(mine: Sequence[Subscription], *, links: Links, command: str = "/release") -> Said:
    """The subscriptions of one channel with a button each to end them, by project; the first `ROWS` of them."""
    if not mine:
        return _none(command)
    names = ", ".join(phrase(one.project) for one in mine[:ROWS])
    return say(
        f"This channel is subscribed to {_counted(len(mine))}: {names}.",
        header("What this channel hears about"),
        *(_row(one, number, links) for number, one in enumerate(mine[:ROWS])),
        *_left(len(mine) - ROWS, command),
    )


def subscribed(subscription: Subscription, *, new: bool, links: Links) -> Said:
    """The subscription stands; `new` False: it has replaced an older one."""
    done = "is now subscribed to" if new else "stays subscribed to"
    now = "" if new else "now "
    project = phrase(subscription.project)
    page = link(links.project(subscription.project), subscription.project)
    gets = _gets(subscription)
    return say(
        f"This channel {done} {project}. It {now}gets {gets}.",
        section(f":bell: This channel {done} *{page}*. It {now}gets {gets}."),
    )


def unsubscribed(project: str) -> Said:
    sentence = f"This channel is no longer subscribed to {phrase(project)}."
    return say(sentence, section(f":no_bell: {sentence}"))


def _none(command: str) -> Said:
    how = f"Subscribe it with {code(f'{command} subscribe')} and a project's key."
    sentence = "This channel is not subscribed to any project."
    return say(f"{sentence} {how}", section(f"{sentence} {how}"))


def _row(one: Subscription, number: int, links: Links) -> Block:
    said = f"*{link(links.project(one.project), one.project)}*\nGets {_gets(one)}."
    since = f"by {mention(one.by)}, {when(one.since)}" if one.by else when(one.since)
    end = button(
        "Unsubscribe", f"{Click.UNSUBSCRIBE}.{number}", one.project, spoken=f"Unsubscribe {one.project}"
    )
    return section(f"{said}\n{since}", accessory=end if len(one.project) <= BUTTON_VALUE else None)


def _gets(one: Subscription) -> str:
    outcomes = "word of every failure" if one.only_failures else "word of every outcome"
    place = "in the card's thread" if one.in_thread and one.cards else "in the channel"
    card = "a card for each version, kept up to date, and " if one.cards else ""
    return f"{card}{outcomes} {place}"


def _left(count: int, command: str) -> Iterator[Block]:
    if count > 0:
        how = code(f"{command} unsubscribe")
        yield context(f"{_counted(count)} more are not shown; {how} and a project's key ends those too.")


def _counted(count: int) -> str:
    return f"{count} project" if count == 1 else f"{count} projects"
