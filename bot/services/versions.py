"""What people do with versions: show, create, retry and delete them, safely."""

import logging
from dataclasses import dataclass, replace

from bot.domain.errors import (
    BadInput,
    CreatedButFailed,
    NameTaken,
    NotFound,
    NotRetryable,
    OutcomeUnknown,
    ReleaseBotError,
)
from bot.domain.models import Kind, Status, Version, VersionDetails, VersionReference
from bot.domain.ports import Catalog, Clock, Releases, Store
from bot.domain.requests import CreateVersion, DeleteVersion, Field, FieldError, RetryVersion
from bot.domain.watching import Action, Ask
from bot.services.finding import Finder

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Versions:
    """Use cases around single versions. Every method raises errors of `bot.domain.errors`."""

    finder: Finder
    releases: Releases
    catalog: Catalog
    store: Store
    clock: Clock

    async def show(self, reference: VersionReference, *, channel: str = "") -> VersionDetails:
        """A version in full, by a reference as people type it or a button carries it."""
        version = await self.finder.locate(reference, channel=channel)
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
        """Whatever the answer was, the version may exist: some errors come after Zadig has stored it."""
        try:
            found = await self.releases.find(request.project, request.version_name)
        except ReleaseBotError:
            found = None
        if found is None:
            await self.store.answered(ask, keep=isinstance(error, OutcomeUnknown))
            raise error
        if found.status is Status.FAILED:
            await self.store.answered(ask, keep=False)
            raise CreatedButFailed(found, error) from error
        log.info(
            "create answer lost",
            extra={"action": "create_found", "project": request.project, "error": str(error)},
        )
        await self.store.answered(ask, keep=True)

    async def retry(self, request: RetryVersion, *, user: str, channel: str) -> None:
        """Start a failed version again. Raises NotRetryable if it is not failed (any more)."""
        if problems := request.check():
            raise BadInput(problems)
        reference = VersionReference(
            project=request.project, name=request.version_name, id=request.version_id
        )
        version = await self.finder.locate(reference)
        if version.status is not Status.FAILED:
            raise NotRetryable(reference, version.status)
        epoch = await self._epoch(version)
        ask = self._ask(version.project, version.name, Action.RETRY, user=user, channel=channel, epoch=epoch)
        await self.store.ask(ask)
        self._audit("version_retry", ask)
        try:
            await self.releases.retry(replace(request, version_id=version.id))
        except ReleaseBotError as error:
            await self.store.answered(ask, keep=isinstance(error, OutcomeUnknown))
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
        version = await self.finder.with_id(request.project, request.version_id)
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
