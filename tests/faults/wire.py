"""A door in the wire: a TCP proxy that can be shut, reopened, or made to swallow everything."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

State = Literal["open", "shut", "silent"]


class Door:
    """Listens on one port for all of its life and passes bytes to another one.

    `shut`: connections are refused, standing ones reset. `silent`: nothing is refused, and nothing passes.
    """

    def __init__(self, port: int) -> None:
        self._target = port
        self._server: asyncio.Server | None = None
        self._passing: set[asyncio.Task[None]] = set()
        self._loud = asyncio.Event()
        self.port = 0
        self.disturbed = 0

    async def set(self, state: State) -> None:
        self.disturbed += state != "open"
        if state == "shut":
            await self._stop()
            return
        if self._server is None:
            self._server = await asyncio.start_server(self._connected, "127.0.0.1", self.port)
            self.port = self._server.sockets[0].getsockname()[1]
        if state == "silent":
            self._loud.clear()
        else:
            self._loud.set()

    async def _stop(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for task in self._passing:
            task.cancel()
        await asyncio.gather(*self._passing, return_exceptions=True)

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._pass(reader, writer))
        self._passing.add(task)
        task.add_done_callback(self._passing.discard)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers = [writer]
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self._target)
            writers.append(back)
            await asyncio.gather(self._copy(reader, back), self._copy(there, writer))
        except OSError:
            pass
        finally:
            for one in writers:
                one.transport.abort()

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            await self._loud.wait()
            writer.write(data)
            await writer.drain()
        writer.close()


@asynccontextmanager
async def door_to(port: int) -> AsyncIterator[Door]:
    door = Door(port)
    await door.set("open")
    try:
        yield door
    finally:
        await door.set("shut")
