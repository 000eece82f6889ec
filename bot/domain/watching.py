"""Who wants to hear of what: subscriptions of channels, watches of people, and asks that came from Slack."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.changes import Seen


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
    """What somebody asked for."""

    CREATE = "create"
    RETRY = "retry"


@dataclass(frozen=True, kw_only=True, slots=True)
class Ask:
    """Somebody in Slack asked for a version; kept until its outcome has been written down.

    While `in_flight` the call to Zadig is not over, or its end is not known, and a settled status seen meanwhile can be a
    lie that the call's last write takes back. `epoch` is that of the name when the ask was made, 0 if it was unknown: what
    is created has a later one. `channel` is where it was asked; it hears the outcome even without a subscription.
    """

    project: str
    version_name: str
    action: Action
    user: str
    channel: str
    at: int
    epoch: int = 0
    in_flight: bool = True

    def is_for(self, seen: Seen) -> bool:
        """Whether this life of the name is what was asked for, and not one before it that was deleted."""
        return seen.epoch > self.epoch or (self.action is Action.RETRY and seen.epoch == self.epoch)


@dataclass(frozen=True, kw_only=True, slots=True)
class Interest:
    """Everybody who wants to hear of one project."""

    subscriptions: tuple[Subscription, ...] = ()
    watches: tuple[Watch, ...] = ()
    asks: tuple[Ask, ...] = ()

    @property
    def nobody(self) -> bool:
        return not (self.subscriptions or self.watches or self.asks)

    def asks_for(self, seen: Seen) -> tuple[Ask, ...]:
        """Those who asked for this very version, the latest last."""
        mine = [ask for ask in self.asks if ask.version_name == seen.version.name and ask.is_for(seen)]
        return tuple(sorted(mine, key=lambda ask: ask.at))
