"""The record: what people asked the bot to do, kept for good, and what came of each request."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from bot.domain.models import Version

# A version that was asked for is created within so many seconds, by clocks that may differ by so many.
CREATED_WITHIN_SECONDS = 15 * 60
CLOCKS_DIFFER_SECONDS = 10 * 60


class RequestKind(StrEnum):
    """What a person asked for. `RECREATE` creates what takes the place of a failed version; its deletion is a `DELETE`."""

    CREATE = "create"
    RECREATE = "recreate"
    RETRY = "retry"
    DELETE = "delete"
    SUBSCRIBE = "subscribe"
    UNSUBSCRIBE = "unsubscribe"
    WATCH = "watch"
    UNWATCH = "unwatch"


class Result(StrEnum):
    """What came of a request: first what the call came to, then what was seen in Zadig. Each is written down once."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNCLEAR = "unclear"
    SEEN = "seen"  # the version that was asked for is there
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    DELETED = "deleted"
    MISSING = "missing"  # what was asked for never appeared in Zadig, or never began
    ABANDONED = "abandoned"  # it was never seen to settle


@dataclass(frozen=True, kw_only=True, slots=True)
class ImageLeft:
    """An image that was recorded in a version without being copied; `source` is where it stays, empty if that is unknown."""

    service: str
    container: str
    image_name: str
    source: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Particulars:
    """What else was asked: what the version is made from, the options of a subscription, the images that were not to be copied.

    It is made from an `environment`, a `production` one or not, or from the version named `original`.
    """

    environment: str = ""
    production: bool = False
    original: str = ""
    options: tuple[str, ...] = ()
    left: tuple[ImageLeft, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """Who asked for what, when (`at`, unix seconds) and where (`channel`, and `thread` if it was in one); never changed.

    `created_at` is that of the version that was acted on, None of one that is yet to be created: a name can be used again.
    """

    id: str
    at: int
    deed: RequestKind
    user: str
    project: str
    version_name: str = ""
    created_at: int | None = None
    team: str = ""
    channel: str = ""
    thread: str = ""
    particulars: Particulars = field(default_factory=Particulars)


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where a person acts: the team is their own, `thread` the `ts` of the message above; each empty if that is unknown."""

    team: str = ""
    channel: str = ""
    thread: str = ""


NOWHERE = Place()


@dataclass(frozen=True, kw_only=True, slots=True)
class RequestResult:
    """What came of the request of this id, at `at` (unix seconds). `created_at` is that of the version, once it is known."""

    request: str
    result: Result
    at: int
    reason: str = ""
    created_at: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Recorded:
    """A request and its results, oldest first."""

    request: Request
    results: tuple[RequestResult, ...] = ()

    def has(self, *results: Result) -> bool:
        """Whether one of these came of it."""
        return any(one.result in results for one in self.results)

    def is_of(self, version: Version) -> bool:
        """Whether it was about this very version, and not about another of its name.

        By when the version was created, because ids die in an upgrade of Zadig. Of a creation of which no poll has seen
        anything yet, the times have to agree.
        """
        request = self.request
        if (request.project, request.version_name) != (version.project, version.name):
            return False
        if self.has(Result.REFUSED, Result.MISSING):
            return False
        known = [request.created_at, *(one.created_at for one in self.results)]
        pinned = {at for at in known if at is not None}
        if pinned:
            return version.created_at in pinned
        after = version.created_at - request.at
        return -CLOCKS_DIFFER_SECONDS <= after <= CREATED_WITHIN_SECONDS + CLOCKS_DIFFER_SECONDS


CREATING = frozenset({RequestKind.CREATE, RequestKind.RECREATE})


def creation_of(version: Version, recorded: Iterable[Recorded]) -> Request | None:
    """The request that this version came from; None if it was created elsewhere."""
    return _latest(version, recorded, CREATING)


@dataclass(frozen=True, kw_only=True, slots=True)
class Requesters:
    """Who asked for a version, and who had it retried last; empty where that was not done through the bot."""

    requested_by: str = ""
    retried_by: str = ""


NOBODY = Requesters()


def requesters(version: Version, recorded: Sequence[Recorded]) -> Requesters:
    """Who asked for what became this version."""
    creation, retry = creation_of(version, recorded), _latest(version, recorded, {RequestKind.RETRY})
    return Requesters(requested_by=creation.user if creation else "", retried_by=retry.user if retry else "")


def _latest(version: Version, recorded: Iterable[Recorded], deeds: Collection[RequestKind]) -> Request | None:
    mine = [one.request for one in recorded if one.request.deed in deeds and one.is_of(version)]
    return mine[-1] if mine else None
