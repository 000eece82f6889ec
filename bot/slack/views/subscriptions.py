"""What a channel is subscribed to, and the answers to subscribing and unsubscribing."""

from collections.abc import Sequence

from bot.domain.watching import Subscription
from bot.slack.ids import Click
from bot.slack.text import code, link, mention, phrase, when
from bot.slack.views.blocks import BUTTON_VALUE, button, header, say, section
from bot.slack.views.links import Links
from bot.slack.views.said import Block, Said
from bot.slack.views.turning import page_number, page_of, turning

ROWS = 20
_ROW = "subscriptions."


def subscriptions(
    mine: Sequence[Subscription], *, links: Links, command: str = "/release", number: int = 1
) -> Said:
    """The subscriptions of one channel with a button each to end them, by project; a page of at most `ROWS`."""
    if not mine:
        return _none(command)
    page = page_of(mine, number, ROWS)
    names = ", ".join(phrase(one.project) for one in page.items)
    among = f" (page {page.number} of {page.count})" if page.count > 1 else ""
    return say(
        f"This channel is subscribed to {_counted(len(mine))}{among}: {names}.",
        header("What this channel hears about"),
        *(_row(one, place, page.number, links) for place, one in enumerate(page.items)),
        *turning(page, Click.SUBSCRIPTIONS_PAGE),
    )


def page_clicked(block_id: str) -> int:
    """The page of the list in which a row's button was clicked."""
    return page_number(block_id.removeprefix(_ROW).partition(".")[0])


def subscribed(subscription: Subscription, *, before: Subscription | None, links: Links) -> Said:
    """The subscription stands; `before` is the one that it has replaced."""
    project = phrase(subscription.project)
    page = link(links.project(subscription.project), subscription.project)
    done, gets = _done(subscription, before)
    return say(
        f"This channel {done} {project}. {gets}",
        section(f":bell: This channel {done} *{page}*. {gets}"),
    )


def _done(subscription: Subscription, before: Subscription | None) -> tuple[str, str]:
    gets = _gets(subscription)
    if before is None:
        return "is now subscribed to", f"It gets {gets}."
    if _gets(before) == gets:
        return "is already subscribed to", f"Nothing changes: it gets {gets}."
    return "stays subscribed to", f"It now gets {gets}. Until now it got {_gets(before)}."


def unsubscribed(project: str) -> Said:
    sentence = f"This channel is no longer subscribed to {phrase(project)}."
    return say(sentence, section(f":no_bell: {sentence}"))


def _none(command: str) -> Said:
    how = f"Subscribe it with {code(f'{command} subscribe')} and a project's key."
    sentence = "This channel is not subscribed to any project."
    return say(f"{sentence} {how}", section(f"{sentence} {how}"))


def _row(one: Subscription, number: int, page: int, links: Links) -> Block:
    said = f"*{link(links.project(one.project), one.project)}*\nGets {_gets(one)}."
    since = f"by {mention(one.by)}, {when(one.since)}" if one.by else when(one.since)
    end = button(
        "Unsubscribe", f"{Click.UNSUBSCRIBE}.{number}", one.project, spoken=f"Unsubscribe {one.project}"
    )
    row = section(f"{said}\n{since}", accessory=end if len(one.project) <= BUTTON_VALUE else None)
    return row | {"block_id": f"{_ROW}{page}.{number}"}


def _gets(one: Subscription) -> str:
    outcomes = "word of every failure" if one.only_failures else "word of every outcome"
    place = "in the card's thread" if one.in_thread and one.cards else "in the channel"
    card = "a card for each version, kept up to date, and " if one.cards else ""
    return f"{card}{outcomes} {place}"


def _counted(count: int) -> str:
    return f"{count} project" if count == 1 else f"{count} projects"
