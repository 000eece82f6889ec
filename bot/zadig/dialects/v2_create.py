"""The body of a create in dialect v2: what it is made from, where that is copied to, and its manifests or values."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bot.domain.errors import BadInput, Rejected, ReleaseBotError
from bot.domain.models import Kind, Registry
from bot.domain.ports import Catalog
from bot.domain.requests import CreateVersion, Field, FieldError, ImageRequest, ServiceRequest, Source
from bot.zadig.catalog import ZadigCatalog
from bot.zadig.client import Client
from bot.zadig.dialects.sources import ImageSource, Origins, doubtful, placed
from bot.zadig.dialects.v2_origins import Material, gathered, manifests, renamed, values
from bot.zadig.fingerprints import SPANS, Span
from bot.zadig.server import FILLS_VALUES, FINDS_PATHS, JUST_NOW_SECONDS, Server

NAME = "v2"
# Zadig's words. It checks none of them, and takes the client's word for it in place of any other.
SOURCES: Mapping[Source, str] = MappingProxyType(
    {Source.ENVIRONMENT: "from_env", Source.VERSION: "from_version", Source.IMAGES: "manual"}
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Creating:
    """Makes bodies that Zadig 4.0.0 and later understand: newer ones read the sources themselves and ignore those given.

    K8s versions from another one are manual to Zadig, which would take their images from where the original's came from.
    """

    catalog: ZadigCatalog
    client: Client
    server: Server

    async def problems(self, request: CreateVersion) -> tuple[FieldError, ...]:
        """What `body` would refuse, as far as that is cheap to find out and Zadig answers; never raises."""
        from_environment = request.source is Source.ENVIRONMENT and request.kind is Kind.K8S
        if from_environment and not doubtful(request):
            return ()
        try:
            await self._prepared(request, dry=from_environment)
        except BadInput as error:
            return error.fields
        except Rejected as error:
            return (
                (FieldError(field=error.field, text=f"{error} {error.remedy}".strip()),)
                if error.field
                else ()
            )
        except ReleaseBotError:
            return ()
        return ()

    async def body(self, request: CreateVersion) -> dict[str, object]:
        """The body. Nothing has been sent if it cannot be made.

        Raises BadInput for images that would end under one name, Rejected for a service, container, registry, value or
        place of an image that is not there and without which some servers break, NotFound for an original that is not
        there, and whatever keeps all that from being read.
        """
        services = await self._prepared(request)
        helm = request.kind is Kind.HELM
        manual = request.source is Source.VERSION and not helm
        body: dict[str, object] = {
            "project_key": request.project,
            "version_name": request.version_name,
            "source": SOURCES[Source.IMAGES] if manual else SOURCES[request.source],
            "env_name": request.environment,
            "production": request.production,
            "desc": request.description,
            "labels": list(request.labels),
            "image_registry_id": request.registry,
            "services": services,
        }
        if request.source is Source.VERSION and helm:
            body["original_version_name"] = request.original
        return body | ({"chart_repo_name": request.chart_repository} if helm else {})

    async def _prepared(self, request: CreateVersion, *, dry: bool = False) -> list[dict[str, object]]:
        """The services; without their manifests if it is `dry`."""
        helm = request.kind is Kind.HELM
        span = await self.server.span(NAME, at_most=JUST_NOW_SECONDS) if helm else SPANS[NAME]
        material = await gathered(request, self.catalog, self.client)
        request = placed(request, material.origins)
        registry = await _registry(request.registry, self.catalog)
        texts = {} if dry else await self._texts(request, material, span)
        plan = _Plan(request=request, origins=material.origins, registry=registry, span=span)
        return [plan.service(service, texts.get(service.name, "")) for service in request.services]

    async def _texts(self, request: CreateVersion, material: Material, span: Span) -> Mapping[str, str]:
        """Manifests or values by service. What stood in the original's is passed on, and written down nowhere."""
        helm = request.kind is Kind.HELM
        texts: dict[str, str] = {}
        needed = False
        match request.source:
            case Source.IMAGES:
                return {}
            case Source.ENVIRONMENT if helm:
                return await values(request, self.client, span)
            case Source.ENVIRONMENT:
                texts = await manifests(request, self.client)
                needed = not all(texts.values()) and (await self.server.span(NAME)).before <= FILLS_VALUES
            case Source.VERSION:
                texts = dict(material.texts)
                needed = helm and span.first < FILLS_VALUES
        for service in request.services:
            if needed and not texts.get(service.name, "").strip():
                raise _without_text(request, service)
        return texts


def _without_text(request: CreateVersion, service: ServiceRequest) -> Rejected:
    what = "values" if request.kind is Kind.HELM else "manifest"
    where = request.original if request.source is Source.VERSION else request.environment
    return Rejected(
        f"Zadig shows no {what} of {service.name} in {where}, and before 4.2.1 it needs them from the bot.",
        field=Field.SERVICES,
        remedy=f"Leave {service.name} out, or give the owner of the bot's API token access to it in Zadig.",
    )


async def _registry(wanted: str, catalog: Catalog) -> Registry | None:
    if not wanted:
        return None
    known = {registry.id: registry for registry in await catalog.registries()}
    if wanted not in known:
        raise Rejected(
            "Zadig does not have this registry.",
            field=Field.REGISTRY,
            remedy="Choose a registry that Zadig has now.",
        )
    return known[wanted]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Plan:
    """What the images are copied from and to, and what the server can be."""

    request: CreateVersion
    origins: Origins
    registry: Registry | None
    span: Span

    @property
    def _helm(self) -> bool:
        return self.request.kind is Kind.HELM

    def service(self, service: ServiceRequest, text: str) -> dict[str, object]:
        if not self._helm and self.request.source is Source.VERSION:
            text = renamed(text, self._new_names(service))
        images = [self._image(service, image) for image in service.images]
        body: dict[str, object] = {
            "service_name": service.name,
            "images": images,
            "yaml_content": text,
        }
        return body | ({"chart_version": service.chart_version} if self._helm else {})

    def _origin(self, service: ServiceRequest, image: ImageRequest) -> ImageSource:
        return self.origins[service.name, image.container][0]

    def _new_names(self, service: ServiceRequest) -> dict[str, str]:
        """Where a manifest's images are from now on; what would be in two places keeps its name."""
        found: dict[str, set[str]] = {}
        for image in service.images:
            for name in self._origin(service, image).names:
                found.setdefault(name, set()).add(self._target(service, image))
        return {name: targets.pop() for name, targets in found.items() if len(targets) == 1}

    def _target(self, service: ServiceRequest, image: ImageRequest) -> str:
        """The target is written into manifests as it stands, so what is not copied keeps its place."""
        if image.copied and self.registry:
            return f"{self.registry.title}/{image.image_name}:{image.tag}"
        return self._origin(service, image).stays

    def _image(self, service: ServiceRequest, image: ImageRequest) -> dict[str, object]:
        target = self._target(service, image)
        body: dict[str, object] = {
            "container_name": image.container,
            "image_name": image.image_name,
            "source_image": image.source,
            "source_image_tag": _tag(image.source),
            "target_image": target,
            "target_image_tag": _tag(target),
            "push_image": image.copied,
        }
        return body | (self._path(service, image) if self._helm else {})

    def _path(self, service: ServiceRequest, image: ImageRequest) -> dict[str, object]:
        """Where the chart's values name it. Zadig 4.0 and 4.1 take the whole server down over one without."""
        path = self._origin(service, image).path
        if not path and self.span.first < FINDS_PATHS:
            raise Rejected(
                f"Zadig does not say where the values of {service.name} name the image of {image.container}, "
                "and some releases crash without that.",
                field=Field.SERVICES,
                remedy=f"Leave {service.name} out, or create the version in Zadig. If it is 4.2.0 or later, an "
                "operator can say so in ZADIG_VERSION.",
            )
        return {"image_path": dict(path)} if path else {}


def _tag(reference: str) -> str:
    """The tag of an image, empty if it has none or is named by its digest alone."""
    return reference.partition("@")[0].rpartition("/")[2].partition(":")[2]
