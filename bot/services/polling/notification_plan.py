"""Who is told what about the changes of a poll; pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from bot.domain.changes import Change, Memory, Seen, Transition
from bot.domain.endings import ENDING_OF, FINAL, Ending
from bot.domain.models import Status, Version
from bot.domain.notifications import (
    NewPosting,
    VersionCard,
    VersionEnded,
    card_key,
    outcome_key,
)
from bot.domain.revisions import attempt_of
from bot.domain.watching import Deletion, Interest, PendingRequest, Watch
from bot.services.audience.recipients import Audience, audiences, is_outcome, is_stalled_news
from bot.services.requests import pending
from bot.services.requests.pending import PendingState


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What a poll makes worth telling, and which asks, watches and deletions it ends; `gone_deletions` have come true."""

    postings: tuple[NewPosting, ...] = ()
    settled_asks: tuple[PendingRequest, ...] = ()
    ended_watches: tuple[Watch, ...] = ()
    ended_deletions: tuple[Deletion, ...] = ()
    gone_deletions: tuple[Deletion, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Scene:
    """Everything that the parts of a plan need."""

    changes: tuple[Change, ...]
    memory: Memory
    interest: Interest
    now: int
    unseen: int
    first: bool

    def busy(self, name: str) -> bool:
        return name in pending.in_flight(self.interest, now=self.now)

    def endings_of(self, name: str) -> Iterator[Change]:
        """The outcomes that end asks and watches of this name."""
        for change in self.changes:
            if change.seen.version.name == name and change.transition in FINAL and is_outcome(change):
                yield change


def plan(
    changes: tuple[Change, ...],
    memory: Memory,
    interest: Interest,
    *,
    now: int,
    unseen: int = 0,
    first: bool = False,
) -> Plan:
    """Turn changes into postings. Asks and watches whose version settled unseen (before the first poll) are answered too.

    For `unseen` seconds no poll was possible: what has changed can be so old. The `first` look knows nothing from before.
    """
    scene = _Scene(changes=changes, memory=memory, interest=interest, now=now, unseen=unseen, first=first)
    asks = {ask: end for ask in interest.asks if (end := _end_of_ask(ask, scene)) is not None}
    watches = {watch: end for watch in interest.watches if (end := _end_of_watch(watch, scene)) is not None}
    postings = [posting for change in changes for posting in _of_change(change, scene)]
    postings += _cards_of_asks(scene)
    for end in (*asks.values(), *watches.values()):
        postings += end
    gone = tuple(one for one in interest.deletions if pending.is_gone(one, memory, interest))
    over = tuple(one for one in interest.deletions if one in gone or pending.is_over(one, now=now))
    return Plan(
        postings=_once(postings),
        settled_asks=tuple(asks),
        ended_watches=tuple(watches),
        ended_deletions=over,
        gone_deletions=gone,
    )


def _once(postings: Iterable[NewPosting]) -> tuple[NewPosting, ...]:
    """One of each key, and one that may be posted rather than one that may only be edited."""
    kept: dict[str, NewPosting] = {}
    for posting in postings:
        if posting.key not in kept or kept[posting.key].only_edit:
            kept[posting.key] = posting
    return tuple(kept.values())


def _of_change(change: Change, scene: _Scene) -> Iterator[NewPosting]:
    channels = audiences(change.seen, scene.interest)
    for audience in channels:
        if audience.cards and _worth_a_card(change):
            yield _card(change, audience, scene.interest)
    watchers = (
        Audience(destination=watch.user, cards=False) for watch in _watches(change.seen, scene.interest)
    )
    yield from _outcomes(change, (*channels, *watchers), scene)


def _worth_a_card(change: Change) -> bool:
    """Every version gets a card, also one that appears settled; what happens to it long after is at most an edit."""
    unsettled = change.seen.open or change.was_open
    return unsettled or is_outcome(change) or change.transition is Transition.GONE or change.seen.epoch > 1


def _watches(seen: Seen, interest: Interest) -> Iterator[Watch]:
    return (watch for watch in interest.watches if watch.version_name == seen.version.name)


def _cards_of_asks(scene: _Scene) -> Iterator[NewPosting]:
    """Cards of versions that were asked for and are under way, although nothing has just happened to them.

    The first poll announces nothing, and a version can be seen before the ask that it came from.
    """
    changed = {change.seen.version.name for change in scene.changes}
    for name in dict.fromkeys(ask.version_name for ask in scene.interest.asks):
        seen = scene.memory.get(name)
        if name in changed or seen is None or not seen.open or (seen.stalled and not scene.first):
            continue
        asked = {ask.channel for ask in scene.interest.asks_for(seen)}
        change = Change(transition=Transition.PROGRESSED, seen=seen, was_open=True)
        for audience in audiences(seen, scene.interest):
            if audience.destination in asked and audience.cards:
                yield _card(change, audience, scene.interest)


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
            asked_by=interest.asked_by(seen),
            stalled=seen.stalled,
            gone=seen.gone,
            deleted_by=interest.deleted_by(seen),
        ),
        only_edit=not (seen.open or is_outcome(change)) or (audience.asked and is_stalled_news(change)),
    )


def _outcomes(change: Change, audiences: Iterable[Audience], scene: _Scene) -> Iterator[NewPosting]:
    notification = _outcome(change, scene)
    for audience in audiences:
        if notification is not None and audience.hears(change):
            yield NewPosting(
                key=outcome_key(audience.destination, change.seen, change.transition),
                destination=audience.destination,
                project=change.seen.version.project,
                version_name=change.seen.version.name,
                notification=notification,
                thread_of=card_key(audience.destination, change.seen) if audience.in_thread else "",
                fallback=audience.fallback,
            )


def _outcome(change: Change, scene: _Scene) -> VersionEnded | None:
    """What is told of a change besides its card; None where nothing has ended."""
    ending = ENDING_OF.get(change.transition)
    if ending is None:
        return None
    seconds = max(0, scene.now - change.seen.since)
    gone, stalled = ending is Ending.GONE, ending is Ending.STALLED
    return VersionEnded(
        ending=ending,
        version=change.seen.version,
        seconds=0 if gone else seconds,
        asked_by=scene.interest.asked_by(change.seen),
        deleted_by=scene.interest.deleted_by(change.seen) if gone else "",
        unseen=0 if stalled else min(scene.unseen, seconds),
        attempt="" if gone or stalled else attempt_of(change.seen),
    )


def _end_of_ask(ask: PendingRequest, scene: _Scene) -> list[NewPosting] | None:
    """What the asker alone has still to be told now that the ask is over; None while it waits."""
    name = ask.version_name
    busy, seen = scene.busy(name), scene.memory.get(name)
    for change in scene.endings_of(name):
        if ask.is_for(change.seen) and (not busy or change.transition is Transition.GONE):
            return []
    audience = Audience(destination=ask.channel, fallback=ask.user)
    match pending.standing_of_ask(ask, seen, busy=busy, now=scene.now):
        case PendingState.WAITS:
            return None
        case PendingState.MISSING:
            return [_missing(ask)]
        case PendingState.NOT_BEGUN:
            return [replace(told, key=f"{told.key}/{ask.at}") for told in _private(seen, audience, scene)]
        case _:
            return _private(seen, audience, scene)


def _end_of_watch(watch: Watch, scene: _Scene) -> list[NewPosting] | None:
    """What the watcher alone has still to be told now that the watch is over; None while it waits."""
    name = watch.version_name
    seen = scene.memory.get(name)
    if any(scene.endings_of(name)):
        return []
    match pending.standing_of_watch(watch, seen, busy=scene.busy(name), now=scene.now):
        case PendingState.WAITS:
            return None
        case PendingState.MISSING:
            return [_vanished(watch)]
        case _:
            return _private(seen, Audience(destination=watch.user), scene)


def _private(seen: Seen | None, audience: Audience, scene: _Scene) -> list[NewPosting]:
    """How a version ended before the first poll; nothing for one that is not waited for any more."""
    if seen is None or seen.open:
        return []
    change = Change(transition=_ending(seen), seen=seen, was_open=True)
    return list(_outcomes(change, [audience], scene))


def _ending(seen: Seen) -> Transition:
    if seen.gone:
        return Transition.GONE
    return Transition.SUCCEEDED if seen.version.status is Status.SUCCESS else Transition.FAILED


def _missing(ask: PendingRequest) -> NewPosting:
    return NewPosting(
        key=f"missing/{ask.channel}/{ask.project}/{ask.version_name}/{ask.at}",
        destination=ask.channel,
        project=ask.project,
        version_name=ask.version_name,
        notification=VersionEnded(
            ending=Ending.MISSING,
            version=Version.unseen(ask.project, ask.version_name),
            asked_by=ask.user,
        ),
        fallback=ask.user,
    )


def _vanished(watch: Watch) -> NewPosting:
    """Deleted between the click and the first poll: nothing but its name is known."""
    return NewPosting(
        key=f"vanished/{watch.user}/{watch.project}/{watch.version_name}/{watch.since}",
        destination=watch.user,
        project=watch.project,
        version_name=watch.version_name,
        notification=VersionEnded(
            ending=Ending.GONE, version=Version.unseen(watch.project, watch.version_name)
        ),
    )
