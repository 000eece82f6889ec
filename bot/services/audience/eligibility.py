"""Who may still hear of a project: asked before every message, and for watches and subscriptions now and then."""

import logging
import uuid
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

from bot.domain.access import Membership, Person, Policy, Right
from bot.domain.notifications import (
    NewPosting,
    OutcomeDigest,
    ProjectBack,
    ProjectUnreachable,
    SubscriptionChanged,
    WatchesEnded,
)
from bot.domain.ports import Clock, Never, Poster, Posting, PostResult, TryLater
from bot.domain.stores import Store, SubscriptionStore
from bot.domain.watching import Subscription, Watch

# A user of the workspace whom no rule names.
_ANYONE = Person(id="", standing=Membership.MEMBER)
# How long a message waits for Slack to say who its reader is.
AGAIN_SECONDS = 30.0
# What says who did something in the channel that reads it, and what names no project.
_ALWAYS = (SubscriptionChanged, WatchesEnded)


class Verdict(StrEnum):
    """Whether a user may hear of a project. `UNKNOWN`: Slack does not say what it depends on."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True, slots=True)
class Eligibility:
    """Asks the policy of the moment. `is_in(user, channel)` is None where Slack does not say."""

    policy: Callable[[], Policy]
    who_is: Callable[[str], Awaitable[Person]]
    is_in: Callable[[str, str], Awaitable[bool | None]]
    subscriptions: SubscriptionStore

    async def person(self, user: str, project: str) -> Verdict:
        """By direct message: for what they are, or for a channel that a rule names and that they are a member of."""
        policy = self.policy()
        person = await self.who_is(user)
        if policy.allows(Right.READ, project, person):
            return Verdict.YES
        unsure = _is_unsure(person)
        for channel in sorted(policy.named("C") | policy.named("G")):
            if policy.allows(Right.READ, project, person, channel):
                present = await self.is_in(user, channel)
                if present:
                    return Verdict.YES
                unsure = unsure or present is None
        return Verdict.UNKNOWN if unsure else Verdict.NO

    async def channel(self, channel: str, project: str, on_behalf_of: Iterable[str]) -> Verdict:
        """A channel in which any member of the workspace may read may hear, no matter who subscribed it.

        Any other hears by the right of a person: of one who subscribed it or asked there, as long as they have it.
        """
        policy = self.policy()
        if policy.allows(Right.READ, project, _ANYONE, channel):
            return Verdict.YES
        verdict = Verdict.NO
        for user in dict.fromkeys(one for one in on_behalf_of if one):
            person = await self.who_is(user)
            if policy.allows(Right.READ, project, person, channel):
                return Verdict.YES
            if _is_unsure(person):
                verdict = Verdict.UNKNOWN
        return verdict

    async def destination(self, posting: Posting, project: str) -> Verdict:
        """Whether a message may be told where it goes."""
        place = posting.destination
        if place.startswith(("U", "W")):
            return await self.person(place, project)
        if self.policy().allows(Right.READ, project, _ANYONE, place):
            return Verdict.YES
        mine = await self.subscriptions.find(channel=place, project=project)
        asked_by = getattr(posting.notification, "asked_by", "")
        several = [asked_by] if isinstance(asked_by, str) else list(asked_by)
        return await self.channel(place, project, [*(one.by for one in mine), posting.fallback, *several])


def _is_unsure(person: Person) -> bool:
    return person.unsure or person.standing in (Membership.SILENT, Membership.REFUSED)


@dataclass(frozen=True, kw_only=True, slots=True)
class EligibilityCheckingPoster:
    """Implements the Poster port: what may not be read any more where it goes is not told, however long ago it was planned."""

    inner: Poster
    hearing: Eligibility

    async def post(self, posting: Posting) -> PostResult:
        """As the inner one. A message about several projects is told about those that may be heard of."""
        if isinstance(posting.notification, _ALWAYS):
            return await self.inner.post(posting)
        named = list(_projects(posting))
        verdicts = {one: await self.hearing.destination(posting, one) for one in named}
        if Verdict.UNKNOWN in verdicts.values():
            return TryLater(reason="Slack does not say who may read it.", seconds=AGAIN_SECONDS)
        heard = [one for one in named if verdicts[one] is Verdict.YES]
        if heard != named:
            cut = _about(posting, heard)
            if cut is None:
                return Never(reason="the project may no longer be read there", destination_lost=False)
            posting = cut
        return await self.inner.post(posting)

    async def find(self, posting: Posting) -> PostResult:
        """As the inner one: what has been told has been told."""
        return await self.inner.find(posting)


def _projects(posting: Posting) -> Iterator[str]:
    told = posting.notification
    match told:
        case OutcomeDigest():
            yield from dict.fromkeys(
                [*(one.of for one in told.projects), *(name.partition("/")[0] for name in told.names)]
            )
        case ProjectUnreachable() | ProjectBack():
            yield from dict.fromkeys([told.project, *told.others])
        case _:
            yield posting.project


def _about(posting: Posting, projects: list[str]) -> Posting | None:
    """The same about fewer projects; None where that cannot be. Folds are then told one by one."""
    told = posting.notification
    if projects and isinstance(told, ProjectUnreachable | ProjectBack):
        first, *others = projects
        return replace(posting, notification=replace(told, project=first, others=tuple(others)))
    return None


log = logging.getLogger(__name__)

# So many people and so many subscriptions are asked about in one round: each can cost questions to Slack.
AT_ONCE = 20

T = TypeVar("T")


class AudienceExpiry:
    """`tick` is one round. What Slack does not say ends nothing. Raises StoreDown."""

    def __init__(
        self, *, store: Store, hearing: Eligibility, clock: Clock, on_news: Callable[[], None]
    ) -> None:
        self._store = store
        self._hearing = hearing
        self._clock = clock
        self._on_news = on_news
        self._turn = 0

    async def tick(self) -> None:
        """Look at the next few; every one comes round in its turn."""
        watches: dict[str, list[Watch]] = {}
        for watch in await self._store.watches.all():
            watches.setdefault(watch.user, []).append(watch)
        for user in self._next(sorted(watches)):
            await self._end_watches(user, watches[user])
        for subscription in self._next(await self._store.subscriptions.find()):
            await self._end_subscription(subscription)
        self._turn += 1

    def _next(self, everything: Sequence[T]) -> list[T]:
        """As many as come with each turn, around and around."""
        count = min(AT_ONCE, len(everything))
        return [everything[(self._turn * AT_ONCE + place) % len(everything)] for place in range(count)]

    async def _end_watches(self, user: str, watches: list[Watch]) -> None:
        verdicts = {
            project: await self._hearing.person(user, project)
            for project in dict.fromkeys(one.project for one in watches)
        }
        lost = [one for one in watches if verdicts[one.project] is Verdict.NO]
        if not lost:
            return
        told = NewPosting(
            key=f"watches_ended/{user}/{uuid.uuid4().hex}",
            destination=user,
            project="",
            version_name="",
            notification=WatchesEnded(count=len(lost)),
        )
        if await self._store.watches.end(lost, told=told, now=self._clock.unix()):
            log.info("watches ended", extra={"action": "watches_ended", "user": user, "count": len(lost)})
            self._on_news()

    async def _end_subscription(self, one: Subscription) -> None:
        """No user has ended it, so no user is named; neither is the project, which is not to be read there any more."""
        if await self._hearing.channel(one.channel, one.project, [one.by]) is not Verdict.NO:
            return
        told = SubscriptionChanged(
            change=uuid.uuid4().hex, channel=one.channel, project=one.project, by="", before=one, after=None
        )
        if await self._store.subscriptions.change(told, announce=True, now=self._clock.unix()):
            fields = {"action": "subscription_ended", "project": one.project, "channel": one.channel}
            log.warning("subscription ended", extra=fields)
            self._on_news()
