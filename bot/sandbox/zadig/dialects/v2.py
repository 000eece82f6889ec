"""The second dialect, Zadig 4.0.0 to 5.0.0: details by name, a call of its own for retrying, deletion for good."""

from collections.abc import Iterator
from contextlib import contextmanager

from bot.sandbox.zadig.answers import SUCCESS, Answer, PlainError, json_answer
from bot.sandbox.zadig.binding import bad_request
from bot.sandbox.zadig.charts import push_charts, unpushed
from bot.sandbox.zadig.deletion import still_there
from bot.sandbox.zadig.delivery import begin_task, failing_late, run_task, spoil
from bot.sandbox.zadig.dialects.both import RELEASES, delete_version, listing, needed
from bot.sandbox.zadig.dialects.v1_retrying import check_failed, retriable_task
from bot.sandbox.zadig.dialects.v2_creating import create_helm, create_k8s
from bot.sandbox.zadig.dialects.v2_wire import details, list_item
from bot.sandbox.zadig.exchange import Context
from bot.sandbox.zadig.gate import check_license, require, require_view
from bot.sandbox.zadig.model import K8S_YAML, RETRYING, Version
from bot.sandbox.zadig.people import CREATE
from bot.sandbox.zadig.registries import registry_by_id
from bot.sandbox.zadig.routing import Route
from bot.sandbox.zadig.watching import begin_retrying

_NO_DOCUMENT = "mongo: no documents in result"


async def show_version(context: Context) -> Answer:
    """By project and name. Reading changes nothing."""
    name, project = needed(context, "versionName"), needed(context, "projectKey")
    require_view(context, project)
    check_license(context.zadig)
    version = still_there(context, context.zadig.find(project, name))
    if version is None:
        raise PlainError(
            f"failed to get delivery version, projectName: {project}, versionName: {name} error: {_NO_DOCUMENT}"
        )
    return json_answer(details(version))


async def retry_version(context: Context) -> Answer:
    """By id, which only the list tells; the complaint about a missing project calls it something else."""
    version_id, project = needed(context, "id"), context.query("projectKey")
    if not project:
        raise bad_request("projectName can't be empty!")
    require(context, CREATE, project)
    check_license(context.zadig)
    with _wrapping(version_id):
        version = _failed_version(context, version_id)
        if version.kind == K8S_YAML:
            _retry_k8s(context, version)
        else:
            await _retry_helm(context, version)
        begin_retrying(context.zadig, version)
    return SUCCESS


@contextmanager
def _wrapping(version_id: str) -> Iterator[None]:
    try:
        yield
    except PlainError as error:
        raise PlainError(
            f"failed to retry create delivery version, id: {version_id}, error: {error}"
        ) from error


def _failed_version(context: Context, version_id: str) -> Version:
    version = still_there(context, context.zadig.version(version_id))
    if version is None:
        raise PlainError(f"failed to query delivery version data, id: {version_id}, error: {_NO_DOCUMENT}")
    check_failed(version)
    return version


def _retry_k8s(context: Context, version: Version) -> None:
    task = retriable_task(context.zadig, version)
    version.hung = False
    run_task(context.zadig, version, task, context.zadig.now())
    spoil(context, version)


async def _retry_helm(context: Context, version: Version) -> None:
    """Pushes the charts that are missing, and copies the images that did not arrive in a task of their own."""
    if registry_by_id(context.zadig, version.registry_id) is None:
        raise PlainError(f"failed to find registry, err: {_NO_DOCUMENT}")
    version.hung, version.status = False, RETRYING
    with failing_late(version):
        if version.chart_repository and unpushed(version):
            await push_charts(context, version)
    missing = [image for image in version.images if image.push and image.status != "passed"]
    if missing:
        begin_task(context.zadig, version, missing, creator=context.caller.name)
        spoil(context, version)


ROUTES = (
    Route(
        method="GET",
        pattern=RELEASES,
        operation="list",
        handler=listing("OpenAPIListDeliveryVersionV2Request", list_item),
    ),
    Route(method="GET", pattern=f"{RELEASES}/detail", operation="detail", handler=show_version),
    Route(method="DELETE", pattern=f"{RELEASES}/:id", operation="delete", handler=delete_version),
    Route(method="POST", pattern=f"{RELEASES}/k8s", operation="create", handler=create_k8s),
    Route(method="POST", pattern=f"{RELEASES}/helm", operation="create", handler=create_helm),
    Route(method="POST", pattern=f"{RELEASES}/retry", operation="retry", handler=retry_version),
)
