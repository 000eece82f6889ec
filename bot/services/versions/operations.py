"""What people do with versions: show, create, retry and delete them, safely."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from bot.domain.errors import (
    BadInput,
    CreatedButFailed,
    NameTaken,
    NotFailed,
    NotFound,
    NotRetryable,
    OutcomeUnknown,
    Refused,
    Rejected,
    ReleaseBotError,
    ServerDown,
    StoreDown,
    Unreadable,
)
from bot.domain.models import Kind, Status, Version, VersionDetails, VersionReference
from bot.domain.ports import Catalog, Clock, Releases
from bot.domain.record import NOWHERE, Particulars, Place, RequestKind, Result, creation_of
from bot.domain.requests import CreateVersion, DeleteVersion, Field, FieldError, RetryVersion
from bot.domain.stores import Store
from bot.domain.watching import Action, PendingRequest
from bot.services.requests.intents import UNCLEAR, Intents
from bot.services.requests.uncopied_images import left_by, marked
from bot.services.versions.explanations import Explain, unexplained
from bot.services.versions.finder import Finder

log = logging.getLogger(__name__)

Limits = Callable[[CreateVersion], Awaitable[tuple[FieldError, ...]]]


async def no_limits(_: CreateVersion) -> tuple[FieldError, ...]:
    """Nothing is known."""
    return ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Versions:
    """Use cases around single versions. Every method raises errors of `bot.domain.errors`.

    `limits` says what the Zadig at hand is known to break on; it never raises. `place` is where the person acts.
    """

    finder: Finder
    releases: Releases
    catalog: Catalog
    store: Store
    clock: Clock
    explain: Explain = unexplained
    limits: Limits = no_limits
    place: Place = NOWHERE

    @property
    def _notes(self) -> Intents:
        return Intents(store=self.store, clock=self.clock, place=self.place)

    async def show(self, reference: VersionReference, *, channel: str = "") -> VersionDetails:
        """A version in full, by a reference as people type it or a button carries it."""
        version = await self.finder.locate(reference, channel=channel)
        details = await self.releases.show(
            VersionReference(project=version.project, name=version.name, id=version.id)
        )
        return await self.explain(await self._as_requested(details))

    async def _as_requested(self, details: VersionDetails) -> VersionDetails:
        """Before version 4 Zadig says of no image whether it was to be copied; who asked through the bot has said so."""
        version = details.version
        images = [*details.images, *(image for chart in details.charts for image in chart.images)]
        if all(image.copying for image in images):
            return details
        try:
            recorded = await self.store.record.requests(version.project, [version.name])
        except StoreDown:
            return details
        creation = creation_of(version, recorded)
        return marked(details, creation) if creation else details

    async def create(self, request: CreateVersion, *, user: str, channel: str) -> None:
        """Create once; after any unclear answer look the name up instead of sending it again.

        Raises BadInput, NameTaken, CreatedButFailed (it exists and holds the name), OutcomeUnknown (the bot keeps looking
        and tells the asker), or whatever Zadig refused with.
        """
        await self._create(request, RequestKind.CREATE, user=user, channel=channel)

    async def _create(self, request: CreateVersion, deed: RequestKind, *, user: str, channel: str) -> None:
        await self._check(request)
        taken = await self.releases.find(request.project, request.version_name)
        if taken:
            raise NameTaken(taken)
        asked = await self._notes.request(
            deed,
            request.project,
            request.version_name,
            user=user,
            channel=channel,
            particulars=Particulars(
                environment=request.environment,
                production=request.production,
                original=request.original,
                left=await left_by(request, self.catalog),
            ),
        )
        ask = await self._notes.ask(asked, channel=channel)
        try:
            await self.releases.create(request)
        except ReleaseBotError as error:
            await self._after_failed_create(request, ask, error)
        else:
            await self._notes.answered(ask, Result.ACCEPTED)

    async def recreate(
        self,
        request: CreateVersion,
        failed: DeleteVersion,
        *,
        user: str,
        channel: str,
        on_deleted: Callable[[], None],
    ) -> None:
        """Delete a failed version, then create another; `on_deleted` is called in between.

        Nothing is deleted unless the request makes sense, its name will be free, and the version belongs to the project and
        still is failed. One that is gone already is no obstacle. Raises NotFailed and what `create` raises.
        """
        await self._check(request)
        if problems := failed.check():
            raise BadInput(problems)
        version = await self.finder.with_id(failed.project, failed.version_id)
        if version is not None:
            await self._make_room(request, failed, version, user=user, channel=channel)
        on_deleted()
        await self._create(request, RequestKind.RECREATE, user=user, channel=channel)

    async def _make_room(
        self, request: CreateVersion, failed: DeleteVersion, version: Version, *, user: str, channel: str
    ) -> None:
        if not version.status.settled:  # the list may have lost sight of it
            version = await self._in_full(version)
        if version.status is not Status.FAILED:
            raise NotFailed(version)
        taken = await self.releases.find(request.project, request.version_name)
        if taken and taken.id != version.id:
            raise NameTaken(taken)
        try:
            await self.delete(failed, user=user, channel=channel)
        except UNCLEAR as error:
            if await self._find_again(failed.project, failed.version_name):
                raise ServerDown(
                    f"Zadig did not say whether {failed.project}/{failed.version_name} was deleted.",
                    remedy="Nothing was created. Try again in a minute.",
                    raw=error.raw,
                ) from error

    async def _check(self, request: CreateVersion) -> None:
        problems = request.check()
        if not problems and request.registry:
            problems = await self._registry_problems(request.registry)
        problems = problems or await self.limits(request)
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
        return (FieldError(field=Field.REGISTRY, text="Zadig has no registry with this id."),)

    async def _after_failed_create(
        self, request: CreateVersion, ask: PendingRequest, error: ReleaseBotError
    ) -> None:
        """Whatever the answer was, the version may exist: some errors come after Zadig has stored it.

        Where it is unknown whether Zadig is still at it, the request stays in flight until its time is up.
        """
        found = await self._find_again(request.project, request.version_name)
        if found is None:
            result = Result.UNCLEAR if isinstance(error, UNCLEAR) else Result.REFUSED
            await self._notes.answered(ask, result, error=error)
            raise _said_nothing(error, "created", request.project, request.version_name) from error
        if isinstance(error, Rejected) and error.field == Field.VERSION_NAME:
            await self._notes.answered(ask, Result.REFUSED, error=error)
            raise NameTaken(found) from error
        if found.status is Status.FAILED:
            await self._notes.answered(ask, Result.FAILED, error=error, version=found)
            raise CreatedButFailed(await self._in_full(found), error) from error
        log.info(
            "create answer lost",
            extra={"action": "create_found", "project": request.project, "error": str(error)},
        )
        still_at_it = request.kind is Kind.HELM and isinstance(error, UNCLEAR)
        result = Result.UNCLEAR if still_at_it else Result.ACCEPTED
        await self._notes.answered(ask, result, error=error, version=found)

    async def _in_full(self, version: Version) -> Version:
        """With what only details tell, such as whether a retry can work; as it is listed if Zadig does not say more."""
        reference = VersionReference(project=version.project, name=version.name, id=version.id)
        try:
            return (await self.releases.show(reference)).version
        except ReleaseBotError:
            return version

    async def _find_again(self, project: str, name: str) -> Version | None:
        """What is there after a call that failed; None also if Zadig does not say."""
        try:
            return await self.releases.find(project, name)
        except ReleaseBotError:
            return None

    async def retry(self, request: RetryVersion, *, user: str, channel: str) -> None:
        """Start a failed version again, by the id and on the route that it has now.

        Raises BadInput, NotFound, NotRetryable if it is not failed (any more), OutcomeUnknown (the bot keeps looking and
        tells the asker), or whatever Zadig refused with.
        """
        if problems := request.check():
            raise BadInput(problems)
        reference = VersionReference(
            project=request.project, name=request.version_name, id=request.version_id
        )
        version = await self.finder.locate(reference)
        if version.status is not Status.FAILED:
            raise NotRetryable(reference, version.status)
        asked = await self._notes.request(
            RequestKind.RETRY,
            version.project,
            version.name,
            user=user,
            channel=channel,
            version=version,
            particulars=Particulars(environment=request.environment),
        )
        ask = await self._notes.ask(asked, channel=channel)
        try:
            await self.releases.retry(
                replace(
                    request,
                    version_name=version.name,
                    version_id=version.id,
                    kind=version.kind or request.kind,
                )
            )
        except ReleaseBotError as error:
            await self._after_failed_retry(version, ask, error)
        else:
            await self._notes.answered(ask, Result.ACCEPTED)

    async def _after_failed_retry(
        self, version: Version, ask: PendingRequest, error: ReleaseBotError
    ) -> None:
        """A lost answer is no loss if the version can be seen to run again."""
        refused = isinstance(error, Refused)
        found = None if refused else await self._find_again(version.project, version.name)
        if found is not None and found.status is not Status.FAILED:
            await self._notes.answered(ask, Result.ACCEPTED)
            return
        result = Result.UNCLEAR if isinstance(error, UNCLEAR) else Result.REFUSED
        await self._notes.answered(ask, result, error=error)
        raise _said_nothing(error, "retried", version.project, version.name) from error

    async def made_from(self, details: VersionDetails) -> Particulars:
        """What a version was made from: as it was asked of the bot, else as far as Zadig says; empty if that is unknown."""
        version = details.version
        try:
            recorded = await self.store.record.requests(version.project, [version.name])
        except ReleaseBotError:
            recorded = ()
        if asked := creation_of(version, recorded):
            return asked.particulars
        return Particulars(environment=details.environment, production=details.production)

    async def unanswered(self, project: str) -> frozenset[str]:
        """Names of which it is not known yet whether Zadig took them; none while the database cannot be read."""
        try:
            asks = (await self.store.pending.interest(project)).asks
        except ReleaseBotError:
            return frozenset()
        return frozenset(ask.version_name for ask in asks if ask.in_flight and ask.action is Action.CREATE)

    async def delete(self, request: DeleteVersion, *, user: str, channel: str) -> None:
        """Delete a version of this project. Raises NotFound if the project has none of this id and name.

        By id and not by name: another version of this name is not the one that a user looked at and chose.
        """
        if problems := request.check():
            raise BadInput(problems)
        version = await self.finder.with_id(request.project, request.version_id)
        if version is None or version.name != request.version_name:
            raise await self._not_there(request)
        deletion = await self._notes.deletion(version, user=user, channel=channel)
        try:
            await self.releases.delete(request)
        except ReleaseBotError as error:
            if isinstance(error, UNCLEAR):
                await self._notes.came_of(deletion.request, Result.UNCLEAR, error=error)
            else:
                await self._notes.not_deleted(deletion, error)
            raise
        else:
            await self._notes.came_of(deletion.request, Result.ACCEPTED)
        finally:
            await self._notes.look_soon(request.project)

    async def _not_there(self, request: DeleteVersion) -> NotFound:
        what = f"{request.project}/{request.version_name}"
        if not await self._find_again(request.project, request.version_name):
            return NotFound(f"{what} no longer exists.", remedy="There is nothing left to delete.")
        text = f"{what} is no longer the version you looked at: it was created again, or Zadig was upgraded."
        return NotFound(text, remedy="Look at it again before you delete it.")


def _said_nothing(error: ReleaseBotError, done: str, project: str, name: str) -> ReleaseBotError:
    """An answer to a write that cannot be read leaves open what came of it, no matter which side broke the contract."""
    if not isinstance(error, Unreadable):
        return error
    return OutcomeUnknown(f"Zadig did not say whether {project}/{name} was {done}.", raw=error.raw)
