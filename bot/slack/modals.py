"""The modals on a user's screen: opening, pushing and changing them, and which of several redraws counts."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from weakref import WeakValueDictionary

from bot.domain.errors import Refused
from bot.slack.api import SlackApi, TriggerSpent
from bot.slack.views.blocks import Message, View


class TooLate(Refused):
    """Slack gives three seconds to open a modal."""

    remedy = "Please try again."


@dataclass(frozen=True, kw_only=True, slots=True)
class Modals:
    """Those of one interaction: `clicked_in` is the id of the modal in which it happens, empty elsewhere."""

    slack_api: SlackApi
    user: str
    trigger_id: str
    clicked_in: str

    async def open(self, view: View) -> str:
        """Open it within the trigger's three seconds, or in the modal that was clicked in; its view id. Raises TooLate."""
        if self.clicked_in:
            await self.slack_api.update(self.clicked_in, view)
            return self.clicked_in
        try:
            return await self.slack_api.open(self.trigger_id, view)
        except TriggerSpent as error:
            raise TooLate("The form could not open: it took more than three seconds.") from error

    async def push(self, view: View, *, what: str) -> None:
        """Lay it over the modal that was clicked in. Raises TooLate, which says `what` could not open."""
        try:
            await self.slack_api.push(self.trigger_id, view)
        except TriggerSpent as error:
            raise TooLate(f"{what} could not open: it took more than three seconds.") from error

    async def update(self, view_id: str, view: View, *, otherwise: Message | None = None) -> None:
        """Change it; if the user has closed it, say `otherwise` in a direct message."""
        if not await self.slack_api.update(view_id, view) and otherwise is not None:
            await self.slack_api.message(self.user, otherwise)


class LatestOnly:
    """Says of several pieces of work on one thing which was begun last, and lets them end one at a time.

    Knows only what is under way in this process.
    """

    def __init__(self) -> None:
        self._newest: dict[str, object] = {}
        self._ending: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @contextmanager
    def take(self, key: str) -> Iterator[Callable[[], bool]]:
        """Begin; the callable tells whether nothing newer has begun since."""
        mine = self._newest[key] = object()
        try:
            yield lambda: self._newest.get(key) is mine
        finally:
            if self._newest.get(key) is mine:
                del self._newest[key]

    @asynccontextmanager
    async def alone(self, key: str) -> AsyncIterator[None]:
        """While nothing else is here with the same key."""
        lock = self._ending.setdefault(key, asyncio.Lock())
        async with lock:
            yield
