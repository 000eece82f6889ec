"""What a poll found out about requests: which version came of them, and how it ended; pure."""

from collections.abc import Collection, Iterable, Iterator

from bot.domain.changes import Change, Memory, Seen, Transition
from bot.domain.endings import FINAL
from bot.domain.models import Status
from bot.domain.record import RequestResult, Result
from bot.domain.watching import Action, Deletion, Interest, PendingRequest
from bot.services.polling.notification_plan import Plan

_ENDED = {
    Transition.SUCCEEDED: Result.SUCCEEDED,
    Transition.FAILED: Result.FAILED,
    Transition.GONE: Result.DELETED,
}


def results(
    changes: Collection[Change], memory: Memory, interest: Interest, plan: Plan, *, now: int, first: bool
) -> tuple[RequestResult, ...]:
    """Results to write down with the poll; those that are known already may be among them.

    The `first` look at a project sees no changes, but it does see what was asked for.
    """
    seen = [change.seen for change in changes]
    if first:
        asked = {ask.version_name for ask in interest.asks}
        seen = [one for name, one in memory.items() if name in asked]
    return (*_seen(seen, interest, now), *_ended(changes, memory, plan, now))


def _seen(found: Iterable[Seen], interest: Interest, now: int) -> Iterator[RequestResult]:
    for seen in found:
        for ask in interest.asks_for(seen):
            if ask.request and not _is_unbegun(ask, seen):
                yield _result(ask, Result.SEEN, seen, now)


def _ended(changes: Collection[Change], memory: Memory, plan: Plan, now: int) -> Iterator[RequestResult]:
    for ask in plan.settled_asks:
        if ask.request:
            yield _end_of(ask, changes, memory, now)
    for deletion in plan.gone_deletions:
        if deletion.request:
            yield RequestResult(
                request=deletion.request, result=Result.DELETED, at=now, created_at=deletion.created_at
            )


def _end_of(ask: PendingRequest, changes: Collection[Change], memory: Memory, now: int) -> RequestResult:
    """By the change that ended it, also where its name is another version's by now; else by what is remembered."""
    for change in changes:
        mine = change.seen.version.name == ask.version_name and ask.is_for(change.seen)
        if mine and change.transition in FINAL:
            return _result(ask, _ENDED[change.transition], change.seen, now)
    seen = memory.get(ask.version_name)
    if seen is None or not ask.is_for(seen) or (ask.in_flight and _is_unbegun(ask, seen)):
        return _result(ask, Result.MISSING, None, now)
    if seen.gone:
        return _result(ask, Result.DELETED, seen, now)
    if seen.open:
        return _result(ask, Result.ABANDONED, seen, now)
    succeeded = seen.version.status is Status.SUCCESS
    return _result(ask, Result.SUCCEEDED if succeeded else Result.FAILED, seen, now)


def _is_unbegun(ask: PendingRequest, seen: Seen) -> bool:
    """A retry of which no poll has seen anything: the version stands as it did before."""
    return ask.action is Action.RETRY and ask.epoch == seen.epoch and not seen.open


def _result(ask: PendingRequest | Deletion, result: Result, seen: Seen | None, now: int) -> RequestResult:
    created_at = seen.version.created_at if seen else None
    return RequestResult(request=ask.request, result=result, at=now, created_at=created_at)
