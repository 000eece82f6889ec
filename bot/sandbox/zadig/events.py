"""Tells whoever is watching what has changed, in numbered events."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.sandbox.zadig.model import Json

BACKLOG = 2_000
"""A watcher that is further behind than this is cut off; it reads the whole state again when it comes back."""


class Events:
    def __init__(self) -> None:
        self.seq = 0
        self._queues: set[asyncio.Queue[Json | None]] = set()

    @property
    def is_watched(self) -> bool:
        return bool(self._queues)

    def publish(self, type: str, /, **fields: object) -> None:  # noqa: A002 - the wire's own name
        """Sends `{"seq", "type", **fields}` to everyone who is watching."""
        self.seq += 1
        event: Json = {"seq": self.seq, "type": type, **fields}
        for queue in list(self._queues):
            if queue.qsize() >= BACKLOG:
                self._end(queue)
            else:
                queue.put_nowait(event)

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[asyncio.Queue[Json | None]]:
        """A queue of the events from now on, `hello` first; None in it means the end."""
        queue: asyncio.Queue[Json | None] = asyncio.Queue()
        queue.put_nowait({"seq": self.seq, "type": "hello"})
        self._queues.add(queue)
        try:
            yield queue
        finally:
            self._queues.discard(queue)

    def close(self) -> None:
        """Ends every stream, so that a server can shut down."""
        for queue in list(self._queues):
            self._end(queue)

    def _end(self, queue: asyncio.Queue[Json | None]) -> None:
        self._queues.discard(queue)
        queue.put_nowait(None)
