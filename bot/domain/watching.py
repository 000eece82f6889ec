"""Who wants to hear of what: subscriptions of channels, watches of people, and what was asked or deleted from Slack."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.changes import Seen
from bot.domain.models import Version
from bot.domain.record import Recorded, Result, requesters

# A version that was asked for and never showed up is given up after this many seconds.
MISSING_AFTER_SECONDS = 15 * 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Subscription:
    """A channel's standing wish to hear of a project.

    `only_failures` leaves out successes; `in_thread` puts outcomes under the card instead of into the channel;
    `cards` False leaves the card out. `since` is in unix seconds, `by` the Slack user who subscribed.
    """

    channel: str
    project: str
    by: str
    since: int
    only_failures: bool = False
    in_thread: bool = False
    cards: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Watch:
    """One person following one version until it settles or is gone; told by direct message."""

    user: str
    project: str
    version_name: str
    since: int


class Action(StrEnum):
    """What a user asked for."""

    CREATE = "create"
    RETRY = "retry"


@dataclass(frozen=True, kw_only=True, slots=True)
class PendingRequest:
    """A user in Slack asked for a version; kept until its outcome has been written down.

    While `in_flight` the call to Zadig is not over, or its end is not known, and a settled status seen meanwhile can be a
    lie that the call's last write takes back. `epoch` is that of the name when the ask was made, 0 if it was unknown: what
    is created has a later one. `channel` is where it was asked; it hears the outcome even without a subscription. `request` is
    its id in the record.
    """

    project: str
    version_name: str
    action: Action
    user: str
    channel: str
    at: int
    epoch: int = 0
    in_flight: bool = True
    request: str = ""

    def is_for(self, seen: Seen) -> bool:
        """Whether this life of the name is what was asked for, and not one before it that was deleted."""
        return seen.epoch > self.epoch or (self.action is Action.RETRY and seen.epoch == self.epoch)


@dataclass(frozen=True, kw_only=True, slots=True)
class Deletion:
    """A user in Slack deletes a version; written down before Zadig is asked, kept until a poll has seen what came of it.

    `created_at` is the version's (unix seconds): its name can be used again. `at` is when it was asked for, `request` its id
    in the record.
    """

    project: str
    version_name: str
    created_at: int
    user: str
    at: int
    request: str = ""

    def is_of(self, version: Version) -> bool:
        """Whether this is the version that was meant, and not another of its name."""
        return version.name == self.version_name and version.created_at == self.created_at


@dataclass(frozen=True, kw_only=True, slots=True)
class Interest:
    """All who want to hear of one project, and the users who are deleting versions of it.

    `requests` are those of the record that matter to what has just happened.
    """

    subscriptions: tuple[Subscription, ...] = ()
    watches: tuple[Watch, ...] = ()
    asks: tuple[PendingRequest, ...] = ()
    deletions: tuple[Deletion, ...] = ()
    requests: tuple[Recorded, ...] = ()

    def asks_for(self, seen: Seen) -> tuple[PendingRequest, ...]:
        """Those who asked for this very version, the latest last."""
        mine = [ask for ask in self.asks if ask.version_name == seen.version.name and ask.is_for(seen)]
        return tuple(sorted(mine, key=lambda ask: ask.at))

    def asked_by(self, seen: Seen) -> str:
        """Who asked for what is going on with this version, else for the version itself; empty if no one did."""
        asks = self.asks_for(seen)
        return asks[-1].user if asks else requesters(seen.version, self.requests).requested_by

    def is_accepted(self, request: str) -> bool:
        """Whether Zadig has done what was asked for in the request of this id."""
        return any(one.request.id == request and one.has(Result.ACCEPTED) for one in self.requests)

    def deleted_by(self, seen: Seen) -> str:
        """Who deleted this version from Slack, the latest to try; empty if it is there, or went in another way."""
        mine = [one for one in self.deletions if seen.gone and one.is_of(seen.version)]
        return max(mine, key=lambda one: one.at).user if mine else ""
