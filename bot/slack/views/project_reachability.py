"""The bot has lost sight of what a channel follows, or sees it again; each is said once, however many projects it are."""

from collections.abc import Sequence

from bot.domain.notifications import ProjectBack, ProjectUnreachable
from bot.slack.text import duration, link, phrase, sentence
from bot.slack.views.blocks import say, section
from bot.slack.views.links import Links
from bot.slack.views.said import Said

# So many projects are named, the rest is counted.
NAMED = 5


def project_unreachable(told: ProjectUnreachable, *, links: Links) -> Said:
    """Why, what to do, and that nothing is lost meanwhile."""
    why = sentence(told.text) or "no reason is known."
    names = (told.project, *told.others)
    lines = [
        f":satellite_antenna: The bot cannot see the versions of {_linked(names, links)} any more: {why}",
        sentence(told.remedy),
        "It keeps trying, and tells you when it sees them again. What happens meanwhile is told then.",
    ]
    return say(
        f"The bot cannot see the versions of {_plain(names)} any more: {why}",
        section("\n".join(line for line in lines if line)),
    )


def project_back(told: ProjectBack, *, links: Links) -> Said:
    after = f"again after {duration(told.seconds)}. What happened meanwhile follows, if anything did."
    names = (told.project, *told.others)
    return say(
        f"The bot sees the versions of {_plain(names)} {after}",
        section(f":white_check_mark: The bot sees the versions of {_linked(names, links)} {after}"),
    )


def _plain(names: Sequence[str]) -> str:
    return phrase(names[0]) if len(names) == 1 else f"{len(names)} projects"


def _linked(names: Sequence[str], links: Links) -> str:
    """One project by its name; of several how many, and the first few by their names."""
    shown = [f"*{link(links.project(name), name)}*" for name in names[:NAMED]]
    if len(names) == 1:
        return shown[0]
    more = len(names) - len(shown)
    return f"{len(names)} projects ({', '.join(shown)}{f' and {more} more' if more else ''})"
