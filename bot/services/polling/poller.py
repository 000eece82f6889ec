"""Polls the projects that are due: claimed a few at a time, bounded, renewed while they take long, and never twice at once."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from bot.domain.errors import StoreDown
from bot.domain.outages import WHOLE, Cause
from bot.domain.ports import Clock, PollClaim, Releases
from bot.domain.stores import Store
from bot.services.polling.outages import Outages
from bot.services.polling.poll_run import PollReport, PollResult, PollRun
from bot.services.polling.project_reader import ProjectReader
from bot.services.polling.schedule import AdaptiveLimit, PollPolicy
from bot.services.tasks import Tasks
from bot.services.tolerating import tolerating_store_down
from bot.services.versions.explanations import Explain, unexplained

__all__ = ["PollPolicy", "Poller"]

log = logging.getLogger(__name__)

# Looks that take less than this are claimed ahead, so many times as many as may be under way.
QUICK_SECONDS, AHEAD = 0.5, 3
# A poll that comes so many seconds late while others wait is one of too many.
LATE_SECONDS = 5
# After so many seconds without a round, what is due has not become so one by one.
SILENCE_SECONDS = 30

OnPoll = Callable[[PollClaim, PollReport, float], None]


def _ignore(_claim: PollClaim, _polled: PollReport, _seconds: float) -> None:
    """The observer that looks away."""


@dataclass(kw_only=True, eq=False)
class _Turn:
    """A poll under way; times on the monotonic clock."""

    claim: PollClaim
    began_at: float
    renewed_at: float
    task: asyncio.Task[None] | None = None


class Poller:
    """`tick` is called every second and returns at once, `drain` waits for what is under way.

    `on_news` is called when there is something to post, `on_poll` with each poll that is over and the seconds it took.
    """

    def __init__(
        self,
        *,
        releases: Releases,
        store: Store,
        clock: Clock,
        owner: str,
        policy: PollPolicy,
        on_news: Callable[[], None],
        explain: Explain = unexplained,
        on_poll: OnPoll = _ignore,
    ) -> None:
        self._polls = store.polls
        self._clock = clock
        self._owner = owner
        self._policy = policy
        self._on_news = on_news
        self._on_poll = on_poll
        self._outages = Outages(store=store.outages, clock=clock, policy=policy.outages)
        self._poll_run = PollRun(
            project_reader=ProjectReader(
                releases=releases,
                requests=asyncio.Semaphore(policy.concurrency),
                quiet_k8s=policy.quiet_k8s,
                quiet_helm=policy.quiet_helm,
                max_details=policy.details,
                explain=explain,
            ),
            store=store,
            clock=clock,
            policy=policy,
            outages=self._outages,
        )
        self.pressure = AdaptiveLimit(clock.monotonic, most=policy.concurrency, rng=policy.rng)
        self._tasks = Tasks()
        self._turns: dict[str, _Turn] = {}
        self._claimed: deque[tuple[PollClaim, float]] = deque()
        self._more = False
        self._quick = False
        self._last_round: int | None = None
        self._round = asyncio.Lock()
        self._draining = False

    def wake(self) -> None:
        """A channel or a user wants to hear of a project: look now, not at the next tick."""
        self._tasks.start(self._go_on(), name="looks woken")

    async def tick(self) -> None:
        """Claim what is due, as far as there is room, and look at it."""
        await self._renew()
        await self._go_on()
        if await self._outages.tick():
            self._on_news()

    async def _go_on(self) -> None:
        async with self._round:
            with tolerating_store_down(log, "no claims"):
                await self._catch_up()
                await self._begin()

    async def _catch_up(self) -> None:
        """What has become due while no poll ran is spread, so that Zadig is not asked about everything at once."""
        now = self._clock.unix()
        if self._last_round is None or abs(now - self._last_round) > SILENCE_SECONDS:
            await self._polls.spread(now=now, per_second=self._policy.catch_up)
        self._last_round = now

    async def _begin(self) -> None:
        while self.pressure.room(len(self._turns)) > 0:
            if not self._claimed and not await self._claim():
                return
            claim, at = self._claimed.popleft()
            late = self._clock.monotonic() - at > self._policy.lease / 2
            if claim.project not in self._turns and not late:
                self._take_turn(claim, at)

    async def _claim(self) -> bool:
        room = self.pressure.room(len(self._turns))
        most = room + (AHEAD * self.pressure.limit if self._quick else 0)
        at = self._clock.monotonic()
        claims = await self._polls.claim(
            self._owner, now=self._clock.unix(), limit=most, lease=self._policy.lease
        )
        self._claimed.extend((claim, at) for claim in claims)
        self._more = len(claims) == most
        return bool(claims)

    def _take_turn(self, claim: PollClaim, claimed_at: float) -> None:
        turn = _Turn(claim=claim, began_at=self._clock.monotonic(), renewed_at=claimed_at)
        self._turns[claim.project] = turn
        turn.task = self._tasks.spawn(self._poll(turn), name=f"look at {claim.project}")

    async def _poll(self, turn: _Turn) -> None:
        polled = PollReport(result=PollResult.LOST)
        try:
            hurry = self._more and turn.claim.late >= LATE_SECONDS
            polled = await self._poll_run.poll(turn.claim, hurry=hurry)
        finally:
            del self._turns[turn.claim.project]
            self._learn(turn, polled)
        if polled.news:
            self._on_news()
        if (self._claimed or self._more) and not self._draining:
            await self._go_on()

    def _learn(self, turn: _Turn, polled: PollReport) -> None:
        seconds = self._clock.monotonic() - turn.began_at
        self._quick = seconds < QUICK_SECONDS
        self._on_poll(turn.claim, polled, seconds)
        if polled.cause in WHOLE:
            self.pressure.failed(refused=polled.cause is not Cause.AWAY)
        elif polled.result is not PollResult.LOST and self.pressure.seen():
            self._last_round = None  # what has become due meanwhile is spread

    async def _renew(self) -> None:
        """Keep the claims of polls that take long; one that was lost, or takes too long, is given up."""
        now, lease = self._clock.monotonic(), self._policy.lease
        for turn in [one for one in self._turns.values() if now - one.renewed_at >= lease / 3]:
            turn.renewed_at = now
            held = now - turn.began_at < self._policy.longest_poll and await self._is_held(turn.claim)
            if not held and turn.task is not None:
                turn.task.cancel()

    async def _is_held(self, claim: PollClaim) -> bool:
        """A database that does not answer takes nothing away."""
        try:
            return await self._polls.renew(claim, now=self._clock.unix(), lease=self._policy.lease)
        except StoreDown:
            return True

    async def drain(self, seconds: float | None = None) -> None:
        """Wait for the looks under way, and for those that a tick is just beginning; cancel what is left after so many seconds."""
        self._draining = True
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                async with self._round:
                    pass
                await self._tasks.finish()
        await self._tasks.drain(0)
        self._draining = False
