"""Outages: once for each channel when the bot cannot see what it follows, once when it can again."""

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from bot.domain.errors import StoreDown
from bot.domain.notifications import NewPosting, Notification, ProjectBack, ProjectUnreachable
from bot.domain.outages import WHOLE, Cause, Failing, Outage, Review, Situation, Trouble, Word
from bot.domain.ports import Clock
from bot.domain.stores import OutageStore

log = logging.getLogger(__name__)

# How several projects are spoken of; with one its own sentence says more.
SEVERAL = {
    Cause.FORBIDDEN: "the owner of its API token has no access to them.",
    Cause.MISSING: "Zadig does not know them.",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class OutagePolicy:
    """When an outage is worth a word; seconds.

    Zadig as a whole: after `failures` failed polls within at least `lasting` seconds; a token that is refused, after two
    within `refused`. Projects by themselves: after `failures` and `gather` seconds, so that those that fail for one cause
    one after another are told together.
    """

    failures: int = 3
    lasting: int = 20
    refused: int = 8
    gather: int = 75
    every: float = 5


class Outages:
    """Looks at what fails and says so; `failed` and `seen` are told of every poll, `tick` is called every second."""

    def __init__(self, *, store: OutageStore, clock: Clock, policy: OutagePolicy) -> None:
        self._store = store
        self._clock = clock
        self._policy = policy
        self._troubled = True  # until the database says that nothing is wrong
        self._next_at = 0.0

    async def tick(self) -> bool:
        """Review what goes on, if anything does; whether a channel has to be told."""
        now = self._clock.monotonic()
        if not self._troubled and now < self._next_at:
            return False
        self._next_at = now + self._policy.every
        return await self._review()

    async def failed(self) -> bool:
        """A poll failed and was written down; whether a channel has to be told."""
        self._troubled = True
        return await self._review()

    async def seen(self, project: str) -> bool:
        """A project is seen, which is about to be written down: that an outage is over is told before what was missed."""
        return await self._review(project) if self._troubled else False

    async def _review(self, just_seen: str = "") -> bool:
        """Without a database nothing is told, and then at the next review."""
        now = self._clock.unix()
        try:
            situation = await self._store.situation()
            self._troubled = situation is not None
            if situation is None:
                return False
            review = review_outages(_seeing(just_seen, situation, now), now=now, policy=self._policy)
            if review.nothing:
                return False
            await self._store.record(replace(review, seen=just_seen), now=now)
        except StoreDown as error:
            log.warning("no review", extra={"action": "store_down", "error": str(error)})
            return False
        _log(review)
        return True


def _log(review: Review) -> None:
    for action, words in (("outage_begun", review.begun), ("outage_over", review.ended)):
        for outage in (word.outage for word in words):
            log.warning(
                "outage",
                extra={
                    "action": action,
                    "channel": outage.channel,
                    "cause": outage.cause,
                    "projects": list(outage.projects),
                },
            )


def _seeing(project: str, situation: Situation, now: int) -> Situation:
    """The situation as it will be when this project's look has been written down."""
    if not project:
        return situation
    left = tuple(one for one in situation.failing if one.project != project)
    return replace(situation, failing=left, last_seen=max(situation.last_seen, now))


def review_outages(situation: Situation, *, now: int, policy: OutagePolicy) -> Review:
    """Who is told what; pure. What fails while Zadig as a whole cannot be seen, or only just can again, says nothing of itself."""
    whole = _whole(situation)
    begun = [*_whole_begun(situation, whole, now, policy)]
    if not whole and not any(outage.whole for outage in situation.outages):
        begun += _single_begun(situation, now, policy)
    superseded = {word.outage.channel for word in begun if word.outage.whole}
    anew = {(word.outage.channel, project) for word in begun for project in word.outage.projects}
    ended = []
    for outage in situation.outages:
        if outage.channel in superseded:
            ended.append(Word(outage=outage))
        elif _is_over(outage, situation, whole, anew):
            ended.append(Word(outage=outage, posting=_back(outage, situation, now)))
    over = any(word.outage.whole and word.outage.channel not in superseded for word in ended)
    return Review(begun=tuple(begun), ended=tuple(ended), over=over)


def _whole(situation: Situation) -> tuple[Failing, ...]:
    """The projects whose failures say that Zadig as a whole cannot be seen; empty if it can.

    Nothing has been seen since they began to fail; one project alone is no proof where others are followed.
    """
    fresh = tuple(one for one in situation.failing if one.since >= situation.last_seen)
    failing = tuple(one for one in fresh if one.trouble.cause in WHOLE)
    others = situation.projects - {one.project for one in situation.failing if one not in fresh}
    return failing if failing and len(failing) >= min(2, len(others)) else ()


def _whole_begun(
    situation: Situation, whole: Sequence[Failing], now: int, policy: OutagePolicy
) -> Iterator[Word]:
    """The cause that lasts longest enough is told; one that was told already in a channel is not told again there."""
    for cause, failing in _by_cause(whole).items():
        least, lasting = (2, policy.refused) if cause is Cause.TOKEN else (policy.failures, policy.lasting)
        since = min(one.since for one in failing)
        if now - since < lasting or sum(one.failures for one in failing) < least:
            continue
        for channel, projects in situation.followed.items():
            told = [one for one in situation.outages if one.channel == channel and one.whole]
            if any(one.cause is cause for one in told):
                continue
            outage = Outage(channel=channel, cause=cause, since=min([since, *(one.since for one in told)]))
            trouble = failing[-1].trouble
            yield Word(outage=outage, posting=_unreachable(outage, projects, trouble, since))
        return


def _by_cause(failing: Iterable[Failing]) -> dict[Cause, list[Failing]]:
    """The cause of most projects first."""
    found: dict[Cause, list[Failing]] = defaultdict(list)
    for one in failing:
        found[one.trouble.cause].append(one)
    return dict(sorted(found.items(), key=lambda item: -len(item[1])))


def _single_begun(situation: Situation, now: int, policy: OutagePolicy) -> Iterator[Word]:
    """Projects that fail by themselves, together with those of the same cause that have begun to."""
    for channel, projects in situation.followed.items():
        known = {
            (one.cause, project)
            for one in situation.outages
            if one.channel == channel
            for project in one.projects
        }
        failing = [
            one
            for one in situation.failing
            if one.project in projects and (one.trouble.cause, one.project) not in known
        ]
        for cause, group in _by_cause(failing).items():
            ripe = [
                one for one in group if one.failures >= policy.failures and now - one.since >= policy.gather
            ]
            if ripe:
                since = min(one.since for one in group)
                names = tuple(sorted(one.project for one in group))
                outage = Outage(channel=channel, cause=cause, since=since, projects=names)
                yield Word(outage=outage, posting=_unreachable(outage, names, group[0].trouble, since))


def _is_over(
    outage: Outage, situation: Situation, whole: Sequence[Failing], anew: Collection[tuple[str, str]]
) -> bool:
    """Also if the channel does not follow any of it any more, or is just told `anew` that it fails for another cause."""
    followed = situation.followed.get(outage.channel, ())
    if not followed:
        return True
    if outage.whole:
        return not whole and situation.last_seen > outage.since
    failing = {one.project for one in situation.failing if (outage.channel, one.project) not in anew}
    return not any(project in failing and project in followed for project in outage.projects)


def _unreachable(outage: Outage, projects: Sequence[str], trouble: Trouble, since: int) -> NewPosting:
    first, *others = projects
    text = SEVERAL.get(outage.cause, trouble.text) if others else trouble.text
    told = ProjectUnreachable(project=first, others=tuple(others), text=text, remedy=trouble.remedy)
    return _posting(f"unreachable/{outage.cause}/{since}", outage, first, told)


def _back(outage: Outage, situation: Situation, now: int) -> NewPosting | None:
    """Nothing if the channel does not follow any of it any more, or all of it fails for another cause."""
    followed, failing = situation.followed.get(outage.channel, ()), {one.project for one in situation.failing}
    projects = [one for one in outage.projects if one in followed and one not in failing]
    if outage.whole:
        projects = list(followed)
    if not projects:
        return None
    first, *others = projects
    told = ProjectBack(project=first, others=tuple(others), seconds=now - outage.since)
    return _posting(f"back/{outage.cause}/{outage.since}", outage, first, told)


def _posting(what: str, outage: Outage, project: str, told: Notification) -> NewPosting:
    return NewPosting(
        key=f"{what}/{outage.channel}/{project}",
        destination=outage.channel,
        project=project,
        version_name="",
        notification=told,
    )
