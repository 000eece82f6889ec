"""What happened to the versions of a project between two polls; pure, all times in unix seconds."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.domain.models import Status, Version

# How long a settled version stays remembered after it has left the listed page.
FORGET_AFTER_SECONDS = 7 * 24 * 3600
# Some versions never settle: Zadig 4.0.0 to 4.2.1 forgets those that are retried, and old rows carry no status at all.
ABANDONED_AFTER_SECONDS = 7 * 24 * 3600


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """What is remembered of one version.

    `epoch` counts how often it (re)started, from 1. `since` is when the current epoch began: the creation time, or when
    a restart was first seen. `stalled` and `gone` were told once and are not told again in this epoch.
    """

    version: Version
    epoch: int
    since: int
    at: int
    stalled: bool = False
    gone: bool = False

    @property
    def open(self) -> bool:
        """Whether it still has to settle."""
        return not (self.gone or self.version.status.settled)

    def abandoned(self, at: int) -> bool:
        """Whether it has been unsettled for so long that it need not be waited for any more."""
        return self.open and at - self.since >= ABANDONED_AFTER_SECONDS


Memory = Mapping[str, Seen]


@dataclass(frozen=True, kw_only=True, slots=True)
class Poll:
    """One fetch of a project: what was listed (newest first), and which remembered versions are known to be deleted.

    Versions that were created before `read_to` (unix seconds) were not looked for: they are taken to be as they were.
    """

    at: int
    versions: tuple[Version, ...]
    gone: frozenset[str] = frozenset()
    read_to: int = 0


class Transition(StrEnum):
    """What happened to one version; `PROGRESSED` is worth an edit of the card, everything else at least that."""

    APPEARED = "appeared"
    RESTARTED = "restarted"
    PROGRESSED = "progressed"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    STALLED = "stalled"
    GONE = "gone"


OUTCOMES = frozenset({Transition.SUCCEEDED, Transition.FAILED, Transition.STALLED, Transition.GONE})


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One thing that happened. `was_open` says whether the version was known and unsettled just before."""

    transition: Transition
    seen: Seen
    was_open: bool


def same(before: Version, after: Version) -> bool:
    """Whether two versions of one name are one: ids die in an upgrade, and a name can be used again after deletion."""
    return before.id == after.id or 0 < before.created_at == after.created_at


def observe(
    before: Memory, poll: Poll, *, stalled_after: int, restarted: frozenset[str] = frozenset()
) -> dict[str, Seen]:
    """The new memory after a poll.

    `stalled_after` is in seconds. `restarted` names versions that were retried through the bot since the last poll: a
    retry that ends between two polls leaves no other trace.
    """
    after: dict[str, Seen] = {}
    for version in poll.versions:
        if version.name not in after:
            after[version.name] = _observe_one(before.get(version.name), version, poll.at, restarted)
    last = max((seen.at for seen in before.values()), default=0)
    for name, seen in before.items():
        if name in poll.gone:
            after[name] = replace(seen, gone=True, at=poll.at)
        elif name not in after and seen.at == last and seen.version.created_at < poll.read_to:
            after[name] = replace(seen, at=poll.at)
        elif name not in after and _worth_keeping(seen, poll.at):
            after[name] = seen
    return {name: _mark_stalled(seen, poll.at, stalled_after) for name, seen in after.items()}


def _worth_keeping(seen: Seen, at: int) -> bool:
    return (seen.open and not seen.abandoned(at)) or at - seen.at < FORGET_AFTER_SECONDS


def _observe_one(before: Seen | None, version: Version, at: int, restarted: frozenset[str]) -> Seen:
    if before is None or not same(before.version, version):
        epoch = 1 if before is None else before.epoch + 1
        since = at if version.status is Status.RETRYING else version.created_at
        return Seen(version=version, epoch=epoch, since=since, at=at)
    kept = as_known(before.version, version)
    if before.version.status.settled and (
        kept.status is not before.version.status or version.name in restarted
    ):
        return Seen(version=kept, epoch=before.epoch + 1, since=at, at=at)
    return replace(before, version=kept, at=at, gone=False)


def as_known(before: Version, after: Version) -> Version:
    """A version as a list shows it, with what is known of it from before: how it ended, its labels and its progress."""
    return _keep_details(before, _keep_outcome(before, after))


def _keep_outcome(before: Version, after: Version) -> Version:
    """What settled while Zadig's word for it stays `creating` or `retrying` does not start again for being listed so."""
    unsettled_word = after.status_word in (Status.CREATING, Status.RETRYING)
    lost_sight_of = before.status.settled and unsettled_word and before.status_word == after.status_word
    return replace(after, status=before.status) if lost_sight_of else after


def _keep_details(before: Version, after: Version) -> Version:
    """A list carries neither labels nor progress; what a details call said stays known while the status does."""
    labels = before.labels if after.labels is None else after.labels
    stale = after.progress is None and before.status is after.status
    return replace(after, labels=labels, progress=before.progress if stale else after.progress)


def _mark_stalled(seen: Seen, at: int, stalled_after: int) -> Seen:
    return replace(seen, stalled=True) if seen.open and at - seen.since >= stalled_after else seen


def changes(before: Memory, after: Memory) -> tuple[Change, ...]:
    """Everything that happened between two memories, oldest version first; nothing twice for the same pair.

    A version that is older than all that was remembered has not been created now, it has only come into view.
    """
    view = min((seen.version.created_at for seen in before.values() if not seen.gone), default=0)
    news = [seen for name, seen in after.items() if name in before or seen.version.created_at >= view]
    ordered = sorted(news, key=lambda seen: (seen.version.created_at, seen.version.name))
    return tuple(change for seen in ordered for change in _changes_of(before.get(seen.version.name), seen))


def _changes_of(before: Seen | None, after: Seen) -> Iterator[Change]:
    was_open = before is not None and before.open
    if before is not None and not before.gone and not same(before.version, after.version):
        yield Change(transition=Transition.GONE, seen=replace(before, gone=True), was_open=was_open)
        was_open = False
    for transition in _transitions(before, after):
        yield Change(transition=transition, seen=after, was_open=was_open)


def _transitions(before: Seen | None, after: Seen) -> Iterator[Transition]:
    if before is None or not same(before.version, after.version):
        yield Transition.APPEARED
    elif after.epoch > before.epoch:
        yield Transition.RESTARTED
    elif _looks_different(before, after) or (before.gone and not after.gone):
        yield Transition.PROGRESSED
    fresh = before is None or before.epoch < after.epoch
    if after.gone:
        if fresh or (before and not before.gone):
            yield Transition.GONE
    elif after.version.status.settled:
        if fresh or (before and not before.version.status.settled):
            yield Transition.SUCCEEDED if after.version.status is Status.SUCCESS else Transition.FAILED
    elif after.stalled and (fresh or (before and not before.stalled)):
        yield Transition.STALLED


def _looks_different(before: Seen, after: Seen) -> bool:
    old, new = before.version, after.version
    return (old.status_word, old.progress, old.labels, old.id) != (
        new.status_word,
        new.progress,
        new.labels,
        new.id,
    )
