"""What a channel, or the user who subscribed it, hears when the bot cannot see a project or post any more."""

from collections.abc import Sequence

from bot.domain.notifications import DestinationLost, ProjectBack, ProjectUnreachable
from bot.slack.text import duration
from bot.slack.views import rich
from bot.slack.views.blocks import Message, say
from bot.slack.views.links import Links
from bot.slack.views.rich import Piece, bold, channel, emoji, link, marked, sentence

# So many projects are named, the rest is counted.
NAMED = 5


def project_unreachable(told: ProjectUnreachable, *, links: Links) -> Message:
    """Why, what to do, and that nothing is lost meanwhile."""
    why = sentence(told.text) or ["the reason is unknown."]
    names = (told.project, *told.others)
    lost = "The bot can't see the versions of "
    return say(
        marked(lost, *_plain(names), ": ", *why),
        rich.told(
            [emoji(":satellite_antenna:"), f" {lost}", *_linked(names, links), ": ", *why],
            sentence(told.remedy),
            ["It keeps trying, and catches up here once it can see them again."],
        ),
    )


def project_back(told: ProjectBack, *, links: Links) -> Message:
    found = "The bot can see the versions of "
    after = f" again after {duration(told.seconds)}. Anything that happened in the meantime follows."
    names = (told.project, *told.others)
    return say(
        marked(found, *_plain(names), after),
        rich.told([emoji(":white_check_mark:"), f" {found}", *_linked(names, links), after]),
    )


def _plain(names: Sequence[str]) -> list[Piece]:
    return [bold(names[0]) if len(names) == 1 else f"{len(names)} projects"]


def _linked(names: Sequence[str], links: Links) -> list[Piece]:
    """One project by its name; of several how many, and the first few by their names."""
    if len(names) == 1:
        return [link(links.project(names[0]), names[0])]
    shown: list[Piece] = []
    for name in names[:NAMED]:
        shown += [*([", "] if shown else []), link(links.project(name), name)]
    more = len(names) - NAMED
    return [f"{len(names)} projects (", *shown, f" and {more} more)" if more > 0 else ")"]


def destination_lost(told: DestinationLost, *, links: Links) -> Message:
    lost: list[Piece] = ["The bot can no longer post in ", channel(told.channel), " about "]
    why = sentence(told.reason) or ["the reason is unknown."]
    linked = link(links.project(told.project), told.project)
    return say(
        marked(*lost, bold(told.project), ": ", *why),
        rich.told(
            [emoji(":mailbox_with_no_mail:"), " ", *lost, linked, ": ", *why],
            ["It has stopped trying. Once this is fixed, subscribe the channel again."],
        ),
    )
