"""How a version's status follows its workflow: by the watcher that its creation started, or when a user looks."""

import math
from dataclasses import dataclass

from bot.sandbox.zadig.model import FAILED, K8S_YAML, RETRYING, SUCCESS, UNSETTLED, Version, Watcher
from bot.sandbox.zadig.state import State
from bot.sandbox.zadig.workflow import NEVER, WorkflowTask

LIMIT_SECONDS = 3600.0
"""After an hour a watcher gives up; the workflow goes on all the same."""

TIMED_OUT = "timeout"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    at: float
    status: str
    error: str


def watch(state: State, version: Version, *, at: float | None = None) -> None:
    """Starts a watcher, now or at Unix time `at`."""
    started_at = state.now() if at is None else at
    state.watchers.append(Watcher(version=version, task=version.task, started_at=started_at))


def settle(state: State) -> None:
    """Catches up with everything that watchers have written down until now, in the order of time."""
    now = state.now()
    verdicts = [(verdict, each) for each in state.watchers if (verdict := _verdict(state, each, now))]
    for verdict, watcher in sorted(verdicts, key=lambda pair: pair[0].at):
        state.watchers.remove(watcher)
        observe(watcher.version, watcher.task, verdict.at)
        _write(state, watcher.version, verdict)
    for watcher in state.watchers:
        watcher.looked_at = max(watcher.looked_at, _last_look(state, watcher, now))
        observe(watcher.version, watcher.task, watcher.looked_at)


def _write(state: State, watched: Version, verdict: Verdict) -> None:
    """Zadig writes by project and name: if the version was deleted and its name reused, the new one gets it."""
    version = state.find(watched.project, watched.name)
    if version is not None:
        version.status, version.error = verdict.status, verdict.error


def _verdict(state: State, watcher: Watcher, now: float) -> Verdict | None:
    deadline = watcher.started_at + LIMIT_SECONDS
    seen_at = _first_look_after(state, watcher, _end(watcher))
    if seen_at <= min(now, deadline):
        status, error = outcome(state, watcher.version, watcher.task, seen_at)
        return Verdict(at=seen_at, status=status, error=error)
    return Verdict(at=deadline, status=FAILED, error=TIMED_OUT) if deadline <= now else None


def _end(watcher: Watcher) -> float:
    if watcher.version.hung:
        return NEVER
    return watcher.task.ends_at if watcher.task else watcher.started_at


def _first_look_after(state: State, watcher: Watcher, end: float) -> float:
    if end == NEVER or watcher.task is None:
        return end
    interval = state.pace.scaled(state.pace.watch_seconds)
    looks = max(1, math.ceil((end - watcher.started_at) / interval))
    return watcher.started_at + looks * interval


def _last_look(state: State, watcher: Watcher, now: float) -> float:
    interval = state.pace.scaled(state.pace.watch_seconds)
    return watcher.started_at + max(0.0, (now - watcher.started_at) // interval) * interval


def observe(version: Version, task: WorkflowTask | None, at: float) -> None:
    """Notes the jobs' states on the images; an error stays there even when a retry passes later."""
    jobs = {job.image_id: job for job in task.jobs} if task else {}
    for image in version.images:
        job = jobs.get(image.id)
        if job is None or job.starts_at > at:
            continue
        image.status = job.status(at)
        image.error = job.error if image.status == FAILED else image.error


def outcome(state: State, version: Version, task: WorkflowTask | None, now: float) -> tuple[str, str]:
    """Status and error of an ended workflow. K8s keeps no reason; the second dialect has it on the images."""
    if task is None:
        return _outcome_without_task(state, version)
    if task.status(now) == "passed":
        return SUCCESS, ""
    has_reason = state.rules.dialect == "v1" and version.kind != K8S_YAML
    return FAILED, multiple_errors(task.errors(now)) if has_reason else ""


def _outcome_without_task(state: State, version: Version) -> tuple[str, str]:
    if state.rules.nothing_to_copy_is_success:
        return SUCCESS, ""
    return (
        FAILED,
        f"failed to find workflow task of version: {version.name}, err: mongo: no documents in result",
    )


def heal(state: State, version: Version) -> None:
    """What reading the details does in the first dialect: an unsettled version whose workflow has ended settles."""
    now = state.now()
    if version.status not in UNSETTLED or version.hung:
        return
    if version.task is None or version.task.has_ended(now):
        version.status, version.error = outcome(state, version, version.task, now)


def begin_retrying(state: State, version: Version) -> None:
    """Nobody watches a retry before 4.3.0: the status stays as it is until the details are read, if that helps."""
    version.status, version.error = RETRYING, ""
    if state.watches_retries:
        watch(state, version)


def multiple_errors(errors: list[str]) -> str:
    """Several reasons in one text of several lines, as Go's multierror joins them."""
    count = "1 error" if len(errors) == 1 else f"{len(errors)} errors"
    return f"{count} occurred:\n\t* " + "\n\t* ".join(errors) + "\n\n"
