"""What a version of dialect v2 is made from: images, and the manifests or values that go with them."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from bot.domain.errors import Refused, Rejected, ReleaseBotError, WrongServer
from bot.domain.models import Kind, Status, VersionReference
from bot.domain.requests import CreateVersion, Field, Source
from bot.zadig.calls import Call, Purpose
from bot.zadig.catalog import ZadigCatalog
from bot.zadig.client import Client
from bot.zadig.dialects.sources import ImageSource, Origins, named, running
from bot.zadig.dialects.v2_read import original_body
from bot.zadig.dialects.v2_wire import OriginalBody, OriginalImage
from bot.zadig.fingerprints import FIRST_V2, Span
from bot.zadig.server import FILLS_VALUES, FIRST_THAT_SAYS
from bot.zadig.workflow_tasks import FAILING, PASSED

# A name of an image ends where none of these follows, and begins where none of these precedes.
_PART = r"[A-Za-z0-9._/:@-]"


@dataclass(frozen=True, kw_only=True, slots=True)
class Material:
    """What is needed besides the request: `origins` of images, and by service `texts`, which hold secrets."""

    origins: Origins
    texts: Mapping[str, str] = field(default_factory=dict, repr=False)


async def gathered(request: CreateVersion, catalog: ZadigCatalog, client: Client) -> Material:
    """What the request is made from, but for what an environment deploys its services from.

    Raises NotFound for an original that is not there, Rejected for charts that Zadig would not find, and whatever keeps
    it from being read.
    """
    match request.source:
        case Source.ENVIRONMENT:
            return Material(origins=await running(request, catalog))
        case Source.IMAGES:
            return Material(origins=named(request))
        case Source.VERSION:
            reference = VersionReference(project=request.project, name=request.original)
            original = await original_body(client, reference)
            if request.kind is Kind.HELM:
                _check_charts(request, original)
            return Material(
                origins=_held(request.kind, original),
                texts={service.service_name: service.yaml_content for service in original.services},
            )


def _held(kind: Kind, original: OriginalBody) -> Origins:
    """By service and container, which are unique in what Zadig keeps of a version."""
    images = [(service.service_name, image) for service in original.services for image in service.images]
    return {
        (name, image.container_name): (_origin(kind, image, failed=original.status == Status.FAILED),)
        for name, image in images
    }


def _origin(kind: Kind, image: OriginalImage, *, failed: bool) -> ImageSource:
    """An image that arrived is taken from where it went. Of charts Zadig takes every image from where it came from, no matter who asks."""
    arrived = image.push_image and image.target_image and not (failed and image.status != PASSED)
    stays = image.target_image if arrived else image.source_image
    return ImageSource(
        image=image.source_image if kind is Kind.HELM else stays,
        stays=stays,
        path=image.image_path,
        names=tuple(filter(None, (image.target_image, image.source_image))),
    )


def _check_charts(request: CreateVersion, original: OriginalBody) -> None:
    """Zadig looks for the original's charts in the repository of the new version, wherever they are."""
    held = original.chart_repo_name
    if held != request.chart_repository:
        where = f"are in the chart repository {held}" if held else "are in no chart repository"
        raise Rejected(
            f"The charts of {request.original} {where}, and Zadig looks for them in {request.chart_repository}.",
            field=Field.CHART_REPOSITORY,
            remedy=f"Choose {held}, or take the charts from an environment."
            if held
            else "Take the charts from an environment.",
        )
    charts = {service.service_name: service for service in original.services}
    for service in request.services:
        chart = charts.get(service.name)
        unpushed = original.source == "manual" or (chart and chart.chart_status in FAILING)
        if chart is None or unpushed:
            why = "was never pushed" if chart else "is not part of it"
            raise Rejected(
                f"The chart {service.name} of {request.original} {why}, so no version can be made from it.",
                field=Field.SERVICES,
                remedy="Leave it out, or take the charts from an environment.",
            )


def renamed(text: str, targets: Mapping[str, str]) -> str:
    """A manifest with other names for its images, as Zadig writes them when it makes a version from another one."""
    if not targets:
        return text
    known = "|".join(re.escape(name) for name in sorted(targets, key=len, reverse=True))
    return re.sub(rf"(?<!{_PART})({known})(?!{_PART})", lambda found: targets[found[1]], text)


async def manifests(request: CreateVersion, client: Client) -> dict[str, str]:
    """What the K8s services of an environment are deployed from; Zadig before 4.2.1 records nothing by itself.

    Empty where it may not be read.
    """

    async def manifest(service: str) -> str:
        try:
            return await _text(request, service, "yaml", client)
        except (Refused, WrongServer):
            return ""

    return await _by_service(request, manifest)


async def values(request: CreateVersion, client: Client, span: Span) -> dict[str, str]:
    """What the charts of an environment are deployed with. From 4.2.1 on Zadig looks itself, and nothing is asked for.

    Raises Rejected where a server that may be older has to be told and does not tell: the charts would get a values.yaml
    with nothing in it but their images.
    """
    if span.first >= FILLS_VALUES:
        return {}

    async def value(service: str) -> str:
        try:
            found = await _text(request, service, "values", client)
        except (Refused, WrongServer) as error:
            if _is_none_of_them(span, error):
                return ""
            raise _without_values(service, error.raw or str(error)) from error
        if not found.strip():
            raise _without_values(service, "The answer is empty.")
        return found

    return await _by_service(request, value)


def _is_none_of_them(span: Span, error: ReleaseBotError) -> bool:
    """A server that gives nothing away and does not even know this path, as every Zadig 4 does, is none of those."""
    unknown = span.first == FIRST_V2 and span.before >= FIRST_THAT_SAYS
    return unknown and "Invalid path: " in error.raw


def _without_values(service: str, raw: str) -> Rejected:
    return Rejected(
        f"Zadig before 4.2.1 needs the values of the chart {service} from the bot, but does not show them to it.",
        field=Field.SERVICES,
        remedy="The owner of the bot's API token needs access to the environment in Zadig. Nothing was created.",
        raw=raw,
    )


async def _by_service(request: CreateVersion, read: Callable[[str], Awaitable[str]]) -> dict[str, str]:
    names = [service.name for service in request.services]
    return dict(zip(names, await asyncio.gather(*map(read, names)), strict=True))


async def _text(request: CreateVersion, service: str, what: str, client: Client) -> str:
    call = Call(
        purpose=Purpose.MANIFEST,
        path=("openapi", "environments", *(("production",) if request.production else ()), "service", what),
        query={"projectKey": request.project, "envName": request.environment, "serviceName": service},
        about=VersionReference(project=request.project),
    )
    return await client.read(call, lambda answer: answer.text)
