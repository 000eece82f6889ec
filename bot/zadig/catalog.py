"""What forms can offer: projects, environments, services, registries and chart repositories, read from Zadig."""

import logging
from dataclasses import dataclass
from typing import TypeVar

from pydantic import AliasChoices, Field

from bot.domain.errors import LicenceMissing, NotFound, NotPermitted, Refused, Rejected, ReleaseBotError
from bot.domain.models import (
    Container,
    Environment,
    Kind,
    Project,
    Registry,
    Service,
    VersionReference,
)
from bot.domain.requests import Field as RequestField
from bot.zadig.calls import EXTRA_SECONDS, Call, Purpose
from bot.zadig.client import Client
from bot.zadig.phrases import FOREIGN_CHARTS, OTHER_ENVIRONMENT
from bot.zadig.wire import Flag, Identifier, ImagePath, Rows, Text, Whole, Wire, reader

log = logging.getLogger(__name__)
T = TypeVar("T")
PAGE_SIZE = 100
ENVIRONMENTS = ("openapi", "environments")
PRODUCTION = ("openapi", "environments", "production")
DEPLOY_TYPES = {"k8s": Kind.K8S, "helm": Kind.HELM}


class _ProjectRow(Wire):
    project_key: Identifier
    project_name: Text = ""
    description: Text = ""
    deploy_type: Text = ""


class _Projects(Wire):
    projects: Rows[_ProjectRow]
    total: Whole = 0
    left_out: int = 0


class _EnvironmentRow(Wire):
    env_key: Identifier
    alias: Text = Field(default="", validation_alias=AliasChoices("envName", "env_name"))
    registry_id: Text = ""
    status: Text = ""


class ContainerRow(Wire):
    """A container as it runs; Zadig 3 spells the key of `image_path` in another way."""

    name: Identifier
    image: Text = ""
    image_path: ImagePath = Field(
        default_factory=dict, validation_alias=AliasChoices("image_path", "imagePath")
    )


class ServiceRow(Wire):
    """A service of an environment."""

    service_name: Identifier
    containers: Rows[ContainerRow] = ()
    type: Text = ""


class _InstalledRow(Wire):
    """A chart that is installed; Zadig before 5 says only the version of the app, which it sets to that of the chart."""

    service_name: Text = Field(default="", validation_alias="serviceName")
    chart_version: Text = Field(default="", validation_alias="chartVersion")
    app_version: Text = Field(default="", validation_alias="appVersion")


class _EnvironmentDetails(Wire):
    services: Rows[ServiceRow]


class _RegistryRow(Wire):
    registry_id: Identifier
    address: Text = ""
    namespace: Text = ""
    is_default: Flag = False


class _RepositoryRow(Wire):
    repo_name: Text = ""


_read_projects = reader(_Projects)
_read_environments = reader(Rows[_EnvironmentRow])
_read_services = reader(_EnvironmentDetails)
_read_registries = reader(Rows[_RegistryRow])
_read_installed = reader(Rows[_InstalledRow])
_read_repositories = reader(Rows[_RepositoryRow])


def image_basename(reference: str) -> str:
    """The name of an image without registry, namespace, tag and digest: what Zadig calls `image_name`."""
    return reference.partition("@")[0].rpartition("/")[2].partition(":")[0]


@dataclass(frozen=True, kw_only=True, slots=True)
class ZadigCatalog:
    """The port `Catalog`. Zadig checks no permission on some of these: show them only to people who may see them."""

    client: Client

    async def projects(self) -> tuple[Project, ...]:
        """As in the port; every page, in order of name."""
        found: dict[str, Project] = {}
        number = left_out = 0
        while True:
            number += 1
            body = await self._projects_page(number)
            left_out += body.left_out
            fresh = [row for row in body.projects if row.project_key not in found]
            found |= {row.project_key: _project(row) for row in fresh}
            if not fresh or len(found) + left_out >= body.total:
                return tuple(sorted(found.values(), key=lambda project: project.name.casefold()))

    async def _projects_page(self, number: int) -> _Projects:
        call = Call(
            purpose=Purpose.PROJECTS,
            path=("openapi", "projects", "project"),
            query={"pageNum": number, "pageSize": PAGE_SIZE},
        )
        body: _Projects = await self.client.read(call, _read_projects)
        return body

    async def environments(self, project: str) -> tuple[Environment, ...]:
        """As in the port. Production environments need a licence and a permission of their own."""
        test = await self._environments(project, Purpose.ENVIRONMENTS, ENVIRONMENTS)
        try:
            production = await self._environments(project, Purpose.PRODUCTION, PRODUCTION)
        except (LicenceMissing, NotPermitted):
            production = ()
        return (*test, *production)

    async def _environments(
        self, project: str, purpose: Purpose, path: tuple[str, ...]
    ) -> tuple[Environment, ...]:
        call = Call(
            purpose=purpose,
            path=path,
            query={"projectKey": project},
            about=VersionReference(project=project),
        )
        rows: tuple[_EnvironmentRow, ...] = await self.client.read(call, _read_environments)
        production = purpose is Purpose.PRODUCTION
        return tuple(
            Environment(
                key=row.env_key,
                name=row.alias or row.env_key,
                production=production,
                registry_id=row.registry_id,
                status=row.status,
            )
            for row in rows
        )

    async def services(self, project: str, environment: Environment) -> tuple[Service, ...]:
        """As in the port."""
        rows = await self.running(project, environment)
        helm = any(row.type.startswith("helm") for row in rows)
        versions = await self._chart_versions(project, environment) if helm else {}
        return tuple(
            Service(
                name=row.service_name,
                containers=tuple(map(_container, row.containers)),
                chart_version=versions.get(row.service_name, ""),
            )
            for row in rows
        )

    async def _chart_versions(self, project: str, environment: Environment) -> dict[str, str]:
        """The chart versions that run, by service. Only Zadig's own page reads them: whatever goes wrong, they are unknown."""
        call = Call(
            purpose=Purpose.CHART_VERSIONS,
            path=("api", "aslan", "environment", "environments", environment.key, "helm", "releases"),
            query={"projectName": project, "production": str(environment.production).lower()},
            seconds=EXTRA_SECONDS,
            about=VersionReference(project=project),
        )
        try:
            rows: tuple[_InstalledRow, ...] = await self.client.read(call, _read_installed)
        except ReleaseBotError as error:
            log.info(
                "chart versions unknown", extra={"action": "chart_versions_unknown", "error": str(error)}
            )
            return {}
        return {row.service_name: row.chart_version or row.app_version for row in rows if row.service_name}

    async def running(self, project: str, environment: Environment) -> tuple[ServiceRow, ...]:
        """What an environment runs, in Zadig's words. It asks the cluster: slow, and an error while the cluster is away."""
        call = Call(
            purpose=Purpose.SERVICES,
            path=(*(PRODUCTION if environment.production else ENVIRONMENTS), environment.key),
            query={"projectKey": project},
            about=VersionReference(project=project),
        )
        try:
            body: _EnvironmentDetails = await self.client.read(call, _read_services)
        except NotFound as error:
            raise await self._unreadable(project, environment, error) from error
        return body.services

    async def _unreadable(self, project: str, environment: Environment, error: NotFound) -> Refused:
        """Zadig has one text for an environment that is gone and for one with charts that it did not deploy."""
        if any(one.key == environment.key for one in await self.environments(project)):
            return Rejected(
                FOREIGN_CHARTS, field=RequestField.ENVIRONMENT, remedy=OTHER_ENVIRONMENT, raw=error.raw
            )
        return error

    async def registries(self) -> tuple[Registry, ...]:
        """As in the port."""
        call = Call(purpose=Purpose.REGISTRIES, path=("openapi", "system", "registry"))
        rows: tuple[_RegistryRow, ...] = await self.client.read(call, _read_registries)
        registries = {row.registry_id: _registry(row) for row in rows}
        return tuple(sorted(registries.values(), key=lambda registry: (not registry.default, registry.title)))

    async def chart_repositories(self, project: str) -> tuple[str, ...]:
        """As in the port. Zadig has no public API for these; its own page reads them here, with passwords left out."""
        call = Call(
            purpose=Purpose.CHART_REPOSITORIES,
            path=("api", "aslan", "system", "helm", "project"),
            query={"projectName": project},
            about=VersionReference(project=project),
        )
        rows: tuple[_RepositoryRow, ...] = await self.client.read(call, _read_repositories)
        return tuple(sorted({row.repo_name for row in rows if row.repo_name}))


def _project(row: _ProjectRow) -> Project:
    return Project(
        key=row.project_key,
        name=row.project_name or row.project_key,
        kind=DEPLOY_TYPES.get(row.deploy_type),
        description=row.description,
    )


def _container(row: ContainerRow) -> Container:
    return Container(name=row.name, image=row.image, image_name=image_basename(row.image))


def _registry(row: _RegistryRow) -> Registry:
    return Registry(id=row.registry_id, address=row.address, namespace=row.namespace, default=row.is_default)
