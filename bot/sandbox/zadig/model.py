"""What a Zadig holds: projects with their environments, registries, chart repositories, and versions."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.sandbox.zadig.images import read_image
from bot.sandbox.zadig.workflow import WorkflowTask

Json = dict[str, Any]

DeployType = Literal["k8s", "helm", "external", "cloud_host"]
K8S_YAML = "K8SYaml"
HELM_CHART = "HelmChart"
KIND_OF: dict[str, str] = {"k8s": K8S_YAML, "helm": HELM_CHART}

CREATING, RETRYING, SUCCESS, FAILED = "creating", "retrying", "success", "failed"
UNSETTLED = frozenset({CREATING, RETRYING})

ALL_PROJECTS = "*"
"""In a registry's or chart repository's list of projects: open to every project."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImagePath:
    """Where in a chart's values an image stands: dotted keys, each empty where there is no such part."""

    repo: str = ""
    namespace: str = ""
    image: str = ""
    tag: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """`path` is where a chart's values name its image; K8s services have none."""

    name: str
    image: str
    kind: Literal["", "init"] = ""
    path: ImagePath | None = None

    @property
    def image_name(self) -> str:
        return read_image(self.image).name


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A service as it runs in one environment; `renders` is whether Zadig can fetch its manifest."""

    name: str
    containers: tuple[Container, ...] = ()
    chart_version: str = ""
    renders: bool = True

    def container(self, name: str) -> Container | None:
        return next((each for each in self.containers if each.name == name), None)

    def by_image_name(self, name: str) -> Container | None:
        return next((each for each in self.containers if each.image_name == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """`key` is what requests name; `reachable` is whether its cluster answers.

    `foreign`: what runs in it without being a service of the project, which breaks its details.
    """

    key: str
    alias: str = ""
    production: bool = False
    namespace: str = ""
    registry_id: str = ""
    services: tuple[Service, ...] = ()
    status: str = "running"
    reachable: bool = True
    foreign: Literal["", "chart", "service"] = ""

    def service(self, name: str) -> Service | None:
        return next((each for each in self.services if each.name == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """`name` is the alias people read; `service_order` is the order in which services are orchestrated."""

    key: str
    name: str
    deploy_type: DeployType = "k8s"
    description: str = ""
    is_public: bool = False
    created_by: str = "admin"
    created_at: int = 1_690_000_000
    environments: tuple[Environment, ...] = ()
    service_order: tuple[str, ...] = ()

    def environment(self, key: str, *, production: bool | None = None) -> Environment | None:
        """Without `production` either kind; keys are unique in a project across both."""
        for each in self.environments:
            if each.key == key and production in {None, each.production}:
                return each
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """`address` has a scheme, as people enter it; `projects` are those it is open to."""

    id: str
    address: str
    namespace: str = ""
    provider: str = "native"
    region: str = ""
    is_default: bool = False
    projects: frozenset[str] = frozenset({ALL_PROJECTS})

    @property
    def host(self) -> str:
        return self.address.split("://", 1)[-1]

    @property
    def key(self) -> str:
        """What Zadig keys its map of registries by; two registries with one key shadow each other."""
        return f"{self.host}/{self.namespace}" if self.namespace else self.host

    def is_open_to(self, project: str) -> bool:
        return bool({project, ALL_PROJECTS} & self.projects)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartRepository:
    name: str
    url: str
    username: str = "robot"
    projects: frozenset[str] = frozenset({ALL_PROJECTS})

    def is_open_to(self, project: str) -> bool:
        return bool({project, ALL_PROJECTS} & self.projects)


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalog:
    """Everything a version can be made of."""

    projects: tuple[Project, ...] = ()
    registries: tuple[Registry, ...] = ()
    chart_repositories: tuple[ChartRepository, ...] = ()

    def project(self, key: str) -> Project | None:
        return next((each for each in self.projects if each.key == key), None)


@dataclass(slots=True, kw_only=True)
class VersionImage:
    """An image of a version: copied from `source` to `target` when `push` holds, else only recorded.

    `copied_to` is where the copy really goes, if that is not what the client called the target. `status` and `error` are what the second dialect stores; the first works them out from the workflow task.
    """

    id: str
    service: str
    container: str
    image_name: str
    source: str
    target: str
    tag: str
    copied_to: str = ""
    path: ImagePath | None = None
    push: bool = True
    status: str = ""
    error: str = ""


@dataclass(slots=True, kw_only=True)
class VersionService:
    """A service (K8s) or chart (Helm) of a version."""

    id: str
    name: str
    chart_version: str = ""
    chart_status: str = ""
    yaml_content: str = ""
    images: list[VersionImage] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Version:
    """A named set of images or charts; `deleted_at` is 0 while it lives."""

    id: str
    project: str
    name: str
    kind: str
    created_at: int
    created_by: str
    status: str = CREATING
    error: str = ""
    description: str = ""
    labels: tuple[str, ...] = ()
    environment: str = ""
    production: bool = False
    source: str = "from_env"
    original: str = ""
    registry_id: str = ""
    chart_repository: str = ""
    services: list[VersionService] = field(default_factory=list)
    task: WorkflowTask | None = None
    deleted_at: int = 0
    hung: bool = False

    @property
    def images(self) -> Iterator[VersionImage]:
        return (image for service in self.services for image in service.images)


@dataclass(slots=True, kw_only=True)
class Watcher:
    """What Zadig starts with a new version: looks at the workflow task now and then, and writes down how it ended."""

    version: Version
    task: WorkflowTask | None
    started_at: float
    looked_at: float = 0.0
