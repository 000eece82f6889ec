"""The outbox at work: claim postings, keep each destination's pace, and find out what became of unclear ones."""

import asyncio
import logging
import math
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from bot.domain.ports import Clock, Never, Posted, Poster, Posting, PostResult, TryLater, Unclear
from bot.domain.secrets import class_and_message
from bot.domain.stores import Store
from bot.domain.watching import Subscription
from bot.failpoints import Point, reached
from bot.services.audience.recipients import redirect, tell_subscribers
from bot.services.delivery.pacing import PostPolicy, RateLimiter
from bot.services.tasks import Tasks
from bot.services.tolerating import tolerating_store_down

__all__ = ["Notifier", "PostPolicy"]

log = logging.getLogger(__name__)


OnPost = Callable[[Posting, PostResult], None]


def _ignore(_posting: Posting, _result: PostResult) -> None:
    """The observer that looks away."""


class Notifier:
    """Drains the outbox; `wake` asks for a round at once, `drain` waits for what is under way.

    `on_post` is called with what came of each attempt.
    """

    def __init__(
        self,
        *,
        store: Store,
        poster: Poster,
        clock: Clock,
        owner: str,
        policy: PostPolicy,
        on_post: OnPost = _ignore,
    ) -> None:
        self._store = store
        self._poster = poster
        self._clock = clock
        self._owner = owner
        self._policy = policy
        self._on_post = on_post
        self._pace = RateLimiter(clock.monotonic, seconds=policy.pace, burst=policy.burst)
        self._tasks = Tasks()
        self._sending: set[str] = set()
        self._round = asyncio.Lock()
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._closing = False

    def wake(self) -> None:
        """Postings were written: send them now, not at the next tick."""
        if not self._closing:
            self._tasks.start(self.tick(), name="outbox round")

    async def tick(self) -> None:
        """Claim one due posting for each free destination and send them side by side."""
        async with self._round:
            room = self._pace.room(self._policy.concurrency, len(self._sending))
            if self._closing or not room:
                return
            claimed_at = self._clock.monotonic()
            busy = self._pace.resting() | self._sending
            postings: tuple[Posting, ...] = ()
            with tolerating_store_down(log, "no postings"):
                postings = await self._store.outbox.claim(
                    self._owner,
                    now=self._clock.unix(),
                    limit=room,
                    lease=self._policy.lease,
                    busy=busy,
                    folding=self._policy.folds.at(self._clock.unix()),
                )
            for posting in postings:
                reached(Point.AFTER_CLAIM)
                self._sending.add(posting.destination)
                self._tasks.start(self._send_one(posting, claimed_at), name=f"post {posting.key}")

    async def drain(self, seconds: float | None = None) -> None:
        """Claim nothing more and wait for what is under way, and for what a tick is just claiming.

        What is left after so many seconds is cancelled: its rows are uncertain, and searched for before they are sent again.
        """
        self._closing = True
        reached(Point.WHILE_DRAINING)
        for timer in self._timers.values():
            timer.cancel()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                async with self._round:
                    pass
                await self._tasks.finish()
        await self._tasks.drain(0)

    async def _send_one(self, posting: Posting, claimed_at: float) -> None:
        """`claimed_at`: just before the claim, so that it ends for this process before it ends for others."""
        try:
            with tolerating_store_down(log, "posting unmarked", posting=posting.key):
                await self._attempt(posting, claimed_at)
        finally:
            self._sending.discard(posting.destination)
            self._come_back(posting.destination)

    def _come_back(self, destination: str) -> None:
        """Go on when the destination is free again, not at the next tick."""
        if self._closing:
            return
        if earlier := self._timers.pop(destination, None):
            earlier.cancel()
        wait = max(self._pace.wait(destination), 0)
        self._timers[destination] = asyncio.get_running_loop().call_later(wait, self._is_free, destination)

    def _is_free(self, destination: str) -> None:
        self._timers.pop(destination, None)
        self.wake()

    async def _attempt(self, posting: Posting, claimed_at: float) -> None:
        """Find out what became of an unclear attempt before, then send, then write down what came of it."""
        if posting.uncertain and not posting.message:
            found = await self._resolve(posting)
            if found is not None:
                await self._settle(posting, found)
                return
            posting = replace(posting, uncertain=False)
            claimed_at = self._clock.monotonic()
            if not await self._store.outbox.renew(
                posting, self._owner, now=self._clock.unix(), lease=self._policy.lease
            ):
                _log_lost(posting)
                return
        posting = replace(posting, send_before=claimed_at + self._policy.lease / 2)
        self._pace.sent(posting.destination)
        await self._settle(posting, await self._post(posting))

    async def _post(self, posting: Posting) -> PostResult:
        try:
            result = await self._poster.post(posting)
            reached(Point.AFTER_POST)
        except Exception as error:
            log.exception("posting broken", extra=_fields(posting, "posting_broken"))
            return self._defect(posting, error)
        return result

    def _defect(self, posting: Posting, error: Exception) -> PostResult:
        """It is unknown how far a post came that broke in our own code."""
        if posting.attempts >= self._policy.max_defects:
            return Never(
                reason=f"the bot couldn't build the message ({class_and_message(error)})",
                destination_lost=False,
            )
        return Unclear(reason=class_and_message(error))

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
            unknown = f"the bot couldn't confirm that Slack delivered it ({found.reason})"
            return Never(reason=unknown, destination_lost=False)
        return found

    async def _settle(self, posting: Posting, result: PostResult) -> None:
        if isinstance(result, TryLater) and result.unknown:
            result = self._unknown(posting, result)
        self._on_post(posting, result)
        if not (isinstance(result, TryLater) and result.whole_workspace):
            self._pace.back()
        if not await self._recorded(posting, result):
            _log_lost(posting)
        reached(Point.AFTER_MARK)

    async def _recorded(self, posting: Posting, result: PostResult) -> bool:
        """Whether the row of the outbox says now what became of the attempt; False if another process has claimed it."""
        match result:
            case Posted(message=message, unfinished=again):
                where = {"channel": message.channel, "ts": message.ts}
                kept = await self._store.outbox.mark_posted(
                    posting, message, now=self._clock.unix(), again=again
                )
                log.info("posted", extra=_fields(posting, "posted") | where)
                return kept
            case TryLater():
                return await self._later(posting, result)
            case Unclear(reason=reason, settles_in=settles_in):
                log.warning("posting unclear", extra=_fields(posting, "posting_unclear") | {"reason": reason})
                at = self._in(max(self._policy.wait(posting.attempts), settles_in))
                return await self._store.outbox.mark_later(posting, at=at, uncertain=True, reason=reason)
            case Never():
                return await self._give_up(posting, result)

    def _unknown(self, posting: Posting, result: TryLater) -> PostResult:
        """An unknown code may pass like an outage, or never."""
        fields = _fields(posting, "posting_unknown_code") | {"code": result.unknown}
        log.warning("unknown code of Slack's", extra=fields)
        if posting.attempts < self._policy.max_unknown:
            return result
        reason = f"Slack kept refusing it, for a reason unknown to the bot ({result.unknown})"
        return Never(reason=reason, destination_lost=False)

    async def _later(self, posting: Posting, result: TryLater) -> bool:
        """What Slack asks for rests the destination for every process; an outage is no row's fault either.

        An unknown code may be: other messages are tried meanwhile.
        """
        wait = self._policy.wait(posting.attempts) if result.seconds is None else result.seconds
        if result.whole_workspace:
            wait = result.seconds or self._policy.outage_wait(
                self._pace.outages, away_for=self._pace.away_for
            )
            self._pace.away(wait)
        if not result.unknown:
            self._pace.rest(posting.destination, wait)
        log.warning(
            "posting later",
            extra=_fields(posting, "posting_later") | {"reason": result.reason, "seconds": wait},
        )
        return await self._store.outbox.mark_later(
            posting,
            at=self._in(wait),
            uncertain=posting.uncertain,
            reason=result.reason,
            rest=result.whole_workspace or result.seconds is not None,
        )

    async def _give_up(self, posting: Posting, result: Never) -> bool:
        """Who is told instead is written down first: if the process dies then, the next attempt finds the rest to do."""
        log.error("posting dropped", extra=_fields(posting, "posting_dropped") | {"reason": result.reason})
        ended: tuple[Subscription, ...] = ()
        if result.destination_lost:
            ended = await self._store.subscriptions.find(channel=posting.destination)
        instead = [*tell_subscribers(ended, result.reason), *redirect(posting, result.reason)]
        kept = await self._store.outbox.mark_dropped(
            posting, reason=result.reason, now=self._clock.unix(), instead=instead
        )
        if result.destination_lost:
            await self._store.outbox.drop_destination(
                posting.destination, reason=result.reason, now=self._clock.unix()
            )
        if instead:
            self.wake()
        return kept

    def _in(self, seconds: float) -> int:
        """Not a moment earlier."""
        return math.ceil(self._clock.now().timestamp() + seconds)


def _log_lost(posting: Posting) -> None:
    """Another process has it: whatever this process did, the other one searches before it sends."""
    log.warning("claim lost", extra=_fields(posting, "claim_lost"))


def _fields(posting: Posting, action: str) -> dict[str, object]:
    return {
        "action": action,
        "posting": posting.key,
        "project": posting.project,
        "version_name": posting.version_name,
        "destination": posting.destination,
        "kind": posting.notification.kind,
    }
