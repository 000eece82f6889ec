"""Work that goes on after an answer: owned, so that nothing is lost to the garbage collector or to a shutdown."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

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
