"""Retrying failed versions in the first dialect; nothing watches a retry, so its status waits for a look at details."""

from bot.sandbox.zadig.answers import CANNOT_RETRY_TASK, PlainError
from bot.sandbox.zadig.charts import push_charts, unpushed
from bot.sandbox.zadig.deletion import still_there
from bot.sandbox.zadig.delivery import failing_late, run_task, spoil, start_workflow
from bot.sandbox.zadig.dialects.v1_wire import CreateBody
from bot.sandbox.zadig.exchange import Context
from bot.sandbox.zadig.model import FAILED, RETRYING, Version
from bot.sandbox.zadig.state import State
from bot.sandbox.zadig.watching import begin_retrying
from bot.sandbox.zadig.workflow import WorkflowTask

_RETRIABLE_TASKS = frozenset({"failed", "timeout", "cancelled", "reject"})


def retry_k8s(context: Context, body: CreateBody) -> None:
    """Runs the jobs that have not passed again; everything in the body but project and name is ignored."""
    version = _failed_version(context, body, not_found="")
    task = retriable_task(context.zadig, version)
    version.hung = False
    run_task(context.zadig, version, task, context.zadig.now())
    spoil(context, version)
    begin_retrying(context.zadig, version)


async def retry_helm(context: Context, body: CreateBody) -> None:
    """Pushes the charts that were not pushed; where all were, nothing new begins and the next look says failed again."""
    version = _failed_version(context, body, not_found=", error: mongo: no documents in result")
    version.hung, version.status = False, RETRYING
    if unpushed(version):
        with failing_late(version):
            await push_charts(context, version)
            start_workflow(context, version, [image for image in version.images if image.push])
    elif version.task and not context.zadig.rules.images_can_be_left_out:
        run_task(context.zadig, version, version.task, context.zadig.now())
    begin_retrying(context.zadig, version)


def _failed_version(context: Context, body: CreateBody, *, not_found: str) -> Version:
    version = still_there(context, context.zadig.find(body.project_key, body.version_name))
    if version is None:
        raise PlainError(
            f"failed to query delivery version data, verisonName: {body.version_name}{not_found}"
        )
    check_failed(version)
    return version


def check_failed(version: Version) -> None:
    if version.status != FAILED:
        raise PlainError(f"can't reCreate version with status:{version.status}")


def retriable_task(state: State, version: Version) -> WorkflowTask:
    """The version's workflow task; PlainError if there is none, or if it is not one that ended badly."""
    task = version.task
    if task is None:
        raise PlainError(f"no workflow task found for version: {version.name}")
    if task.status(state.now()) not in _RETRIABLE_TASKS:
        raise PlainError(
            f"failed to retry workflow task, workflowName: {task.workflow}, taskID: {task.id}, err: {CANNOT_RETRY_TASK}"
        )
    return task
