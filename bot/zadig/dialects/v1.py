"""Dialect v1, the documented API of Zadig 2.3.1 to 3.4.1."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from bot.domain.errors import BadInput, NotFound, ReleaseBotError
from bot.domain.models import Chart, Image, Kind, Progress, Version, VersionDetails, VersionReference
from bot.domain.requests import CreateVersion, FieldError, ImageRequest, RetryVersion
from bot.zadig.calls import CREATE_SECONDS, Answer, Call, Purpose
from bot.zadig.catalog import ZadigCatalog
from bot.zadig.dialects.base import RELEASES, Dialect, Listed, shared_workflow
from bot.zadig.dialects.sources import doubtful, placed, running
from bot.zadig.dialects.v1_wire import (
    DeployRow,
    DetailsBody,
    DistributeRow,
    ListBody,
    ProgressRow,
    VersionRow,
    read_details,
    read_list,
)
from bot.zadig.failures import describe
from bot.zadig.phrases import DialectMismatch
from bot.zadig.workflow_tasks import Workflow


@dataclass(frozen=True, kw_only=True, slots=True)
class V1(Dialect):
    """Details by id; create and retry share a route."""

    name: ClassVar[str] = "v1"
    catalog: ZadigCatalog

    def read_list(self, project: str, answer: Answer) -> Listed:
        body: ListBody = read_list(answer)
        if any(
            "source" in row.model_fields_set and "progress" not in row.model_fields_set for row in body.list
        ):
            raise DialectMismatch("This Zadig speaks v2.", raw=describe(answer))
        versions = tuple(_version(project, row, listed=True) for row in body.list)
        return Listed(versions=versions, total=body.total, left_out=body.left_out)

    async def show(self, reference: VersionReference) -> VersionDetails:
        """By id. `projectKey` is needed although the documentation leaves it out."""
        reference = await self.resolve(reference, need="id")
        call = Call(
            purpose=Purpose.SHOW,
            path=(*RELEASES, reference.id),
            query={"projectKey": reference.project},
            about=reference,
        )
        body: DetailsBody = await self.client.read(call, read_details)
        return _details(reference.project, body)

    async def problems(self, request: CreateVersion) -> tuple[FieldError, ...]:
        try:
            await self._placed(request)
        except BadInput as error:
            return error.fields
        except ReleaseBotError:
            return ()
        return ()

    async def _placed(self, request: CreateVersion) -> CreateVersion:
        """The request, once nothing in it can overwrite anything else. Zadig finds the sources by itself, and compares none."""
        if not doubtful(request):
            return request
        try:
            origins = await running(request, self.catalog)
        except NotFound:
            return (
                request  # Zadig looks for the environment before anything else, and says that there is none
            )
        return placed(request, origins)

    async def create(self, request: CreateVersion) -> None:
        """Sends every documented key, `retry` false. Zadig answers when the version is stored, not when it is done.

        Raises BadInput for images that would end under one name, and what keeps the bot from finding that out.
        """
        request = await self._placed(request)
        body = {
            "project_key": request.project,
            "version_name": request.version_name,
            "retry": False,
            "env_name": request.environment,
            "production": request.production,
            "desc": request.description,
            "labels": list(request.labels),
            "image_registry_id": request.registry,
        }
        await self._post(Purpose.CREATE, request, body | _contents(request))

    async def retry(self, request: RetryVersion) -> None:
        """By name, on the route of the version's kind. K8s looks the environment up first, and takes nothing from it."""
        body: dict[str, object] = {
            "project_key": request.project,
            "version_name": request.version_name,
            "retry": True,
        }
        if request.kind is Kind.K8S:
            body |= {"env_name": request.environment, "production": request.production}
        await self._post(Purpose.RETRY, request, body)

    def workflows(self, version: Version) -> tuple[Workflow, ...]:
        return (shared_workflow(version.project),)

    async def _post(
        self, purpose: Purpose, request: CreateVersion | RetryVersion, body: dict[str, object]
    ) -> None:
        call = Call(
            purpose=purpose,
            verb="POST",
            path=(*RELEASES, request.kind),
            body=body,
            seconds=CREATE_SECONDS,
            about=VersionReference(
                project=request.project,
                name=request.version_name,
                id=request.version_id if isinstance(request, RetryVersion) else "",
            ),
        )
        await self.client.write(call)


def _contents(request: CreateVersion) -> dict[str, object]:
    """What only one kind has: `yaml_datas`, or a repository with `chart_datas`."""
    if request.kind is Kind.K8S:
        services = [
            {"service_name": service.name, "image_datas": [_image_data(image) for image in service.images]}
            for service in request.services
        ]
        return {"yaml_datas": services}
    charts = [
        {
            "service_name": service.name,
            "version": service.chart_version,
            "image_datas": [_image_data(image) for image in service.images],
        }
        for service in request.services
    ]
    return {"chart_repo_name": request.chart_repository, "chart_datas": charts}


def _image_data(image: ImageRequest) -> dict[str, object]:
    return {
        "container_name": image.container,
        "image_name": image.image_name,
        "image_tag": image.tag,
        "disable_image_dist": not image.copied,
    }


def _version(project: str, row: VersionRow, *, listed: bool) -> Version:
    """In a list `labels` is always empty, whatever the version has: unknown, not none."""
    version = row.to_version(
        VersionReference(project=project, name=row.version_name, id=row.id),
        created_at=row.create_time,
        progress=_progress(row.progress, row.kind),
    )
    return replace(version, labels=None) if listed and not row.labels else version


def _progress(row: ProgressRow | None, kind: Kind | None) -> Progress | None:
    """Zadig counts the images of the workflow's task: none without a task. An empty `upload_status` says that it could not count."""
    if row is None:
        return None
    return Progress(
        done=row.success_count,
        total=row.total_count,
        upload_status=row.upload_status,
        error=row.error,
        begun=row.total_count > 0 if kind is Kind.K8S and row.upload_status else None,
    )


def _details(project: str, body: DetailsBody) -> VersionDetails:
    charts = [row for row in body.distribute_infos if row.distribute_type != "image"]
    loose = [row for row in body.distribute_infos if row.distribute_type == "image"]
    return VersionDetails(
        version=_version(project, body.version_info, listed=False),
        images=(*map(_deployed, body.deploy_infos), *map(_distributed, loose)),
        charts=tuple(map(_chart, charts)),
    )


def _deployed(row: DeployRow) -> Image:
    return Image(
        id=row.id,
        service=row.service_name,
        module=row.service_module,
        reference=row.image,
        name=row.image_name,
        created_at=row.create_time,
        registry_id=row.registry_id,
    )


def _chart(row: DistributeRow) -> Chart:
    return Chart(
        id=row.id,
        service=row.service_name,
        name=row.chart_name,
        repository=row.chart_repo_name,
        version=row.chart_version,
        created_at=row.create_time,
        images=tuple(map(_distributed, _nested(row))),
    )


def _nested(row: DistributeRow) -> Iterator[DistributeRow]:
    for child in row.sub_distributes:
        yield child
        yield from _nested(child)


def _distributed(row: DistributeRow) -> Image:
    return Image(
        id=row.id,
        service=row.service_name,
        module=row.service_module,
        reference=row.image,
        name=row.image_name,
        created_at=row.create_time,
        namespace=row.namespace,
    )
