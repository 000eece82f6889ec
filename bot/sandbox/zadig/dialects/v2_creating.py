"""Creating versions in the second dialect, K8s and Helm alike: the client says more, and typed errors stay typed."""

import re

from bot.sandbox.zadig.answers import CREATE_FAILED, SUCCESS, Answer, CrashError, PlainError, TypedError
from bot.sandbox.zadig.binding import bind_json
from bot.sandbox.zadig.charts import PUSHED, find_repository, push_charts
from bot.sandbox.zadig.delivery import failing_late, insert, start_workflow
from bot.sandbox.zadig.dialects.v2_sources import render, rewrite_manifests, services_of
from bot.sandbox.zadig.dialects.v2_wire import MANUAL, CreateBody
from bot.sandbox.zadig.exchange import Context
from bot.sandbox.zadig.gate import check_license, require
from bot.sandbox.zadig.model import CREATING, HELM_CHART, K8S_YAML, Registry, Version, VersionImage
from bot.sandbox.zadig.people import CREATE
from bot.sandbox.zadig.registries import check_open, check_source, registry_by_id
from bot.sandbox.zadig.watching import watch

_WORKFLOW_NAME = re.compile(r"[A-Za-z0-9-]+")
_BAD_WORKFLOW_NAME = "工作流标识支持大小写字母、数字和中划线"


async def create_k8s(context: Context) -> Answer:
    body = _admitted(context)
    await _create(context, body, K8S_YAML)
    return SUCCESS


async def create_helm(context: Context) -> Answer:
    body = _admitted(context)
    for appointed, complaint in (
        (body.services, "no service info appointed"),
        (body.image_registry_id, "image registry not appointed"),
    ):
        if not appointed:
            raise TypedError(CREATE_FAILED, complaint)
    await _create(context, body, HELM_CHART)
    return SUCCESS


def _admitted(context: Context) -> CreateBody:
    body = bind_json(context.call.body, CreateBody)
    require(context, CREATE, body.project_key)
    check_license(context.zadig)
    return body


async def _create(context: Context, body: CreateBody, kind: str) -> None:
    state = context.zadig
    registry = find_registry(context, body.project_key, body.image_registry_id)
    version = _new_version(context, body, kind)
    version.services = services_of(context, body, kind, registry)
    pushed = [image for image in version.images if image.push]
    for image in pushed:
        check_source(state, image.source, image.image_name)
    render(context, body, version)
    insert(state, version)
    with failing_late(version):
        await state.clock.sleep(state.pace.scaled(state.pace.create_seconds))
        await _prepare(context, body, version)
        _check_workflow(context, version, registry, pushed)
        start_workflow(context, version, pushed)
    version.status = CREATING
    watch(state, version)


def find_registry(context: Context, project: str, registry_id: str) -> Registry | None:
    """None where none is appointed; an unknown one crashed the request until 4.1.0 gave it a text."""
    if not registry_id:
        return None
    registry = registry_by_id(context.zadig, registry_id)
    if registry is None:
        raise (
            PlainError("can not find target registry")
            if context.zadig.rules.names_missing_registry
            else CrashError
        )
    check_open(registry, project)
    return registry


def _new_version(context: Context, body: CreateBody, kind: str) -> Version:
    return Version(
        id=context.zadig.new_id(),
        project=body.project_key,
        name=body.version_name,
        kind=kind,
        created_at=int(context.zadig.now()),
        created_by=f"{context.caller.name}(OpenAPI)",
        description=body.desc,
        labels=body.labels,
        environment=body.env_name,
        production=body.production,
        source=body.source,
        original=body.original_version_name,
        registry_id=body.image_registry_id,
        chart_repository=body.chart_repo_name,
    )


async def _prepare(context: Context, body: CreateBody, version: Version) -> None:
    """Manifests, or charts. Manual ones, and those for which no chart repository is named, go nowhere and pass all the same."""
    if version.kind == K8S_YAML:
        rewrite_manifests(context, body, version)
    elif version.chart_repository and body.source != MANUAL:
        await push_charts(context, version)
    else:
        if version.chart_repository:
            find_repository(context, version)
        for chart in version.services:
            chart.chart_status = PUSHED


def _check_workflow(
    context: Context, version: Version, registry: Registry | None, pushed: list[VersionImage]
) -> None:
    """4.0.0 names the workflow after the version as it is, so dots in a name let it fail."""
    prefix = f"failed to generate workflow from delivery version, versionName: {version.name}, err: "
    if pushed and registry is None:
        raise PlainError(f"{prefix}target registry not appointed")
    raw_name = not context.zadig.rules.workflow_names_are_sanitised
    if pushed and raw_name and not _WORKFLOW_NAME.fullmatch(version.name):
        raise PlainError(f"{prefix}{_BAD_WORKFLOW_NAME}")
