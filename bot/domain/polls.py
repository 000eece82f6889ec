"""The right to poll a project, and what a poll leaves behind."""

from dataclasses import dataclass

from bot.domain.changes import Memory
from bot.domain.notifications import NewPosting
from bot.domain.outages import Trouble
from bot.domain.record import RequestResult
from bot.domain.revisions import Revision
from bot.domain.watching import Deletion, PendingRequest, Watch


@dataclass(frozen=True, kw_only=True, slots=True)
class PollClaim:
    """The right to poll a project for a while.

    `failures` looks in a row have failed, for the cause of `trouble` since `failing_since` (unix seconds). `late`: for so
    many seconds the project has been due. `seen_at` is when the last poll was that worked, None before the first.
    """

    project: str
    fence: int
    failures: int = 0
    failing_since: int | None = None
    trouble: Trouble | None = None
    late: int = 0
    seen_at: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class PollOutcome:
    """What a poll leaves behind, written in one transaction.

    `memory` None keeps the old one (the poll failed, and `trouble` says why). `settled_asks`, `ended_watches` and
    `ended_deletions` are over, `results` is what came of requests, `revisions` what
    messages that stand have to say from now on. `next_in` seconds. `seen_at` is when the poll was at which `memory` was seen, in unix seconds.
    """

    claim: PollClaim
    next_in: float
    memory: Memory | None = None
    seen_at: int | None = None
    postings: tuple[NewPosting, ...] = ()
    settled_asks: tuple[PendingRequest, ...] = ()
    ended_watches: tuple[Watch, ...] = ()
    ended_deletions: tuple[Deletion, ...] = ()
    results: tuple[RequestResult, ...] = ()
    revisions: tuple[Revision, ...] = ()
    failures: int = 0
    failing_since: int | None = None
    trouble: Trouble | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """How much there is to do: postings that wait, for how many seconds the oldest has, and projects, those failing too."""

    waiting: int
    oldest: int
    projects: int
    failing: int
