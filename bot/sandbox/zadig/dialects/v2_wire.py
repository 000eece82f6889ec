"""Bodies and answers of the second dialect, Zadig 4.0.0 to 5.0.0."""

from dataclasses import dataclass
from typing import ClassVar

from bot.sandbox.zadig.catalog_api import path_view
from bot.sandbox.zadig.images import read_image
from bot.sandbox.zadig.model import HELM_CHART, ImagePath, Json, Version, VersionImage, VersionService

FROM_ENVIRONMENT, FROM_VERSION, MANUAL = "from_env", "from_version", "manual"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImagePathBody:
    GO_NAME: ClassVar[str] = "ImagePathSpec"

    repo: str = ""
    namespace: str = ""
    image: str = ""
    tag: str = ""


NOT_SENT = ImagePathBody()
"""By identity: Go's nil, where the client sent no path at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageBody:
    GO_NAME: ClassVar[str] = "OpenAPIDeliveryVersionImage"

    container_name: str = ""
    image_name: str = ""
    source_image: str = ""
    source_image_tag: str = ""
    target_image: str = ""
    target_image_tag: str = ""
    image_path: ImagePathBody = NOT_SENT
    push_image: bool = False

    @property
    def path(self) -> ImagePath | None:
        sent = self.image_path
        if sent is NOT_SENT:
            return None
        return ImagePath(repo=sent.repo, namespace=sent.namespace, image=sent.image, tag=sent.tag)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceBody:
    """A service of a K8s version, or a chart: then with versions of it."""

    GO_NAME: ClassVar[str] = "OpenAPIDeliveryVersionService"

    service_name: str = ""
    yaml_content: str = ""
    chart_version: str = ""
    original_chart_version: str = ""
    images: tuple[ImageBody, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateBody:
    GO_NAME: ClassVar[str] = "OpenAPICreateDeliveryVersionV2Request"

    project_key: str = ""
    version_name: str = ""
    source: str = ""
    original_version_name: str = ""
    env_name: str = ""
    production: bool = False
    desc: str = ""
    labels: tuple[str, ...] = ()
    image_registry_id: str = ""
    chart_repo_name: str = ""
    original_chart_repo_name: str = ""
    services: tuple[ServiceBody, ...] = ()


def list_item(version: Version) -> Json:
    """Labels are there, progress is not even as a key."""
    return {
        "id": version.id,
        "version_name": version.name,
        "type": version.kind,
        "source": version.source,
        "status": version.status,
        "labels": list(version.labels),
        "description": version.description,
        "created_by": version.created_by,
        "create_time": version.created_at,
    }


def details(version: Version) -> Json:
    """Other keys than in the list, and no id."""
    return {
        "version": version.name,
        "project_name": version.project,
        "env_name": version.environment,
        "production": version.production,
        "type": version.kind,
        "source": version.source,
        "desc": version.description,
        "labels": list(version.labels),
        "image_registry_id": version.registry_id,
        "chart_repo_name": version.chart_repository,
        "services": [_service(version, each) for each in version.services],
        "status": version.status,
        "error": version.error,
        "created_by": version.created_by,
        "created_at": version.created_at,
        "deleted_at": 0,
    }


def _service(version: Version, service: VersionService) -> Json:
    helm = version.kind == HELM_CHART
    return {
        "service_name": service.name,
        "chart_name": service.name if helm else "",
        "original_chart_version": "",
        "chart_version": service.chart_version,
        "chart_status": service.chart_status,
        "yaml_content": service.yaml_content,
        "images": [_image(each, helm=helm) for each in service.images],
        "error": "",
    }


def _image(image: VersionImage, *, helm: bool) -> Json:
    return {
        "container_name": image.container,
        "image_name": image.image_name,
        "source_image": image.source,
        "source_image_tag": read_image(image.source).tag,
        "target_image": image.target,
        "target_image_tag": image.tag,
        "image_path": path_view(image.path) if helm and image.path else None,
        "push_image": image.push,
        "status": image.status,
        "error": image.error,
    }
