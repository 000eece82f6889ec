"""Who hears of a version: the channels that subscribed, those that asked, and who is told instead of a channel that is lost; pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.domain.changes import OUTCOMES, Change, Seen, Transition
from bot.domain.notifications import DestinationLost, Fallback, NewPosting, VersionCard, VersionEnded
from bot.domain.ports import Posting
from bot.domain.watching import Interest, Subscription


@dataclass(frozen=True, kw_only=True, slots=True)
class Audience:
    """One destination and what it wants to hear; `asked` if what is told of was asked for there."""

    destination: str
    fallback: str = ""
    cards: bool = True
    only_failures: bool = False
    in_thread: bool = False
    asked: bool = False

    def hears(self, change: Change) -> bool:
        """Whether this is an outcome for it."""
        filtered = self.only_failures and change.transition is Transition.SUCCEEDED
        on_card = is_stalled_news(change) and self.cards and not self.asked
        return is_outcome(change) and not filtered and not on_card


def is_outcome(change: Change) -> bool:
    """That a version is deleted long after it settled is none."""
    return change.transition in OUTCOMES and (change.was_open or change.transition is not Transition.GONE)


def is_stalled_news(change: Change) -> bool:
    """Whether a version has stalled before it was seen: a card and a message would say the same in the same words."""
    first = change.transition in (Transition.APPEARED, Transition.STALLED) and not change.was_open
    return first and change.seen.stalled


def audiences(seen: Seen, interest: Interest) -> tuple[Audience, ...]:
    """Those who subscribed and those who asked, each once. Who asked hears successes whatever the channel's filter says."""
    found = {
        one.channel: Audience(
            destination=one.channel,
            fallback=one.by,
            cards=one.cards,
            only_failures=one.only_failures,
            in_thread=one.in_thread and one.cards,
        )
        for one in interest.subscriptions
    }
    for ask in interest.asks_for(seen):
        subscribed = found.get(ask.channel, Audience(destination=ask.channel))
        found[ask.channel] = replace(subscribed, fallback=ask.user, only_failures=False, asked=True)
    return tuple(found.values())


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
    """The same for the person who is told instead of the channel, and why; a card alone is not worth telling anyone.

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
