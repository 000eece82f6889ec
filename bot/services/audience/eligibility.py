"""Who may still hear of a project: asked again whenever something is told, since rights and people change meanwhile."""

from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.domain.access import Membership, Person, Policy, Right
from bot.domain.notifications import (
    OutcomeDigest,
    ProjectBack,
    ProjectUnreachable,
    SubscriptionChanged,
    WatchesEnded,
)
from bot.domain.ports import Never, Poster, Posting, PostResult, TryLater
from bot.domain.stores import SubscriptionStore

# Somebody of the workspace whom no rule names.
_ANYONE = Person(id="", standing=Membership.MEMBER)
# How long a message waits for Slack to say who its reader is.
AGAIN_SECONDS = 30.0
# What says who did something in the channel that reads it, and what names no project.
_ALWAYS = (SubscriptionChanged, WatchesEnded)


class Verdict(StrEnum):
    """Whether somebody may hear of a project. `UNKNOWN`: Slack does not say what it depends on."""

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
        """A channel in which any member of the workspace may read may hear, whoever subscribed it and is still there.

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
