"""Dialect v2, the API of Zadig 4 and later."""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from bot.domain.errors import NotFound, Rejected, ReleaseBotError
from bot.domain.models import (
    TIMED_OUT,
    Chart,
    Image,
    Kind,
    Progress,
    Status,
    Version,
    VersionDetails,
    VersionReference,
)
from bot.domain.ports import Catalog
from bot.domain.requests import CreateVersion, RetryVersion
from bot.zadig.calls import CREATE_SECONDS, Answer, Call, Purpose
from bot.zadig.dialects.base import DELIVERY_WORKFLOW, KINDS, RELEASES, Dialect, read_status, shared_workflow
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
from bot.zadig.phrases import DialectMismatch, SaysTaken
from bot.zadig.workflow_tasks import FAILING, PASSED, Tasks, Workflow

log = logging.getLogger(__name__)

# Zadig writes an outcome down within five seconds after the copying is over, if it still watches. It forgets to after
# every retry (4.0.0 to 4.2.1), and after a restart of the server for what was under way.
LOST_AFTER_SECONDS = 30
QUIET_SECONDS = 120  # a version that is younger is not doubted
# Zadig 4 takes one version a second, for all projects together.
COLLISION_SECONDS = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class V2(Dialect):
    """Details by name and without an id, retry by id; a create spells out every image."""

    name: ClassVar[str] = "v2"
    catalog: Catalog
    tasks: Tasks

    def read_list(self, project: str, answer: Answer) -> tuple[tuple[Version, ...], int]:
        body: ListBody = read_list(answer)
        if any(
            "progress" in row.model_fields_set and "source" not in row.model_fields_set for row in body.list
        ):
            raise DialectMismatch("This Zadig speaks v1.", raw=describe(answer))
        versions = tuple(_listed(project, row) for row in body.list)
        return versions, len(versions) if body.total is None else body.total

    async def show(self, reference: VersionReference) -> VersionDetails:
        """By name; the id, which the answer lacks, is the reference's, or else the list's.

        A version that Zadig has lost sight of stands where its copying came to; `status_word` stays Zadig's.
        """
        reference = await self.resolve(reference, need="name")
        reference = await self.resolve(reference, need="id")
        body = await self._read_details(reference)
        details = _details(reference, body)
        outcome = await self._lost_outcome(details, body)
        return _settled(details, outcome) if outcome else details

    async def _read_details(self, reference: VersionReference) -> DetailsBody:
        call = Call(
            purpose=Purpose.SHOW,
            path=(*RELEASES, "detail"),
            query={"projectKey": reference.project, "versionName": reference.name},
            about=reference,
        )
        body: DetailsBody = await self.client.read(call, read_details)
        return body

    async def _lost_outcome(self, details: VersionDetails, body: DetailsBody) -> Status | None:
        """How the copying ended, if Zadig should have written that down and has not.

        The details do not tell: the same watcher that writes the status writes those of the images.
        """
        version, now = details.version, self.client.transport.clock.now().timestamp()
        young = version.status is Status.CREATING and now - version.created_at < QUIET_SECONDS
        if young or version.status not in (Status.CREATING, Status.RETRYING):
            return None
        if version.kind is Kind.HELM and not any(_copied(body)):
            pushed = body.services and all(service.chart_status == PASSED for service in body.services)
            return Status.SUCCESS if pushed else None
        try:
            return await self.tasks.outcome(
                details, self.workflows(version), ended_by=now - LOST_AFTER_SECONDS
            )
        except ReleaseBotError as error:
            log.info(
                "outcome unknown",
                extra={"action": "outcome_unknown", "project": version.project, "error": str(error)},
            )
            return None

    def workflows(self, version: Version) -> tuple[Workflow, ...]:
        """Its own, the name of which 4.0.0 does not sanitise, or the project's if it was made before an upgrade to 4."""
        names = dict.fromkeys((_sanitised(version.name), version.name))
        own = [Workflow(name=f"{DELIVERY_WORKFLOW}-{version.project}-{name}", own=True) for name in names]
        return (*own, shared_workflow(version.project))

    async def create(self, request: CreateVersion) -> None:
        """Made from the environment: what runs in it is looked up first, because older servers believe what they are told.

        The one write that is repeated, once: Zadig keeps the second of creation unique, and says of a version that it
        takes for another one's second that the name is taken. It has stored nothing then, and its details prove it.
        """
        body = await create_body(request, catalog=self.catalog, client=self.client)
        call = Call(
            purpose=Purpose.CREATE,
            verb="POST",
            path=(*RELEASES, request.kind),
            body=body,
            seconds=CREATE_SECONDS,
            about=VersionReference(project=request.project, name=request.version_name),
        )
        try:
            await self.client.write(call)
        except SaysTaken:
            if not await self._is_free(request):
                raise
            await self.client.retry.sleep(COLLISION_SECONDS + self.client.retry.chance())
            await self._create_again(call)

    async def _is_free(self, request: CreateVersion) -> bool:
        """Whether there certainly is no version of this name."""
        try:
            await self._read_details(VersionReference(project=request.project, name=request.version_name))
        except NotFound:
            return True
        except ReleaseBotError:
            return False
        return False

    async def _create_again(self, call: Call) -> None:
        try:
            await self.client.write(call)
        except SaysTaken as error:
            raise Rejected(
                "Zadig was making other versions in the same second.", remedy="Try again.", raw=error.raw
            ) from error

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
            version=version,
            charts=tuple(_chart(body, service) for service in body.services),
            retry_by_id=True,
        )
    images = tuple(image for service in body.services for image in _images(body, service))
    return VersionDetails(version=version, images=images, retry_by_id=True)


def _sanitised(name: str) -> str:
    """As Zadig 4.1.0 and later make a version's name part of a workflow's."""
    return re.sub("-+", "-", re.sub("[^a-z0-9-]", "-", name.lower())).strip("-") or "default"


def _settled(details: VersionDetails, outcome: Status) -> VersionDetails:
    """Its images still stand as Zadig last saw them; all of them have arrived if it succeeded."""
    version, progress = details.version, details.version.progress
    if progress and outcome is Status.SUCCESS:
        progress = replace(progress, done=progress.total, error="")
    return replace(details, version=replace(version, status=outcome, progress=progress))


def _progress(body: DetailsBody) -> Progress:
    """v2 keeps no counts: those of the images that are copied, or of the charts where none is."""
    states = [image.status for image in _copied(body)]
    begun = any(states) or (None if body.error == TIMED_OUT else False)
    if not states:
        states = [service.chart_status for service in body.services if service.chart_version]
    error = "\n".join(_reasons(body)) if body.status == Status.FAILED else ""
    return Progress(done=states.count(PASSED), total=len(states), error=error, begun=begun)


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
