"""Bodies and answers of the first dialect, as the documentation of Zadig 2.3.1 to 3.4.1 shows them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from bot.sandbox.zadig.images import read_image
from bot.sandbox.zadig.model import (
    FAILED,
    HELM_CHART,
    SUCCESS,
    Json,
    Version,
    VersionImage,
    VersionService,
)
from bot.sandbox.zadig.state import State


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageData:
    GO_NAME: ClassVar[str] = "DeliveryVersionImageData"

    container_name: str = ""
    image_name: str = ""
    image_tag: str = ""
    disable_image_dist: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class YamlData:
    GO_NAME: ClassVar[str] = "DeliveryVersionYamlData"

    service_name: str = ""
    image_datas: tuple[ImageData, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartData:
    GO_NAME: ClassVar[str] = "DeliveryVersionChartData"

    service_name: str = ""
    version: str = ""
    image_datas: tuple[ImageData, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateBody:
    """What both kinds have in common."""

    GO_NAME: ClassVar[str] = "OpenAPICreateDeliveryVersionRequest"

    project_key: str = ""
    version_name: str = ""
    retry: bool = False
    env_name: str = ""
    production: bool = False
    desc: str = ""
    labels: tuple[str, ...] = ()
    image_registry_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class K8sBody(CreateBody):
    GO_NAME: ClassVar[str] = "OpenAPICreateK8SDeliveryVersionRequest"

    yaml_datas: tuple[YamlData, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HelmBody(CreateBody):
    GO_NAME: ClassVar[str] = "OpenAPICreateHelmDeliveryVersionRequest"

    chart_repo_name: str = ""
    chart_datas: tuple[ChartData, ...] = ()


def list_item(version: Version) -> Json:
    """Labels are left out, and progress is never there, whatever the version has."""
    return _info(version, labels=[], progress=None)


def details(state: State, version: Version) -> Json:
    helm = version.kind == HELM_CHART
    return {
        "version_info": _info(version, labels=list(version.labels), progress=progress(state, version)),
        "deploy_infos": [] if helm else deploy_infos(state, version),
        "distribute_infos": distribute_infos(state, version) if helm else [],
    }


def _info(version: Version, *, labels: list[str], progress: Json | None) -> Json:
    return {
        "id": version.id,
        "version_name": version.name,
        "type": version.kind,
        "status": version.status,
        "labels": labels,
        "description": version.description,
        "progress": progress,
        "created_by": version.created_by,
        "create_time": version.created_at,
    }


def progress(state: State, version: Version) -> Json:
    """Images copied and to copy; with nothing to copy 0 of 0, or all of a Helm version's charts."""
    done, total = counts(state, version)
    return {
        "success_count": done,
        "total_count": total,
        "upload_status": _upload_status(version.status, done, total),
        "error": version.error if version.status == FAILED else "",
    }


def counts(state: State, version: Version) -> tuple[int, int]:
    if version.task:
        return version.task.passed(state.now()), len(version.task.jobs)
    charts = len(version.services) if version.kind == HELM_CHART else 0
    return charts, charts


def _upload_status(status: str, done: int, total: int) -> str:
    if status in {SUCCESS, FAILED}:
        return status
    return "waiting" if done < total else "uploading"


def deploy_infos(state: State, version: Version) -> list[Json]:
    """In the order of the project's services, unknown ones first."""
    project = state.catalog.project(version.project)
    order = {name: index for index, name in enumerate(project.service_order if project else ())}
    images = sorted(version.images, key=lambda image: order.get(image.service, -1))
    return [_deploy_info(state, version, image) for image in images]


def _deploy_info(state: State, version: Version, image: VersionImage) -> Json:
    return {
        "id": image.id,
        "service_name": image.service,
        "service_module": module_of(state, image.container, image.image_name),
        "image": image.target,
        "image_name": image.image_name,
        "registry_id": version.registry_id,
        "create_time": version.created_at,
    }


def module_of(state: State, container: str, image_name: str) -> str:
    return container if state.rules.module_is_container else image_name


def distribute_infos(state: State, version: Version) -> list[Json]:
    """Charts with their images inside; an image that two charts share is shown under the first only."""
    seen: set[str] = set()
    return [
        _chart(version, service, list(_unseen(service.images, seen)))
        for service in version.services
        if state.rules.images_can_be_left_out or _all_copied(state, version, service)
    ]


def _unseen(images: list[VersionImage], seen: set[str]) -> Iterator[VersionImage]:
    for image in images:
        if image.image_name not in seen:
            seen.add(image.image_name)
            yield image


def _all_copied(state: State, version: Version, service: VersionService) -> bool:
    """Before 3.1.0 a chart was recorded only once its images had been copied."""
    now, wanted = state.now(), {image.id for image in service.images if image.push}
    copied = {job.image_id for job in version.task.jobs if job.has_passed(now)} if version.task else set()
    return wanted <= copied


def _chart(version: Version, service: VersionService, images: list[VersionImage]) -> Json:
    children = [_image(version, image) for image in images]
    chart = {"chart_name": service.name, "chart_repo_name": version.chart_repository}
    return {
        "id": service.id,
        "service_name": service.name,
        "distribute_type": "chart",
        **chart,
        "chart_version": service.chart_version,
        "service_module": "",
        "image": "",
        "image_name": "",
        "namespace": "",
        "create_time": version.created_at,
        "sub_distributes": children,
    }


def _image(version: Version, image: VersionImage) -> Json:
    return {
        "id": image.id,
        "service_name": image.service,
        "distribute_type": "image",
        "chart_name": "",
        "chart_repo_name": "",
        "chart_version": "",
        "service_module": image.image_name,
        "image": image.target,
        "image_name": image.image_name,
        "namespace": read_image(image.target).repository.partition("/")[2],
        "create_time": version.created_at,
        "sub_distributes": [],
    }
