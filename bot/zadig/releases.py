"""The ports `Releases` and `Workflows` over whichever dialect Zadig speaks, also when it is upgraded while the bot runs."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from bot.domain.errors import BadInput, Refused, ReleaseBotError, Unreadable, WrongServer
from bot.domain.models import Page, Version, VersionDetails, VersionReference
from bot.domain.requests import CreateVersion, DeleteVersion, FieldError, RetryVersion
from bot.zadig.detect import Detector
from bot.zadig.dialects.base import Dialect
from bot.zadig.failures import meaning, reasons
from bot.zadig.phrases import DialectMismatch, PlainNamesOnly
from bot.zadig.server import Server
from bot.zadig.workflow_tasks import WorkflowTasks

log = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class ZadigReleases:
    """Hands every call to the dialect; a route that the dialect should have and Zadig has not makes it ask again."""

    detector: Detector
    server: Server

    async def page(self, project: str, *, number: int, size: int) -> Page[Version]:
        """As in the port."""
        return await self._read(lambda dialect: dialect.page(project, number=number, size=size))

    async def find(self, project: str, name: str) -> Version | None:
        """As in the port."""
        return await self._read(lambda dialect: dialect.find(project, name))

    async def show(self, reference: VersionReference) -> VersionDetails:
        """As in the port; what the reference lacks is looked up. Ids die in an upgrade: then the name counts."""
        dialect = await self.detector.dialect()
        try:
            return _understood(await dialect.show(reference))
        except DialectMismatch:
            other = await self._other(dialect)
            again = replace(reference, id="") if reference.name else reference
            return _understood(await other.show(again))

    async def problems(self, request: CreateVersion) -> tuple[FieldError, ...]:
        """What this version of Zadig is known to break on, and what could not be made of what is there.

        None if nothing is known or Zadig does not answer.
        """
        try:
            dialect = await self.detector.dialect()
        except ReleaseBotError:
            return ()
        return await self.server.problems(request, dialect.name) or await dialect.problems(request)

    async def copies_helm_images(self) -> bool | None:
        """Whether this Zadig copies the images of Helm versions; None if that is not known or Zadig does not answer."""
        try:
            dialect = await self.detector.dialect()
        except ReleaseBotError:
            return None
        return await self.server.copies_helm_images(dialect.name)

    async def create(self, request: CreateVersion) -> None:
        """As in the port. Raises BadInput for what this version of Zadig is known to break on; nothing is sent then."""
        dialect = await self.detector.confirmed()
        if problems := await self.server.problems(request, dialect.name):
            raise BadInput(problems)
        try:
            await dialect.create(request)
        except PlainNamesOnly:
            self.server.takes_plain_names_only()
            raise
        except Refused:
            raise
        except ReleaseBotError:
            self.server.forget()
            raise

    async def retry(self, request: RetryVersion) -> None:
        """As in the port."""
        dialect = await self.detector.confirmed()
        await dialect.retry(request)

    async def delete(self, request: DeleteVersion) -> None:
        """As in the port; the same call in every dialect."""
        dialect = await self.detector.dialect()
        await dialect.delete(request)

    async def _read(self, use: Callable[[Dialect], Awaitable[T]]) -> T:
        dialect = await self.detector.dialect()
        try:
            return await use(dialect)
        except DialectMismatch:
            return await use(await self._other(dialect))

    async def _other(self, dialect: Dialect) -> Dialect:
        """The dialect that Zadig speaks now. Raises the mismatch again, by its caller, if it is still this one."""
        self.server.forget()
        now = await self.detector.confirmed()
        if now.name == dialect.name:
            raise DialectMismatch(f"This Zadig does not speak {dialect.name} as the bot knows it.")
        return now


@dataclass(frozen=True, kw_only=True, slots=True)
class ZadigWorkflows:
    """Says why versions failed that do not say it themselves."""

    detector: Detector
    tasks: WorkflowTasks

    async def failure(self, details: VersionDetails) -> str:
        """As in the port: a refusal, a route that this Zadig has not, or another shape than its own is no reason at all."""
        dialect = await self.detector.dialect()
        try:
            return await self.tasks.failure(details, dialect.workflows(details.version))
        except (Refused, WrongServer, Unreadable):
            return ""


def _understood(details: VersionDetails) -> VersionDetails:
    """With the reasons one a line, and with what Zadig's own texts among them mean."""
    version = details.version
    if version.progress is None or not version.reason:
        return details
    about = VersionReference(project=version.project, name=version.name)
    error = "\n".join(reasons(version.reason))
    progress = replace(version.progress, error=error, meaning=meaning(error, about))
    return replace(details, version=replace(version, progress=progress))
