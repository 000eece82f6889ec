"""Who hears of a version: the channels that subscribed and those that asked, each once, and what each wants to hear; pure."""

from dataclasses import dataclass, replace

from bot.domain.changes import OUTCOMES, Change, Seen, Transition
from bot.domain.watching import Interest


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
    """Whether a version has stalled before anybody saw it: a card and a message would say the same in the same words."""
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
