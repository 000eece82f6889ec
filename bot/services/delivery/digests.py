"""When much happens at once: outcomes that wait for a destination and belong together become one message; pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from zlib import crc32

from bot.domain.digests import Digest, DigestRule, OpenDigest, WaitingOutcome
from bot.domain.endings import Ending
from bot.domain.notifications import (
    OutcomeDigest,
    Tally,
    VersionEnded,
)

# Of a long reason so many words count: what follows is mostly the other side's stack.
REASON_WORDS, REASON_CHARACTERS = 30, 1000
MAX_REASONS = 20
MAX_NAMES = 50
_PUNCTUATION = ".,;:!?'\"`()[]{}<>"
_NAME = "#"


@dataclass(frozen=True, kw_only=True, slots=True)
class DigestPolicy:
    """More than `more_than` outcomes that belong together become one message.

    It grows by edits until nothing has joined it for `grow_for` seconds, and at most for `longest`: an edit notifies
    no one, so what comes later is told anew.
    """

    more_than: int = 5
    grow_for: int = 120
    longest: int = 1800

    def at(self, now: int) -> DigestRule:
        """The policy as the store needs it; `now` in unix seconds."""
        return DigestRule(
            more_than=self.more_than,
            grown_since=now - self.grow_for,
            together=lambda waiting, standing: plan_folds(waiting, standing, now=now, policy=self),
        )


def plan_folds(
    waiting: Sequence[WaitingOutcome], standing: Sequence[OpenDigest], *, now: int, policy: DigestPolicy
) -> tuple[Digest, ...]:
    """The folds of one destination.

    Outcomes of one kind belong together if they share a project or a reason, also by way of others. Users who asked for one
    and has not been mentioned yet is told in a new message.
    """
    folds: list[Digest] = []
    for kind in dict.fromkeys(one.notification.kind for one in waiting):
        mine = [one for one in waiting if one.notification.kind == kind]
        growing = [one for one in standing if one.notification.of == kind and _grows(one, now, policy)]
        folds += _of_kind(mine, growing, policy)
    return tuple(folds)


def _grows(fold: OpenDigest, now: int, policy: DigestPolicy) -> bool:
    return now - fold.grown_at < policy.grow_for and now - fold.began_at < policy.longest


def _of_kind(
    waiting: Sequence[WaitingOutcome], standing: Sequence[OpenDigest], policy: DigestPolicy
) -> Iterator[Digest]:
    for rows, folds in _together(waiting, standing):
        joining = [one for one in rows if folds and _is_mentioned(one, folds[-1])]
        left = [one for one in rows if one not in joining]
        if joining:
            yield _fold(joining, folds[-1])
        if len(left) > policy.more_than:
            yield _fold(left, None)


def _is_mentioned(one: WaitingOutcome, fold: OpenDigest) -> bool:
    asker = one.notification.asked_by
    return not asker or asker in fold.notification.asked_by


def _together(
    waiting: Sequence[WaitingOutcome], standing: Sequence[OpenDigest]
) -> Iterator[tuple[list[WaitingOutcome], list[OpenDigest]]]:
    """The rows, and the folds beside them, that hang together by their causes."""
    groups: dict[str, str] = {}

    def root(cause: str) -> str:
        while (above := groups.setdefault(cause, cause)) != cause:
            groups[cause] = groups[above]
            cause = groups[cause]
        return cause

    for causes in [*map(_causes, waiting), *(one.notification.causes for one in standing)]:
        for cause in causes[1:]:
            groups[root(cause)] = root(causes[0])
    rows, folds = defaultdict(list), defaultdict(list)
    for row in waiting:
        rows[root(_causes(row)[0])].append(row)
    for fold in standing:
        folds[root(fold.notification.causes[0])].append(fold)
    return ((together, folds[group]) for group, together in rows.items())


def _causes(row: WaitingOutcome) -> tuple[str, ...]:
    reason = reason_of(row.notification)
    return (_short("project", row.project), *([_short("reason", pattern(reason))] if reason else []))


def _short(what: str, text: str) -> str:
    return f"{what[0]}{crc32(text.encode(errors='surrogatepass')):08x}"


def reason_of(outcome: VersionEnded) -> str:
    """Why a version failed; empty for everything else, and where Zadig recorded none."""
    version = outcome.version if outcome.ending is Ending.FAILED else None
    return (version.meaning or version.reason).strip() if version else ""


def pattern(reason: str) -> str:
    """A reason without what differs from version to version: names, numbers, addresses."""
    words = (word.strip(_PUNCTUATION) for word in reason[:REASON_CHARACTERS].lower().split()[:REASON_WORDS])
    shown = [word if word.isalpha() else _NAME for word in words if word]
    return " ".join(word for before, word in zip(["", *shown], shown, strict=False) if word != before)


def _fold(rows: Sequence[WaitingOutcome], into: OpenDigest | None) -> Digest:
    first = rows[0]
    before = into.notification if into else _nothing(first, min(one.id for one in rows))
    outcomes = [one.notification for one in rows]
    notification = replace(
        before,
        count=before.count + len(rows),
        projects=_tallied(before.projects, (one.project for one in rows)),
        reasons=_reasons(before.reasons, filter(None, map(reason_of, outcomes))),
        names=(*before.names, *(f"{one.project}/{one.version_name}" for one in rows))[:MAX_NAMES],
        asked_by=_each_once(before.asked_by, (one.asked_by for one in outcomes)),
        causes=_each_once(before.causes, (cause for one in rows for cause in _causes(one))),
        unseen=max(before.unseen, *(one.unseen for one in outcomes)),
    )
    return Digest(
        destination=first.destination,
        notification=notification,
        rows=tuple(one.id for one in rows),
        into=into.id if into else None,
    )


def _nothing(first: WaitingOutcome, number: int) -> OutcomeDigest:
    return OutcomeDigest(fold=str(number), of=first.notification.kind, count=0)


def _each_once(known: Iterable[str], further: Iterable[str]) -> tuple[str, ...]:
    return tuple(filter(None, dict.fromkeys([*known, *further])))


def _tallied(known: Iterable[Tally], further: Iterable[str]) -> tuple[Tally, ...]:
    counts = Counter({one.of: one.count for one in known})
    counts.update(further)
    return tuple(Tally(of=of, count=count) for of, count in counts.most_common())


def _reasons(known: Iterable[Tally], further: Iterable[str]) -> tuple[Tally, ...]:
    """By pattern, each as it was said first."""
    said: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for reason, count in [*((one.of, one.count) for one in known), *((reason, 1) for reason in further)]:
        counts[pattern(reason)] += count
        said.setdefault(pattern(reason), reason[:REASON_CHARACTERS])
    return tuple(Tally(of=said[key], count=count) for key, count in counts.most_common(MAX_REASONS))
