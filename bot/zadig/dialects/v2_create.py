"""The body of a create in dialect v2: what runs in the environment, where it is copied to, and its manifests."""

import asyncio
from dataclasses import dataclass

from bot.domain.errors import Refused, Rejected, WrongServer
from bot.domain.models import Container, Environment, Kind, Registry, VersionReference
from bot.domain.ports import Catalog
from bot.domain.requests import CreateVersion, Field, ImageRequest, ServiceRequest
from bot.zadig.calls import Call, Purpose
from bot.zadig.client import Client


@dataclass(frozen=True, kw_only=True, slots=True)
class _Sources:
    """What the images are copied from and to: containers by service and name, and the target registry if there is one."""

    containers: dict[tuple[str, str], Container]
    registry: Registry | None


async def create_body(request: CreateVersion, *, catalog: Catalog, client: Client) -> dict[str, object]:
    """A body that Zadig 4.0.0 and later understand: newer ones read the sources themselves and ignore those given.

    Raises Rejected for a service, container or registry that is not there (some servers would crash on it), and
    whatever keeps the catalog from being read; nothing has been sent then.
    """
    sources = await _sources(request, catalog)
    manifests = await _manifests(request, client)
    services = [_service(request, service, sources) for service in request.services]
    for service, manifest in zip(services, manifests, strict=True):
        service["yaml_content"] = manifest
    body: dict[str, object] = {
        "project_key": request.project,
        "version_name": request.version_name,
        "source": "from_env",
        "env_name": request.environment,
        "production": request.production,
        "desc": request.description,
        "labels": list(request.labels),
        "image_registry_id": request.registry,
        "services": services,
    }
    return body | ({"chart_repo_name": request.chart_repository} if request.kind is Kind.HELM else {})


async def _sources(request: CreateVersion, catalog: Catalog) -> _Sources:
    environment = Environment(
        key=request.environment, name=request.environment, production=request.production
    )
    services = await catalog.services(request.project, environment)
    containers = {
        (service.name, container.name): container for service in services for container in service.containers
    }
    return _Sources(containers=containers, registry=await _registry(request.registry, catalog))


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
    if request.kind is Kind.HELM:
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
    images = [_image(service, image, sources) for image in service.images]
    body: dict[str, object] = {"service_name": service.name, "images": images}
    return body | ({"chart_version": service.chart_version} if request.kind is Kind.HELM else {})


def _image(service: ServiceRequest, image: ImageRequest, sources: _Sources) -> dict[str, object]:
    """The target is written into manifests as it stands, so what is not copied keeps its source."""
    container = sources.containers.get((service.name, image.container))
    if container is None:
        raise Rejected(
            f"The service {service.name} has no container {image.container}.",
            field=Field.SERVICES,
            remedy="Choose among the services that the environment runs now.",
        )
    source_tag = _tag(container.image)
    copied = image.copied and sources.registry is not None
    target = f"{sources.registry.title}/{image.image_name}:{image.tag}" if copied and sources.registry else ""
    return {
        "container_name": image.container,
        "image_name": image.image_name,
        "source_image": container.image,
        "source_image_tag": source_tag,
        "target_image": target or container.image,
        "target_image_tag": image.tag if target else source_tag,
        "push_image": image.copied,
    }


def _tag(reference: str) -> str:
    """The tag of an image, empty if it has none or is named by its digest alone."""
    return reference.partition("@")[0].rpartition("/")[2].partition(":")[2]
