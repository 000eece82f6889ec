"""Dialect v2, the API of Zadig 4 and later."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from bot.domain.models import Chart, Image, Kind, Progress, Status, Version, VersionDetails, VersionReference
from bot.domain.ports import Catalog
from bot.domain.requests import CreateVersion, RetryVersion
from bot.zadig.calls import CREATE_SECONDS, Answer, Call, Purpose
from bot.zadig.dialects.base import KINDS, RELEASES, Dialect, read_status
from bot.zadig.dialects.v2_create import create_body
from bot.zadig.dialects.v2_wire import (
    DetailsBody,
    ImageRow,
    ListBody,
    ServiceRow,
    VersionRow,
    read_details,
    read_list,
)
from bot.zadig.failures import describe
from bot.zadig.phrases import DialectMismatch

PASSED = "passed"
FAILING = frozenset({"failed", "timeout", "cancelled", "reject"})


@dataclass(frozen=True, kw_only=True, slots=True)
class V2(Dialect):
    """Details by name and without an id, retry by id; a create spells out every image."""

    name: ClassVar[str] = "v2"
    catalog: Catalog

    def read_list(self, project: str, answer: Answer) -> tuple[tuple[Version, ...], int]:
        body: ListBody = read_list(answer)
        if any(
            "progress" in row.model_fields_set and "source" not in row.model_fields_set for row in body.list
        ):
            raise DialectMismatch("This Zadig speaks v1.", raw=describe(answer))
        versions = tuple(_listed(project, row) for row in body.list)
        return versions, len(versions) if body.total is None else body.total

    async def show(self, reference: VersionReference) -> VersionDetails:
        """By name; the id, which the answer lacks, is the reference's, or else the list's."""
        reference = await self.resolve(reference, need="name")
        reference = await self.resolve(reference, need="id")
        call = Call(
            purpose=Purpose.SHOW,
            path=(*RELEASES, "detail"),
            query={"projectKey": reference.project, "versionName": reference.name},
            about=reference,
        )
        body: DetailsBody = await self.client.read(call, read_details)
        return _details(reference, body)

    async def create(self, request: CreateVersion) -> None:
        """Made from the environment: what runs in it is looked up first, because older servers believe what they are told."""
        body = await create_body(request, catalog=self.catalog, client=self.client)
        call = Call(
            purpose=Purpose.CREATE,
            verb="POST",
            path=(*RELEASES, request.kind),
            body=body,
            seconds=CREATE_SECONDS,
            about=VersionReference(project=request.project, name=request.version_name),
        )
        await self.client.write(call)

    async def retry(self, request: RetryVersion) -> None:
        """By id, without a body."""
        call = Call(
            purpose=Purpose.RETRY,
            verb="POST",
            path=(*RELEASES, "retry"),
            query={"id": request.version_id, "projectKey": request.project},
            seconds=CREATE_SECONDS,
            about=VersionReference(project=request.project, name=request.version_name, id=request.version_id),
        )
        await self.client.write(call)


def _listed(project: str, row: VersionRow) -> Version:
    return Version(
        project=project,
        name=row.version_name,
        id=row.id,
        kind=KINDS.get(row.type),
        status=read_status(row.status),
        status_word=row.status,
        created_at=row.create_time,
        created_by=row.created_by,
        description=row.description,
        labels=row.labels,
    )


def _details(reference: VersionReference, body: DetailsBody) -> VersionDetails:
    kind = KINDS.get(body.type)
    version = Version(
        project=reference.project,
        name=body.version,
        id=reference.id,
        kind=kind,
        status=read_status(body.status),
        status_word=body.status,
        created_at=body.created_at,
        created_by=body.created_by,
        description=body.description,
        labels=body.labels,
        progress=_progress(body),
    )
    if kind is Kind.HELM:
        return VersionDetails(
            version=version, charts=tuple(_chart(body, service) for service in body.services)
        )
    images = tuple(image for service in body.services for image in _images(body, service))
    return VersionDetails(version=version, images=images)


def _progress(body: DetailsBody) -> Progress:
    """v2 keeps no counts: those of the images that are copied, or of the charts where none is."""
    states = [image.status for image in _copied(body)]
    if not states:
        states = [service.chart_status for service in body.services if service.chart_version]
    error = "\n".join(_reasons(body)) if body.status == Status.FAILED else ""
    return Progress(done=states.count(PASSED), total=len(states), error=error)


def _copied(body: DetailsBody) -> Iterator[ImageRow]:
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
    )


def _images(body: DetailsBody, service: ServiceRow) -> Iterator[Image]:
    for image in service.images:
        yield Image(
            id="",
            service=service.service_name,
            module=image.container_name,
            reference=image.target_image or image.source_image,
            name=image.image_name,
            created_at=body.created_at,
            registry_id=body.image_registry_id,
        )
