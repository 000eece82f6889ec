"""Creating Helm versions in the first dialect: charts are pushed inside the request, images only before 3.1.0."""

from bot.sandbox.zadig.answers import (
    CREATE_FAILED,
    SUCCESS,
    Answer,
    ProcessDiedError,
    RefusalError,
    TypedError,
)
from bot.sandbox.zadig.binding import bind_json
from bot.sandbox.zadig.charts import push_charts
from bot.sandbox.zadig.delivery import failing_late, insert, new_service, start_workflow
from bot.sandbox.zadig.dialects.v1_creating import (
    admit,
    finish_creating,
    new_version,
    usable_registry,
    wrapping,
)
from bot.sandbox.zadig.dialects.v1_retrying import retry_helm
from bot.sandbox.zadig.dialects.v1_wire import ChartData, HelmBody, ImageData
from bot.sandbox.zadig.exchange import Context
from bot.sandbox.zadig.images import read_image
from bot.sandbox.zadig.model import HELM_CHART, Environment, Registry, VersionImage, VersionService
from bot.sandbox.zadig.registries import check_source, registry_by_id, target_image
from bot.sandbox.zadig.state import State


async def create_helm(context: Context) -> Answer:
    body = bind_json(context.call.body, HelmBody)
    admit(context, body)
    with wrapping(body):
        if body.retry:
            await retry_helm(context, body)
        else:
            await _create(context, body)
    return SUCCESS


async def _create(context: Context, body: HelmBody) -> None:
    _check_appointments(body)
    environment = _environment(context.zadig, body)
    registry = _registry(context, body)
    version = new_version(context, body, HELM_CHART)
    version.chart_repository = body.chart_repo_name
    insert(context.zadig, version)
    if registry is None and any(chart.image_datas for chart in body.chart_datas):
        raise ProcessDiedError
    with failing_late(version):
        version.services = [_service(context.zadig, each, environment, registry) for each in body.chart_datas]
        await push_charts(context, version)
        start_workflow(context, version, [image for image in version.images if image.push])
    finish_creating(context, version)


def _check_appointments(body: HelmBody) -> None:
    for appointed, complaint in (
        (body.chart_datas, "no chart info appointed"),
        (body.chart_repo_name, "chart repo not appointed"),
        (body.image_registry_id, "image registry not appointed"),
    ):
        if not appointed:
            raise _refused(complaint)


def _environment(state: State, body: HelmBody) -> Environment:
    project = state.catalog.project(body.project_key)
    environment = project.environment(body.env_name, production=body.production) if project else None
    if environment is None:
        raise _refused(
            f"failed to query product info, procutName: {body.project_key} envName {body.env_name}"
        )
    for chart in body.chart_datas:
        if environment.service(chart.service_name) is None:
            raise _refused(f"service {chart.service_name} not found in environment")
    return environment


def _refused(complaint: str) -> RefusalError:
    return TypedError(CREATE_FAILED, complaint)


def _registry(context: Context, body: HelmBody) -> Registry | None:
    """From 3.1.0 on any image to copy is refused, because the name of its source is never filled in.

    Before that an unknown registry is not noticed until images are handled, which takes the whole process down: None.
    """
    if not context.zadig.rules.checks_source_registry:
        return registry_by_id(context.zadig, body.image_registry_id)
    registry = usable_registry(context, body)
    for chart in body.chart_datas:
        for image in chart.image_datas:
            if _is_copied(context.zadig, image):
                check_source(context.zadig, "", image.image_name)
    return registry


def _is_copied(state: State, image: ImageData) -> bool:
    return not (image.disable_image_dist and state.rules.images_can_be_left_out)


def _service(
    state: State, chart: ChartData, environment: Environment, registry: Registry | None
) -> VersionService:
    service = new_service(state, chart.service_name, chart_version=chart.version)
    service.images = [_row(state, chart, image, environment, registry) for image in chart.image_datas]
    return service


def _row(
    state: State, chart: ChartData, data: ImageData, environment: Environment, registry: Registry | None
) -> VersionImage:
    """Images are found by their name, never by container; an empty tag keeps the one that runs."""
    running = environment.service(chart.service_name)
    container = running.by_image_name(data.image_name) if running else None
    source = container.image if container else ""
    tag = data.image_tag or read_image(source).tag
    return VersionImage(
        id=state.new_id(),
        service=chart.service_name,
        container=container.name if container else data.container_name,
        image_name=data.image_name,
        source=source,
        target=target_image(state, registry, data.image_name, tag) if registry else source,
        tag=tag,
        push=_is_copied(state, data),
    )
