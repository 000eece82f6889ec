"""What the use cases need from outside, as protocols: Zadig, Slack and time; the store is in `bot.domain.stores`."""

from datetime import datetime
from typing import Protocol

from bot.domain.models import (
    Environment,
    Page,
    Project,
    Registry,
    Service,
    Version,
    VersionDetails,
    VersionReference,
)
from bot.domain.polls import PollClaim, PollOutcome
from bot.domain.postings import Never, Posted, PostedMessage, Posting, PostResult, TryLater, Unclear
from bot.domain.requests import CreateVersion, DeleteVersion, RetryVersion

__all__ = [
    "Catalog",
    "Clock",
    "Never",
    "PollClaim",
    "PollOutcome",
    "PostResult",
    "Posted",
    "PostedMessage",
    "Poster",
    "Posting",
    "Releases",
    "TryLater",
    "Unclear",
    "Workflows",
]


class Clock(Protocol):
    """Time as an argument."""

    def now(self) -> datetime:
        """The wall clock, aware, in UTC."""

    def monotonic(self) -> float:
        """Seconds that never jump; only differences mean anything."""

    def unix(self) -> int:
        """The wall clock in whole unix seconds, as the store and Zadig count them."""
        return int(self.now().timestamp())


class Releases(Protocol):
    """The versions of Zadig. Every method raises errors of `bot.domain.errors`.

    Reads are retried inside, writes never, but for a create of which Zadig itself proves that it has stored nothing.
    """

    async def page(self, project: str, *, number: int, size: int) -> Page[Version]:
        """One page of a project's versions, newest first; `number` from 1, `size` 1 to 100."""

    async def find(self, project: str, name: str) -> Version | None:
        """The version of this name, or None if the project has none."""

    async def show(self, reference: VersionReference) -> VersionDetails:
        """A version in full; needs `reference.id` in v1 and `reference.name` in v2. Raises NotFound.

        In v1 this call also moves versions that are being retried: Zadig recomputes their status while it answers.
        """

    async def create(self, request: CreateVersion) -> None:
        """Ask for a version. Returns without an id; any error can mean that the version exists all the same."""

    async def retry(self, request: RetryVersion) -> None:
        """Start a failed version again. Raises NotRetryable where Zadig says it cannot."""

    async def delete(self, request: DeleteVersion) -> None:
        """Delete by id; deleting what is gone succeeds. Zadig does not check that the id belongs to the project."""


class Catalog(Protocol):
    """What forms can offer; reads only. Every method raises errors of `bot.domain.errors`."""

    async def projects(self) -> tuple[Project, ...]:
        """The projects that the token may see, by name."""

    async def environments(self, project: str) -> tuple[Environment, ...]:
        """Test and production environments, test ones first; without a licence the test ones only."""

    async def services(self, project: str, environment: Environment) -> tuple[Service, ...]:
        """What runs in an environment, init containers included."""

    async def registries(self) -> tuple[Registry, ...]:
        """The image registries that Zadig integrates, the default one first."""

    async def chart_repositories(self, project: str) -> tuple[str, ...]:
        """The names of the Helm chart repositories open to a project."""


class Workflows(Protocol):
    """The workflows that copy the images of versions: the only place where Zadig says why one of them could not be copied."""

    async def failure(self, details: VersionDetails) -> str:
        """The errors of a version's jobs that failed, a line or more each; empty if Zadig does not say or does not let us ask.

        Raises Unavailable if asking again later may help.
        """


class Poster(Protocol):
    """Puts notifications into Slack; never raises for what Slack answers."""

    async def post(self, posting: Posting) -> PostResult:
        """Post, or edit where `posting.message` is set; one attempt, no retries inside.

        Nothing is sent any more from `posting.send_before` on: then TryLater.
        """

    async def find(self, posting: Posting) -> PostResult:
        """After an unclear attempt: Posted if the operation id is in the channel, TryLater if it certainly is not.

        Unclear if unknown: no history scope, or history does not answer.
        """
