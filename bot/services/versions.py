"""What people do with versions: list, find, show, create, retry and delete them, safely."""

import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass

from bot.domain.errors import (
    BadInput,
    CreatedButFailed,
    NameTaken,
    NotFound,
    NotRetryable,
    OutcomeUnknown,
    Refused,
    ReleaseBotError,
)
from bot.domain.models import Kind, Page, Status, Version, VersionDetails, VersionReference
from bot.domain.ports import Catalog, Clock, Releases, Store
from bot.domain.requests import CreateVersion, DeleteVersion, Field, FieldError, RetryVersion
from bot.domain.watching import Action, Ask

log = logging.getLogger(__name__)

PAGE_SIZE = (
    100  # one list call; Zadig has no upper bound, but larger answers block the loop while they are read
)
SEARCH_LIMIT = 1000  # the newest versions that a filtered list looks through


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing:
    """A page for a person; `searched` is how many versions a filter looked through, None without a filter."""

    page: Page[Version]
    searched: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Versions:
    """Use cases around single versions. Every method raises errors of `bot.domain.errors`."""

    releases: Releases
    catalog: Catalog
    store: Store
    clock: Clock

    async def page(self, project: str, *, number: int, size: int, status: Status | None = None) -> Listing:
        """A page of a project's versions, newest first. Zadig cannot filter: a filter reads the newest 1,000."""
        if status is None:
            page = await self.releases.page(project, number=number, size=size)
            if not page.total:
                await self._must_exist(project)
            return Listing(page=page)
        found = [version async for version in self._newest(project)]
        matching = [version for version in found if version.status is status]
        start = (number - 1) * size
        page = Page(
            items=tuple(matching[start : start + size]), total=len(matching), number=number, size=size
        )
        return Listing(page=page, searched=len(found))

    async def _must_exist(self, project: str) -> None:
        """Zadig shows administrators an empty list for projects that do not exist: tell the two apart."""
        try:
            known = [candidate.key for candidate in await self.catalog.projects()]
        except ReleaseBotError:
            return
        if project not in known:
            some = ", ".join(known[:10]) or "none"
            raise NotFound(
                f"There is no project {project} in Zadig.", remedy=f"Projects the bot can see: {some}."
            )

    async def _newest(self, project: str, limit: int = SEARCH_LIMIT) -> AsyncIterator[Version]:
        seen: set[str] = set()
        for number in range(1, limit // PAGE_SIZE + 1):
            page = await self.releases.page(project, number=number, size=PAGE_SIZE)
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
            return await self._locate_in(reference)
        projects = [subscription.project for subscription in await self.store.subscriptions(channel=channel)]
        if reference.id:
            return await self._locate_by_id(reference.id, projects)
        if len(projects) != 1:
            raise BadInput(
                (
                    FieldError(
                        field=Field.VERSION_NAME,
                        text=f"Say which project: write `project/{reference.name}`. "
                        "A name alone works in channels that are subscribed to exactly one project.",
                    ),
                )
            )
        return await self._locate_in(VersionReference(project=projects[0], name=reference.name))

    async def _locate_in(self, reference: VersionReference) -> Version:
        if reference.id:
            found = await self._with_id(reference.project, reference.id)
            if found:
                return found
        if reference.name:
            found = await self.releases.find(reference.project, reference.name)
            if found:
                return found
        await self._must_exist(reference.project)
        raise NotFound(
            f"There is no version {reference.name or reference.id} in {reference.project} (any more)."
        )

    async def _with_id(self, project: str, version_id: str) -> Version | None:
        async for version in self._newest(project, limit=100 * PAGE_SIZE):
            if version.id == version_id:
                return version
        return None

    async def _locate_by_id(self, version_id: str, first: list[str]) -> Version:
        others = [
            project.key
            for project in await self.catalog.projects()
            if project.key not in first and project.kind
        ]
        for project in (*first, *others):
            try:
                found = await self._with_id(project, version_id)
            except Refused as error:
                log.info(
                    "project skipped",
                    extra={"action": "locate_skipped", "project": project, "error": str(error)},
                )
                continue
            if found:
                return found
        raise NotFound(f"No project that the bot can see has a version with the id {version_id}.")

    async def show(self, reference: VersionReference, *, channel: str = "") -> VersionDetails:
        """A version in full, by a reference as people type it or a button carries it."""
        version = await self.locate(reference, channel=channel)
        return await self.releases.show(
            VersionReference(project=version.project, name=version.name, id=version.id)
        )

    async def create(self, request: CreateVersion, *, user: str, channel: str) -> None:
        """Create once; after any unclear answer look the name up instead of sending it again.

        Raises BadInput, NameTaken, CreatedButFailed (it exists and holds the name), OutcomeUnknown (the bot keeps looking
        and tells the asker), or whatever Zadig refused with.
        """
        await self._check(request)
        taken = await self.releases.find(request.project, request.version_name)
        if taken:
            raise NameTaken(taken)
        ask = self._ask(request.project, request.version_name, Action.CREATE, user=user, channel=channel)
        await self.store.ask(ask)
        self._audit("version_create", ask)
        try:
            await self.releases.create(request)
        except ReleaseBotError as error:
            await self._after_failed_create(request, ask, error)
        else:
            await self.store.answered(ask, keep=True)

    async def _check(self, request: CreateVersion) -> None:
        problems = request.check()
        if not problems and request.registry:
            problems = await self._registry_problems(request.registry)
        if problems:
            raise BadInput(problems)

    async def _registry_problems(self, registry: str) -> tuple[FieldError, ...]:
        """An unknown registry id crashes Zadig (some versions for good), so it is never sent."""
        try:
            known = await self.catalog.registries()
        except ReleaseBotError:
            return ()
        if any(candidate.id == registry for candidate in known):
            return ()
        return (FieldError(field=Field.REGISTRY, text="Zadig has no registry with this id (any more)."),)

    async def _after_failed_create(self, request: CreateVersion, ask: Ask, error: ReleaseBotError) -> None:
        try:
            found = await self.releases.find(request.project, request.version_name)
        except ReleaseBotError as again:
            await self.store.answered(ask, keep=True)
            raise OutcomeUnknown(
                f"Nobody can say yet whether {request.project}/{request.version_name} was created: {error}",
                raw=error.raw or again.raw,
            ) from error
        if found is None:
            await self._nothing_found(request, ask, error)
        elif found.status is Status.FAILED:
            await self.store.answered(ask, keep=False)
            raise CreatedButFailed(found, error) from error
        else:
            log.info(
                "create answer lost",
                extra={"action": "create_found", "project": request.project, "error": str(error)},
            )
            await self.store.answered(ask, keep=True)

    async def _nothing_found(self, request: CreateVersion, ask: Ask, error: ReleaseBotError) -> None:
        """A refusal created nothing. After a time-out Zadig may still be packing charts: keep looking."""
        if isinstance(error, Refused):
            await self.store.answered(ask, keep=False)
            raise error
        await self.store.answered(ask, keep=True)
        raise OutcomeUnknown(
            f"Zadig did not say whether {request.project}/{request.version_name} is being created: {error}",
            raw=error.raw,
        ) from error

    async def retry(self, request: RetryVersion, *, user: str, channel: str) -> None:
        """Start a failed version again. Raises NotRetryable if it is not failed (any more)."""
        if problems := request.check():
            raise BadInput(problems)
        reference = VersionReference(
            project=request.project, name=request.version_name, id=request.version_id
        )
        version = await self.locate(reference)
        if version.status is not Status.FAILED:
            raise NotRetryable(reference, version.status)
        epoch = await self._epoch(version)
        ask = self._ask(version.project, version.name, Action.RETRY, user=user, channel=channel, epoch=epoch)
        await self.store.ask(ask)
        self._audit("version_retry", ask)
        try:
            await self.releases.retry(request)
        except ReleaseBotError as error:
            await self.store.answered(ask, keep=not isinstance(error, Refused))
            raise
        await self.store.answered(ask, keep=True)

    async def retry_environment(self, project: str, kind: Kind | None) -> str:
        """The environment a K8s retry names: any that exists will do; test ones first. Empty for Helm or if none is known."""
        if kind is not Kind.K8S:
            return ""
        environments = await self.catalog.environments(project)
        return environments[0].key if environments else ""

    async def delete(self, request: DeleteVersion, *, user: str, channel: str) -> None:
        """Delete a version of this project. Raises NotFound if the project has none of this id."""
        if problems := request.check():
            raise BadInput(problems)
        version = await self._with_id(request.project, request.version_id)
        if version is None:
            raise NotFound(
                f"{request.project}/{request.version_name} is not there any more.",
                remedy="Nothing is left to do.",
            )
        log.info(
            "delete",
            extra={
                "action": "version_delete",
                "project": version.project,
                "version_name": version.name,
                "user": user,
                "channel": channel,
            },
        )
        await self.releases.delete(request)
        await self.store.look_soon(version.project, now=self._now())

    async def _epoch(self, version: Version) -> int:
        memory = await self.store.seen(version.project) or {}
        return memory[version.name].epoch if version.name in memory else 0

    def _ask(
        self, project: str, name: str, action: Action, *, user: str, channel: str, epoch: int = 0
    ) -> Ask:
        return Ask(
            project=project,
            version_name=name,
            action=action,
            user=user,
            channel=channel,
            at=self._now(),
            epoch=epoch,
        )

    def _audit(self, action: str, ask: Ask) -> None:
        log.info(
            "%s",
            ask.action,
            extra={
                "action": action,
                "project": ask.project,
                "version_name": ask.version_name,
                "user": ask.user,
                "channel": ask.channel,
            },
        )

    def _now(self) -> int:
        return int(self.clock.now().timestamp())
