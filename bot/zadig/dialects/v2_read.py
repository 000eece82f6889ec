"""What the answers of dialect v2 say, in the bot's words."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from bot.domain.models import (
    TIMED_OUT,
    Chart,
    Copying,
    CopyState,
    Image,
    Kind,
    Progress,
    Status,
    Version,
    VersionDetails,
    VersionReference,
)
from bot.zadig.calls import Call, Purpose
from bot.zadig.client import Client
from bot.zadig.dialects.base import RELEASES
from bot.zadig.dialects.v2_wire import (
    DetailsBody,
    ImageRow,
    OriginalBody,
    ServiceRow,
    VersionRow,
    read_details,
    read_original,
)
from bot.zadig.workflow_tasks import FAILING, PASSED

# The words for a job that has not failed; it has none before the workflow knows of it.
_STATES: Mapping[str, CopyState] = MappingProxyType(
    {
        **dict.fromkeys(("", "prepare", "waiting", "queued", "blocked", "created"), CopyState.WAITING),
        "running": CopyState.RUNNING,
        PASSED: CopyState.DONE,
    }
)


async def details_body(client: Client, reference: VersionReference) -> DetailsBody:
    """Everything that Zadig says of a version, by its name; as little of it as the bot keeps. Raises NotFound."""
    body: DetailsBody = await client.read(_details_call(reference), read_details)
    return body


async def original_body(client: Client, reference: VersionReference) -> OriginalBody:
    """The same with its manifests or values, for a version that is made from it."""
    body: OriginalBody = await client.read(_details_call(reference), read_original)
    return body


def _details_call(reference: VersionReference) -> Call:
    return Call(
        purpose=Purpose.SHOW,
        path=(*RELEASES, "detail"),
        query={"projectKey": reference.project, "versionName": reference.name},
        about=reference,
    )


def listed(project: str, row: VersionRow) -> Version:
    reference = VersionReference(project=project, name=row.version_name, id=row.id)
    return row.to_version(reference, created_at=row.create_time)


def details_of(reference: VersionReference, body: DetailsBody) -> VersionDetails:
    version = body.to_version(
        replace(reference, name=body.version), created_at=body.created_at, progress=_progress(body)
    )
    images = (image for service in body.services for image in _images(body, service))
    helm = body.kind is Kind.HELM
    return VersionDetails(
        version=version,
        images=() if helm else tuple(images),
        charts=tuple(_chart(body, service) for service in body.services) if helm else (),
        retry_by_id=True,
        reusable=True,
        production=body.production,
        environment=body.env_name,
    )


def settled(details: VersionDetails, outcome: Status) -> VersionDetails:
    """Its images still stand as Zadig last saw them; all of them have arrived if it succeeded."""
    version, progress = details.version, details.version.progress
    if outcome is not Status.SUCCESS:
        return replace(details, version=replace(version, status=outcome))
    progress = progress and replace(progress, done=progress.total, error="")
    return replace(
        details,
        version=replace(version, status=outcome, progress=progress),
        images=tuple(map(_arrived, details.images)),
        charts=tuple(
            replace(chart, images=tuple(map(_arrived, chart.images)), copying=_done(chart.copying))
            for chart in details.charts
        ),
    )


def _arrived(image: Image) -> Image:
    return replace(image, copying=_done(image.copying))


def _done(copying: Copying | None) -> Copying | None:
    if copying is None or copying.state is CopyState.LEFT:
        return copying
    return replace(copying, state=CopyState.DONE, error="")


def _progress(body: DetailsBody) -> Progress:
    """v2 keeps no counts: those of the images that are copied, or of the charts where none is."""
    states = [image.status for image in copied(body)]
    begun = any(states) or _begun_in_silence(body)
    if not states:
        states = [service.chart_status for service in body.services if service.chart_version]
    error = "\n".join(_reasons(body)) if body.status == Status.FAILED else ""
    return Progress(done=states.count(PASSED), total=len(states), error=error, begun=begun)


def _begun_in_silence(body: DetailsBody) -> bool | None:
    """A task that was cancelled while it waited leaves its images without a word; without a task there is always a reason."""
    if body.error == TIMED_OUT:
        return None
    return body.status == Status.FAILED and not body.error


def copied(body: DetailsBody) -> Iterator[ImageRow]:
    return (image for service in body.services for image in service.images if image.push_image)


def _reasons(body: DetailsBody) -> Iterator[str]:
    """Errors outlive the attempt that they are of: only those of what is failing now count."""
    if body.error:
        yield body.error
    for service in body.services:
        if service.error and service.chart_status in FAILING:
            yield f"{service.service_name}: {service.error}"
        for image in service.images:
            if image.status in FAILING:
                yield f"{service.service_name}/{image.container_name}: {image.error or image.status}"


def _chart(body: DetailsBody, service: ServiceRow) -> Chart:
    return Chart(
        id="",
        service=service.service_name,
        name=service.chart_name or service.service_name,
        repository=body.chart_repo_name,
        version=service.chart_version,
        created_at=body.created_at,
        images=tuple(_images(body, service)),
        copying=_pushing(body, service),
    )


def _pushing(body: DetailsBody, service: ServiceRow) -> Copying:
    """Without a chart repository no chart is pushed."""
    if not body.chart_repo_name:
        return Copying(state=CopyState.LEFT)
    state = _state(service.chart_status)
    return Copying(state=state, error=service.error if state is CopyState.FAILED else "")


def _copying(image: ImageRow) -> Copying:
    """An error outlives the attempt that it is of."""
    state = _state(image.status) if image.push_image else CopyState.LEFT
    error = image.error if state is CopyState.FAILED else ""
    return Copying(state=state, source=image.source_image, error=error)


def _state(word: str) -> CopyState:
    if word in FAILING:
        return CopyState.FAILED
    return _STATES.get(word, CopyState.UNKNOWN)


def _place(image: ImageRow) -> str:
    """What is not copied lies where it came from, whatever target was written down for it."""
    if image.push_image:
        return image.target_image or image.source_image
    return image.source_image or image.target_image


def _images(body: DetailsBody, service: ServiceRow) -> Iterator[Image]:
    for image in service.images:
        yield Image(
            id="",
            service=service.service_name,
            module=image.container_name,
            reference=_place(image),
            name=image.image_name,
            created_at=body.created_at,
            registry_id=body.image_registry_id,
            copying=_copying(image),
        )
