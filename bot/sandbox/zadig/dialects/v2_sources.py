"""Where the images of a version come from in the second dialect: the client's word for it, or the server's own look."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.sandbox.zadig.answers import PlainError
from bot.sandbox.zadig.delivery import new_service
from bot.sandbox.zadig.dialects.v2_wire import (
    FROM_ENVIRONMENT,
    FROM_VERSION,
    MANUAL,
    CreateBody,
    ImageBody,
    ServiceBody,
)
from bot.sandbox.zadig.exchange import Context
from bot.sandbox.zadig.manifests import manifest, values, with_targets
from bot.sandbox.zadig.model import (
    HELM_CHART,
    Environment,
    ImagePath,
    Project,
    Registry,
    Version,
    VersionImage,
    VersionService,
)
from bot.sandbox.zadig.registries import target_image
from bot.sandbox.zadig.state import State

_NO_DOCUMENT = "mongo: no documents in result"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The full name of the image that an image of a service comes from, and where a chart's values name it."""

    image: str
    path: ImagePath | None


Finder = Callable[[ServiceBody, ImageBody], Found]


def services_of(
    context: Context, body: CreateBody, kind: str, registry: Registry | None
) -> list[VersionService]:
    """The new version's services; PlainError where the server (4.2.0 and later) looks for sources and finds none."""
    find = _finder(context, body, kind)
    return [_service(context.zadig, each, find, registry) for each in body.services]


def _service(state: State, sent: ServiceBody, find: Finder, registry: Registry | None) -> VersionService:
    service = new_service(state, sent.service_name, chart_version=sent.chart_version)
    service.yaml_content = sent.yaml_content
    service.images = [_image(state, sent, image, find(sent, image), registry) for image in sent.images]
    return service


def _image(
    state: State, sent: ServiceBody, image: ImageBody, found: Found, registry: Registry | None
) -> VersionImage:
    """The target is what the client says; the copy goes by name and tag."""
    goes_to = target_image(state, registry, image.image_name, image.target_image_tag) if registry else ""
    return VersionImage(
        id=state.new_id(),
        service=sent.service_name,
        container=image.container_name,
        image_name=image.image_name,
        source=found.image,
        target=image.target_image,
        copied_to=goes_to,
        path=found.path,
        tag=image.target_image_tag,
        push=image.push_image,
    )


def _finder(context: Context, body: CreateBody, kind: str) -> Finder:
    if not context.zadig.rules.resolves_sources:
        return _as_sent
    if body.source == FROM_ENVIRONMENT:
        return _from_environment(environment_of(context, body))
    if body.source == FROM_VERSION:
        return _from_version(_original(context.zadig, body))
    if body.source == MANUAL and kind == HELM_CHART:
        return _existing(context.zadig.catalog.project(body.project_key))
    return _as_sent


def _as_sent(_: ServiceBody, image: ImageBody) -> Found:
    return Found(image=image.source_image, path=image.path)


def environment_of(context: Context, body: CreateBody) -> Environment:
    """Found by its name alone, before 5.0.0 whatever `production` says."""
    if not body.env_name:
        raise PlainError("env name is required when source is from env")
    project = context.zadig.catalog.project(body.project_key)
    production = body.production if context.zadig.rules.finds_environment_by_production else None
    found = project.environment(body.env_name, production=production) if project else None
    if found is None:
        raise PlainError(
            f"failed to find env, projectKey: {body.project_key}, envName: {body.env_name}, error: {_NO_DOCUMENT}"
        )
    return found


def _from_environment(environment: Environment) -> Finder:
    def find(sent: ServiceBody, image: ImageBody) -> Found:
        service = environment.service(sent.service_name)
        if service is None:
            raise PlainError(f"not found service {sent.service_name} in env {environment.key}")
        container = service.container(image.container_name)
        if container is None:
            raise PlainError(
                f"container not found, serviceName: {service.name}, containerName: {image.container_name}"
            )
        return Found(image=container.image, path=container.path)

    return find


def _original(state: State, body: CreateBody) -> Version:
    if not body.original_version_name:
        raise PlainError("original version name is required when source is from version")
    version = state.find(body.project_key, body.original_version_name)
    if version is None:
        raise PlainError(
            f"failed to get original version, projectKey: {body.project_key}, "
            f"versionName: {body.original_version_name}, error: {_NO_DOCUMENT}"
        )
    return version


def _from_version(original: Version) -> Finder:
    """From where the original's images came from, wherever they went."""

    def find(sent: ServiceBody, image: ImageBody) -> Found:
        for each in original.images:
            if (each.service, each.container) == (sent.service_name, image.container_name):
                return Found(image=each.source, path=each.path)
        raise PlainError(
            f"image not found, serviceName: {sent.service_name}, containerName: {image.container_name}"
        )

    return find


def _existing(project: Project | None) -> Finder:
    """What a client says of charts has to exist somewhere in the project, but is taken as sent."""

    def find(sent: ServiceBody, image: ImageBody) -> Found:
        key, environments = (project.key, project.environments) if project else ("", ())
        services = [found for each in environments if (found := each.service(sent.service_name))]
        if not services:
            raise PlainError(f"can't find service {sent.service_name} in project {key}")
        container = services[0].container(image.container_name)
        if container is None:
            raise PlainError(
                f"failed to find container {image.container_name} in service {sent.service_name}, "
                f"project: {key}, production: false"
            )
        return Found(image=image.source_image, path=container.path)

    return find


def render(context: Context, body: CreateBody, version: Version) -> None:
    """Fills in what services are deployed from where the server does that: from 4.2.1 on, but for K8s from a version."""
    if not context.zadig.rules.renders_manifests:
        return
    helm = version.kind == HELM_CHART
    if body.source == FROM_ENVIRONMENT:
        environment = environment_of(context, body)
        for service in version.services:
            running = environment.service(service.name)
            if running is None:
                raise PlainError(f"not found service {service.name} in env {environment.key}")
            service.yaml_content = values(running) if helm else manifest(running, environment.namespace)
    elif body.source == FROM_VERSION and helm:
        held = {each.name: each for each in _original(context.zadig, body).services}
        for service in version.services:
            service.yaml_content = held[service.name].yaml_content


def rewrite_manifests(context: Context, body: CreateBody, version: Version) -> None:
    """Names the targets in the manifests. Manual versions keep theirs as they are, and from a version there may be none."""
    rules = context.zadig.rules
    if body.source == MANUAL:
        return
    may_be_empty = body.source == FROM_VERSION or rules.forgives_missing_source
    for service in version.services:
        if service.yaml_content or not may_be_empty:
            service.yaml_content = with_targets(
                service.name, service.yaml_content, service.images, whole=rules.keeps_other_documents
            )
