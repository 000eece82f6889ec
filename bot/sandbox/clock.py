"""The one source of time in the workspace: it can run fast, jump forward or stand still."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

Result = TypeVar("Result")


class Clock:
    """Unix time in seconds that starts at `start` and passes at `rate` times the speed of `elapsed`.

    `Clock()` is wall-clock time. `Clock(rate=0, start=…)` stands still until `advance` moves it, which is what
    tests use: whoever sleeps on it wakes as soon as it has been moved far enough.
    """

    def __init__(
        self,
        *,
        rate: float = 1.0,
        start: float | None = None,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        self._elapsed = elapsed
        self._rate = rate
        self._mark = elapsed()
        self._reading = time.time() if start is None else start
        self._changed = asyncio.Event()

    @property
    def rate(self) -> float:
        return self._rate

    def now(self) -> float:
        return self._reading + (self._elapsed() - self._mark) * self._rate

    def advance(self, seconds: float) -> None:
        """Jumps forward; a negative jump is refused, because timestamps of messages never go back."""
        if seconds < 0:
            raise ValueError("a clock does not go backwards")
        self._restart(self.now() + seconds, self._rate)

    def set_rate(self, rate: float) -> None:
        """From now on time passes `rate` times as fast; 0 stops it."""
        if rate < 0:
            raise ValueError("a clock does not go backwards")
        self._restart(self.now(), rate)

    def _restart(self, reading: float, rate: float) -> None:
        self._reading, self._mark, self._rate = reading, self._elapsed(), rate
        self._changed.set()
        self._changed = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        """Returns once this clock (not the machine's) has moved on by `seconds`."""
        due = self.now() + seconds
        while (left := due - self.now()) > 0:
            try:
                async with asyncio.timeout(left / self._rate if self._rate else None):
                    await self._changed.wait()
            except TimeoutError:
                continue

    async def within(self, seconds: float, work: Awaitable[Result]) -> Result:
        """What `work` comes to; TimeoutError (and `work` cancelled) if this clock gets `seconds` further first."""
        task = asyncio.ensure_future(work)
        timer = asyncio.ensure_future(self.sleep(seconds))
        try:
            await asyncio.wait({task, timer}, return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                raise TimeoutError
            return task.result()
        finally:
            task.cancel()
            timer.cancel()
            await asyncio.gather(task, timer, return_exceptions=True)
