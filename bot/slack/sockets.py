"""Socket Mode: connections that are watched and rebuilt, because the SDK can loop for ever on a stale ticket."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp

from bot.domain.secrets import for_operators

log = logging.getLogger(__name__)

# The number that makes each of the SDK's texts a new one.
_SESSION = re.compile(r"\(?s_-?\d+\)?")
# Slack's own word for what it refuses.
_CODE = re.compile(r"'error': '([a-z][a-z0-9_]{1,60})'")


@dataclass(frozen=True, kw_only=True, slots=True)
class SocketPolicy:
    """How many connections, and how patient; seconds.

    Two `connections` leave no gap while Slack refreshes one of them. Each is tested every `ping`, which is also how often
    the SDK tries again. One that is down for longer than `timeout_seconds` is thrown away and built anew. `look` is how often
    that is looked at, `closing` how long a connection may take to say good-bye.
    """

    connections: int = 2
    ping: float = 5.0
    timeout_seconds: float = 20.0
    look: float = 0.5
    closing: float = 1.0


class Sockets:
    def __init__(self, app: AsyncApp, app_token: str, *, policy: SocketPolicy | None = None) -> None:
        self._app = app
        self._token = app_token
        self._policy = policy or SocketPolicy()
        self._handlers: set[AsyncSocketModeHandler] = set()
        self._lines = [_Line(f"socket {number}") for number in range(self._policy.connections)]

    def renew(self, app_token: str) -> None:
        """Use another token from now on; connections that stand are kept."""
        self._token = app_token
        for handler in self._handlers:
            handler.client.app_token = app_token

    @property
    def connected(self) -> int:
        return sum(line.up for line in self._lines)

    @property
    def problem(self) -> str:
        """Empty while at least one stands; all that Slack or others say of it is in the log, here only Slack's code."""
        if self.connected:
            return ""
        codes = [found[1] for line in self._lines if (found := _CODE.search(line.trouble))]
        return f"no connection stands: {codes[0]}" if codes else "no connection stands"

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Keep them open until the block ends; does not wait for the first to stand."""
        tasks = [asyncio.create_task(self._keep(line), name=line.socket) for line in self._lines]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _keep(self, line: "_Line") -> None:
        while True:
            handler = AsyncSocketModeHandler(
                self._app, self._token, logger=line.sdk, ping_interval=self._policy.ping
            )
            handler.client.proxy = self._app.client.proxy  # it has looked for one itself, see `proxy_for`
            self._handlers.add(handler)
            connecting = asyncio.create_task(handler.connect_async())  # type: ignore[no-untyped-call]
            try:
                await self._watch(line, handler)
            finally:
                line.is_up(up=False)
                self._handlers.discard(handler)
                connecting.cancel()
                await self._close(handler)

    async def _watch(self, line: "_Line", handler: AsyncSocketModeHandler) -> None:
        """Returns when the connection has been down for too long."""
        loop = asyncio.get_running_loop()
        last_up = loop.time()
        while loop.time() - last_up < self._policy.timeout_seconds:
            line.is_up(up=await handler.client.is_connected())
            if line.up:
                last_up = loop.time()
            await asyncio.sleep(self._policy.look)
        log.warning("socket rebuilt", extra={"action": "socket_rebuilt", "socket": line.socket})

    async def _close(self, handler: AsyncSocketModeHandler) -> None:
        """A connection whose other end has vanished does not close by itself."""
        client = handler.client
        with suppress(Exception):  # whatever a broken connection says when it is closed
            async with asyncio.timeout(self._policy.closing):
                await handler.close_async()  # type: ignore[no-untyped-call]
        for task in (client.message_processor, client.current_session_monitor, client.message_receiver):
            if task is not None:
                task.cancel()
        await client.aiohttp_client_session.close()


class _Line(logging.Handler):
    """One connection as operators see it: each change is said once, and each trouble once until it stands again.

    The SDK says the same every few seconds, with a traceback: `sdk` is the logger that it is given instead of its own.
    """

    def __init__(self, socket: str) -> None:
        super().__init__()
        self.socket = socket
        self.up = False
        self.trouble = ""
        self._said: set[str] = set()
        self.sdk = logging.Logger(socket, logging.WARNING)  # noqa: LOG001 - no other handler is to hear it
        self.sdk.addHandler(self)

    def is_up(self, *, up: bool) -> None:
        if up != self.up:
            self.up = up
            log.info("socket", extra={"action": "socket_up" if up else "socket_down", "socket": self.socket})
        if up:
            self.trouble = ""
            self._said.clear()

    def emit(self, record: logging.LogRecord) -> None:
        self.trouble = for_operators(_SESSION.sub("", record.getMessage()))
        if self.trouble not in self._said:
            self._said.add(self.trouble)
            fields = {"action": "socket_trouble", "socket": self.socket, "error": self.trouble}
            log.warning("socket trouble", extra=fields)
