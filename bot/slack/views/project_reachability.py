"""The bot has lost sight of a project, or sees it again; each is said once."""

from bot.domain.notifications import ProjectBack, ProjectUnreachable
from bot.slack.text import duration, link, phrase, sentence
from bot.slack.views.blocks import say, section
from bot.slack.views.links import Links
from bot.slack.views.said import Said


def project_unreachable(told: ProjectUnreachable, *, links: Links) -> Said:
    """Why, what to do, and that nothing is lost meanwhile."""
    why = sentence(told.text) or "no reason is known."
    page = link(links.project(told.project), told.project)
    lines = [
        f":satellite_antenna: The bot cannot see the versions of *{page}* any more: {why}",
        sentence(told.remedy),
        "It keeps trying, and tells you when it sees them again.",
    ]
    return say(
        f"The bot cannot see the versions of {phrase(told.project)} any more: {why}",
        section("\n".join(line for line in lines if line)),
    )


def project_back(told: ProjectBack, *, links: Links) -> Said:
    after = f"again after {duration(told.seconds)}. What happened meanwhile follows, if anything did."
    return say(
        f"The bot sees the versions of {phrase(told.project)} {after}",
        section(
            f":white_check_mark: The bot sees the versions of *{link(links.project(told.project), told.project)}* {after}"
        ),
    )
