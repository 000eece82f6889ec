"""One fetch of a project: as many pages as it takes, details where a list does not say enough, and what has been deleted."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.domain.changes import ABANDONED_AFTER_SECONDS, Look, Memory, Seen, same
from bot.domain.errors import NotFound, ReleaseBotError
from bot.domain.models import Kind, Status, Version, VersionDetails, VersionReference
from bot.domain.ports import Releases
from bot.domain.watching import Action, Interest
from bot.services import asking
from bot.services.explaining import Explain, unexplained

log = logging.getLogger(__name__)

PAGE_SIZE = 100
MOST_PAGES = 10
# Settled versions that have left the list are confirmed as deleted a few at a time: nobody waits for that.
MOST_SETTLED_CHECKS = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class _Listed:
    """What the list says: the versions by name, newest first; `complete` if it was read to its end.

    `from_` is the creation time of the oldest one up to which nothing is left out.
    """

    versions: Mapping[str, Version]
    complete: bool
    from_: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Looker:
    """Reads of Zadig for looks. `requests` bounds how many run at once.

    Details of a version somebody else is creating are not asked for before it is `quiet_k8s` or `quiet_helm` seconds old:
    a details call that races the create call makes Zadig write a settled status too early (Zadig 2.3.1 to 3.4.1).
    """

    releases: Releases
    requests: asyncio.Semaphore
    quiet_k8s: int
    quiet_helm: int
    explain: Explain = unexplained

    async def fetch(self, project: str, interest: Interest, before: Memory, *, at: int) -> Look:
        """A look at a project. Raises errors of `bot.domain.errors` if the list cannot be read."""
        listed = await self._list(project, interest, before, at)
        busy = asking.in_flight(interest, now=at)
        asked = frozenset(ask.version_name for ask in interest.asks)
        view = min((seen.version.created_at for seen in before.values() if not seen.gone), default=None)
        versions = await asyncio.gather(
            *(
                _while_called(version, before.get(name), busy[name])
                if name in busy
                else self._with_details(
                    version,
                    before.get(name),
                    at,
                    asked=name in asked,
                    new=view is not None and version.created_at >= view,
                )
                for name, version in listed.versions.items()
            )
        )
        gone = await self._gone(project, before, listed)
        return Look(at=at, versions=tuple(versions), gone=gone)

    async def _list(self, project: str, interest: Interest, before: Memory, at: int) -> _Listed:
        """The newest page, and as many more as it takes to find what is followed and to meet what is known already."""
        wanted = _wanted(interest, before, at)
        found: dict[str, Version] = {}
        complete, number = False, 0
        while not complete and number < MOST_PAGES:
            number += 1
            async with self.requests:
                page = await self.releases.page(project, number=number, size=PAGE_SIZE)
            for version in page.items:
                found.setdefault(version.name, version)
            complete = number * PAGE_SIZE >= page.total or not page.items
            met = not before or any(_is_known(version, before) for version in page.items)
            if met and wanted <= found.keys():
                break
        from_ = min((version.created_at for version in found.values()), default=0)
        if not complete:
            found |= await self._find(project, wanted - found.keys())
        return _Listed(versions=found, complete=complete, from_=from_)

    async def _find(self, project: str, names: frozenset[str]) -> dict[str, Version]:
        """Versions that so many newer ones have covered that no page of a look shows them."""
        found = {}
        for name in sorted(names):
            async with self.requests:
                version = await self.releases.find(project, name)
            if version is not None:
                found[name] = version
        return found

    async def _with_details(
        self, version: Version, seen: Seen | None, at: int, *, asked: bool, new: bool
    ) -> Version:
        """A list has no progress and no reason, and only a details call moves a version that is being retried."""
        if not self._needs_details(version, seen, at, asked=asked, new=new):
            return version
        try:
            details = await self._show(version)
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
        shown = details.version
        ahead = shown.status_word != version.status_word
        if version.status is Status.CREATING and shown.status.settled and ahead:
            return replace(shown, status=version.status, status_word=version.status_word)
        if shown.status is Status.FAILED:
            async with self.requests:
                return (await self.explain(details, anew=True)).version
        return shown

    def _needs_details(self, version: Version, seen: Seen | None, at: int, *, asked: bool, new: bool) -> bool:
        if version.status is Status.SUCCESS:
            return False
        if asked:
            return True
        if version.status is Status.FAILED:
            return new if seen is None else seen.open
        if (seen is not None and _is_lost(version, seen)) or _is_abandoned(version, seen, at):
            return False
        if version.status is not Status.CREATING:
            return True
        quiet = self.quiet_helm if version.kind is Kind.HELM else self.quiet_k8s
        return at - version.created_at >= quiet

    async def _gone(self, project: str, before: Memory, listed: _Listed) -> frozenset[str]:
        """Remembered versions that the list should hold and does not, confirmed one by one."""
        absent = [
            seen
            for name, seen in before.items()
            if name not in listed.versions
            and not seen.gone
            and (listed.complete or seen.version.created_at > listed.from_)
        ]
        settled = [seen for seen in absent if not seen.open][:MOST_SETTLED_CHECKS]
        suspects = [seen.version for seen in absent if seen.open] + [seen.version for seen in settled]
        confirmed = await asyncio.gather(*(self._is_gone(version) for version in suspects))
        return frozenset(version.name for version, gone in zip(suspects, confirmed, strict=True) if gone)

    async def _is_gone(self, version: Version) -> bool:
        try:
            await self._show(version)
        except NotFound:
            return True
        except ReleaseBotError:
            return False
        return False

    async def _show(self, version: Version) -> VersionDetails:
        reference = VersionReference(project=version.project, name=version.name, id=version.id)
        async with self.requests:
            return await self.releases.show(reference)


def _wanted(interest: Interest, before: Memory, at: int) -> frozenset[str]:
    """The names that a look has to find wherever they are in the list; what is being created stands at its head."""
    followed = {name for name, seen in before.items() if seen.open and not seen.abandoned(at)}
    retried = {ask.version_name for ask in interest.asks if ask.action is Action.RETRY}
    return frozenset(followed | retried | {watch.version_name for watch in interest.watches})


def _is_abandoned(version: Version, seen: Seen | None, at: int) -> bool:
    if seen is not None:
        return seen.abandoned(at)
    return version.status is not Status.RETRYING and at - version.created_at >= ABANDONED_AFTER_SECONDS


def _is_lost(version: Version, seen: Seen) -> bool:
    """Whether it is known to have settled, although Zadig goes on calling it what it called it then."""
    settled = seen.version.status.settled and same(seen.version, version)
    return settled and seen.version.status_word == version.status_word


def _is_known(version: Version, before: Memory) -> bool:
    seen = before.get(version.name)
    return seen is not None and same(seen.version, version)


async def _while_called(version: Version, seen: Seen | None, action: Action) -> Version:
    """As listed, but not settled: the call that makes it may not be over. What had settled before the call stays so."""
    if not version.status.settled:
        return version
    if seen is not None and same(seen.version, version) and seen.version.status is version.status:
        return version
    if seen is None and action is Action.RETRY and version.status is Status.FAILED:
        return version
    status = Status.RETRYING if action is Action.RETRY else Status.CREATING
    return replace(version, status=status, status_word=status)
