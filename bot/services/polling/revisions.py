"""Which messages that stand have to say something else after a poll, because their version has gone on; pure."""

from collections.abc import Collection, Iterator

from bot.domain.changes import Change, Memory, Seen, Transition
from bot.domain.models import Status, Version
from bot.domain.notifications import Afterwards
from bot.domain.revisions import Revision, attempt_of
from bot.domain.watching import Action, Interest, PendingRequest
from bot.services.polling.notification_plan import Plan

_GONE_ON = {
    Transition.RESTARTED: Afterwards.RETRYING,
    Transition.SUCCEEDED: Afterwards.SUCCEEDED,
    Transition.FAILED: Afterwards.FAILED,
    Transition.GONE: Afterwards.DELETED,
}


def revisions(
    changes: Collection[Change], memory: Memory, interest: Interest, plan: Plan
) -> tuple[Revision, ...]:
    """The last of each version, oldest version first."""
    found = [
        *_of_changes(changes, interest),
        *_of_retries(changes, memory, interest, plan),
        *_of_deletions(changes, plan),
    ]
    last = {(one.version.name, one.version.created_at): one for one in found}
    return tuple(last.values())


def _of_changes(changes: Collection[Change], interest: Interest) -> Iterator[Revision]:
    for change in changes:
        seen = change.seen
        if change.transition is Transition.GONE:
            by = interest.deleted_by(seen)
            yield _revision(seen, Afterwards.DELETED, by, aloud=not change.was_open)
        elif what := _GONE_ON.get(change.transition):
            by = _retried_by(seen, interest)
            if by or seen.epoch > 1 or seen.stalled:  # before that nothing can have been told of it
                yield _revision(seen, what, by)


def _retried_by(seen: Seen, interest: Interest) -> str:
    retries = [ask for ask in interest.asks_for(seen) if ask.action is Action.RETRY]
    return retries[-1].user if retries else ""


def _of_retries(
    changes: Collection[Change], memory: Memory, interest: Interest, plan: Plan
) -> Iterator[Revision]:
    """The first poll at a project sees no changes; what was retried through the bot has gone on all the same."""
    changed = {change.seen.version.name for change in changes}
    for ask in interest.asks:
        seen = memory.get(ask.version_name)
        if ask.action is not Action.RETRY or seen is None or ask.version_name in changed:
            continue
        if ask.is_for(seen) and not seen.gone and (what := _became(ask, seen, plan)):
            yield _revision(seen, what, ask.user)


def _became(ask: PendingRequest, seen: Seen, plan: Plan) -> Afterwards | None:
    """Nothing for a retry of which it is not known whether it has begun."""
    if seen.open:
        return Afterwards.RETRYING
    if ask.in_flight or ask not in plan.settled_asks:
        return None
    return Afterwards.SUCCEEDED if seen.version.status is Status.SUCCESS else Afterwards.FAILED


def _of_deletions(changes: Collection[Change], plan: Plan) -> Iterator[Revision]:
    """What was deleted through the bot in a project that was not followed was never seen, and so not seen to go."""
    seen_to_go = {
        (change.seen.version.name, change.seen.version.created_at)
        for change in changes
        if change.transition is Transition.GONE
    }
    for one in plan.gone_deletions:
        if (one.version_name, one.created_at) not in seen_to_go:
            version = Version.unseen(one.project, one.version_name, created_at=one.created_at)
            yield Revision(version=version, what=Afterwards.DELETED, since=one.at, by=one.user, aloud=True)


def _revision(seen: Seen, what: Afterwards, by: str, *, aloud: bool = False) -> Revision:
    return Revision(
        version=seen.version, what=what, since=seen.since, attempt=attempt_of(seen), by=by, aloud=aloud
    )
