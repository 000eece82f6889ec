"""Looks: fetch the projects that are due, notice what changed, and write it down together with what is worth telling."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from bot.crashing import Point, reached
from bot.domain.changes import Change, Memory, changes, observe
from bot.domain.errors import ReleaseBotError, ServerDown, StoreDown, Unauthorized
from bot.domain.models import Status, Version
from bot.domain.notifications import NewPosting
from bot.domain.ports import Clock, LookClaim, LookOutcome, Releases, Store
from bot.domain.watching import Interest
from bot.services import asking, outages
from bot.services.explaining import Explain, unexplained
from bot.services.looking import Looker
from bot.services.planning import plan
from bot.services.tasks import Tasks

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class PollPolicy:
    """How often and how much; seconds.

    A project with unsettled versions is looked at every `poll`, one without every `idle`, and after `confirm_in` where
    details and list disagree. Failed looks back off up to `longest_back_off`, and up to `longest_outage_wait` while Zadig is
    away, because much is waiting then. A look that takes long renews its `lease`, but not for ever: after `longest_look`
    somebody else may try. `quiet_k8s`, `quiet_helm`: see `Looker`.
    """

    poll: float = 10
    idle: float = 60
    stalled_after: int = 75 * 60
    concurrency: int = 8
    lease: int = 20
    longest_look: float = 600
    confirm_in: float = 1
    failures_before_telling: int = 3
    longest_back_off: float = 60
    longest_outage_wait: float = 15
    quiet_k8s: int = 10
    quiet_helm: int = 300


class Poller:
    """Looks at due projects; `tick` is called every second and returns at once, `drain` waits for what is under way."""

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
    ) -> None:
        self._store = store
        self._clock = clock
        self._owner = owner
        self._policy = policy
        self._on_news = on_news
        self._looker = Looker(
            releases=releases,
            requests=asyncio.Semaphore(policy.concurrency),
            quiet_k8s=policy.quiet_k8s,
            quiet_helm=policy.quiet_helm,
            explain=explain,
        )
        self._tasks = Tasks()
        self._looks = 0
        self._round = asyncio.Lock()

    def wake(self) -> None:
        """Somebody wants to hear of a project: look now, not at the next tick."""
        self._tasks.start(self.tick(), name="looks woken")

    async def tick(self) -> None:
        """Claim what is due, as far as there is room, and look at it."""
        async with self._round:
            room = self._policy.concurrency - self._looks
            if room <= 0:
                return
            try:
                claims = await self._store.claim_looks(
                    self._owner, now=self._now(), limit=room, lease=self._policy.lease
                )
            except StoreDown as error:
                log.warning("no claims", extra={"action": "store_down", "error": str(error)})
                return
            for claim in claims:
                self._looks += 1
                self._tasks.start(self._take_turn(claim), name=f"look {claim.project}")

    async def _take_turn(self, claim: LookClaim) -> None:
        look = asyncio.create_task(self.look(claim), name=f"look at {claim.project}")
        try:
            await self._keep(claim, look)
            await look
        finally:
            look.cancel()
            self._looks -= 1

    async def _keep(self, claim: LookClaim, look: asyncio.Task[None]) -> None:
        """Renew the claim until the look is over, the claim is lost, or it has taken too long."""
        lease = self._policy.lease
        for _ in range(round(3 * self._policy.longest_look / lease)):
            done, _ = await asyncio.wait({look}, timeout=lease / 3)
            if done or not await self._renew(claim):
                return

    async def _renew(self, claim: LookClaim) -> bool:
        try:
            return await self._store.renew_look(claim, now=self._now(), lease=self._policy.lease)
        except StoreDown:
            return True

    async def drain(self, seconds: float | None = None) -> None:
        """Wait for the looks under way, and for those that a tick is just beginning; cancel what is left after so many seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                async with self._round:
                    pass
                await self._tasks.finish()
        await self._tasks.drain(0)

    async def look(self, claim: LookClaim) -> None:
        """One look at one project, from fetching to writing down."""
        reached(Point.BEFORE_LOOK)
        try:
            interest = await self._store.interest(claim.project)
            before = await self._store.seen(claim.project)
            try:
                outcome = await self._outcome(claim, interest, before)
            except ReleaseBotError as error:
                outcome = self._failed(claim, interest, error)
            recorded = await self._store.record_look(outcome, now=self._now())
        except StoreDown as error:
            log.warning(
                "look lost", extra={"action": "look_lost", "project": claim.project, "error": str(error)}
            )
            return
        reached(Point.AFTER_COMMIT)
        if recorded and outcome.postings:
            self._on_news()

    async def _outcome(self, claim: LookClaim, interest: Interest, before: Memory | None) -> LookOutcome:
        known = before or {}
        look = await self._looker.fetch(claim.project, interest, known, at=self._now())
        reached(Point.AFTER_FETCH)
        hints = asking.restarted(interest, known, now=look.at)
        after = observe(known, look, stalled_after=self._policy.stalled_after, restarted=hints)
        happened = changes(known, after) if before is not None else ()
        for change in happened:
            _log_change(change)
        planned = plan(happened, after, interest, now=look.at)
        back: tuple[NewPosting, ...] = ()
        if claim.told and claim.failing_since is not None:
            back = outages.recovery(interest, claim.project, since=claim.failing_since, now=look.at)
        return LookOutcome(
            claim=claim,
            memory=after,
            postings=(*back, *planned.postings),
            settled_asks=planned.settled_asks,
            ended_watches=planned.ended_watches,
            next_in=self._next_in(after, interest),
        )

    def _next_in(self, after: Memory, interest: Interest) -> float:
        """What is stalled moves no faster for being looked at more often."""
        moving = [seen for seen in after.values() if seen.open and not seen.stalled]
        if any(_waits_for_list(seen.version) for seen in moving):
            return self._policy.confirm_in
        stalled = {name for name, seen in after.items() if seen.open and seen.stalled}
        unsettled = moving or any(ask.version_name not in stalled for ask in interest.asks)
        return self._policy.poll if unsettled else self._policy.idle

    def _failed(self, claim: LookClaim, interest: Interest, error: ReleaseBotError) -> LookOutcome:
        """Nothing is known, so nothing changes; an outage is told once, when it has lasted."""
        now = self._now()
        since = now if claim.failing_since is None else claim.failing_since
        failures = claim.failures + 1
        enough = 2 if isinstance(error, Unauthorized) else self._policy.failures_before_telling
        tell = not claim.told and failures >= enough
        level = logging.WARNING if failures == 1 or tell else logging.DEBUG
        log.log(
            level,
            "look failed",
            extra={
                "action": "look_failed",
                "project": claim.project,
                "failures": failures,
                "error": str(error),
            },
        )
        postings = (
            outages.outage(interest, claim.project, since=since, text=str(error), remedy=error.remedy)
            if tell
            else ()
        )
        return LookOutcome(
            claim=claim,
            postings=postings,
            failures=failures,
            failing_since=since,
            told=claim.told or tell,
            next_in=self._back_off(failures, error),
        )

    def _back_off(self, failures: int, error: ReleaseBotError) -> float:
        policy = self._policy
        longest = policy.longest_outage_wait if isinstance(error, ServerDown) else policy.longest_back_off
        return max(policy.poll, min(policy.poll * 2.0 ** min(failures - 1, 10), longest))

    def _now(self) -> int:
        return int(self._clock.now().timestamp())


def _log_change(change: Change) -> None:
    version = change.seen.version
    log.info(
        "change",
        extra={
            "action": "change",
            "project": version.project,
            "version_name": version.name,
            "transition": change.transition,
            "epoch": change.seen.epoch,
        },
    )


def _waits_for_list(version: Version) -> bool:
    """Details say that it is over, the list does not say so yet."""
    done = version.progress is not None and version.progress.upload_status in ("success", "failed")
    return version.status is Status.CREATING and done
