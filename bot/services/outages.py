"""Who is told that the bot cannot see a project, and that it sees it again; pure."""

from bot.domain.notifications import NewPosting, Notification, ProjectBack, ProjectUnreachable
from bot.domain.watching import Interest


def outage(interest: Interest, project: str, *, since: int, text: str, remedy: str) -> tuple[NewPosting, ...]:
    """The bot cannot see the project: once for each channel and outage."""
    return _everywhere(
        interest,
        project,
        f"unreachable/{since}",
        ProjectUnreachable(project=project, text=text, remedy=remedy),
    )


def recovery(interest: Interest, project: str, *, since: int, now: int) -> tuple[NewPosting, ...]:
    """The bot sees the project again: once for each channel and outage."""
    return _everywhere(interest, project, f"back/{since}", ProjectBack(project=project, seconds=now - since))


def _everywhere(
    interest: Interest, project: str, what: str, notification: Notification
) -> tuple[NewPosting, ...]:
    channels = dict.fromkeys(
        [*(one.channel for one in interest.subscriptions), *(ask.channel for ask in interest.asks)]
    )
    return tuple(
        NewPosting(
            key=f"{what}/{channel}/{project}",
            destination=channel,
            project=project,
            version_name="",
            notification=notification,
        )
        for channel in channels
    )
