"""What forms can offer: each read of the catalog stands alone, so that one that fails costs one field only."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from bot.domain.choices import NAMES, Choices
from bot.domain.errors import ReleaseBotError
from bot.domain.models import Environment, Kind, Page, Project, Service, Status, Version, VersionReference
from bot.domain.ports import Catalog, Releases

log = logging.getLogger(__name__)
T = TypeVar("T")
# Slack waits three seconds for options to suggest, and asks with every letter.
AT_ONCE_SECONDS = 0.2


class CatalogMemory(Protocol):
    """What a catalog from memory can say about itself; `CachedCatalog` is one."""

    async def renew(self, project: str = "") -> None:
        """Ask again for the project's environments, or for the projects. Never raises."""

    def as_of(self, project: str = "", environment: str = "") -> int | None:
        """When the oldest of what is offered was read (unix seconds), if that is worth saying."""


async def nobody_knows() -> bool | None:
    """What this Zadig does is not known."""
    return None


@dataclass(frozen=True, kw_only=True, slots=True)
class FormChoices:
    """Reads of the catalog for forms; None for what Zadig does not answer, never an error.

    Where the catalog answers from `memory`, what is missing there is asked for again before it is said to be missing.
    `copies_helm_images` says whether this Zadig does; it never raises.
    """

    catalog: Catalog
    releases: Releases
    memory: CatalogMemory | None = None
    copies_helm_images: Callable[[], Awaitable[bool | None]] = nobody_knows
    at_once: float = AT_ONCE_SECONDS

    async def projects(self, expected: str = "") -> tuple[Project, ...] | None:
        """All projects that the token sees, those without versions included; `expected` is one that should be there."""
        found = await _or_none("projects", self.catalog.projects())
        if not self.memory or not found or not expected or any(one.key == expected for one in found):
            return found
        await self.memory.renew()
        return await _or_none("projects", self.catalog.projects())

    def projects_as_of(self) -> int | None:
        """When the projects were read, if that is worth saying."""
        return self.memory.as_of() if self.memory else None

    async def projects_at_once(self) -> tuple[Project, ...] | None:
        """The projects if memory has them, within a fifth of a second; None otherwise."""
        if self.memory is None:
            return None
        try:
            async with asyncio.timeout(self.at_once):
                return await self.projects()
        except TimeoutError:
            return None

    async def for_project(self, project: str, kind: Kind | None, environment: str = "") -> Choices:
        """Everything for a project, and for one of its environments if it is named.

        `names` are those of the newest versions: enough to say under the field that a name is taken.
        """
        environments, registries, repositories, page = await asyncio.gather(
            self.environments(project, environment),
            _or_none("registries", self.catalog.registries()),
            self._repositories(project, kind),
            _or_none("names", self.releases.page(project, number=1, size=NAMES)),
        )
        choices = Choices(
            environments=environments,
            registries=registries,
            chart_repositories=repositories,
            names=tuple(version.name for version in page.items) if page else (),
            newest=_newest(page) if kind is Kind.HELM else None,
            copies_helm_images=await self.copies_helm_images() if kind is Kind.HELM else None,
            as_of=self.memory.as_of(project) if self.memory else None,
        )
        return await self.for_environment(choices, project, environment)

    async def for_environment(self, choices: Choices, project: str, environment: str) -> Choices:
        """The same choices with the services of another environment; one that is not offered has none."""
        chosen = next((one for one in choices.environments or () if one.key == environment), None)
        services: tuple[Service, ...] | None = None
        if chosen:
            services = await _or_none("services", self.catalog.services(project, chosen))
            choices = await self._with_made_charts(choices, project, services)
        as_of = self.memory.as_of(project, environment) if self.memory else None
        return replace(choices, services=services, as_of=as_of)

    async def _with_made_charts(
        self, choices: Choices, project: str, services: tuple[Service, ...] | None
    ) -> Choices:
        """Where Zadig does not say which chart versions run, those of the newest version are what is known of them."""
        known = {one.name for one in services or () if one.chart_version}
        if choices.newest is None or not services or known:
            return choices
        details = await _or_none("made charts", self.releases.show(choices.newest))
        charts = details.charts if details else ()
        return replace(choices, made_charts=tuple((one.service or one.name, one.version) for one in charts))

    async def environments(self, project: str, expected: str = "") -> tuple[Environment, ...] | None:
        """Test and production environments; `expected` is one that should be there."""
        found = await _or_none("environments", self.catalog.environments(project))
        if not self.memory or not found or not expected or any(one.key == expected for one in found):
            return found
        await self.memory.renew(project)
        return await _or_none("environments", self.catalog.environments(project))

    async def _repositories(self, project: str, kind: Kind | None) -> tuple[str, ...] | None:
        if kind is not Kind.HELM:
            return None
        return await _or_none("chart_repositories", self.catalog.chart_repositories(project))


def _newest(page: Page[Version] | None) -> VersionReference | None:
    found = (version for version in page.items if version.status is Status.SUCCESS) if page else iter(())
    newest = next(found, None)
    return newest.reference if newest else None


async def _or_none(what: str, reading: Awaitable[T]) -> T | None:
    try:
        return await reading
    except ReleaseBotError as error:
        log.warning("choices missing", extra={"action": "choices_missing", "what": what, "error": str(error)})
        return None
