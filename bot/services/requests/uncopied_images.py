"""Images that are recorded in a version without being copied: known from what was asked, where Zadig does not say so itself."""

from collections.abc import Iterator
from dataclasses import replace

from bot.domain.errors import ReleaseBotError
from bot.domain.models import Copying, CopyState, Environment, Image, Kind, Status, VersionDetails
from bot.domain.ports import Catalog
from bot.domain.record import ImageLeft, Request
from bot.domain.requests import CreateVersion, ImageRequest


async def left_by(request: CreateVersion, catalog: Catalog) -> tuple[ImageLeft, ...]:
    """The images of a request that stay where they are, and where that is as far as Zadig says; raises nothing."""
    left = list(_left(request))
    if not left:
        return ()
    sources = {} if all(image.source for _, image in left) else await _running(request, catalog)
    return tuple(
        ImageLeft(
            service=service,
            container=image.container,
            image_name=image.image_name,
            source=image.source or sources.get((service, image.container), ""),
        )
        for service, image in left
    )


def _left(request: CreateVersion) -> Iterator[tuple[str, ImageRequest]]:
    """Without a registry Zadig copies no image of a K8s version anywhere."""
    nowhere = request.kind is Kind.K8S and not request.registry
    for service in request.services:
        for image in service.images:
            if nowhere or not image.copied:
                yield service.name, image


async def _running(request: CreateVersion, catalog: Catalog) -> dict[tuple[str, str], str]:
    """What the environment runs at the moment, by service and container."""
    if not request.environment:
        return {}
    environment = Environment(
        key=request.environment, name=request.environment, production=request.production
    )
    try:
        services = await catalog.services(request.project, environment)
    except ReleaseBotError:
        return {}
    return {
        (service.name, container.name): container.image
        for service in services
        for container in service.containers
    }


def marked(details: VersionDetails, creation: Request) -> VersionDetails:
    """The details with what was asked of each image, where Zadig tells of all together only.

    An image that was left has its source for a reference, or none. Of a K8s version that succeeded all others were copied;
    of a Helm one Zadig 3 says that it succeeded also where it copied no image.
    """
    left, version = creation.particulars.left, details.version
    all_went = version.kind is Kind.K8S and version.status is Status.SUCCESS

    def of(image: Image) -> Image:
        if image.copying is not None:
            return image
        for one in left:
            if one.service == image.service and _is(one, image):
                return replace(
                    image,
                    reference=one.source,
                    copying=Copying(state=CopyState.LEFT, source=one.source),
                )
        return replace(image, copying=Copying(state=CopyState.DONE)) if all_went else image

    return replace(
        details,
        images=tuple(map(of, details.images)),
        charts=tuple(replace(one, images=tuple(map(of, one.images))) for one in details.charts),
    )


def _is(one: ImageLeft, image: Image) -> bool:
    """Zadig before 3.4.1 says the image's name where later ones say the container's."""
    return image.module in (one.container, one.image_name) and image.name in ("", one.image_name)
