"""Work of people in its turn, and what those are told who have too much of it waiting."""

import logging

from bot.domain.errors import StoreDown
from bot.services.access import Actor
from bot.services.fair_queue import FairQueue, Start, TooManyWaiting
from bot.slack.context import Context, Shared
from bot.slack.views.message import Message
from bot.slack.views.problem import problem

log = logging.getLogger(__name__)


class Admission:
    """Lets the work of people begin in turn; `shared` knows where it runs and how people are answered."""

    def __init__(self, shared: Shared) -> None:
        self._tasks = shared.tasks
        self._reporter = shared.reporter
        self._first_time = shared.first_time
        self._queue = FairQueue(shared.tasks)

    def refusal(self, user: str) -> Message | None:
        """What to answer at once to somebody whose next command would not be taken."""
        try:
            self._queue.check(user)
        except TooManyWaiting as error:
            return problem(error, reference=self._reporter.note(error)[1])
        return None

    def start(self, ctx: Context, work: Start, *, key: str, name: str) -> None:
        """When it is this person's turn, once for each key; what goes wrong is told where they are, also that it was not taken."""
        user = ctx.actor.user
        try:
            self._queue.start(
                user, lambda: self._reporter.run(self._once(ctx.actor, key, work), ctx.target), name=name
            )
        except TooManyWaiting as error:
            self._tasks.start(self._reporter.run(_raised(error), ctx.target), name=name)

    async def _once(self, actor: Actor, key: str, work: Start) -> None:
        """Slack sends some things twice. Those who may look at nothing are told so, whatever they want."""
        if await self._is_first(key):
            await actor.must_be_let_in()
            await work()
        else:
            log.info("delivered twice", extra={"action": "delivered_twice", "key": key})

    async def _is_first(self, key: str) -> bool:
        """A database that is away must not keep people from reading."""
        try:
            return not key or await self._first_time(key)
        except StoreDown:
            return True


async def _raised(error: TooManyWaiting) -> None:
    raise error
