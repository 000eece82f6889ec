"""One fetch of a project: as many pages as it takes, details where a list does not say enough, and what has been deleted."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bot.domain.changes import ABANDONED_AFTER_SECONDS, Memory, Poll, Seen, same
from bot.domain.errors import NotFound, ReleaseBotError
from bot.domain.models import Kind, Page, Status, Version, VersionDetails, VersionReference
from bot.domain.ports import Releases
from bot.domain.watching import Action, Interest
from bot.services.polling.schedule import FULL, FairQuota, page_size
from bot.services.requests import pending
from bot.services.versions.explanations import Explain, unexplained

log = logging.getLogger(__name__)

MAX_PAGES = 10
# Versions that have left the list are confirmed as deleted a few at a time, settled ones still fewer: that is not urgent.
MAX_CHECKS, MAX_SETTLED_CHECKS = 20, 5
# Versions that not even so many pages show are looked for a few at a time: each costs the whole list.
MAX_FINDS = 3
# Whose details come first, after those that people wait for: what is told at once, what only a details call moves, and what
# moves by itself. What has succeeded needs none.
RANKS = (Status.SUCCESS, Status.FAILED, Status.RETRYING, Status.UNKNOWN, Status.CREATING)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Listed:
    """What the list says: the versions by name, newest first; `complete` if it was read to its end.

    `from_` is the creation time of the oldest one up to which nothing is left out; `narrow` if it was read less far than
    usual.
    """

    versions: Mapping[str, Version]
    complete: bool
    from_: int
    narrow: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class ProjectReader:
    """Reads of Zadig for polls. `requests` bounds how many run at once, `max_details` how many details one poll asks for.

    Details of a version another is creating are not asked for before it is `quiet_k8s` or `quiet_helm` seconds old:
    a details call that races the create call makes Zadig write a settled status too early (Zadig 2.3.1 to 3.4.1).
    """

    releases: Releases
    requests: asyncio.Semaphore
    quiet_k8s: int
    quiet_helm: int
    max_details: int = 20
    explain: Explain = unexplained
    ration: FairQuota = field(default_factory=FairQuota)
    finds: FairQuota = field(default_factory=FairQuota)

    async def fetch(
        self, project: str, interest: Interest, before: Memory, *, at: int, hurry: bool = False
    ) -> Poll:
        """A poll at a project, in a `hurry` without how far the copying is.

        Raises errors of `bot.domain.errors` if the list cannot be read.
        """
        listed = await self._list(project, interest, before, at)
        busy = pending.in_flight(interest, now=at)
        detailed = self._detailed(project, interest, before, listed, at=at, hurry=hurry)
        versions = await asyncio.gather(
            *(
                _while_called(version, before.get(name), busy[name])
                if name in busy
                else self._with_details(version, wanted=name in detailed)
                for name, version in listed.versions.items()
            )
        )
        gone = await self._gone(interest, before, listed)
        read_to = listed.from_ if listed.narrow else 0
        return Poll(at=at, versions=tuple(versions), gone=gone, read_to=read_to)

    def _detailed(
        self, project: str, interest: Interest, before: Memory, listed: _Listed, *, at: int, hurry: bool
    ) -> frozenset[str]:
        """Whose details this poll asks for: first what people wait for, then what has just failed, then what moves."""
        asked = frozenset(ask.version_name for ask in interest.asks)
        view = min((seen.version.created_at for seen in before.values() if not seen.gone), default=None)
        ranks: dict[str, int] = {}
        for name, version in listed.versions.items():
            new = view is not None and version.created_at >= view
            if self._needs_details(version, before.get(name), at, asked=name in asked, new=new):
                ranks[name] = 0 if name in asked else RANKS.index(version.status)
        if hurry:
            ranks = {name: rank for name, rank in ranks.items() if RANKS[rank] is not Status.CREATING}
        failed = sorted(name for name, rank in ranks.items() if RANKS[rank] is Status.FAILED)
        for name in failed[self.max_details // 2 :]:
            del ranks[name]
        return self.ration.share(project, ranks, self.max_details)

    async def _list(self, project: str, interest: Interest, before: Memory, at: int) -> _Listed:
        """What a page says that is expected to say everything, or as many pages as it takes."""
        wanted = _wanted(interest, before, at)
        size = page_size(project, before, wanted, at=at)
        if size < FULL:
            found: dict[str, Version] = {}
            page = await self._page(project, 1, size, found)
            complete = size >= page.total
            if complete or (_meets(page, before) and wanted <= found.keys()):
                return _Listed(versions=found, complete=complete, from_=_oldest(found), narrow=not complete)
        return await self._list_far(project, before, wanted)

    async def _list_far(self, project: str, before: Memory, wanted: frozenset[str]) -> _Listed:
        """Pages until what is followed is found and what is known already is met."""
        found: dict[str, Version] = {}
        complete, number = False, 0
        while not complete and number < MAX_PAGES:
            number += 1
            page = await self._page(project, number, FULL, found)
            complete = number * FULL >= page.total or not page.items
            if _meets(page, before) and wanted <= found.keys():
                break
        from_ = _oldest(found)
        if not complete:
            found |= await self._find(project, wanted - found.keys())
        return _Listed(versions=found, complete=complete, from_=from_, narrow=False)

    async def _page(self, project: str, number: int, size: int, found: dict[str, Version]) -> Page[Version]:
        async with self.requests:
            page = await self.releases.page(project, number=number, size=size)
        for version in page.items:
            found.setdefault(version.name, version)
        return page

    async def _find(self, project: str, names: frozenset[str]) -> dict[str, Version]:
        """Versions that so many newer ones have covered that no page of a poll shows them."""
        found = {}
        ranked = dict.fromkeys(names, 0)
        for name in sorted(self.finds.share(project, ranked, MAX_FINDS)):
            async with self.requests:
                version = await self.releases.find(project, name)
            if version is not None:
                found[name] = version
        return found

    async def _with_details(self, version: Version, *, wanted: bool) -> Version:
        """A list has no progress and no reason, and only a details call moves a version that is being retried."""
        if not wanted:
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

    async def _gone(self, interest: Interest, before: Memory, listed: _Listed) -> frozenset[str]:
        """Remembered versions that the list should hold and does not, or that a user deletes, confirmed one by one."""
        deleted = {one.version_name for one in interest.deletions}
        absent = [
            seen
            for name, seen in before.items()
            if name not in listed.versions
            and not seen.gone
            and (listed.complete or seen.version.created_at > listed.from_ or name in deleted)
        ]
        asked = [seen for seen in absent if seen.version.name in deleted]
        others = [seen for seen in absent if seen.version.name not in deleted]
        settled = [seen for seen in others if not seen.open][:MAX_SETTLED_CHECKS]
        waited_for = [*asked, *(seen for seen in others if seen.open)][:MAX_CHECKS]
        suspects = [seen.version for seen in (*waited_for, *settled)]
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
    """The names that a poll has to find wherever they are in the list; what is being created stands at its head."""
    followed = {name for name, seen in before.items() if seen.open and not seen.abandoned(at)}
    retried = {ask.version_name for ask in interest.asks if ask.action is Action.RETRY}
    watched = {watch.version_name for watch in interest.watches}
    deleted = {one.version_name for one in interest.deletions if one.version_name not in before}
    return frozenset(followed | retried | watched | deleted)


def _is_abandoned(version: Version, seen: Seen | None, at: int) -> bool:
    if seen is not None:
        return seen.abandoned(at)
    return version.status is not Status.RETRYING and at - version.created_at >= ABANDONED_AFTER_SECONDS


def _is_lost(version: Version, seen: Seen) -> bool:
    """Whether it is known to have settled, although Zadig goes on calling it what it called it then."""
    settled = seen.version.status.settled and same(seen.version, version)
    return settled and seen.version.status_word == version.status_word


def _oldest(found: Mapping[str, Version]) -> int:
    return min((version.created_at for version in found.values()), default=0)


def _meets(page: Page[Version], before: Memory) -> bool:
    """Whether a page reaches down to what is known, so that nothing new can stand below it."""
    return not before or any(_is_known(version, before) for version in page.items)


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
