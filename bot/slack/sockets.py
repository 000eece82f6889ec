"""Socket Mode: connections that are watched and rebuilt, because the SDK can loop for ever on a stale ticket."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp

log = logging.getLogger(__name__)

# Two connections leave no gap while Slack refreshes one of them.
CONNECTIONS = 2
PING_SECONDS = 5.0
# A connection that is down for longer is thrown away and built anew.
PATIENCE_SECONDS = 20.0
LOOK_SECONDS = 2.0


class Sockets:
    """The bot's connections to Slack."""

    def __init__(self, app: AsyncApp, app_token: str, *, connections: int = CONNECTIONS) -> None:
        self._app = app
        self._token = app_token
        self._keepers = [f"socket {number}" for number in range(connections)]
        self._connected: set[str] = set()

    @property
    def connected(self) -> int:
        """How many stand right now."""
        return len(self._connected)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Keep them open until the block ends; does not wait for the first to stand."""
        tasks = [asyncio.create_task(self._keep(name), name=name) for name in self._keepers]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _keep(self, name: str) -> None:
        while True:
            handler = AsyncSocketModeHandler(self._app, self._token, ping_interval=PING_SECONDS)
            connecting = asyncio.create_task(handler.connect_async())  # type: ignore[no-untyped-call]
            try:
                await self._watch(name, handler)
            finally:
                self._connected.discard(name)
                await _close(handler, connecting)

    async def _watch(self, name: str, handler: AsyncSocketModeHandler) -> None:
        """Returns when the connection has been down for too long."""
        loop = asyncio.get_running_loop()
        last_up = loop.time()
        while loop.time() - last_up < PATIENCE_SECONDS:
            if await handler.client.is_connected():
                last_up = loop.time()
                self._connected.add(name)
            else:
                self._connected.discard(name)
            await asyncio.sleep(LOOK_SECONDS if name in self._connected else 0.1)
        log.warning("socket rebuilt", extra={"action": "socket_rebuilt", "socket": name})


async def _close(handler: AsyncSocketModeHandler, connecting: asyncio.Task[None]) -> None:
    connecting.cancel()
    with suppress(asyncio.CancelledError, Exception):  # whatever a broken connection says when it is closed
        await connecting
    with suppress(Exception):
        await handler.close_async()  # type: ignore[no-untyped-call]
