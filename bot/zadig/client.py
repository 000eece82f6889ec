"""What dialects and the catalog ask Zadig through: reads are repeated, writes never."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from bot.domain.errors import OutcomeUnknown, ServerDown, Unauthorized, Unreadable
from bot.zadig.calls import Answer, Call
from bot.zadig.failures import failure
from bot.zadig.transport import Transport, beside
from bot.zadig.wire import read_success

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
    rng: Callable[[], float] = random.random
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    def pause(self, attempt: int) -> float:
        """Seconds to wait after the attempt of this number, counted from 1."""
        return min(self.ceiling, self.first * 2.0 ** (attempt - 1)) * (0.5 + self.rng() / 2)

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


@dataclass(frozen=True, kw_only=True, slots=True)
class Client:
    """What dialects and the catalog ask through."""

    transport: Transport
    retry: Retry

    async def read(self, call: Call, reader: Callable[[Answer], T]) -> T:
        """What `reader` makes of a successful answer. Raises errors of `bot.domain.errors`."""

        async def once() -> T:
            answer = await self.transport.send(call)
            self._check(call, answer)
            return await beside(answer.body, lambda _: reader(answer))

        return await self.retry.run(once, monotonic=self.transport.clock.monotonic)

    async def write(self, call: Call) -> None:
        """Send once; who sends again has to prove that nothing came of it. An answer that is neither a refusal nor Zadig's plain success is OutcomeUnknown."""
        answer = await self.transport.send(call)
        self._check(call, answer)
        try:
            read_success(answer)
        except Unreadable as error:
            raise OutcomeUnknown(
                "Zadig answered, but its answer cannot be understood.", raw=error.raw
            ) from error

    def _check(self, call: Call, answer: Answer) -> None:
        """Raises what an answer means that is not a success; remembers whether it refuses the token."""
        problem = failure(call, answer)
        self.transport.token_refused = isinstance(problem, Unauthorized)
        self.transport.heard_at = self.transport.clock.monotonic()
        if problem:
            raise problem
