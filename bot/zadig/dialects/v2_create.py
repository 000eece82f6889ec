"""The body of a create in dialect v2: what it is made from, where that is copied to, and its manifests."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bot.domain.errors import Refused, Rejected, WrongServer
from bot.domain.models import Environment, Kind, Registry, VersionReference
from bot.domain.ports import Catalog
from bot.domain.requests import CreateVersion, Field, ImageRequest, ServiceRequest, Source
from bot.zadig.calls import Call, Purpose
from bot.zadig.client import Client
from bot.zadig.dialects.v2_read import details_body

# Zadig's words. It checks none of them, and takes the client's word for it in place of any other.
SOURCES: Mapping[Source, str] = MappingProxyType(
    {Source.ENVIRONMENT: "from_env", Source.VERSION: "from_version", Source.IMAGES: "manual"}
)
NOT_THERE: Mapping[Source, str] = MappingProxyType(
    {
        Source.ENVIRONMENT: "Choose among the services that the environment runs now.",
        Source.VERSION: "Choose among the services of that version.",
        Source.IMAGES: "Say which image it is.",
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Sources:
    """What the images are copied from and to: their names by service and container, and the target registry if there is one."""

    images: Mapping[tuple[str, str], str]
    registry: Registry | None


async def create_body(request: CreateVersion, *, catalog: Catalog, client: Client) -> dict[str, object]:
    """A body that Zadig 4.0.0 and later understand: newer ones read the sources themselves and ignore those given.

    Versions from images named one by one need neither environment nor manifests in any of them; those from another version
    take its images from where they went. Raises Rejected for a service, container or registry that is not there (some servers would crash on it), and
    whatever keeps the catalog from being read; nothing has been sent then.
    """
    sources = await _sources(request, catalog, client)
    manifests = await _manifests(request, client)
    services = [_service(request, service, sources) for service in request.services]
    for service, manifest in zip(services, manifests, strict=True):
        service["yaml_content"] = manifest
    body: dict[str, object] = {
        "project_key": request.project,
        "version_name": request.version_name,
        "source": SOURCES[request.source],
        "env_name": request.environment,
        "production": request.production,
        "desc": request.description,
        "labels": list(request.labels),
        "image_registry_id": request.registry,
        "services": services,
    }
    if request.source is Source.VERSION:
        body["original_version_name"] = request.original
    return body | ({"chart_repo_name": request.chart_repository} if request.kind is Kind.HELM else {})


async def _sources(request: CreateVersion, catalog: Catalog, client: Client) -> _Sources:
    match request.source:
        case Source.ENVIRONMENT:
            images = await _running(request, catalog)
        case Source.VERSION:
            images = await _held(request, client)
        case Source.IMAGES:
            named = [(one.name, image) for one in request.services for image in one.images]
            images = {(name, image.container): image.source for name, image in named}
    return _Sources(images=images, registry=await _registry(request.registry, catalog))


async def _running(request: CreateVersion, catalog: Catalog) -> dict[tuple[str, str], str]:
    environment = Environment(
        key=request.environment, name=request.environment, production=request.production
    )
    services = await catalog.services(request.project, environment)
    return {(one.name, container.name): container.image for one in services for container in one.containers}


async def _held(request: CreateVersion, client: Client) -> dict[tuple[str, str], str]:
    """Raises NotFound if there is no such version."""
    body = await details_body(client, VersionReference(project=request.project, name=request.original))
    images = [(service.service_name, image) for service in body.services for image in service.images]
    return {
        (name, image.container_name): image.target_image if image.push_image else image.source_image
        for name, image in images
    }


async def _registry(wanted: str, catalog: Catalog) -> Registry | None:
    if not wanted:
        return None
    known = {registry.id: registry for registry in await catalog.registries()}
    if wanted not in known:
        raise Rejected(
            "Zadig does not have this registry (any more).",
            field=Field.REGISTRY,
            remedy="Choose a registry that Zadig has now.",
        )
    return known[wanted]


async def _manifests(request: CreateVersion, client: Client) -> list[str]:
    """What each K8s service runs as YAML; Zadig before 4.2.1 records nothing by itself. Helm's values it always reads."""
    if request.kind is Kind.HELM or request.source is not Source.ENVIRONMENT:
        return [""] * len(request.services)
    return list(
        await asyncio.gather(*(_manifest(request, service.name, client) for service in request.services))
    )


async def _manifest(request: CreateVersion, service: str, client: Client) -> str:
    """Empty where it may not be read: Zadig 4.2.1 and later do not need it."""
    path = ("openapi", "environments", *(("production",) if request.production else ()), "service", "yaml")
    call = Call(
        purpose=Purpose.MANIFEST,
        path=path,
        query={"projectKey": request.project, "envName": request.environment, "serviceName": service},
        about=VersionReference(project=request.project),
    )
    try:
        return await client.read(call, lambda answer: answer.text)
    except (Refused, WrongServer):
        return ""


def _service(request: CreateVersion, service: ServiceRequest, sources: _Sources) -> dict[str, object]:
    images = [_image(request, service, image, sources) for image in service.images]
    body: dict[str, object] = {"service_name": service.name, "images": images}
    return body | ({"chart_version": service.chart_version} if request.kind is Kind.HELM else {})


def _image(
    request: CreateVersion, service: ServiceRequest, image: ImageRequest, sources: _Sources
) -> dict[str, object]:
    """The target is written into manifests as it stands, so what is not copied keeps its source."""
    source = sources.images.get((service.name, image.container))
    if source is None:
        raise Rejected(
            f"The service {service.name} has no container {image.container}.",
            field=Field.SERVICES,
            remedy=NOT_THERE[request.source],
        )
    source_tag = _tag(source)
    copied = image.copied and sources.registry is not None
    target = f"{sources.registry.title}/{image.image_name}:{image.tag}" if copied and sources.registry else ""
    return {
        "container_name": image.container,
        "image_name": image.image_name,
        "source_image": source,
        "source_image_tag": source_tag,
        "target_image": target or source,
        "target_image_tag": image.tag if target else source_tag,
        "push_image": image.copied,
    }


def _tag(reference: str) -> str:
    """The tag of an image, empty if it has none or is named by its digest alone."""
    return reference.partition("@")[0].rpartition("/")[2].partition(":")[2]
