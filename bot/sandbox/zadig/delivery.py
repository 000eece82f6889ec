"""Inserting versions and starting the workflow that copies their images; both dialects build on it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from bot.sandbox.zadig.answers import CREATE_FAILED, PlainError, ProcessDiedError, RefusalError, TypedError
from bot.sandbox.zadig.exchange import Context
from bot.sandbox.zadig.model import FAILED, Version, VersionImage, VersionService
from bot.sandbox.zadig.state import State
from bot.sandbox.zadig.workflow import NEVER, Job, WorkflowTask

_NOT_IN_WORKFLOW_NAMES = re.compile(r"[^a-z0-9-]")
_COPYABLE = ("k8s", "helm")

_JOB_FAILURES = (
    "failed to push image {target}: unexpected status from PUT request: 500 Internal Server Error",
    "failed to copy image {source}: manifest unknown: manifest unknown",
    'failed to push image {target}: Head "https://{host}/v2/": net/http: TLS handshake timeout',
    "failed to push image {target}: denied: quota exceeded\ntoomanyrequests: retry in 30m",
)
_REGISTRY_FAILURE = (
    "failed to push image {target}: unauthorized: unauthorized to access repository, action: push\n"
    'GET "https://{host}/v2/": 503 Service Unavailable'
)
_INVALID_REFERENCE = (
    'failed to push image {target}: could not parse reference: invalid reference format: "{target}"'
)


def insert(state: State, version: Version) -> Version:
    """The new row. TypedError 6560 if the name is taken, or the second, which the second dialect also keeps unique.

    The text of both is the same: a client cannot tell them apart.
    """
    taken = state.find(version.project, version.name) is not None
    if state.rules.dialect == "v2" and state.unique_seconds:
        taken = taken or any(each.created_at == version.created_at for each in state.live())
    if taken:
        reason = (
            f" {version.name}, version already exist"
            if state.rules.says_already_exist
            else f": {version.name}"
        )
        raise TypedError(CREATE_FAILED, f"failed to insert delivery version{reason}")
    state.versions.append(version)
    return version


@contextmanager
def failing_late(version: Version) -> Iterator[None]:
    """What goes wrong once the row exists leaves it behind as failed, with the reason; who dies writes nothing down."""
    try:
        yield
    except ProcessDiedError:
        raise
    except RefusalError as error:
        version.status, version.error = FAILED, str(error)
        raise


def new_service(state: State, name: str, *, chart_version: str = "") -> VersionService:
    return VersionService(id=state.new_id(), name=name, chart_version=chart_version)


def workflow_name(state: State, version: Version) -> str:
    """One workflow a project in the first dialect, one a version in the second; 4.0.0 takes the name as it is."""
    if state.rules.dialect == "v1":
        return f"zadig-delivery-{version.project}"
    name = _sanitised(version.name) if state.rules.workflow_names_are_sanitised else version.name
    return f"zadig-delivery-{version.project}-{name}"


def _sanitised(name: str) -> str:
    """Two versions can share a workflow: what no workflow's name may hold becomes one dash."""
    return re.sub("-+", "-", _NOT_IN_WORKFLOW_NAMES.sub("-", name.lower())).strip("-") or "default"


def start_workflow(context: Context, version: Version, images: list[VersionImage]) -> None:
    """Begins to copy `images`; nothing begins for none. PlainError where Zadig cannot create the workflow task."""
    state = context.zadig
    prefix = f"failed to create delivery version custom workflow task, versionName: {version.name}, err: "
    if context.goes_wrong("failing_create"):
        raise PlainError(prefix + (_text(context) or "failed to create workflow task: no dind available"))
    project = state.catalog.project(version.project)
    if images and (project is None or project.deploy_type not in _COPYABLE):
        raise PlainError(f"{prefix}project {version.project} has no deploy type that a workflow can run for")
    version.hung = context.goes_wrong("hung_version")
    if images:
        begin_task(context.zadig, version, images, creator=context.caller.name)
        spoil(context, version)


def begin_task(
    state: State, version: Version, images: list[VersionImage], *, creator: str, at: float | None = None
) -> WorkflowTask:
    """A new task with one job an image, running from now on (or from Unix time `at`)."""
    workflow = workflow_name(state, version)
    tasks = state.tasks[workflow]
    started_at = state.now() if at is None else at
    task = WorkflowTask(
        id=len(tasks) + 1,
        workflow=workflow,
        project=version.project,
        creator=creator,
        created_at=started_at,
        jobs=[_job(image) for image in images],
    )
    tasks.append(task)
    version.task = task
    run_task(state, version, task, started_at)
    return task


def run_task(state: State, version: Version, task: WorkflowTask, at: float) -> None:
    """Throws the dice for every job that has not passed, and lets them run from Unix time `at`."""
    task.attempts, task.speed = task.attempts + 1, state.pace.speed
    task.wrap_up = state.pace.scaled(state.pace.wrap_up_seconds)
    namesakes = sum(each.name == version.name for each in state.versions if each.project == version.project)
    chance = state.random(version.project, version.name, namesakes, task.id, task.attempts)
    waiting = [job for job in task.jobs if not job.has_passed(at)]
    for job in waiting:
        job.seconds = chance.uniform(*state.pace.image_seconds)
        job.outcome, job.error, job.starts_at, job.ends_at = "passed", "", NEVER, NEVER
    if waiting and chance.random() < state.pace.failure_rate:
        break_job(chance.choice(waiting), chance.choice(_JOB_FAILURES))
    for job in waiting:
        if job.target.endswith(":"):
            break_job(job, _INVALID_REFERENCE)
    task.start(at, queue=state.pace.scaled(state.pace.queue_seconds))


def spoil(context: Context, version: Version) -> None:
    """Lets the fault of this request, if any, befall the workflow that it started."""
    task, now = version.task, context.zadig.now()
    job = task.current(now) if task else None
    if task is None or job is None:
        return
    if context.goes_wrong("registry_error"):
        break_job(job, _text(context) or _REGISTRY_FAILURE)
        task.start(now)
    if context.goes_wrong("hung_version"):
        task.hang_current(now)


def break_job(job: Job, reason: str) -> None:
    """`reason` may speak of `{source}`, `{target}` and `{host}`."""
    job.outcome = FAILED
    words = {"{source}": job.source, "{target}": job.target, "{host}": job.target.partition("/")[0]}
    for word, value in words.items():
        reason = reason.replace(word, value)
    job.error = reason


def _job(image: VersionImage) -> Job:
    name = _NOT_IN_WORKFLOW_NAMES.sub("-", f"{image.service}-{image.container or image.image_name}".lower())
    target = image.copied_to or image.target
    return Job(
        name=name,
        image_id=image.id,
        source=image.source,
        target=target,
        seconds=NEVER,
        service=image.service,
        container=image.container,
    )


def _text(context: Context) -> str:
    return context.fault.error if context.fault else ""
