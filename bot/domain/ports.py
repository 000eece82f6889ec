"""What the use cases need from outside, as protocols: Zadig, Slack, the store and time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.changes import Memory
from bot.domain.digests import DigestPage, DigestRule
from bot.domain.drafts import Draft, DraftState
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
from bot.domain.notifications import NewPosting
from bot.domain.outages import Review, Situation
from bot.domain.polls import Figures, PollClaim, PollOutcome
from bot.domain.postings import Never, Posted, PostedMessage, Posting, PostResult, TryLater, Unclear
from bot.domain.record import Record
from bot.domain.requests import CreateVersion, DeleteVersion, RetryVersion
from bot.domain.subscribing import SubscriptionStore
from bot.domain.watching import Deletion, Interest, PendingRequest, Subscription, Watch

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
    "Store",
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

        Unclear if nobody can tell: no history scope, or history does not answer.
        """


class Store(Record, SubscriptionStore, Protocol):
    """What must survive a restart. Raises `StoreDown` if the database does not answer. Unix seconds throughout."""

    async def ping(self) -> None:
        """Answer, or raise StoreDown if nothing can be written now."""

    async def time(self) -> float | None:
        """What time it is for all processes that share the database; None if no other can share it."""

    async def watch(self, watch: Watch) -> bool:
        """True if the person did not watch it already. The project is looked at soon."""

    async def unwatch(self, user: str, project: str, version_name: str) -> bool:
        """True if they did."""

    async def every_watch(self) -> tuple[Watch, ...]:
        """What everybody watches, by person."""

    async def end_watches(self, ended: Sequence[Watch], *, told: NewPosting, now: int) -> bool:
        """End these and enqueue what their person is told, in one transaction; False if there was none left to end."""

    async def watches(self, user: str) -> tuple[Watch, ...]:
        """What a person watches, by project and version name."""

    async def ask(self, ask: PendingRequest) -> None:
        """Remember an ask before the call to Zadig goes out. The project is looked at soon."""

    async def answered(self, ask: PendingRequest, *, keep: bool) -> None:
        """The call is over: no longer in flight, or forgotten (`keep` False) because nothing came of it."""

    async def note_deletion(self, deletion: Deletion) -> None:
        """Remember who deletes a version before the call to Zadig goes out. The project is looked at soon."""

    async def forget_deletion(self, deletion: Deletion) -> None:
        """Nothing came of it."""

    async def deletions(self, project: str) -> tuple[Deletion, ...]:
        """Those of which no look has seen yet what came of them."""

    async def interest(self, project: str) -> Interest:
        """Everybody who wants to hear of the project, and its deletions."""

    async def seen(self, project: str) -> Memory | None:
        """What the last look saw; None if there was none."""

    async def look_soon(self, project: str, *, now: int) -> None:
        """Make the project due now, if anybody is interested in it."""

    async def claim_looks(self, owner: str, *, now: int, limit: int, lease: int) -> tuple[PollClaim, ...]:
        """At most `limit` projects that are due, none of them claimed by anybody else for `lease` seconds."""

    async def spread_looks(self, *, now: int, per_second: int) -> None:
        """Make what is due now become due one after another, so many a second; who acted just now does not wait."""

    async def renew_look(self, claim: PollClaim, *, now: int, lease: int) -> bool:
        """Extend a claim while a look takes long; False if it was lost."""

    async def record_look(self, outcome: PollOutcome, *, now: int) -> bool:
        """Write memory, postings and what is over in one transaction; False if the claim was lost, then nothing is written.

        A project that nobody is interested in any more is forgotten.
        """

    async def situation(self) -> Situation | None:
        """What fails and who has been told of it; None if nothing fails and nobody waits for the end of an outage."""

    async def record_review(self, review: Review, *, now: int) -> None:
        """Note what begins and ends, and enqueue its postings, in one transaction: each only if nobody else has done so."""

    async def enqueue(self, postings: Sequence[NewPosting], *, now: int) -> None:
        """Add postings outside a look; keys that are known are left alone (cards: their state is replaced)."""

    async def claim_postings(
        self,
        owner: str,
        *,
        now: int,
        limit: int,
        lease: int,
        busy: frozenset[str] = frozenset(),
        folding: DigestRule | None = None,
    ) -> tuple[Posting, ...]:
        """At most one due row for each destination that is not `busy`, the oldest first; claimed for `lease` seconds.

        A row waits for the earlier rows of its destination, and a row in a thread for its card to stand.
        What `folding` puts together becomes one row first, in the same transaction. It is asked about outcomes that were
        never tried, of each version only about the one that comes first.
        """

    async def folded(self, fold: str, *, number: int, size: int) -> DigestPage:
        """A page of what a fold tells, from 1; empty if it has been forgotten."""

    async def renew(self, posting: Posting, owner: str, *, now: int, lease: int) -> bool:
        """Extend a claim; False if it was lost."""

    async def mark_posted(
        self, posting: Posting, message: PostedMessage, *, now: int, again: bool = False
    ) -> bool:
        """It stands at `message`. What changed meanwhile stays due, or with `again`. False if the claim was lost."""

    async def mark_later(
        self, posting: Posting, *, at: int, uncertain: bool, reason: str, rest: bool = False
    ) -> bool:
        """Try again at `at`. False if the claim was lost.

        With `rest` it is nobody's fault: the attempt does not count, and until then nothing else goes to the destination,
        whichever process would send it.
        """

    async def mark_dropped(
        self, posting: Posting, *, reason: str, now: int, instead: Sequence[NewPosting] = ()
    ) -> bool:
        """Give it up, and enqueue what is told instead in the same transaction. False if the claim was lost.

        What a fold would have told is told one by one.
        """

    async def drop_destination(self, channel: str, *, reason: str, now: int) -> tuple[Subscription, ...]:
        """Nothing can be posted to the channel any more: end its subscriptions, drop its waiting rows; what was ended.

        Rows that somebody else is told instead stay, and are refused and told one by one.
        """

    async def release_claims(self, owner: str) -> None:
        """Hand back every claim of this owner (shutdown). What may just be on its way to Slack stays until its lease ends."""

    async def figures(self, *, now: int) -> Figures:
        """How much there is to do."""

    async def backlog(self) -> int:
        """How many postings wait."""

    async def save_draft(self, draft: Draft) -> None:
        """Insert or replace one's own; saving what was typed does not open again what has been submitted."""

    async def draft(self, draft_id: str, *, user: str) -> Draft | None:
        """A draft by its id, for the person to whom it belongs; None for everybody else."""

    async def move_draft(
        self,
        draft_id: str,
        *,
        before: DraftState,
        after: DraftState,
        content: str | None = None,
        at: int | None = None,
    ) -> bool:
        """Change its state, and what else is given, if it still is `before`; True for exactly one caller."""

    async def drafts(
        self, *, form: str, state: DraftState, user: str | None = None, limit: int
    ) -> tuple[Draft, ...]:
        """At most `limit` drafts of a form in this state, of one person or of all; the newest first."""

    async def remember(self, key: str, value: str, *, now: int) -> None:
        """Keep a value under a key, in place of the one before."""

    async def recall(self, key: str) -> str | None:
        """What was remembered last under the key; None if nothing was, or if that was a year ago."""

    async def once(self, key: str, *, now: int) -> bool:
        """True the first time this key is given within a day: drops what Slack delivers twice."""

    async def clean_up(self, *, now: int) -> None:
        """Forget what is old: sent postings after 30 days, drafts after 7, delivery keys after 1, what was remembered after 365."""
