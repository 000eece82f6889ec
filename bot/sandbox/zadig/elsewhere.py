"""What people do to versions in Zadig's own pages, and what happens to versions by itself."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from bot.sandbox.zadig.charts import PUSHED, unpushed
from bot.sandbox.zadig.delivery import begin_task, break_job, insert, new_service, run_task
from bot.sandbox.zadig.dialects.v1_retrying import check_failed, retriable_task
from bot.sandbox.zadig.manifests import manifest, values, values_with_targets, with_targets
from bot.sandbox.zadig.model import (
    FAILED,
    HELM_CHART,
    K8S_YAML,
    KIND_OF,
    SUCCESS,
    UNSETTLED,
    Container,
    Environment,
    Project,
    Registry,
    Service,
    Version,
    VersionImage,
    VersionService,
)
from bot.sandbox.zadig.registries import target_image
from bot.sandbox.zadig.state import State
from bot.sandbox.zadig.watching import begin_retrying, multiple_errors, observe, watch

DEFAULT_REASON = "failed to push image {target}: denied: requested access to the resource is denied"
_SERVICES_BY_DEFAULT = 3
_DIGITS = "0123456789"


class ImpossibleError(Exception):
    """What nobody could do in Zadig's pages; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picked:
    """An image that a user ticked: all of the service's without a container, the running tag without one."""

    service: str
    container: str = ""
    tag: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A version a user creates; `at` is Unix time (None: now), `outcome` is left to chance unless it is named.

    Without `images` it has the first few services. `chart_version` holds for every chart.
    """

    project: str
    name: str = ""
    by: str = "Grace Hopper"
    description: str = ""
    labels: tuple[str, ...] = ()
    environment: str = ""
    images: Sequence[Picked] = ()
    chart_version: str = ""
    outcome: str = ""
    error: str = ""
    at: float | None = None


def create(state: State, wish: Wish) -> Version:
    """The new version, already being copied. ImpossibleError for a project, environment or service there is none of.

    In Zadig's pages images of Helm versions work, unlike through the API of 3.1.0 to 3.4.1.
    """
    project, environment = _where(state, wish)
    at = state.now() if wish.at is None else wish.at
    registry = next(each for each in state.catalog.registries if each.is_default)
    version = Version(
        id=state.ids.next(at),
        project=project.key,
        name=wish.name or _next_name(state, project.key),
        kind=KIND_OF.get(project.deploy_type, K8S_YAML),
        created_at=int(at),
        created_by=wish.by,
        description=wish.description,
        labels=wish.labels,
        environment=environment.key,
        production=environment.production,
        registry_id=registry.id,
    )
    version.services = _services(state, version, wish, environment, registry)
    insert(state, version)
    _begin(state, version, wish, at)
    return version


def _where(state: State, wish: Wish) -> tuple[Project, Environment]:
    project = state.catalog.project(wish.project)
    if project is None or not project.environments:
        raise ImpossibleError(f"there is no project {wish.project!r} with an environment")
    environment = project.environment(wish.environment) if wish.environment else project.environments[0]
    if environment is None:
        raise ImpossibleError(f"project {project.key} has no environment {wish.environment!r}")
    return project, environment


def _next_name(state: State, project: str) -> str:
    """What the newest version's name counts up to, past names that were ever taken: v9 → v10, 2.0.0 → 2.0.1, hotfix → hotfix-1."""
    names = [each.name for each in state.versions if each.project == project]
    newest = names[-1] if names else "v0"
    stem = newest.rstrip(_DIGITS)
    digits = newest.removeprefix(stem)
    stem, last = (stem, int(digits)) if digits else (f"{stem}-", 0)
    following = (f"{stem}{number:0{len(digits)}}" for number in itertools.count(last + 1))
    return next(name for name in following if name not in names)


def _services(
    state: State, version: Version, wish: Wish, environment: Environment, registry: Registry
) -> list[VersionService]:
    picked = wish.images or [
        Picked(service=each.name) for each in environment.services[:_SERVICES_BY_DEFAULT]
    ]
    services: dict[str, VersionService] = {}
    for each in picked:
        running = environment.service(each.service)
        if running is None:
            raise ImpossibleError(f"environment {environment.key} has no service {each.service!r}")
        service = services.setdefault(
            running.name, _service(state, version, running, environment, wish.chart_version)
        )
        service.images += _images(state, version, running, each, registry)
    if version.kind == HELM_CHART:
        version.chart_repository = state.catalog.chart_repositories[0].name
    for service in services.values():
        _name_targets(version, service)
    return list(services.values())


def _name_targets(version: Version, service: VersionService) -> None:
    text, images = service.yaml_content, service.images
    helm = version.kind == HELM_CHART
    service.yaml_content = (
        values_with_targets(text, images) if helm else with_targets(service.name, text, images, whole=True)
    )


def _service(
    state: State, version: Version, running: Service, environment: Environment, chart_version: str
) -> VersionService:
    if version.kind != HELM_CHART:
        service = new_service(state, running.name)
        service.yaml_content = manifest(running, environment.namespace)
        return service
    service = new_service(state, running.name, chart_version=chart_version or running.chart_version)
    service.chart_status, service.yaml_content = PUSHED, values(running)
    return service


def _containers(running: Service, picked: Picked) -> Sequence[Container]:
    if not picked.container:
        return running.containers
    container = running.container(picked.container)
    if container is None:
        raise ImpossibleError(f"service {running.name} has no container {picked.container!r}")
    return (container,)


def _images(
    state: State, version: Version, running: Service, picked: Picked, registry: Registry
) -> list[VersionImage]:
    tag = picked.tag or version.name
    return [
        VersionImage(
            id=state.new_id(),
            service=running.name,
            container=container.name,
            image_name=container.image_name,
            source=container.image,
            target=target_image(state, registry, container.image_name, tag),
            path=container.path,
            tag=tag,
        )
        for container in _containers(running, picked)
    ]


def _begin(state: State, version: Version, wish: Wish, at: float) -> None:
    images = list(version.images)
    if images:
        task = begin_task(state, version, images, creator=wish.by, at=at)
        if wish.outcome:
            for job in task.jobs:
                job.outcome, job.error = "passed", ""
        if wish.outcome == FAILED:
            break_job(task.jobs[-1], wish.error or DEFAULT_REASON)
        task.start(at)
    watch(state, version, at=at)
    if wish.outcome == "hang":
        hang(state, version)


def succeed(state: State, version: Version) -> None:
    """All its images arrive at this moment."""
    task, now = version.task, state.now()
    while task and task.current(now):
        task.settle_current(now, "passed")
    _settle(state, version, SUCCESS, "")


def fail(state: State, version: Version, reason: str = "") -> None:
    """The image being copied fails for this reason, which a K8s version does not keep."""
    task, now = version.task, state.now()
    job = task.current(now) if task else None
    if task and job:
        task.settle_current(now, FAILED)
        break_job(job, reason or DEFAULT_REASON)
        errors = task.errors(now)
        keeps = version.kind == HELM_CHART and state.rules.dialect == "v1"
        reason = multiple_errors(errors) if keeps else ""
    _settle(state, version, FAILED, reason)


def _settle(state: State, version: Version, status: str, error: str) -> None:
    state.watchers = [each for each in state.watchers if each.version is not version]
    version.hung, version.status, version.error = False, status, error
    if version.task:
        version.task.wrap_up = 0.0
    observe(version, version.task, state.now())


def hang(state: State, version: Version) -> None:
    """The image being copied never arrives, until a user helps or the watcher gives up."""
    _require_unsettled(version)
    version.hung = True
    if version.task:
        version.task.hang_current(state.now())


def advance(state: State, version: Version) -> None:
    """The image being copied arrives at this moment."""
    _require_unsettled(version)
    version.hung = False
    if version.task:
        version.task.settle_current(state.now(), "passed")


def _require_unsettled(version: Version) -> None:
    if version.status not in UNSETTLED:
        raise ImpossibleError(f"{version.name} is {version.status}: nothing of it is under way")


def retry(state: State, version: Version) -> None:
    """Only a failed version; PlainError as the API would say otherwise."""
    check_failed(version)
    for chart in unpushed(version):
        chart.chart_status = PUSHED
    if version.kind == K8S_YAML or version.task:
        run_task(state, version, retriable_task(state, version), state.now())
    version.hung = False
    begin_retrying(state, version)
