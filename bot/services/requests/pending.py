"""What became of asks, watches and deletions: which of them still wait, and which are over without a change; pure."""

from collections.abc import Mapping
from enum import StrEnum

from bot.domain.changes import ABANDONED_AFTER_SECONDS, Memory, Seen
from bot.domain.watching import MISSING_AFTER_SECONDS, Action, Deletion, Interest, PendingRequest, Watch

# A call to Zadig has ended after this many seconds, no matter who made it: five minutes are its deadline.
IN_FLIGHT_SECONDS = 6 * 60


class PendingState(StrEnum):
    """Where an ask or a watch stands. All but `WAITS` are over."""

    WAITS = "waits"
    ENDED = "ended"
    NOT_BEGUN = "not begun"  # it is unknown whether Zadig got the retry; the version has failed and stays so
    MISSING = "missing"
    ABANDONED = "abandoned"


def in_flight(interest: Interest, *, now: int) -> Mapping[str, Action]:
    """What is going on by name: create and retry calls that may not be over. A settled status seen meanwhile can be a lie."""
    return {
        ask.version_name: ask.action
        for ask in sorted(interest.asks, key=lambda ask: ask.at)
        if ask.in_flight and now - ask.at < IN_FLIGHT_SECONDS
    }


def restarted(interest: Interest, memory: Memory, *, now: int) -> frozenset[str]:
    """Names whose retry Zadig has accepted and no poll has seen yet. One of which no one knows may never have begun."""
    busy = in_flight(interest, now=now)
    return frozenset(
        ask.version_name
        for ask in interest.asks
        if ask.action is Action.RETRY
        and not ask.in_flight
        and ask.version_name not in busy
        and ask.version_name in memory
        and memory[ask.version_name].epoch == ask.epoch
    )


def standing_of_ask(ask: PendingRequest, seen: Seen | None, *, busy: bool, now: int) -> PendingState:
    """Where an ask stands after a poll; `seen` is what is remembered of its name, `busy` that a call for it goes on."""
    if busy:
        return PendingState.WAITS
    if seen is None or not ask.is_for(seen):
        return PendingState.MISSING if now - ask.at >= MISSING_AFTER_SECONDS else PendingState.WAITS
    if seen.open or seen.gone:
        return _standing(seen, ask.at, now)
    if ask.action is Action.RETRY and seen.epoch == ask.epoch:
        return PendingState.NOT_BEGUN if ask.in_flight else PendingState.WAITS
    return PendingState.ENDED


def standing_of_watch(watch: Watch, seen: Seen | None, *, busy: bool, now: int) -> PendingState:
    """Where a watch stands after a poll. A version was there when its watch began, so one that is not has been deleted."""
    if busy:
        return PendingState.WAITS
    return PendingState.MISSING if seen is None else _standing(seen, watch.since, now)


def _standing(seen: Seen, since: int, now: int) -> PendingState:
    if not seen.open:
        return PendingState.ENDED
    patient = seen.abandoned(now) and now - since >= ABANDONED_AFTER_SECONDS
    return PendingState.ABANDONED if patient else PendingState.WAITS


def is_gone(deletion: Deletion, memory: Memory, interest: Interest) -> bool:
    """Whether the version that was meant no longer exists.

    What no poll has ever seen is gone if Zadig has said so: it may stand where looks do not reach.
    """
    seen = memory.get(deletion.version_name)
    if seen is None:
        return interest.is_accepted(deletion.request)
    return seen.gone or not deletion.is_of(seen.version)


def is_over(deletion: Deletion, *, now: int) -> bool:
    """Whether the call has ended, whatever came of it."""
    return now - deletion.at >= IN_FLIGHT_SECONDS
