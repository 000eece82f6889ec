"""Zadig's endpoints about workflow tasks: the only place that says why copying an image failed."""

from collections.abc import Iterator

from bot.sandbox.zadig.answers import SUCCESS, Answer, PlainError, json_answer, text_answer
from bot.sandbox.zadig.binding import parse_int
from bot.sandbox.zadig.exchange import Context
from bot.sandbox.zadig.model import Json
from bot.sandbox.zadig.routing import Route
from bot.sandbox.zadig.workflow import NEVER, Job, WorkflowTask

_FIRST_PAGE, _PAGE_SIZE = "1", "20"
_TASK = "/openapi/workflows/custom/task"


async def list_tasks(context: Context) -> Answer:
    """Newest first; any valid token may read them."""
    number = parse_int(context.query("pageNum") or _FIRST_PAGE)
    size = parse_int(context.query("pageSize") or _PAGE_SIZE)
    tasks = context.zadig.tasks.get(context.params["workflow"], [])[::-1]
    page = tasks[(number - 1) * size : number * size]
    now = context.zadig.now()
    return json_answer({"total": len(tasks), "workflow_tasks": [_summary(each, now) for each in page]})


def _summary(task: WorkflowTask, now: float) -> Json:
    return {
        "workflow_key": task.workflow,
        "workflow_name": task.workflow,
        "project_key": task.project,
        "task_id": task.id,
        "status": task.status(now),
        "task_creator": task.creator,
        "create_time": int(task.created_at),
        "start_time": int(task.created_at),
        "end_time": _second(task.ends_at, now),
    }


async def show_task(context: Context) -> Answer:
    task, now = _task(context, context.query("workflowKey"), context.query("taskId")), context.zadig.now()
    stage = {
        "name": "distribute",
        "status": task.status(now),
        "start_time": int(task.created_at),
        "end_time": _second(task.ends_at, now),
        "jobs": [_job(each, now) for each in task.jobs],
    }
    return json_answer({**_summary(task, now), "stages": [stage]})


def _job(job: Job, now: float) -> Json:
    status = job.status(now)
    return {
        "name": job.name,
        "type": "zadig-distribute-image",
        "status": status,
        "start_time": _second(job.starts_at, now),
        "end_time": _second(job.ends_at, now),
        "error": job.error if status == job.outcome else "",
        "spec": {"source_registry_id": "", "target_registry_id": "", "distribute_target": [_target(job)]},
    }


def _target(job: Job) -> Json:
    return {
        "source_image": job.source,
        "target_image": job.target,
        "service_name": job.service,
        "service_module": job.container,
        "update_tag": True,
    }


def _second(at: float, now: float) -> int:
    """A moment that has not come yet is 0."""
    return int(at) if at < NEVER and at <= now else 0


def _task(context: Context, workflow: str, number: str) -> WorkflowTask:
    task_id = parse_int(number)
    for task in context.zadig.tasks.get(workflow, []):
        if task.id == task_id:
            return task
    raise PlainError(
        f"failed to find workflow task, workflow: {workflow}, taskID: {task_id}: mongo: no documents in result"
    )


async def cancel_task(context: Context) -> Answer:
    """Stops the job that runs, or takes the task out of the queue; what has not begun never begins."""
    task, now = _task(context, context.query("workflowKey"), context.query("taskId")), context.zadig.now()
    if task.has_ended(now):
        raise PlainError(f"failed to cancel task: {task.id}: task is not running")
    task.cancel(now)
    return SUCCESS


async def show_log(context: Context) -> Answer:
    """What a job has printed so far, as plain text."""
    parameters = context.params
    task, now = _task(context, parameters["workflow"], parameters["task_id"]), context.zadig.now()
    job = next((each for each in task.jobs if each.name == parameters["job"]), None)
    if job is None:
        raise PlainError(f"failed to find job {parameters['job']}")
    return text_answer("".join(f"{line}\n" for line in _log(job, job.status(now))))


def _log(job: Job, status: str) -> Iterator[str]:
    if status:
        yield f"copying {job.source} to {job.target}"
    if status == "passed":
        yield "done"
    elif status == job.outcome:
        yield f"error: {job.error or job.outcome}"


ROUTES = (
    Route(
        method="GET",
        pattern="/openapi/workflows/custom/:workflow/tasks",
        operation="catalog",
        handler=list_tasks,
    ),
    Route(method="GET", pattern=_TASK, operation="catalog", handler=show_task),
    Route(method="DELETE", pattern=_TASK, operation="catalog", handler=cancel_task),
)

LOG_ROUTE = Route(
    method="GET",
    pattern="/openapi/logs/log/v4/workflow/:workflow/:task_id/:job",
    operation="catalog",
    handler=show_log,
)
