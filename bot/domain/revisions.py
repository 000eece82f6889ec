"""What has become of a version since it was told of, and what the messages that stand about it say from then on; pure."""

from dataclasses import dataclass, replace

from bot.domain.changes import Seen, same
from bot.domain.endings import Ending, rules_of
from bot.domain.models import Version
from bot.domain.notifications import Afterwards, Notification, Since, VersionCard, VersionEnded


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


def revised(notification: Notification, revision: Revision, *, current: bool) -> Notification:
    """What a message says now; the same if nothing has changed for it.

    `current` is whether its key is still in use; one that is not is of a time before the project was forgotten.
    """
    if not isinstance(notification, VersionCard | VersionEnded):
        return notification
    if not same(notification.version, revision.version):
        return notification
    if isinstance(notification, VersionCard):
        return _card(notification, revision)
    is_over = _is_over(notification, revision, current=current)
    return replace(notification, since=Since(what=revision.what, by=revision.by)) if is_over else notification


def _is_over(ended: VersionEnded, revision: Revision, *, current: bool) -> bool:
    """Whether a message that tells of this end is outdated by what has become of the version."""
    if not rules_of(ended.ending).revised:
        return False
    if revision.what is Afterwards.DELETED or ended.ending is Ending.STALLED:
        return True
    is_told = current and ended.attempt == revision.attempt
    return ended.ending is not Ending.SUCCEEDED and not is_told


def _card(card: VersionCard, revision: Revision) -> VersionCard:
    if revision.what is Afterwards.DELETED:
        return replace(card, gone=True, deleted_by=revision.by)
    return replace(
        card,
        version=revision.version,
        since=revision.since,
        asked_by=revision.by or card.asked_by,
        stalled=False,
        gone=False,
    )
