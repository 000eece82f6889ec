"""The internal workflow that copies a version's images: one job an image, one after another."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

NEVER = math.inf


@dataclass(slots=True, kw_only=True)
class Job:
    """Copies one image; that takes another `seconds` at speed 1 and comes to `outcome` (passed, failed, cancelled, timeout).

    Its times are planned when the task starts, so that its state at any moment is a matter of looking at the clock.
    """

    name: str
    image_id: str
    source: str
    target: str
    seconds: float
    service: str = ""
    container: str = ""
    outcome: str = "passed"
    error: str = ""
    starts_at: float = NEVER
    ends_at: float = NEVER

    def status(self, now: float) -> str:
        """As Zadig writes it; a job that has not begun has the empty status."""
        if now < self.starts_at:
            return ""
        return "running" if now < self.ends_at else self.outcome

    def has_passed(self, now: float) -> bool:
        return self.status(now) == "passed"


@dataclass(slots=True, kw_only=True)
class WorkflowTask:
    """`wrap_up` is the seconds between the end of the last job and the task's own; at `speed` 0 its jobs stand still.

    It waits in a queue until `leaves_queue_at`. One that is cancelled there (`cancelled_at`) leaves no trace on its jobs.
    """

    id: int
    workflow: str
    project: str
    creator: str
    created_at: float
    wrap_up: float = 0.0
    attempts: int = 0
    speed: float = 1.0
    leaves_queue_at: float = 0.0
    cancelled_at: float = NEVER
    jobs: list[Job] = field(default_factory=list)

    def start(self, now: float, *, queue: float = 0.0) -> None:
        """Plans every job that has not passed yet, from now on, or after so many seconds in the queue."""
        self.leaves_queue_at, self.cancelled_at = max(self.leaves_queue_at, now + queue), NEVER
        self._plan(list(self._unfinished(now)), self.leaves_queue_at)

    def cancel(self, now: float) -> None:
        """The job that runs ends; one that waits never begins."""
        if now < self.leaves_queue_at:
            self.cancelled_at = now
            self._plan(self.jobs, NEVER)
        else:
            self.settle_current(now, "cancelled")

    def change_speed(self, now: float, speed: float) -> None:
        """What is left of the current job, and every job after it, goes on at this speed; nothing changes once it has ended."""
        if self.has_ended(now):
            return
        before, self.speed = self.speed, speed
        job = self.current(now)
        if job is None or job.status(now) != "running":
            return
        began_at = job.starts_at
        job.seconds = (job.ends_at - now) * before if before else job.seconds
        self._plan(self.jobs[self.jobs.index(job) :], now)
        job.starts_at = began_at

    def _unfinished(self, now: float) -> Iterator[Job]:
        return (job for job in self.jobs if not job.has_passed(now))

    @property
    def ends_at(self) -> float:
        if self.cancelled_at < NEVER:
            return self.cancelled_at
        last = max((job.ends_at for job in self.jobs), default=self.created_at)
        return next((job.ends_at for job in self.jobs if job.outcome != "passed"), last) + self.wrap_up

    def status(self, now: float) -> str:
        """`queued`, `running`, or what the first job that did not pass came to, or `passed`."""
        if now >= self.cancelled_at:
            return "cancelled"
        if now < self.ends_at:
            return "queued" if now < self.leaves_queue_at else "running"
        return next((job.outcome for job in self.jobs if job.status(now) not in {"passed", ""}), "passed")

    def has_ended(self, now: float) -> bool:
        return now >= self.ends_at

    def passed(self, now: float) -> int:
        return sum(job.has_passed(now) for job in self.jobs)

    def errors(self, now: float) -> list[str]:
        return [job.error for job in self.jobs if job.error and job.status(now) == job.outcome != "passed"]

    def current(self, now: float) -> Job | None:
        """The job that runs, or would run next."""
        return next(self._unfinished(now), None)

    def settle_current(self, now: float, outcome: str, error: str = "") -> None:
        """The current job ends now; the ones after it begin, unless it failed."""
        job = self.current(now)
        if job is None:
            return
        job.starts_at, job.ends_at = min(job.starts_at, now), now
        job.outcome, job.error = outcome, error
        rest = self.jobs[self.jobs.index(job) + 1 :]
        self._plan(rest, now if outcome == "passed" else NEVER)

    def hang_current(self, now: float) -> None:
        """The current job never ends."""
        job = self.current(now)
        if job is not None:
            job.seconds, job.outcome = NEVER, "passed"
            self.start(now)

    def _plan(self, jobs: Sequence[Job], at: float) -> None:
        """One after another from `at` on; nothing runs after the first that is not going to pass."""
        for job in jobs:
            job.starts_at, job.ends_at = at, at + (job.seconds / self.speed if self.speed else NEVER)
            at = job.ends_at if job.outcome == "passed" else NEVER
