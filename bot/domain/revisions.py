"""What has become of a version since it was told of, and what the messages that stand about it say from then on; pure."""

from dataclasses import dataclass, replace

from bot.domain.changes import Seen, same
from bot.domain.models import Version
from bot.domain.notifications import (
    Afterwards,
    Notification,
    Since,
    VersionCard,
    VersionFailed,
    VersionStalled,
    VersionSucceeded,
)

# What an aftermath can change.
REVISED_KINDS = ("version_card", "version_succeeded", "version_failed", "version_stalled")


@dataclass(frozen=True, kw_only=True, slots=True)
class Revision:
    """A version has gone on. `attempt` is the one that is told of now, which messages about it are not outdated by.

    `since` is when that began (unix seconds), `by` who asked for it. What is told `aloud` is told in threads too, where
    nothing else tells it.
    """

    version: Version
    what: Afterwards
    since: int
    attempt: str = ""
    by: str = ""
    aloud: bool = False


def attempt_of(seen: Seen) -> str:
    """Which attempt at making a version it is: counted, and by when it began, because counts begin anew."""
    return f"{seen.epoch}/{seen.since}"


def revised(notification: Notification, aftermath: Revision, *, current: bool) -> Notification:
    """What a message says now; the same if nothing has changed for it.

    `current` is whether its key is still in use; one that is not is of a time before the project was forgotten.
    """
    if not isinstance(notification, VersionCard | VersionSucceeded | VersionFailed | VersionStalled):
        return notification
    if not same(notification.version, aftermath.version):
        return notification
    if isinstance(notification, VersionCard):
        return _card(notification, aftermath)
    since = Since(what=aftermath.what, by=aftermath.by)
    if aftermath.what is Afterwards.DELETED or isinstance(notification, VersionStalled):
        return replace(notification, since=since)
    if isinstance(notification, VersionSucceeded):
        return notification
    is_told = current and notification.attempt == aftermath.attempt
    return notification if is_told else replace(notification, since=since)


def _card(card: VersionCard, aftermath: Revision) -> VersionCard:
    if aftermath.what is Afterwards.DELETED:
        return replace(card, gone=True, deleted_by=aftermath.by)
    return replace(
        card,
        version=aftermath.version,
        since=aftermath.since,
        asked_by=aftermath.by or card.asked_by,
        stalled=False,
        gone=False,
    )
