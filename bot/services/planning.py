"""Who is told what about the changes of a look; pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.changes import OUTCOMES, Change, Memory, Seen, Transition
from bot.domain.models import Status
from bot.domain.notifications import (
    NewPosting,
    Notification,
    ProjectBack,
    ProjectUnreachable,
    VersionCard,
    VersionFailed,
    VersionGone,
    VersionMissing,
    VersionStalled,
    VersionSucceeded,
    card_key,
    outcome_key,
)
from bot.domain.watching import Action, Ask, Interest, Watch

# A call to Zadig that is still "in flight" after this many seconds belonged to a process that is gone.
IN_FLIGHT_SECONDS = 15 * 60
# A version that was asked for and never showed up is given up after this many seconds.
MISSING_AFTER_SECONDS = 15 * 60
ENDINGS = frozenset({Transition.SUCCEEDED, Transition.FAILED, Transition.GONE})


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What a look makes worth telling, and which asks and watches it ends."""

    postings: tuple[NewPosting, ...] = ()
    settled_asks: tuple[Ask, ...] = ()
    ended_watches: tuple[Watch, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Audience:
    """One destination and what it wants to hear."""

    destination: str
    fallback: str
    cards: bool = True
    only_failures: bool = False
    in_thread: bool = False


def in_flight(interest: Interest, *, now: int) -> frozenset[str]:
    """Names whose create or retry call is still going on: a settled status seen meanwhile is not to be trusted."""
    return frozenset(
        ask.version_name for ask in interest.asks if ask.in_flight and now - ask.at < IN_FLIGHT_SECONDS
    )


def restarted(interest: Interest, memory: Memory, *, now: int) -> frozenset[str]:
    """Names that were retried through the bot since the last look and whose retry no look has seen yet."""
    busy = in_flight(interest, now=now)
    return frozenset(
        ask.version_name
        for ask in interest.asks
        if ask.action is Action.RETRY
        and ask.version_name not in busy
        and ask.version_name in memory
        and memory[ask.version_name].epoch == ask.epoch
    )


def plan(changes: tuple[Change, ...], memory: Memory, interest: Interest, *, now: int) -> Plan:
    """Turn changes into postings. Asks and watches whose version settled unseen (before the first look) are answered too."""
    postings = [posting for change in changes for posting in _of_change(change, interest, now)]
    postings += _asked_before(changes, memory, interest)
    ended = {
        change.seen.version.name for change in changes if change.transition in ENDINGS and change.was_open
    }
    for change in _unseen(memory, interest, ended, now):
        postings += _outcomes(change, _private_audiences(change.seen, interest), interest, now)
        ended.add(change.seen.version.name)
    busy = in_flight(interest, now=now)
    missing = [ask for ask in interest.asks if _is_missing(ask, memory, busy, now)]
    postings += [_missing(ask) for ask in missing]
    return Plan(
        postings=tuple(postings),
        settled_asks=tuple(
            ask for ask in interest.asks if ask in missing or _over(ask.version_name, ended, busy)
        ),
        ended_watches=tuple(watch for watch in interest.watches if watch.version_name in ended),
    )


def _asked_before(changes: tuple[Change, ...], memory: Memory, interest: Interest) -> Iterator[NewPosting]:
    """Cards of versions that were asked for and that the first look, which announces nothing, finds under way."""
    if changes:
        return
    for ask in interest.asks:
        seen = memory.get(ask.version_name)
        if seen is not None and seen.open:
            change = Change(transition=Transition.PROGRESSED, seen=seen, was_open=True)
            yield _card(change, Audience(destination=ask.channel, fallback=ask.user), interest)


def _over(name: str, ended: set[str], busy: frozenset[str]) -> bool:
    return name in ended and name not in busy


def _of_change(change: Change, interest: Interest, now: int) -> Iterator[NewPosting]:
    audiences = _audiences(change.seen, interest)
    if _worth_a_card(change):
        for audience in audiences:
            if audience.cards:
                yield _card(change, audience, interest)
    if change.was_open or change.transition in (Transition.SUCCEEDED, Transition.FAILED, Transition.STALLED):
        watchers = [
            Audience(destination=watch.user, fallback="")
            for watch in interest.watches
            if watch.version_name == change.seen.version.name
        ]
        yield from _outcomes(change, (*audiences, *watchers), interest, now)


def _worth_a_card(change: Change) -> bool:
    """A version that appears settled gets its outcome only; one deleted long after gets at most an edit."""
    return (
        change.seen.open or change.was_open or change.transition is Transition.GONE or change.seen.epoch > 1
    )


def _audiences(seen: Seen, interest: Interest) -> tuple[Audience, ...]:
    subscribed = tuple(
        Audience(
            destination=subscription.channel,
            fallback=subscription.by,
            cards=subscription.cards,
            only_failures=subscription.only_failures,
            in_thread=subscription.in_thread and subscription.cards,
        )
        for subscription in interest.subscriptions
    )
    ask = interest.ask_for(seen.version.name)
    if ask is None or any(audience.destination == ask.channel for audience in subscribed):
        return subscribed
    return (*subscribed, Audience(destination=ask.channel, fallback=ask.user))


def _private_audiences(seen: Seen, interest: Interest) -> tuple[Audience, ...]:
    """Those who asked for or watch this very version, without the subscriptions."""
    name = seen.version.name
    ask = interest.ask_for(name)
    asked = (Audience(destination=ask.channel, fallback=ask.user),) if ask else ()
    watching = (Audience(destination=w.user, fallback="") for w in interest.watches if w.version_name == name)
    return (*asked, *watching)


def _card(change: Change, audience: Audience, interest: Interest) -> NewPosting:
    seen = change.seen
    return NewPosting(
        key=card_key(audience.destination, seen),
        destination=audience.destination,
        project=seen.version.project,
        version_name=seen.version.name,
        notification=VersionCard(
            version=seen.version,
            since=seen.since,
            asked_by=_asked_by(seen, interest),
            stalled=seen.stalled,
            gone=seen.gone,
        ),
        only_edit=not (seen.open or (change.was_open and change.transition is not Transition.APPEARED)),
    )


def _outcomes(
    change: Change, audiences: tuple[Audience, ...], interest: Interest, now: int
) -> Iterator[NewPosting]:
    if change.transition not in OUTCOMES:
        return
    notification = _outcome(change, _asked_by(change.seen, interest), now)
    for audience in audiences:
        if audience.only_failures and change.transition is Transition.SUCCEEDED:
            continue
        yield NewPosting(
            key=outcome_key(audience.destination, change.seen, change.transition),
            destination=audience.destination,
            project=change.seen.version.project,
            version_name=change.seen.version.name,
            notification=notification,
            thread_of=card_key(audience.destination, change.seen) if audience.in_thread else "",
            fallback=audience.fallback,
        )


def _outcome(change: Change, asked_by: str, now: int) -> Notification:
    version, seconds = change.seen.version, max(0, now - change.seen.since)
    match change.transition:
        case Transition.SUCCEEDED:
            return VersionSucceeded(version=version, seconds=seconds, asked_by=asked_by)
        case Transition.FAILED:
            return VersionFailed(version=version, seconds=seconds, asked_by=asked_by)
        case Transition.STALLED:
            return VersionStalled(version=version, seconds=seconds, asked_by=asked_by)
        case _:
            return VersionGone(version=version, asked_by=asked_by)


def _asked_by(seen: Seen, interest: Interest) -> str:
    ask = interest.ask_for(seen.version.name)
    return ask.user if ask else ""


def _unseen(memory: Memory, interest: Interest, ended: set[str], now: int) -> Iterator[Change]:
    busy = in_flight(interest, now=now)
    waiting = {ask.version_name: ask for ask in interest.asks}
    for name in {*waiting, *(watch.version_name for watch in interest.watches)}:
        seen = memory.get(name)
        if seen is None or seen.open or name in ended or name in busy:
            continue
        ask = waiting.get(name)
        if ask and ask.action is Action.RETRY and seen.epoch == ask.epoch:
            continue
        yield Change(transition=_ending(seen), seen=seen, was_open=False)


def _ending(seen: Seen) -> Transition:
    if seen.gone:
        return Transition.GONE
    return Transition.SUCCEEDED if seen.version.status is Status.SUCCESS else Transition.FAILED


def _is_missing(ask: Ask, memory: Memory, busy: frozenset[str], now: int) -> bool:
    known = ask.version_name in memory or ask.version_name in busy
    return not known and now - ask.at >= MISSING_AFTER_SECONDS


def _missing(ask: Ask) -> NewPosting:
    return NewPosting(
        key=f"missing/{ask.channel}/{ask.project}/{ask.version_name}/{ask.at}",
        destination=ask.channel,
        project=ask.project,
        version_name=ask.version_name,
        notification=VersionMissing(project=ask.project, version_name=ask.version_name, asked_by=ask.user),
        fallback=ask.user,
    )


def outage(interest: Interest, project: str, *, since: int, text: str, remedy: str) -> tuple[NewPosting, ...]:
    """The bot cannot see the project: once for each channel and outage."""
    return _everywhere(
        interest,
        project,
        f"unreachable/{since}",
        ProjectUnreachable(project=project, text=text, remedy=remedy),
    )


def recovery(interest: Interest, project: str, *, since: int, now: int) -> tuple[NewPosting, ...]:
    """The bot sees the project again: once for each channel that was told of the outage."""
    return _everywhere(interest, project, f"back/{since}", ProjectBack(project=project, seconds=now - since))


def _everywhere(
    interest: Interest, project: str, what: str, notification: Notification
) -> tuple[NewPosting, ...]:
    channels = {one.channel: one.by for one in interest.subscriptions}
    channels.update({ask.channel: ask.user for ask in interest.asks if ask.channel not in channels})
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
