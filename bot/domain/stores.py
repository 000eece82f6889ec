"""What must survive a restart, as protocols: one narrow port a concern, and all of them together as `Store`.

Every method raises `StoreDown` if the database does not answer. Times are unix seconds throughout.
"""

from collections.abc import Collection, Sequence
from typing import Protocol

from bot.domain.changes import Memory
from bot.domain.digests import DigestPage, DigestRule
from bot.domain.drafts import Draft, DraftState
from bot.domain.notifications import NewPosting, SubscriptionChanged
from bot.domain.outages import Review, Situation
from bot.domain.polls import Figures, PollClaim, PollOutcome
from bot.domain.postings import PostedMessage, Posting
from bot.domain.record import Recorded, Request, RequestResult
from bot.domain.watching import Deletion, Interest, PendingRequest, Subscription, Watch


class SubscriptionStore(Protocol):
    """What channels hear of which projects."""

    async def subscribe(self, subscription: Subscription) -> bool:
        """Add or replace the channel's subscription to a project; True if there was none. The project is polled soon."""

    async def unsubscribe(self, channel: str, project: str) -> bool:
        """True if there was one."""

    async def change(
        self,
        told: SubscriptionChanged,
        *,
        announce: bool,
        now: int,
        undone: SubscriptionChanged | None = None,
    ) -> bool:
        """Put `told.after` in the place of `told.before`, unless something else stands there by now: then False.

        In the same transaction the channel's message is enqueued, if it is to be told, and the message of the change that
        is `undone` by this one is edited.
        """

    async def told_change(self, change: str) -> SubscriptionChanged | None:
        """A change that its channel was told of within the last 30 days, by its id."""

    async def find(
        self, *, channel: str | None = None, project: str | None = None
    ) -> tuple[Subscription, ...]:
        """All, or those of a channel, or of a project; by project, then channel."""


class WatchStore(Protocol):
    """Which users follow which versions until they settle."""

    async def watch(self, watch: Watch) -> bool:
        """True if the person did not watch it already. The project is polled soon."""

    async def unwatch(self, user: str, project: str, version_name: str) -> bool:
        """True if they did."""

    async def all(self) -> tuple[Watch, ...]:
        """What all users watch, by person."""

    async def end(self, ended: Sequence[Watch], *, told: NewPosting, now: int) -> bool:
        """End these and enqueue what their person is told, in one transaction; False if there was none left to end."""

    async def of(self, user: str) -> tuple[Watch, ...]:
        """What a person watches, by project and version name."""


class PendingStore(Protocol):
    """Requests and deletions that Zadig was asked for and that are not over yet."""

    async def ask(self, ask: PendingRequest) -> None:
        """Remember an ask before the call to Zadig goes out. The project is polled soon."""

    async def answered(self, ask: PendingRequest, *, keep: bool) -> None:
        """The call is over: no longer in flight, or forgotten (`keep` False) because nothing came of it."""

    async def note_deletion(self, deletion: Deletion) -> None:
        """Remember who deletes a version before the call to Zadig goes out. The project is polled soon."""

    async def forget_deletion(self, deletion: Deletion) -> None:
        """Nothing came of it."""

    async def deletions(self, project: str) -> tuple[Deletion, ...]:
        """Those of which no poll has seen yet what came of them."""

    async def interest(self, project: str) -> Interest:
        """All who want to hear of the project, and its deletions."""


class PollStore(Protocol):
    """Which projects are due, which process polls them, and what the last poll saw."""

    async def seen(self, project: str) -> Memory | None:
        """What the last poll saw; None if there was none."""

    async def soon(self, project: str, *, now: int) -> None:
        """Make the project due now, if it is followed."""

    async def claim(self, owner: str, *, now: int, limit: int, lease: int) -> tuple[PollClaim, ...]:
        """At most `limit` projects that are due, none of them claimed by another process for `lease` seconds."""

    async def spread(self, *, now: int, per_second: int) -> None:
        """Make what is due now become due one after another, so many a second; who acted just now does not wait."""

    async def renew(self, claim: PollClaim, *, now: int, lease: int) -> bool:
        """Extend a claim while a poll takes long; False if it was lost."""

    async def record(self, outcome: PollOutcome, *, now: int) -> bool:
        """Write memory, postings and what is over in one transaction; False if the claim was lost, then nothing is written.

        A project that no one is interested in any more is forgotten.
        """


class OutboxStore(Protocol):
    """Notifications on their way into Slack: rows that are claimed, posted, put off or given up."""

    async def enqueue(self, postings: Sequence[NewPosting], *, now: int) -> None:
        """Add postings outside a poll; keys that are known are left alone (cards: their state is replaced)."""

    async def claim(
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

        With `rest` nothing is at fault: the attempt does not count, and until then nothing else goes to the destination,
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

        Rows that another user is told instead stay, and are refused and told one by one.
        """

    async def backlog(self) -> int:
        """How many postings wait."""

    async def release_claims(self, owner: str) -> None:
        """Hand back every claim of this owner (shutdown). What may just be on its way to Slack stays until its lease ends."""


class DigestStore(Protocol):
    """What is behind messages that tell of many endings at once."""

    async def page(self, fold: str, *, number: int, size: int) -> DigestPage:
        """A page of what a fold tells, from 1; empty if it has been forgotten."""


class OutageStore(Protocol):
    """What keeps the bot from seeing projects, and which channels were told."""

    async def situation(self) -> Situation | None:
        """What fails and who has been told of it; None if nothing fails and no channel waits for the end of an outage."""

    async def record(self, review: Review, *, now: int) -> None:
        """Note what begins and ends, and enqueue its postings, in one transaction: each only if no other process has done so."""


class DraftStore(Protocol):
    """What people typed into forms, until it has been sent or has grown old."""

    async def save(self, draft: Draft) -> None:
        """Insert or replace one's own; saving what was typed does not open again what has been submitted."""

    async def get(self, draft_id: str, *, user: str) -> Draft | None:
        """A draft by its id, for the person to whom it belongs; None for all users else."""

    async def move(
        self,
        draft_id: str,
        *,
        before: DraftState,
        after: DraftState,
        content: str | None = None,
        at: int | None = None,
    ) -> bool:
        """Change its state, and what else is given, if it still is `before`; True for exactly one caller."""

    async def find(
        self, *, form: str, state: DraftState, user: str | None = None, limit: int
    ) -> tuple[Draft, ...]:
        """At most `limit` drafts of a form in this state, of one person or of all; the newest first."""


class HabitStore(Protocol):
    """Values by key, such as what a user or a channel chose last."""

    async def remember(self, key: str, value: str, *, now: int) -> None:
        """Keep a value under a key, in place of the one before."""

    async def recall(self, key: str) -> str | None:
        """What was remembered last under the key; None if nothing was, or if that was a year ago."""


class RecordStore(Protocol):
    """What users asked for and what came of it: rows are added, never changed and never cleaned up."""

    async def note(self, request: Request) -> None:
        """Keep a request, before anything is done about it."""

    async def came_of(self, result: RequestResult) -> None:
        """Keep a result; the second of a kind is dropped."""

    async def requests(self, project: str, version_names: Collection[str]) -> tuple[Recorded, ...]:
        """Those about versions of these names, oldest first."""


class HousekeepingStore(Protocol):
    """What concerns the database as a whole, and keys that are known for a day."""

    async def ping(self) -> None:
        """Answer, or raise StoreDown if nothing can be written now."""

    async def time(self) -> float | None:
        """What time it is for all processes that share the database; None if no other can share it."""

    async def figures(self, *, now: int) -> Figures:
        """How much there is to do."""

    async def once(self, key: str, *, now: int) -> bool:
        """True the first time this key is given within a day: drops what Slack delivers twice."""

    async def clean_up(self, *, now: int) -> None:
        """Forget what is old: sent postings after 30 days, drafts after 7, delivery keys after 1, what was remembered after 365."""


class Store(Protocol):
    """Everything that must survive a restart, one port a concern."""

    @property
    def subscriptions(self) -> SubscriptionStore: ...

    @property
    def watches(self) -> WatchStore: ...

    @property
    def pending(self) -> PendingStore: ...

    @property
    def polls(self) -> PollStore: ...

    @property
    def outbox(self) -> OutboxStore: ...

    @property
    def digests(self) -> DigestStore: ...

    @property
    def outages(self) -> OutageStore: ...

    @property
    def drafts(self) -> DraftStore: ...

    @property
    def habits(self) -> HabitStore: ...

    @property
    def record(self) -> RecordStore: ...

    @property
    def housekeeping(self) -> HousekeepingStore: ...
