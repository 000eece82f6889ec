"""What a channel is subscribed to, and the answers to subscribing and unsubscribing."""

from collections.abc import Sequence

from bot.domain.watching import Subscription
from bot.slack.ids import Click
from bot.slack.text import phrase
from bot.slack.views import rich
from bot.slack.views.blocks import BUTTON_VALUE, Block, Message, actions, button, header, say
from bot.slack.views.links import Links
from bot.slack.views.pager import page_number, page_of, turning
from bot.slack.views.rich import Piece, bold, code, emoji, link, marked, user, when

ROWS = 20
_ROW = "subscriptions."


def subscriptions(
    mine: Sequence[Subscription], *, links: Links, command: str = "/release", number: int = 1
) -> Message:
    """The subscriptions of one channel with a button each to end them, by project; a page of at most `ROWS`."""
    if not mine:
        return _none(command)
    page = page_of(mine, number, ROWS)
    names = ", ".join(phrase(one.project) for one in page.items)
    among = f" (page {page.number} of {page.count})" if page.count > 1 else ""
    return say(
        f"This channel is subscribed to {_counted(len(mine))}{among}: {names}.",
        header("This channel's subscriptions"),
        *(block for place, one in enumerate(page.items) for block in _row(one, place, page.number, links)),
        *turning(page, Click.SUBSCRIPTIONS_PAGE),
    )


def page_clicked(block_id: str) -> int:
    """The page of the list in which a row's button was clicked."""
    return page_number(block_id.removeprefix(_ROW).partition(".")[0])


def subscribed(subscription: Subscription, *, before: Subscription | None, links: Links) -> Message:
    """The subscription stands; `before` is the one that it has replaced."""
    page = link(links.project(subscription.project), subscription.project)
    done, gets = _done(subscription, before)
    return say(
        marked(f"This channel {done} ", bold(subscription.project), f". {gets}"),
        rich.told([emoji(":bell:"), f" This channel {done} ", page, f". {gets}"]),
    )


def _done(subscription: Subscription, before: Subscription | None) -> tuple[str, str]:
    gets = _gets(subscription)
    if before is None:
        return "is now subscribed to", f"It gets {gets}."
    if _gets(before) == gets:
        return "is already subscribed to", f"Nothing has changed: it gets {gets}."
    return "is still subscribed to", f"It now gets {gets} (before: {_gets(before)})."


def unsubscribed(project: str) -> Message:
    sentence: list[Piece] = ["This channel is no longer subscribed to ", bold(project), "."]
    return say(marked(*sentence), rich.told([emoji(":no_bell:"), " ", *sentence]))


def _none(command: str) -> Message:
    sentence: list[Piece] = [
        "This channel isn't subscribed to any project. Subscribe it with ",
        code(f"{command} subscribe project"),
        ".",
    ]
    return say(marked(*sentence), rich.told(sentence))


def _row(one: Subscription, number: int, page: int, links: Links) -> list[Block]:
    by: list[Piece] = ["by ", user(one.by), ", "] if one.by else []
    said = rich.told(
        [link(links.project(one.project), one.project)], [f"Gets {_gets(one)}."], [*by, when(one.since)]
    )
    end = button(
        "Unsubscribe", f"{Click.UNSUBSCRIBE}.{number}", one.project, spoken=f"Unsubscribe {one.project}"
    )
    fits = len(one.project) <= BUTTON_VALUE
    return [said, *actions([end] if fits else [], block_id=f"{_ROW}{page}.{number}")]


def _gets(one: Subscription) -> str:
    outcomes = "every failure" if one.only_failures else "every outcome"
    place = "in the card's thread" if one.in_thread and one.cards else "in the channel"
    card = "a card for each version, kept up to date, and " if one.cards else ""
    return f"{card}{outcomes} {place}"


def _counted(count: int) -> str:
    return f"{count} project" if count == 1 else f"{count} projects"
