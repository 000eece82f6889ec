"""What a user or a channel used last, so that the next form opens on it."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.domain.ports import Clock
from bot.domain.stores import HabitStore
from bot.services.tolerating import tolerating_store_down

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class FormHabits:
    """Habits of a form, by channel and by person of a workspace; `content` only the form's own module reads.

    `team` is the workspace's id, empty while that is not known; what was remembered before it was is still found.
    Nothing here raises: a form opens without its habits while the database is away, and a success stays one.
    """

    kept: HabitStore
    clock: Clock
    team: Callable[[], str] = str

    @property
    def now(self) -> datetime:
        """The time in UTC; which day that is depends on where a person is."""
        return self.clock.now()

    async def last_project(self, form: str, *, user: str, channel: str) -> str:
        """The project that was used last in the channel, else by the person anywhere; empty if there is none."""
        return await self._first(*self._keys(form, f"channel/{channel}"), *self._keys(form, f"person/{user}"))

    async def habits(self, form: str, *, user: str, channel: str, project: str) -> str:
        """What the person used last for the project, else what was used last for it in the channel; empty for nothing."""
        return await self._first(
            *self._keys(form, f"person/{user}/project/{project}"),
            *self._keys(form, f"channel/{channel}/project/{project}"),
        )

    async def remember(self, form: str, content: str, *, user: str, channel: str, project: str) -> None:
        """Of a form that was sent with success."""
        now = self.clock.unix()
        places = (self._keys(form, f"channel/{channel}")[0], self._keys(form, f"person/{user}")[0])
        with tolerating_store_down(log, "not remembered"):
            for place in places:
                await self.kept.remember(place, project, now=now)
                await self.kept.remember(f"{place}/project/{project}", content, now=now)

    def _keys(self, form: str, what: str) -> tuple[str, ...]:
        """The key under which it is kept, and the one under which earlier releases kept it."""
        team = self.team()
        return (f"{form}/team/{team}/{what}", f"{form}/{what}") if team else (f"{form}/{what}",)

    async def _first(self, *keys: str) -> str:
        with tolerating_store_down(log, "not recalled"):
            for key in keys:
                if found := await self.kept.recall(key):
                    return found
        return ""
