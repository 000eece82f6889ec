"""The outbox at work: claim postings, keep each destination's pace, and find out what became of unclear ones."""

import asyncio
import logging
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

from bot.crashing import Point, reached
from bot.domain.errors import StoreDown
from bot.domain.notifications import DestinationLost, NewPosting, VersionCard
from bot.domain.ports import Clock, Never, Posted, Poster, Posting, PostResult, Store, TryLater, Unclear
from bot.domain.watching import Subscription
from bot.services.tasks import Tasks

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class PostPolicy:
    """Pace and patience; seconds.

    Slack allows about one message a second and channel. `looks_before_resending` is how often the channel is searched for
    an unclear message before it is sent again all the same; `resend_unclear` False keeps it back for good instead.
    A row that nobody can render is dropped after `most_defects` attempts.
    """

    concurrency: int = 16
    lease: int = 60
    pace: float = 1.0
    first_wait: float = 2
    longest_wait: float = 60
    most_defects: int = 10
    looks_before_resending: int = 5
    resend_unclear: bool = True


class Notifier:
    """Drains the outbox; `wake` asks for a round at once, `drain` waits for what is under way."""

    def __init__(self, *, store: Store, poster: Poster, clock: Clock, owner: str, policy: PostPolicy) -> None:
        self._store = store
        self._poster = poster
        self._clock = clock
        self._owner = owner
        self._policy = policy
        self._tasks = Tasks()
        self._sending: set[str] = set()
        self._free_at: dict[str, float] = {}
        self._all_free_at = 0.0
        self._round = asyncio.Lock()
        self._timers: list[asyncio.TimerHandle] = []
        self._closing = False

    def wake(self) -> None:
        """Somebody wrote postings: send them now, not at the next tick."""
        if not self._closing:
            self._tasks.start(self.tick(), name="outbox round")

    async def tick(self) -> None:
        """Claim one due posting for each free destination and send them side by side."""
        async with self._round:
            room = self._policy.concurrency - len(self._sending)
            if self._closing or room <= 0 or self._clock.monotonic() < self._all_free_at:
                return
            try:
                postings = await self._store.claim_postings(
                    self._owner, now=self._now(), limit=room, lease=self._policy.lease, busy=self._busy()
                )
            except StoreDown as error:
                log.warning("no postings", extra={"action": "store_down", "error": str(error)})
                return
            for posting in postings:
                reached(Point.AFTER_CLAIM)
                self._sending.add(posting.destination)
                self._tasks.start(self._send_one(posting), name=f"post {posting.key}")

    def _busy(self) -> frozenset[str]:
        now = self._clock.monotonic()
        self._free_at = {destination: at for destination, at in self._free_at.items() if at > now}
        return frozenset(self._sending | self._free_at.keys())

    async def drain(self, seconds: float | None = None) -> None:
        """Claim nothing more and wait for what is under way, and for what a tick is just claiming.

        What is left after so many seconds is cancelled: its rows are uncertain, and searched for before they are sent again.
        """
        self._closing = True
        reached(Point.WHILE_DRAINING)
        for timer in self._timers:
            timer.cancel()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                async with self._round:
                    pass
                await self._tasks.finish()
        await self._tasks.drain(0)

    async def _send_one(self, posting: Posting) -> None:
        claimed = self._clock.monotonic()
        try:
            result = await self._resolve(posting) if posting.uncertain and not posting.message else None
            if result is None and self._clock.monotonic() - claimed < self._policy.lease / 2:
                result = await self._post(posting)
            if result is not None:
                await self._settle(posting, result)
                reached(Point.AFTER_MARK)
        except StoreDown as error:
            log.warning(
                "posting unmarked",
                extra={"action": "store_down", "posting": posting.key, "error": str(error)},
            )
        finally:
            self._sending.discard(posting.destination)
            self._free_at.setdefault(posting.destination, self._clock.monotonic() + self._policy.pace)
            self._come_back()

    def _come_back(self) -> None:
        """The destination is free again after its pace: go on then, not at the next tick."""
        if not self._closing:
            self._timers = [
                timer for timer in self._timers if timer.when() > asyncio.get_running_loop().time()
            ]
            self._timers.append(asyncio.get_running_loop().call_later(self._policy.pace, self.wake))

    async def _post(self, posting: Posting) -> PostResult:
        try:
            reached(Point.BEFORE_POST)
            result = await self._poster.post(posting)
            reached(Point.AFTER_POST)
        except Exception as error:
            log.exception("posting broken", extra=_fields(posting, "posting_broken"))
            return self._defect(posting, error)
        return result

    def _defect(self, posting: Posting, error: Exception) -> PostResult:
        """Nobody knows how far a post came that broke in our own code."""
        if posting.attempts >= self._policy.most_defects:
            return Never(reason=f"it cannot be rendered: {error!r}", destination_lost=False)
        return Unclear(reason=repr(error))

    async def _resolve(self, posting: Posting) -> PostResult | None:
        """What became of an unclear attempt; None if it certainly did not arrive and may be sent."""
        try:
            found = await self._poster.find(posting)
            reached(Point.WHILE_FINDING)
        except Exception as error:
            log.exception("search broken", extra=_fields(posting, "posting_broken"))
            found = self._defect(posting, error)
        if isinstance(found, TryLater) and found.seconds is None:
            return None
        if isinstance(found, Unclear) and posting.attempts > self._policy.looks_before_resending:
            log.error(
                "posting uncertain",
                extra={"action": "posting_uncertain", "posting": posting.key, "reason": found.reason},
            )
            if self._policy.resend_unclear:
                return None
            return Never(reason=found.reason, destination_lost=False)
        return found

    async def _settle(self, posting: Posting, result: PostResult) -> None:
        match result:
            case Posted(message=message):
                await self._store.mark_posted(posting, message, now=self._now())
                log.info(
                    "posted",
                    extra=_fields(posting, "posted") | {"channel": message.channel, "ts": message.ts},
                )
            case TryLater():
                await self._later(posting, result)
            case Unclear(reason=reason):
                wait = self._wait(posting)
                log.warning("posting unclear", extra=_fields(posting, "posting_unclear") | {"reason": reason})
                await self._store.mark_later(
                    posting, at=self._now() + round(wait), uncertain=True, reason=reason
                )
            case Never():
                await self._give_up(posting, result)

    async def _later(self, posting: Posting, result: TryLater) -> None:
        wait = self._wait(posting) if result.seconds is None else result.seconds
        free_at = self._clock.monotonic() + wait
        self._free_at[posting.destination] = free_at
        if result.whole_workspace:
            self._all_free_at = max(self._all_free_at, free_at)
        log.warning(
            "posting later",
            extra=_fields(posting, "posting_later") | {"reason": result.reason, "seconds": wait},
        )
        await self._store.mark_later(
            posting, at=self._now() + round(wait), uncertain=posting.uncertain, reason=result.reason
        )

    def _wait(self, posting: Posting) -> float:
        return min(self._policy.first_wait * 2.0 ** min(posting.attempts, 10), self._policy.longest_wait)

    async def _give_up(self, posting: Posting, result: Never) -> None:
        """Who is told instead is written down first: if the process dies then, the next attempt finds the rest to do."""
        log.error("posting dropped", extra=_fields(posting, "posting_dropped") | {"reason": result.reason})
        ended: tuple[Subscription, ...] = ()
        if result.destination_lost:
            ended = await self._store.subscriptions(channel=posting.destination)
        instead = [*_tell_subscribers(ended, result.reason), *_redirect(posting)]
        await self._store.mark_dropped(posting, reason=result.reason, now=self._now(), instead=instead)
        if result.destination_lost:
            await self._store.drop_destination(posting.destination, reason=result.reason, now=self._now())
        if instead:
            self.wake()

    def _now(self) -> int:
        return int(self._clock.now().timestamp())


def _fields(posting: Posting, action: str) -> dict[str, object]:
    return {
        "action": action,
        "posting": posting.key,
        "project": posting.project,
        "version_name": posting.version_name,
        "destination": posting.destination,
        "kind": posting.notification.kind,
    }


def _tell_subscribers(ended: Iterable[Subscription], reason: str) -> list[NewPosting]:
    return [
        NewPosting(
            key=f"lost/{one.channel}/{one.project}/{one.since}",
            destination=one.by,
            project=one.project,
            version_name="",
            notification=DestinationLost(channel=one.channel, project=one.project, reason=reason),
        )
        for one in ended
    ]


def _redirect(posting: Posting) -> list[NewPosting]:
    """The same for the person who is told instead of the channel; a card alone is worth telling nobody."""
    if posting.fallback in ("", posting.destination) or isinstance(posting.notification, VersionCard):
        return []
    return [
        NewPosting(
            key=f"{posting.key}/instead/{posting.fallback}",
            destination=posting.fallback,
            project=posting.project,
            version_name=posting.version_name,
            notification=posting.notification,
        )
    ]
