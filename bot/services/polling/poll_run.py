"""One poll of one project, from fetching to writing down: what changed, what is worth telling, and when to poll again."""

import logging
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.domain.changes import Change, Memory, Transition, changes, observe
from bot.domain.errors import ReleaseBotError, StoreDown
from bot.domain.outages import Cause, trouble_of
from bot.domain.ports import Clock, PollClaim, PollOutcome
from bot.domain.stores import Store
from bot.domain.watching import Interest
from bot.failpoints import Point, reached
from bot.services.polling.notification_plan import plan
from bot.services.polling.outages import Outages
from bot.services.polling.project_reader import ProjectReader
from bot.services.polling.request_results import results
from bot.services.polling.revisions import revisions
from bot.services.polling.schedule import PollPolicy
from bot.services.requests import pending

log = logging.getLogger(__name__)


class PollResult(StrEnum):
    """What came of a poll."""

    SEEN = "seen"
    FAILED = "failed"
    LOST = "lost"  # the database did not take it, or another process had taken over


@dataclass(frozen=True, kw_only=True, slots=True)
class PollReport:
    """A poll that is over: why it failed, if it did, and whether there is something to post."""

    result: PollResult
    cause: Cause | None = None
    news: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class PollRun:
    """Looks, compares and writes down."""

    project_reader: ProjectReader
    store: Store
    clock: Clock
    policy: PollPolicy
    outages: Outages

    async def poll(self, claim: PollClaim, *, hurry: bool = False) -> PollReport:
        """One poll, in a `hurry` if others wait for theirs. Raises nothing but defects."""
        reached(Point.BEFORE_LOOK)
        try:
            interest = await self.store.pending.interest(claim.project)
            before = await self.store.polls.seen(claim.project)
            outcome = await self._outcome(claim, interest, before, hurry=hurry)
            told = outcome.trouble is None and await self.outages.seen(claim.project)
            recorded = await self.store.polls.record(outcome, now=self.clock.unix())
        except StoreDown as error:
            log.warning(
                "look lost", extra={"action": "look_lost", "project": claim.project, "error": str(error)}
            )
            return PollReport(result=PollResult.LOST)
        reached(Point.AFTER_COMMIT)
        if outcome.trouble is not None:
            told = await self.outages.failed()
        return _polled(outcome, recorded=recorded, told=told)

    async def _outcome(
        self, claim: PollClaim, interest: Interest, before: Memory | None, *, hurry: bool
    ) -> PollOutcome:
        try:
            return await self._seen(claim, interest, before, hurry=hurry)
        except StoreDown:
            raise
        except ReleaseBotError as error:
            return self._failed(claim, error)

    async def _seen(
        self, claim: PollClaim, interest: Interest, before: Memory | None, *, hurry: bool
    ) -> PollOutcome:
        known = before or {}
        poll = await self.project_reader.fetch(
            claim.project, interest, known, at=self.clock.unix(), hurry=hurry
        )
        reached(Point.AFTER_FETCH)
        hints = pending.restarted(interest, known, now=poll.at)
        after = observe(known, poll, stalled_after=self.policy.stalled_after, restarted=hints)
        happened = changes(known, after) if before is not None else ()
        for change in happened:
            _log_change(change)
        if any(change.transition is Transition.GONE for change in happened):
            # Written down before Zadig was asked to delete it, but perhaps after this poll began.
            interest = replace(interest, deletions=await self.store.pending.deletions(claim.project))
        interest = await self._with_requests(claim.project, interest, happened)
        unseen, first = self._unseen(claim, poll.at), before is None
        planned = plan(happened, after, interest, now=poll.at, unseen=unseen, first=first)
        return PollOutcome(
            claim=claim,
            memory=after,
            seen_at=poll.at,
            postings=planned.postings,
            settled_asks=planned.settled_asks,
            ended_watches=planned.ended_watches,
            ended_deletions=planned.ended_deletions,
            revisions=revisions(happened, after, interest, planned),
            results=results(happened, after, interest, planned, now=poll.at, first=first),
            next_in=self.policy.after(after, interest),
        )

    async def _with_requests(
        self, project: str, interest: Interest, happened: tuple[Change, ...]
    ) -> Interest:
        """Who asked for what has changed, also long ago."""
        names = {change.seen.version.name for change in happened}
        names |= {ask.version_name for ask in interest.asks}
        names |= {watch.version_name for watch in interest.watches}
        names |= {deletion.version_name for deletion in interest.deletions}
        if not names:
            return interest
        return replace(interest, requests=await self.store.record.requests(project, sorted(names)))

    def _unseen(self, claim: PollClaim, at: int) -> int:
        """For how many seconds no poll was possible, if that is more than polls are usually apart."""
        apart = at - claim.seen_at if claim.seen_at is not None else 0
        return apart if apart > 2 * self.policy.idle else 0

    def _failed(self, claim: PollClaim, error: ReleaseBotError) -> PollOutcome:
        """Nothing is known, so nothing changes. What fails for another cause than before begins to fail anew."""
        trouble = trouble_of(error)
        same = claim.trouble is not None and claim.trouble.cause is trouble.cause
        failures = claim.failures + 1 if same else 1
        log.log(
            logging.WARNING if failures == 1 else logging.DEBUG,
            "look failed",
            extra={
                "action": "look_failed",
                "project": claim.project,
                "failures": failures,
                "cause": trouble.cause,
                "error": str(error),
            },
        )
        return PollOutcome(
            claim=claim,
            failures=failures,
            failing_since=claim.failing_since if same else self.clock.unix(),
            trouble=trouble,
            next_in=self.policy.after_failures(failures, trouble.cause),
        )


def _polled(outcome: PollOutcome, *, recorded: bool, told: bool) -> PollReport:
    if not recorded:
        return PollReport(result=PollResult.LOST, news=told)
    cause = outcome.trouble.cause if outcome.trouble else None
    return PollReport(
        result=PollResult.FAILED if cause else PollResult.SEEN,
        cause=cause,
        news=told or bool(outcome.postings),
    )


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
