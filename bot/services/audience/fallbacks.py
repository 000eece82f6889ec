"""Who is told instead, when a channel can be told nothing any more or a message is given up; pure."""

from collections.abc import Iterable
from dataclasses import replace

from bot.domain.notifications import DestinationLost, Fallback, NewPosting, VersionCard, VersionEnded
from bot.domain.ports import Posting
from bot.domain.watching import Subscription


def tell_subscribers(ended: Iterable[Subscription], reason: str) -> list[NewPosting]:
    return [
        NewPosting(
            key=f"lost/{one.channel}/{one.project}/{one.since}",
            destination=one.by,
            project=one.project,
            version_name="",
            notification=DestinationLost(channel=one.channel, project=one.project, reason=reason),
        )
        for one in ended
    ]


def redirect(posting: Posting, reason: str) -> list[NewPosting]:
    """The same for the person who is told instead of the channel, and why; a card alone is worth telling nobody.

    Nor is an edit: what it is of has been told.
    """
    notification = posting.notification
    told = posting.message is not None or isinstance(notification, VersionCard)
    if told or posting.fallback in ("", posting.destination):
        return []
    if isinstance(notification, VersionEnded):
        notification = replace(notification, instead=Fallback(channel=posting.destination, reason=reason))
    return [
        NewPosting(
            key=f"{posting.key}/instead/{posting.fallback}",
            destination=posting.fallback,
            project=posting.project,
            version_name=posting.version_name,
            notification=notification,
        )
    ]
