"""Many outcomes of one kind and cause become one message: what waits, what grows, and what has been put together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.domain.notifications import OutcomeDigest, VersionEnded


@dataclass(frozen=True, kw_only=True, slots=True)
class WaitingOutcome:
    """An outcome in the queue of a destination that has not begun to be sent; `id` is its row."""

    id: int
    destination: str
    project: str
    version_name: str
    notification: VersionEnded


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenDigest:
    """A fold that can still grow: it waits, or stands in Slack and can be edited; `id` is its row.

    `began_at` is when the first of its outcomes was written down, `grown_at` when it changed last; unix seconds.
    """

    id: int
    destination: str
    began_at: int
    grown_at: int
    notification: OutcomeDigest


@dataclass(frozen=True, kw_only=True, slots=True)
class Digest:
    """Rows that become one message. `into` is the fold that grows by them, None for a new one."""

    destination: str
    notification: OutcomeDigest
    rows: tuple[int, ...]
    into: int | None = None


Together = Callable[[Sequence[WaitingOutcome], Sequence[OpenDigest]], tuple[Digest, ...]]


@dataclass(frozen=True, kw_only=True, slots=True)
class DigestRule:
    """What is to be told together: `together` decides it for one destination.

    It is asked where more than `more_than` outcomes wait, or where a fold changed later than `grown_since` (unix seconds).
    """

    more_than: int
    grown_since: int
    together: Together


@dataclass(frozen=True, kw_only=True, slots=True)
class DigestPage:
    """Some of the outcomes of a fold, in the order in which they were written down; `total` is how many it has."""

    total: int
    outcomes: tuple[VersionEnded, ...]
