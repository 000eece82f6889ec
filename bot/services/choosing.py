"""What forms can offer: each read of the catalog stands alone, so that one that fails costs one field only."""

import logging
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import TypeVar

from bot.domain.errors import ReleaseBotError
from bot.domain.models import Environment, Kind, Project, Registry, Service
from bot.domain.ports import Catalog, Releases

log = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class ProjectChoices:
    """What a project offers; None for what could not be read, and a text field takes its place."""

    environments: tuple[Environment, ...] | None
    registries: tuple[Registry, ...] | None
    chart_repositories: tuple[str, ...] | None
    names: frozenset[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Choosing:
    """Reads of the catalog for forms; never raises for one that Zadig does not answer."""

    catalog: Catalog
    releases: Releases

    async def projects(self) -> tuple[Project, ...] | None:
        """The projects that can have versions."""
        found = await _or_none("projects", self.catalog.projects())
        return None if found is None else tuple(project for project in found if project.kind)

    async def project(self, project: str, kind: Kind) -> ProjectChoices:
        """What the form needs once the project is known. `names` are those of the newest 100 versions."""
        environments = await _or_none("environments", self.catalog.environments(project))
        registries = await _or_none("registries", self.catalog.registries())
        repositories = None
        if kind is Kind.HELM:
            repositories = await _or_none("chart_repositories", self.catalog.chart_repositories(project))
        page = await _or_none("names", self.releases.page(project, number=1, size=100))
        names = frozenset(version.name for version in page.items) if page else frozenset()
        return ProjectChoices(
            environments=environments, registries=registries, chart_repositories=repositories, names=names
        )

    async def environments(self, project: str) -> tuple[Environment, ...] | None:
        return await _or_none("environments", self.catalog.environments(project))

    async def services(self, project: str, environment: Environment) -> tuple[Service, ...] | None:
        """What runs in the environment; slow, because Zadig asks the cluster."""
        return await _or_none("services", self.catalog.services(project, environment))


async def _or_none(what: str, reading: Awaitable[T]) -> T | None:
    try:
        return await reading
    except ReleaseBotError as error:
        log.warning("choices missing", extra={"action": "choices_missing", "what": what, "error": str(error)})
        return None
