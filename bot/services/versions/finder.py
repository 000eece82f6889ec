"""Finding versions: pages of a project's list, and the version a user means by what they typed."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from bot.domain.changes import as_known, same
from bot.domain.errors import BadInput, NotFound, NotPermitted, NoVersions, Refused, ReleaseBotError
from bot.domain.meaning import meant, near, project_meant, strange_characters
from bot.domain.models import Page, Project, Status, Version, VersionReference
from bot.domain.ports import Catalog, Releases
from bot.domain.record import Requesters, requesters
from bot.domain.requests import Field, FieldError
from bot.domain.stores import Store

log = logging.getLogger(__name__)
Answer = TypeVar("Answer")

# One list call. Zadig has no upper bound, but larger answers block the loop while they are read.
PAGE_SIZE = 100
SOME = 20  # projects that a sentence names
SEARCH_LIMIT = 1000  # the newest versions that a filtered list looks through


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing:
    """A page for a person; `searched` is how many versions a filter looked through, None without a filter."""

    page: Page[Version]
    searched: int | None = None


async def _everything(_project: str) -> bool:
    """For callers without a user of their own."""
    return True


@dataclass(frozen=True, kw_only=True, slots=True)
class Finder:
    """Reads of lists. Every method raises errors of `bot.domain.errors`.

    `sees` says whether a project may be named to the person: a channel's subscriptions can be to others as well.
    """

    releases: Releases
    catalog: Catalog
    store: Store
    sees: Callable[[str], Awaitable[bool]] = _everything

    async def page(self, project: str, *, number: int, size: int, status: Status | None = None) -> Listing:
        """A page of a project's versions, newest first, as they are known. Zadig cannot filter: a filter reads the newest 1,000."""
        if status is None:
            page = await self._asked(project, number, size)
            if not page.total:
                await self._must_exist(project)
            return Listing(page=replace(page, items=await self.as_known(project, page.items)))
        found = [version async for version in self._newest(project)]
        if not found:
            await self._must_exist(project)
        found = list(await self.as_known(project, found))
        matching = [version for version in found if version.status is status]
        start = (number - 1) * size
        page = Page(
            items=tuple(matching[start : start + size]), total=len(matching), number=number, size=size
        )
        return Listing(page=page, searched=len(found))

    async def _asked(self, project: str, number: int, size: int) -> Page[Version]:
        """Zadig refuses those who are no administrators what does not exist in the words for what they may not see."""
        try:
            return await self.releases.page(project, number=number, size=size)
        except NotPermitted:
            await self._must_exist(project)
            raise

    async def _must_exist(self, project: str) -> None:
        """Zadig shows administrators an empty list for projects that do not exist: tell the two apart."""
        try:
            known = await self.catalog.projects()
        except ReleaseBotError:
            return
        found = next((candidate for candidate in known if candidate.key == project), None)
        if found is None:
            raise _no_project(project, known)
        if found.kind is None:
            raise NoVersions(project)

    async def named(self, typed: str) -> str:
        """The key of the project whose key or display name was typed, however; empty if none is, or Zadig says nothing."""
        try:
            return project_meant(typed, await self.catalog.projects())
        except ReleaseBotError:
            return ""

    async def as_meant(self, typed: str, use: Callable[[str], Awaitable[Answer]]) -> Answer:
        """What `use` gives for the project that is meant. Zadig is asked for its projects only where the name as typed is none."""
        try:
            return await use(typed)
        except Refused:
            key = await self.named(typed)
            if key in ("", typed):
                raise
        return await use(key)

    async def _newest(self, project: str, limit: int = SEARCH_LIMIT) -> AsyncIterator[Version]:
        seen: set[str] = set()
        for number in range(1, limit // PAGE_SIZE + 1):
            page = await self._asked(project, number, PAGE_SIZE)
            for version in page.items:
                if version.id not in seen:  # pages shift while versions are created
                    seen.add(version.id)
                    yield version
            if number * PAGE_SIZE >= page.total or not page.items:
                return

    async def locate(self, reference: VersionReference, *, channel: str = "") -> Version:
        """The version that is meant, found in a list of its project: Zadig never checks that an id belongs to a project.

        Without a project a name is looked up in the one project that `channel` is subscribed to, and an id in the projects
        of its subscriptions, then in all. Raises NotFound, and BadInput if the project cannot be guessed.
        """
        if reference.project:
            return await self.as_meant(
                reference.project, lambda key: self._locate_in(replace(reference, project=key))
            )
        subscribed = await self.store.subscriptions.find(channel=channel)
        projects = [one.project for one in subscribed if await self.sees(one.project)]
        if reference.id:
            return await self._locate_by_id(reference.id, projects)
        if len(projects) != 1:
            raise BadInput(
                (
                    FieldError(
                        field=Field.VERSION_NAME,
                        text=f"Say which project: `project/{reference.name}`. "
                        "A name alone works only in channels subscribed to exactly one project.",
                    ),
                )
            )
        return await self._locate_in(VersionReference(project=projects[0], name=reference.name))

    async def _locate_in(self, reference: VersionReference) -> Version:
        """By whichever is met first: ids die in an upgrade, and no two versions that live have one name.

        What can be either is a name first. A name that is nowhere as it was typed may be the only one that differs in case
        or form.
        """
        if reference.id and reference.name.lower() == reference.id:
            by_name = await self._find_named(reference)
            if by_name:
                return by_name
        wanted = {("id", reference.id), ("name", reference.name)} - {("id", ""), ("name", "")}
        others: dict[str, Version] = {}
        async for version in self._newest(reference.project, limit=100 * PAGE_SIZE):
            if wanted & {("id", version.id), ("name", version.name)}:
                return version
            others.setdefault(version.name, version)
        if not others:
            await self._must_exist(reference.project)
        alike = meant(reference.name, others) if reference.name else ()
        if len(alike) != 1:
            raise _no_version(reference, others, alike)
        return others[alike[0]]

    async def _find_named(self, reference: VersionReference) -> Version | None:
        async for version in self._newest(reference.project, limit=100 * PAGE_SIZE):
            if version.name == reference.name:
                return version
        return None

    async def with_id(self, project: str, version_id: str) -> Version | None:
        """The version of this id, if it belongs to the project."""
        async for version in self._newest(project, limit=100 * PAGE_SIZE):
            if version.id == version_id:
                return version
        return None

    async def _with_id_or_name(self, project: str, wanted: str) -> Version | None:
        """What looks like an id can be a name where the project is known."""
        async for version in self._newest(project, limit=100 * PAGE_SIZE):
            if wanted in (version.id, version.name.lower()):
                return version
        return None

    async def _locate_by_id(self, version_id: str, first: list[str]) -> Version:
        for project in first:
            if found := await self._if_allowed(project, version_id, self._with_id_or_name):
                return found
        for other in await self.catalog.projects():
            if other.kind is None or other.key in first:
                continue
            if found := await self._if_allowed(other.key, version_id, self.with_id):
                return found
        raise NotFound(f"No project that the bot can see has a version with the id {version_id}.")

    async def _if_allowed(
        self, project: str, version_id: str, look: Callable[[str, str], Awaitable[Version | None]]
    ) -> Version | None:
        try:
            return await look(project, version_id)
        except Refused as error:
            log.info(
                "project skipped",
                extra={"action": "locate_skipped", "project": project, "error": str(error)},
            )
            return None

    async def as_known(self, project: str, versions: Iterable[Version]) -> tuple[Version, ...]:
        """Listed versions with what looks have found out of them; as they are while the database cannot be read.

        A v1 list has neither labels nor progress, and Zadig 4.0.0 to 4.2.1 calls retries that have ended `retrying` for ever.
        """
        try:
            memory = await self.store.polls.seen(project) or {}
        except ReleaseBotError:
            memory = {}
        return tuple(
            as_known(seen.version, version)
            if (seen := memory.get(version.name)) and same(seen.version, version)
            else version
            for version in versions
        )

    async def requesters(self, project: str, versions: Iterable[Version]) -> Mapping[str, Requesters]:
        """Who asked for the versions through the bot, by name; none while the database cannot be read."""
        listed = tuple(versions)
        try:
            recorded = await self.store.record.requests(project, [version.name for version in listed])
        except ReleaseBotError:
            return {}
        return {version.name: requesters(version, recorded) for version in listed}

    async def which_project(self, typed: str) -> str:
        """A sentence for a user who left the project out behind `typed`, with those that the bot can see if Zadig says so."""
        try:
            known = _in_words(await self.catalog.projects())
        except ReleaseBotError:
            known = ""
        return f"Say which project: `{typed} project`. {known}".rstrip()


def _no_project(typed: str, known: Sequence[Project]) -> NotFound:
    """Says what is near, and which characters may be others than they seem."""
    text = f"There is no project {typed} in Zadig."
    possible = [project for project in known if project.kind]
    guess = near(typed, [name for one in possible for name in (one.key, one.name) if name])
    key = project_meant(guess, possible) if guess else ""
    hints = [strange_characters(typed), f"Did you mean {key}?" if key else "", _in_words(known)]
    remedy = " ".join(filter(None, hints))
    return NotFound(
        text, remedy=remedy or "The bot sees no K8s YAML or Helm project, and only those have versions."
    )


def _no_version(reference: VersionReference, others: Iterable[str], alike: Sequence[str]) -> NotFound:
    name = reference.name or reference.id
    text = f"There is no version {name} in {reference.project}."
    if alike:
        return NotFound(text, remedy=f"Several names look like it: {some_of(alike)}.")
    guess = near(name, list(others)[:SEARCH_LIMIT])
    hints = [strange_characters(name), f"Did you mean {reference.project}/{guess}?" if guess else ""]
    return NotFound(text, remedy=" ".join(filter(None, hints)))


def _in_words(projects: Iterable[Project]) -> str:
    """Those that can have versions, as far as a sentence holds them; empty if there is none."""
    keys = [project.key for project in projects if project.kind]
    return f"The bot can see: {some_of(keys)}." if keys else ""


def some_of(names: Sequence[str]) -> str:
    """As many names as a sentence holds, and how many are left."""
    left = f" and {len(names) - SOME} more" if len(names) > SOME else ""
    return f"{', '.join(names[:SOME])}{left}"
