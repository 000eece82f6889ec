"""Where the images of a new version come from, and whether two of them would end under one name."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from bot.domain.errors import BadInput, Rejected
from bot.domain.models import Environment
from bot.domain.requests import CreateVersion, Field, ImageRequest, ServiceRequest, Source, collisions
from bot.zadig.catalog import ZadigCatalog

NOT_THERE: Mapping[Source, str] = MappingProxyType(
    {
        Source.ENVIRONMENT: "Choose from the services that the environment runs now.",
        Source.VERSION: "Choose from the services of that version.",
        Source.IMAGES: "Name the image.",
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class ImageSource:
    """Where one image is copied from, and where it is if it is not copied.

    `path` is where a chart's values name it; `names` are those that a manifest can know it by.
    """

    image: str
    stays: str
    path: Mapping[str, str] = field(default_factory=dict)
    names: tuple[str, ...] = ()


# By service and container; several where containers of a service share a name.
Origins = Mapping[tuple[str, str], tuple[ImageSource, ...]]


async def running(request: CreateVersion, catalog: ZadigCatalog) -> Origins:
    """What the environment runs. Raises whatever keeps it from being read."""
    environment = Environment(
        key=request.environment, name=request.environment, production=request.production
    )
    found: defaultdict[tuple[str, str], tuple[ImageSource, ...]] = defaultdict(tuple)
    for service in await catalog.running(request.project, environment):
        for one in service.containers:
            origin = ImageSource(image=one.image, stays=one.image, path=one.image_path)
            found[service.service_name, one.name] += (origin,)
    return found


def named(request: CreateVersion) -> Origins:
    """The images that were named one by one."""
    images = [(one.name, image) for one in request.services for image in one.images]
    return {
        (name, image.container): (ImageSource(image=image.source, stays=image.source),)
        for name, image in images
    }


def doubtful(request: CreateVersion) -> bool:
    """Whether only the sources can tell that no two images would end under one name."""
    images = [(one.name, image) for one in request.services for image in one.images]
    targets = Counter((image.image_name, image.tag) for _, image in images if image.copied)
    containers = Counter((name, image.container) for name, image in images)
    return any(count > 1 for count in (*targets.values(), *containers.values()))


def placed(request: CreateVersion, origins: Origins) -> CreateVersion:
    """The request with every image's source, and what is the same twice once.

    Raises Rejected for a service or container that is not there, and BadInput where two images would end under one name.
    """
    services = tuple(
        replace(service, images=tuple(dict.fromkeys(_sourced(request, service, origins))))
        for service in request.services
    )
    if problems := tuple(collisions(services)):
        raise BadInput(problems)
    return replace(request, services=services)


def _sourced(request: CreateVersion, service: ServiceRequest, origins: Origins) -> Iterator[ImageRequest]:
    for image in service.images:
        found = origins.get((service.name, image.container))
        if not found:
            raise Rejected(
                f"The service {service.name} has no container {image.container}.",
                field=Field.SERVICES,
                remedy=NOT_THERE[request.source],
            )
        for origin in found:
            yield replace(image, source=origin.image)
