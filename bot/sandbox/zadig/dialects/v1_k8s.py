"""Creating K8s versions in the first dialect: Zadig's checks in their order, of which the last come too late."""

from dataclasses import dataclass

from bot.sandbox.zadig.answers import CREATE_FAILED, SUCCESS, Answer, PlainError, TypedError
from bot.sandbox.zadig.binding import bind_json
from bot.sandbox.zadig.delivery import failing_late, insert, new_service, start_workflow
from bot.sandbox.zadig.dialects.v1_creating import (
    admit,
    finish_creating,
    new_version,
    usable_registry,
    wrapping,
)
from bot.sandbox.zadig.dialects.v1_retrying import retry_k8s
from bot.sandbox.zadig.dialects.v1_wire import ImageData, K8sBody, YamlData, module_of
from bot.sandbox.zadig.exchange import Context
from bot.sandbox.zadig.model import K8S_YAML, Environment, Registry, Service, Version, VersionImage
from bot.sandbox.zadig.registries import check_source, registry_map, target_image
from bot.sandbox.zadig.state import State

_CLUSTER_IS_DOWN = 'Get "https://10.96.0.1:443/apis/apps/v1/deployments": dial tcp 10.96.0.1:443: i/o timeout'


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """An image that the request names, and where it comes from."""

    service: str
    data: ImageData
    source: str


async def create_k8s(context: Context) -> Answer:
    """The environment and its services are checked before a retry is told from a new version."""
    body = bind_json(context.call.body, K8sBody)
    admit(context, body)
    environment = _environment(context.zadig, body)
    chosen = [each for data in body.yaml_datas for each in _chosen(body, environment, data)]
    with wrapping(body):
        if body.retry:
            retry_k8s(context, body)
        else:
            await _create(context, body, chosen)
    return SUCCESS


def _environment(state: State, body: K8sBody) -> Environment:
    project = state.catalog.project(body.project_key)
    found = project.environment(body.env_name, production=body.production) if project else None
    if found is None:
        raise PlainError(
            f"failed to find product, product name: {body.project_key}, env name: {body.env_name}, "
            "error: mongo: no documents in result"
        )
    return found


def _chosen(body: K8sBody, environment: Environment, data: YamlData) -> list[Chosen]:
    service = environment.service(data.service_name)
    if service is None:
        raise PlainError(f"product service not found, service name: {data.service_name}")
    chosen = [_image(body, service, image) for image in data.image_datas]
    if not (environment.reachable and service.renders):
        raise PlainError(
            f"failed to fetch current applied yaml, env: {body.project_key}/{environment.key}, "
            f"service: {service.name}, error: {_CLUSTER_IS_DOWN}"
        )
    return chosen


def _image(body: K8sBody, service: Service, data: ImageData) -> Chosen:
    container = service.container(data.container_name)
    if container is None:
        raise PlainError(
            f"container image not found, product name: {body.project_key}, env name: {body.env_name}, "
            f"service name: {service.name}, container name: {data.container_name}"
        )
    return Chosen(service=service.name, data=data, source=container.image)


async def _create(context: Context, body: K8sBody, chosen: list[Chosen]) -> None:
    state = context.zadig
    registry = _registry(context, body)
    for each in chosen:
        if state.rules.checks_source_registry and _is_copied(state, each):
            check_source(state, each.source, each.data.image_name)
    version = insert(state, new_version(context, body, K8S_YAML))
    with failing_late(version):
        await state.clock.sleep(state.pace.scaled(state.pace.create_seconds))
        if registry is None and any(_is_copied(state, each) for each in chosen):
            raise PlainError(
                f"failed to generate workflow from delivery version, versionName: {version.name}, "
                "err: target registry not appointed"
            )
        _record(state, version, body, [_row(state, each, registry) for each in chosen])
        start_workflow(context, version, [image for image in version.images if image.push])
    finish_creating(context, version)


def _registry(context: Context, body: K8sBody) -> Registry | None:
    """None where none was appointed, which 3.1.0 began to allow."""
    if body.image_registry_id:
        return usable_registry(context, body)
    if not context.zadig.rules.registry_is_optional:
        raise TypedError(CREATE_FAILED, "image registry not appointed")
    registry_map(context.zadig)
    return None


def _is_copied(state: State, chosen: Chosen) -> bool:
    return not (chosen.data.disable_image_dist and state.rules.images_can_be_left_out)


def _row(state: State, chosen: Chosen, registry: Registry | None) -> VersionImage:
    data = chosen.data
    return VersionImage(
        id=state.new_id(),
        service=chosen.service,
        container=data.container_name,
        image_name=data.image_name,
        source=chosen.source,
        target=target_image(state, registry, data.image_name, data.image_tag) if registry else chosen.source,
        tag=data.image_tag,
        push=_is_copied(state, chosen),
    )


def _record(state: State, version: Version, body: K8sBody, rows: list[VersionImage]) -> None:
    """One row an image; the first that is there already ends it, with the rows before it recorded."""
    services = {data.service_name: new_service(state, data.service_name) for data in body.yaml_datas}
    version.services = list(services.values())
    seen: set[tuple[str, str]] = set()
    for row in rows:
        module = module_of(state, row.container, row.image_name)
        if (row.service, module) in seen:
            raise PlainError(
                f"failed to insert deliveryDeploy, version: {version.name}, err: write exception: "
                f"E11000 duplicate key error collection: zadig.delivery_deploy "
                f'dup key: {{ service_name: "{row.service}", service_module: "{module}" }}'
            )
        seen.add((row.service, module))
        services[row.service].images.append(row)
