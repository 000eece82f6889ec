"""Looks: fetch the projects that are due, notice what changed, and write it down together with what is worth telling."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.domain.changes import Look, Memory, changes, observe
from bot.domain.errors import NotFound, ReleaseBotError, StoreDown, Unauthorized
from bot.domain.models import Kind, Status, Version, VersionReference
from bot.domain.notifications import NewPosting
from bot.domain.ports import Clock, LookClaim, LookOutcome, Releases, Store
from bot.domain.watching import Interest
from bot.services import planning

log = logging.getLogger(__name__)

PAGE_SIZE = 100
MOST_PAGES = 10
# Settled versions that have left the list are confirmed as deleted a few at a time: nobody waits for that.
MOST_SETTLED_CHECKS = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class PollPolicy:
    """How often and how much; seconds.

    `quiet_k8s` and `quiet_helm`: details of a version somebody else is creating are not asked for before this age, because
    a details call that races the create call makes Zadig write a settled status too early (Zadig 2.3.1 to 3.4.1).
    """

    poll: float = 10
    idle: float = 60
    stalled_after: int = 75 * 60
    concurrency: int = 8
    lease: int = 120
    confirm_in: float = 1
    failures_before_telling: int = 3
    longest_back_off: float = 300
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
    ) -> None:
        self._releases = releases
        self._store = store
        self._clock = clock
        self._owner = owner
        self._policy = policy
        self._on_news = on_news
        self._running: set[asyncio.Task[None]] = set()
        self._requests = asyncio.Semaphore(policy.concurrency)

    def wake(self) -> None:
        """Somebody wants to hear of a project: look now, not at the next tick."""
        task = asyncio.create_task(self.tick(), name="looks woken")
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def tick(self) -> None:
        """Claim what is due, as far as there is room, and look at it."""
        room = self._policy.concurrency - len(self._running)
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
            task = asyncio.create_task(self.look(claim), name=f"look {claim.project}")
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def drain(self) -> None:
        """Wait for the looks under way."""
        if self._running:
            await asyncio.wait(self._running)

    async def look(self, claim: LookClaim) -> None:
        """One look at one project, from fetching to writing down."""
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
        if recorded and outcome.postings:
            self._on_news()

    async def _outcome(self, claim: LookClaim, interest: Interest, before: Memory | None) -> LookOutcome:
        look = await self._fetch(claim.project, interest, before or {})
        hints = planning.restarted(interest, before or {}, now=look.at)
        after = observe(before or {}, look, stalled_after=self._policy.stalled_after, restarted=hints)
        happened = changes(before, after) if before is not None else ()
        plan = planning.plan(happened, after, interest, now=look.at)
        for change in happened:
            log.info(
                "change",
                extra={
                    "action": "change",
                    "project": claim.project,
                    "version_name": change.seen.version.name,
                    "transition": change.transition,
                    "epoch": change.seen.epoch,
                },
            )
        back: tuple[NewPosting, ...] = ()
        if claim.told and claim.failing_since is not None:
            back = planning.recovery(interest, claim.project, since=claim.failing_since, now=look.at)
        return LookOutcome(
            claim=claim,
            memory=after,
            postings=(*back, *plan.postings),
            settled_asks=plan.settled_asks,
            ended_watches=plan.ended_watches,
            next_in=self._next_in(after, interest, look),
        )

    def _next_in(self, after: Memory, interest: Interest, look: Look) -> float:
        if any(_waits_for_list(version) for version in look.versions):
            return self._policy.confirm_in
        unsettled = any(seen.open for seen in after.values()) or bool(interest.asks)
        return self._policy.poll if unsettled else self._policy.idle

    async def _fetch(self, project: str, interest: Interest, before: Memory) -> Look:
        at = self._now()
        listed, complete = await self._listed(project, before)
        busy = planning.in_flight(interest, now=at)
        asked = frozenset(ask.version_name for ask in interest.asks)
        versions = await asyncio.gather(
            *(
                self._with_details(version, before, asked, at)
                if version.name not in busy
                else _unsettled(version)
                for version in listed
            )
        )
        return Look(at=at, versions=tuple(versions), gone=await self._gone(project, before, listed, complete))

    async def _listed(self, project: str, before: Memory) -> tuple[list[Version], bool]:
        """The newest page, and as many more as it takes to find every version that is still followed."""
        wanted = {name for name, seen in before.items() if seen.open}
        found: dict[str, Version] = {}
        for number in range(1, MOST_PAGES + 1):
            async with self._requests:
                page = await self._releases.page(project, number=number, size=PAGE_SIZE)
            for version in page.items:
                found.setdefault(version.name, version)
            complete = number * PAGE_SIZE >= page.total or not page.items
            if complete or wanted <= found.keys():
                return list(found.values()), complete
        return list(found.values()), False

    async def _with_details(
        self, version: Version, before: Memory, asked: frozenset[str], at: int
    ) -> Version:
        """A list has no progress and no reason, and only a details call moves a version that is being retried."""
        if not self._needs_details(version, before, asked, at):
            return version
        reference = VersionReference(project=version.project, name=version.name, id=version.id)
        try:
            async with self._requests:
                shown = (await self._releases.show(reference)).version
        except NotFound:
            return version
        except ReleaseBotError as error:
            log.warning(
                "details missing",
                extra={
                    "action": "details_missing",
                    "project": version.project,
                    "version_name": version.name,
                    "error": str(error),
                },
            )
            return version
        if version.status is Status.CREATING and shown.status.settled:
            return replace(shown, status=version.status, status_word=version.status_word)
        return shown

    def _needs_details(self, version: Version, before: Memory, asked: frozenset[str], at: int) -> bool:
        seen = before.get(version.name)
        if version.status is Status.FAILED:
            return (seen is not None and seen.open) or version.name in asked
        if version.status is not Status.CREATING:
            return not version.status.settled
        quiet = self._policy.quiet_helm if version.kind is Kind.HELM else self._policy.quiet_k8s
        return version.name in asked or at - version.created_at >= quiet

    async def _gone(
        self, project: str, before: Memory, listed: list[Version], complete: bool
    ) -> frozenset[str]:
        """Remembered versions that the list should hold and does not, confirmed one by one."""
        names = {version.name for version in listed}
        oldest = min((version.created_at for version in listed), default=0)
        absent = [
            seen
            for name, seen in before.items()
            if name not in names and not seen.gone and (complete or seen.version.created_at > oldest)
        ]
        settled = [seen for seen in absent if not seen.open][:MOST_SETTLED_CHECKS]
        suspects = [seen.version for seen in absent if seen.open] + [seen.version for seen in settled]
        confirmed = await asyncio.gather(*(self._is_gone(version) for version in suspects))
        return frozenset(version.name for version, gone in zip(suspects, confirmed, strict=True) if gone)

    async def _is_gone(self, version: Version) -> bool:
        reference = VersionReference(project=version.project, name=version.name, id=version.id)
        try:
            async with self._requests:
                await self._releases.show(reference)
        except NotFound:
            return True
        except ReleaseBotError:
            return False
        return False

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
            planning.outage(interest, claim.project, since=since, text=str(error), remedy=error.remedy)
            if tell
            else ()
        )
        return LookOutcome(
            claim=claim,
            postings=postings,
            failures=failures,
            failing_since=since,
            told=claim.told or tell,
            next_in=min(self._policy.poll * 2 ** min(failures - 1, 10), self._policy.longest_back_off),
        )

    def _now(self) -> int:
        return int(self._clock.now().timestamp())


async def _unsettled(version: Version) -> Version:
    """As listed, but not settled: the call that makes it has not come back yet."""
    if not version.status.settled:
        return version
    return replace(version, status=Status.CREATING, status_word=Status.CREATING)


def _waits_for_list(version: Version) -> bool:
    """Details say that it is over, the list does not say so yet."""
    done = version.progress is not None and version.progress.upload_status in ("success", "failed")
    return version.status is Status.CREATING and done
