"""Calls with their answers read: reads are repeated as the policy says, writes are sent once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from bot.domain.errors import OutcomeUnknown, Unauthorized, Unreadable
from bot.zadig.calls import Answer, Call
from bot.zadig.failures import failure
from bot.zadig.retrying import Retry
from bot.zadig.transport import Transport, beside
from bot.zadig.wire import read_success

T = TypeVar("T")


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
