"""How often a read is tried again: a policy that is passed in as a value."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from bot.domain.errors import ServerDown

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class Retry:
    """Tries again after `ServerDown`, never after a refusal, a 401 or a 403: those stay as they are.

    The pause before attempt n+1 is `first * 2**(n-1)` seconds, at most `ceiling`, times 0.5 to 1 (full random would at
    times not wait at all). No attempt starts later than `give_up_after` seconds after the first one: a server that
    hangs costs its time-out once, not three times.
    """

    attempts: int = 3
    first: float = 0.2
    ceiling: float = 2.0
    give_up_after: float = 5.0
    chance: Callable[[], float] = random.random
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    def pause(self, attempt: int) -> float:
        """Seconds to wait after the attempt of this number, counted from 1."""
        return min(self.ceiling, self.first * 2.0 ** (attempt - 1)) * (0.5 + self.chance() / 2)

    async def run(self, attempt: Callable[[], Awaitable[T]], *, monotonic: Callable[[], float]) -> T:
        """The first success, or the last failure."""
        started = monotonic()
        for number in range(1, self.attempts):
            try:
                return await attempt()
            except ServerDown:
                pause = self.pause(number)
                if monotonic() - started + pause > self.give_up_after:
                    raise
                await self.sleep(pause)
        return await attempt()


ONCE = Retry(attempts=1)
