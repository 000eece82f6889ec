"""The time of the local Zadig: it can run fast, jump forward or stand still."""

import asyncio
import time
from collections.abc import Callable
from typing import Protocol


class Clock(Protocol):
    """Unix time in seconds that can be hurried; whoever mounts two local servers can give both the same one."""

    @property
    def rate(self) -> float: ...

    def now(self) -> float: ...

    def advance(self, seconds: float) -> None: ...

    def set_rate(self, rate: float) -> None: ...

    async def sleep(self, seconds: float) -> None: ...


class AdjustableClock:
    """Starts at `start` (default: the wall clock) and passes at `rate` times the speed of `elapsed`.

    With `rate=0` it stands still until `advance` moves it, which is what tests use: states are worked out from the
    clock when a user looks, so nothing has to be waited for.
    """

    def __init__(
        self, *, rate: float = 1.0, start: float | None = None, elapsed: Callable[[], float] = time.monotonic
    ) -> None:
        self._elapsed = elapsed
        self._rate = rate
        self._since = elapsed()
        self._reading = time.time() if start is None else start
        self._moved = asyncio.Event()

    @property
    def rate(self) -> float:
        return self._rate

    def now(self) -> float:
        return self._reading + (self._elapsed() - self._since) * self._rate

    def advance(self, seconds: float) -> None:
        """Jumps forward; ValueError for a negative jump, because creation times never go back."""
        if seconds < 0:
            raise ValueError("a clock does not go backwards")
        self._set(self.now() + seconds, self._rate)

    def set_rate(self, rate: float) -> None:
        """From now on time passes `rate` times as fast; 0 stops it."""
        if rate < 0:
            raise ValueError("a clock does not go backwards")
        self._set(self.now(), rate)

    async def sleep(self, seconds: float) -> None:
        """Returns once this clock, not the machine's, has moved on by `seconds`."""
        due = self.now() + seconds
        while (left := due - self.now()) > 0:
            try:
                async with asyncio.timeout(left / self._rate if self._rate else None):
                    await self._moved.wait()
            except TimeoutError:
                continue

    def _set(self, reading: float, rate: float) -> None:
        self._reading, self._since, self._rate = reading, self._elapsed(), rate
        self._moved.set()
        self._moved = asyncio.Event()
