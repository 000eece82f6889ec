"""The right to look at a project, and what a look leaves behind."""

from dataclasses import dataclass

from bot.domain.changes import Memory
from bot.domain.notifications import NewPosting
from bot.domain.watching import Ask, Watch


@dataclass(frozen=True, kw_only=True, slots=True)
class LookClaim:
    """The right to look at a project for a while. `failing_since` (unix seconds) if the last look failed and that was told."""

    project: str
    fence: int
    failures: int = 0
    failing_since: int | None = None
    told: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class LookOutcome:
    """What a look leaves behind, written in one transaction.

    `memory` None keeps the old one (the look failed). `settled_asks` and `ended_watches` are over. `next_in` seconds.
    """

    claim: LookClaim
    next_in: float
    memory: Memory | None = None
    postings: tuple[NewPosting, ...] = ()
    settled_asks: tuple[Ask, ...] = ()
    ended_watches: tuple[Watch, ...] = ()
    failures: int = 0
    failing_since: int | None = None
    told: bool = False
