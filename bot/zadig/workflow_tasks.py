"""The workflow tasks that copy the images of versions: how they ended and, as nothing else in Zadig says, why they failed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator

from bot.domain.models import Status, Version, VersionDetails, VersionReference
from bot.zadig.calls import Call, Purpose
from bot.zadig.client import Client
from bot.zadig.failures import reasons
from bot.zadig.wire import Rows, Seconds, Text, Whole, Wire, reader

CUSTOM = ("openapi", "workflows", "custom")
PASSED = "passed"
FAILING = frozenset({"failed", "timeout", "cancelled", "reject"})
# Bounds of what one question costs: pages of a workflow that serves a whole project, and tasks looked into.
PAGE_SIZE = 50
MAX_PAGES = 4
MAX_TASKS = 3
# A K8s version is stored just before its task is made; more than this lies between them only if they do not belong together.
WINDOW_SECONDS = 15 * 60
# And no more than this if the task does not say what it copies.
AT_ONCE_SECONDS = 60
TEXT_LIMIT = 3000


@dataclass(frozen=True, kw_only=True, slots=True)
class Workflow:
    """Where a version's task may be. `own`: the workflow is the version's, or of those whose names differ by a dot or so."""

    name: str
    own: bool


class TaskRow(Wire):
    """A task in a list; `status` is `passed`, one of `FAILING`, or says that it is not over."""

    task_id: Whole
    status: Text = ""
    create_time: Seconds = 0
    end_time: Seconds = 0


class _List(Wire):
    workflow_tasks: Rows[TaskRow]


class _Target(Wire):
    service_name: Text = ""
    service_module: Text = ""
    target_image: Text = ""


class _Spec(Wire):
    distribute_target: Rows[_Target] = ()


def _known(spec: Any) -> Any:
    """What a job does that copies no images is of no interest, whatever its shape."""
    return spec if isinstance(spec, Mapping) else {}


class _Job(Wire):
    name: Text = ""
    status: Text = ""
    error: Text = ""
    spec: Annotated[_Spec, BeforeValidator(_known)] = _Spec()

    @property
    def title(self) -> str:
        """The containers that it copies for, else its own name."""
        targets = self.spec.distribute_target
        names = ["/".join(filter(None, (one.service_name, one.service_module))) for one in targets]
        return ", ".join(filter(None, names)) or self.name or "a job"


class _Stage(Wire):
    jobs: Rows[_Job] = ()
    error: Text = ""


class _Task(Wire):
    stages: Rows[_Stage] = ()
    error: Text = ""

    @property
    def jobs(self) -> Iterator[_Job]:
        return (job for stage in self.stages for job in stage.jobs)


_read_list = reader(_List)
_read_task = reader(_Task)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Found:
    """`task` is None where nothing but the list had to be asked to know that it is the right one."""

    workflow: Workflow
    row: TaskRow
    task: _Task | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkflowTasks:
    """Finds the task of a version. Any valid token may ask; every method raises errors of `bot.domain.errors`."""

    client: Client

    async def outcome(
        self, details: VersionDetails, workflows: tuple[Workflow, ...], *, ended_by: float
    ) -> Status | None:
        """`success` or `failed` if the copying was over at `ended_by` (unix seconds), else None."""
        found = await self._find(details, workflows)
        if found is None or max(found.row.end_time, found.row.create_time) > ended_by:
            return None
        if found.row.status in FAILING:
            return Status.FAILED
        return Status.SUCCESS if found.row.status == PASSED else None

    async def failure(self, details: VersionDetails, workflows: tuple[Workflow, ...]) -> str:
        """What the jobs that failed have to say, at most 3,000 characters; empty if no task of the version can be found."""
        found = await self._find(details, workflows)
        if found is None:
            return ""
        task = found.task or await self._task(details.version, found.workflow, found.row)
        return "\n".join(_reasons(task))[:TEXT_LIMIT].rstrip()

    async def _find(self, details: VersionDetails, workflows: tuple[Workflow, ...]) -> _Found | None:
        for workflow in workflows:
            rows = await self._rows(details.version, workflow)
            if workflow.own and len(rows) == 1:
                return _Found(workflow=workflow, row=rows[0])
            for row in rows[:MAX_TASKS]:
                task = await self._task(details.version, workflow, row)
                if _copies(task, details, silent=workflow.own or _at_once(row, rows, details.version)):
                    return _Found(workflow=workflow, row=row, task=task)
        return None

    async def _rows(self, version: Version, workflow: Workflow) -> list[TaskRow]:
        """Tasks that can be the version's, the likeliest first: the latest of its own, else the first after its creation."""
        found: list[TaskRow] = []
        for number in range(1, MAX_PAGES + 1):
            page = await self._page(version, workflow, number)
            found += [row for row in page if row.create_time >= version.created_at]
            if len(page) < PAGE_SIZE or page[-1].create_time < version.created_at:
                break
        if workflow.own:
            return sorted(found, key=lambda row: -row.create_time)
        near = [row for row in found if row.create_time <= version.created_at + WINDOW_SECONDS]
        return sorted(near, key=lambda row: row.create_time)

    async def _page(self, version: Version, workflow: Workflow, number: int) -> tuple[TaskRow, ...]:
        """Newest first."""
        call = Call(
            purpose=Purpose.TASKS,
            path=(*CUSTOM, workflow.name, "tasks"),
            query={"projectKey": version.project, "pageNum": number, "pageSize": PAGE_SIZE},
            about=VersionReference(project=version.project, name=version.name),
        )
        body: _List = await self.client.read(call, _read_list)
        return body.workflow_tasks

    async def _task(self, version: Version, workflow: Workflow, row: TaskRow) -> _Task:
        call = Call(
            purpose=Purpose.TASKS,
            path=(*CUSTOM, "task"),
            query={"workflowKey": workflow.name, "taskId": row.task_id},
            about=VersionReference(project=version.project, name=version.name),
        )
        task: _Task = await self.client.read(call, _read_task)
        return task


def _at_once(row: TaskRow, rows: list[TaskRow], version: Version) -> bool:
    """Whether it came right after the version, before any other and with no other in its second."""
    alone = all(other.create_time > row.create_time for other in rows if other is not row)
    return alone and row.create_time - version.created_at <= AT_ONCE_SECONDS


def _copies(task: _Task, details: VersionDetails, *, silent: bool) -> bool:
    """Whether a task makes nothing but images of this version; `silent` is the answer for one that does not say what it makes."""
    made = {_end(target.target_image) for job in task.jobs for target in job.spec.distribute_target}
    images = (*details.images, *(image for chart in details.charts for image in chart.images))
    return made <= {_end(image.reference) for image in images} if made else silent


def _end(reference: str) -> str:
    """`name:tag`: how registries are written differs between tasks and versions."""
    return reference.rpartition("/")[2]


def _reasons(task: _Task) -> Iterator[str]:
    said = False
    for job in task.jobs:
        if job.status in FAILING:
            said = True
            yield f"{job.title}: {chr(10).join(reasons(job.error)) or job.status}"
    for error in () if said else (*(stage.error for stage in task.stages), task.error):
        yield from reasons(error)
