"""What keeps the bot from seeing projects, and who has been told of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.errors import (
    LicenceMissing,
    NotFound,
    NotPermitted,
    Refused,
    ReleaseBotError,
    Unauthorized,
)
from bot.domain.notifications import NewPosting


class Cause(StrEnum):
    """Why a poll failed, as far as it makes a difference to people."""

    AWAY = "away"  # Zadig does not answer, or what answers is not Zadig
    TOKEN = "token"  # noqa: S105 - what is refused, not a secret
    LICENCE = "licence"
    FORBIDDEN = "forbidden"
    MISSING = "missing"
    REFUSED = "refused"


# These concern Zadig as a whole: if nothing can be seen, it is said once and not for each project.
WHOLE = frozenset({Cause.AWAY, Cause.TOKEN, Cause.LICENCE})
_CAUSES: tuple[tuple[type[ReleaseBotError], Cause], ...] = (
    (Unauthorized, Cause.TOKEN),
    (LicenceMissing, Cause.LICENCE),
    (NotPermitted, Cause.FORBIDDEN),
    (NotFound, Cause.MISSING),
    (Refused, Cause.REFUSED),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Trouble:
    """Why the last poll failed: a sentence and what to do."""

    cause: Cause
    text: str
    remedy: str = ""


def trouble_of(error: ReleaseBotError) -> Trouble:
    """The trouble that an error of a poll means."""
    cause = next((cause for kind, cause in _CAUSES if isinstance(error, kind)), Cause.AWAY)
    return Trouble(cause=cause, text=str(error), remedy=error.lasting_remedy)


@dataclass(frozen=True, kw_only=True, slots=True)
class Failing:
    """A project whose last polls, `failures` in a row, have failed for one cause since `since` (unix seconds)."""

    project: str
    trouble: Trouble
    failures: int
    since: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Outage:
    """What a channel has been told and not been told the end of. Without `projects` it is Zadig as a whole."""

    channel: str
    cause: Cause
    since: int
    projects: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        return not self.projects


@dataclass(frozen=True, kw_only=True, slots=True)
class Situation:
    """Everything that a review of outages needs. `followed` says by channel which projects it hears of.

    `last_seen` is when any project was seen last (unix seconds), 0 if none ever was.
    """

    failing: tuple[Failing, ...] = ()
    outages: tuple[Outage, ...] = ()
    followed: Mapping[str, tuple[str, ...]]
    last_seen: int = 0

    @property
    def projects(self) -> frozenset[str]:
        return frozenset(project for some in self.followed.values() for project in some)


@dataclass(frozen=True, kw_only=True, slots=True)
class Word:
    """A channel is told that an outage began or ended; without a posting it is only noted."""

    outage: Outage
    posting: NewPosting | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Review:
    """What comes of a review. `over`: Zadig as a whole answers again, so what still fails begins to fail anew.

    `seen` is the project that has just been seen, if one has: the next review must not find it failing.
    """

    begun: tuple[Word, ...] = ()
    ended: tuple[Word, ...] = ()
    over: bool = False
    seen: str = ""

    @property
    def nothing(self) -> bool:
        return not (self.begun or self.ended or self.over)
