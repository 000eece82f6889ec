"""Work that goes on after an answer: owned by the process, drained at shutdown, and begun in turn for each user."""

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Callable, Coroutine
from typing import Any

from bot.domain.errors import Refused

log = logging.getLogger(__name__)


class Tasks:
    """Background tasks of the process. What they raise is logged here as a last resort."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()
        self.given_up = False  # there is no time left: what has not begun shall not begin

    def start(self, work: Coroutine[Any, Any, None], *, name: str) -> None:
        self.spawn(work, name=name)  # type: ignore[unused-awaitable] # it is kept here

    def spawn(self, work: Coroutine[Any, Any, None], *, name: str) -> asyncio.Task[None]:
        """Like `start`, for a caller that wants to cancel the task or to hear of its end."""
        task = asyncio.create_task(work, name=name)
        self._running.add(task)
        task.add_done_callback(self._finished)
        return task

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("task failed", exc_info=error, extra={"action": "task_failed", "task": task.get_name()})

    async def finish(self) -> None:
        """Wait until nothing is under way, what is started meanwhile included."""
        while self._running:
            await asyncio.wait(self._running)

    async def drain(self, seconds: float) -> None:
        """The same, but at most so many seconds; what is left then is cancelled."""
        try:
            async with asyncio.timeout(seconds):
                await self.finish()
        except TimeoutError:
            self.given_up = True
            left = tuple(self._running)
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)


Start = Callable[[], Coroutine[Any, Any, None]]

# So many pieces of work are under way at once, of all people and of one, and so many of one may wait besides.
TOGETHER, EACH, WAITING = 24, 8, 24


class TooManyWaiting(Refused):
    """A person has sent more than is kept for later; this one is not."""

    remedy = "Wait for their answers, then send this one again."

    def __init__(self, waiting: int) -> None:
        super().__init__(f"You have {waiting} commands waiting, so this one was not taken.")
        self.waiting = waiting


class FairQueue:
    """Starts work as `tasks`, in the order of each person's, and of all people in turn."""

    def __init__(
        self, tasks: Tasks, *, together: int = TOGETHER, each: int = EACH, waiting: int = WAITING
    ) -> None:
        self._tasks = tasks
        self._together, self._each, self._most = together, each, waiting
        self._under_way: Counter[str] = Counter()
        # By user, the one whose turn is next first; only those with work.
        self._waiting: dict[str, deque[tuple[Start, str]]] = {}

    def check(self, person: str) -> None:
        """Raises TooManyWaiting if nothing more of this person would be taken."""
        waiting = len(self._waiting.get(person, ()))
        if waiting >= self._most:
            raise TooManyWaiting(waiting)

    def start(self, person: str, work: Start, *, name: str) -> None:
        """Do it now or as soon as it is its turn. Raises TooManyWaiting."""
        self.check(person)
        self._waiting.setdefault(person, deque()).append((work, name))
        self._go_on()

    def _go_on(self) -> None:
        while self._under_way.total() < self._together and (person := self._next()) is not None:
            pieces = self._waiting.pop(person)
            work, name = pieces.popleft()
            if pieces:
                self._waiting[person] = pieces  # behind everyone else
            self._begin(person, work, name)

    def _next(self) -> str | None:
        return next((one for one in self._waiting if self._under_way[one] < self._each), None)

    def _begin(self, person: str, work: Start, name: str) -> None:
        self._under_way[person] += 1
        task = self._tasks.spawn(work(), name=name)
        task.add_done_callback(lambda _: self._ended(person))

    def _ended(self, person: str) -> None:
        self._under_way[person] -= 1
        if not self._under_way[person]:
            del self._under_way[person]
        if self._tasks.given_up:
            self._waiting.clear()
        self._go_on()
