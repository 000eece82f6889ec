"""Tells the screens that are watching what has changed, each person only what they may see."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from bot.sandbox.slack.model import Json

BACKLOG = 2_000
"""A screen that is further behind than this is cut off; it reads the whole state again when it comes back."""


class Stream:
    """Numbered events for any number of screens."""

    def __init__(self) -> None:
        self.seq = 0
        self._screens: dict[asyncio.Queue[Json | None], str] = {}

    def publish(self, type: str, /, *, to: Callable[[str], bool] | None = None, **fields: object) -> None:  # noqa: A002 - the wire's own name
        """Sends `{"seq", "type", **fields}` to the screens of the people for whom `to` holds (default: all)."""
        self.seq += 1
        event: Json = {"seq": self.seq, "type": type, **fields}
        for queue, user in list(self._screens.items()):
            if to is None or to(user):
                self._put(queue, event)

    def _put(self, queue: asyncio.Queue[Json | None], event: Json) -> None:
        if queue.qsize() >= BACKLOG:
            self._screens.pop(queue, None)
            queue.put_nowait(None)
        else:
            queue.put_nowait(event)

    @property
    def is_watched(self) -> bool:
        return bool(self._screens)

    def is_watched_by(self, user: str) -> bool:
        return user in self._screens.values()

    @asynccontextmanager
    async def watching(self, user: str) -> AsyncIterator[asyncio.Queue[Json | None]]:
        """A queue of this person's events from now on, `hello` first; None in it means the end."""
        queue: asyncio.Queue[Json | None] = asyncio.Queue()
        queue.put_nowait({"seq": self.seq, "type": "hello"})
        self._screens[queue] = user
        try:
            yield queue
        finally:
            self._screens.pop(queue, None)

    def close(self) -> None:
        """Ends every screen's stream, so that a server can shut down."""
        for queue in list(self._screens):
            queue.put_nowait(None)
        self._screens.clear()
