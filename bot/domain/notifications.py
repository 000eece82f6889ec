"""What is worth telling: one class a kind of notification, and which of them each destination gets."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from bot.domain.changes import Seen
from bot.domain.endings import Ending
from bot.domain.models import Version
from bot.domain.watching import Subscription


@dataclass(frozen=True, kw_only=True, slots=True)
class VersionCard:
    """The state of a version as its card shows it; edited in place.

    `deleted_by` is who deleted it from Slack; empty if it is there, or was deleted in Zadig.
    """

    version: Version
    since: int
    asked_by: str = ""
    stalled: bool = False
    gone: bool = False
    deleted_by: str = ""
    kind: Literal["version_card"] = "version_card"


@dataclass(frozen=True, kw_only=True, slots=True)
class Fallback:
    """Why something is told a person and not the channel that was to hear it."""

    channel: str
    reason: str


class Afterwards(StrEnum):
    """What has become of a version since it was told of."""

    RETRYING = "retrying"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    DELETED = "deleted"


@dataclass(frozen=True, kw_only=True, slots=True)
class Since:
    """Why a message about a version is over, and who asked for that; `by` is empty if that was not done through the bot."""

    what: Afterwards
    by: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class VersionEnded:
    """How a version, or one attempt at making it, ended. Of one that is `MISSING` only project and name are known.

    `seconds` from its (re)start until the bot saw the end, for `unseen` of which it could not look. `asked_by` and
    `deleted_by` are users, empty where it did not happen from Slack. `attempt` is which attempt that was, `since` what has
    become of the version later, `instead` why a user is told and not the channel.
    """

    ending: Ending
    version: Version
    seconds: int = 0
    asked_by: str = ""
    deleted_by: str = ""
    unseen: int = 0
    instead: Fallback | None = None
    attempt: str = ""
    since: Since | None = None

    @property
    def kind(self) -> Ending:
        return self.ending


@dataclass(frozen=True, kw_only=True, slots=True)
class VersionDeleted:
    """A version that had settled has been deleted: from Slack by `deleted_by`, else in Zadig. Told in a thread about it."""

    version: Version
    deleted_by: str = ""
    kind: Literal["version_deleted"] = "version_deleted"


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """How often something stands among many outcomes."""

    of: str
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class OutcomeDigest:
    """Outcomes of one kind that share a reason or a project and waited for one destination together, told as one message.

    `fold` is the id of the list that the store keeps of them, `of` the kind of each. `projects` and `reasons` are tallies,
    the most frequent first; `names` are the first few as `project/version`. `asked_by` are all users who asked for one of
    them, each once. `causes` says what later outcomes have to share to be told in the same message. `unseen` is the most
    of any of them.
    """

    fold: str
    of: str
    count: int
    projects: tuple[Tally, ...] = ()
    reasons: tuple[Tally, ...] = ()
    names: tuple[str, ...] = ()
    asked_by: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    unseen: int = 0
    kind: Literal["outcomes_folded"] = "outcomes_folded"


@dataclass(frozen=True, kw_only=True, slots=True)
class ProjectUnreachable:
    """The bot cannot see a project any more, nor the `others` that its channel follows, and why; said once."""

    project: str
    text: str
    remedy: str = ""
    others: tuple[str, ...] = ()
    kind: Literal["project_unreachable"] = "project_unreachable"


@dataclass(frozen=True, kw_only=True, slots=True)
class ProjectBack:
    """The bot sees the project, and the `others`, again after `seconds`; what was missed follows."""

    project: str
    seconds: int
    others: tuple[str, ...] = ()
    kind: Literal["project_back"] = "project_back"


@dataclass(frozen=True, kw_only=True, slots=True)
class DestinationLost:
    """A channel cannot be told anything any more; goes to the person who subscribed or asked."""

    channel: str
    project: str
    reason: str
    kind: Literal["destination_lost"] = "destination_lost"


@dataclass(frozen=True, kw_only=True, slots=True)
class SubscriptionChanged:
    """What a channel hears of a project was changed from Slack; said in that channel, with a way back.

    `change` is the id under which it can be undone, `by` the user who changed it, empty where a subscription has ended
    because the access rules do not allow it any more: that cannot be undone. `before` and `after` are the
    subscription as it was and as it is, None where there is none. `undoes`: it took back an earlier change. `undone_by` is
    the user who took this one back; then it is edited in place, and cannot be undone again.
    """

    change: str
    channel: str
    project: str
    by: str
    before: Subscription | None
    after: Subscription | None
    undoes: bool = False
    undone_by: str = ""
    kind: Literal["subscription_changed"] = "subscription_changed"


@dataclass(frozen=True, kw_only=True, slots=True)
class WatchesEnded:
    """A user may not see any more what they watched; goes to them, without a word of what it was."""

    count: int
    kind: Literal["watches_ended"] = "watches_ended"


OtherNotification = (
    VersionCard
    | VersionDeleted
    | OutcomeDigest
    | ProjectUnreachable
    | ProjectBack
    | DestinationLost
    | SubscriptionChanged
    | WatchesEnded
)
Notification = VersionEnded | OtherNotification
# Those whose message changes when they are written again under their key; the others are told once.
EDITED = (VersionCard, SubscriptionChanged)


@dataclass(frozen=True, kw_only=True, slots=True)
class NewPosting:
    """A notification for one destination (a channel id, or a user id for a direct message), not yet a row.

    `key` says what happened and never how it is worded: the second row of a key is dropped, except for what is `EDITED`,
    where it replaces the state to show. `thread_of` is the key of the card whose thread it belongs into, `fallback` the
    user who is told instead if the destination can never be told. With `only_edit` what was never posted is not posted now.
    """

    key: str
    destination: str
    project: str
    version_name: str
    notification: Notification
    thread_of: str = ""
    fallback: str = ""
    only_edit: bool = False


def card_key(destination: str, seen: Seen) -> str:
    """One card per destination and version; a version created anew under an old name gets a new card."""
    version = seen.version
    return f"card/{destination}/{version.project}/{version.name}/{version.created_at}"


def change_key(change: str) -> str:
    """One message for each change of a subscription."""
    return f"subscription/{change}"


def outcome_key(destination: str, seen: Seen, transition: str) -> str:
    """One outcome per destination, version, epoch and transition.

    When the epoch began is part of it: epochs are counted anew once a version has been forgotten.
    """
    version = seen.version
    return f"outcome/{destination}/{version.project}/{version.name}/{seen.epoch}/{seen.since}/{transition}"
