"""Closes a client's connection without an answer, as networks do."""

import asyncio
from typing import Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send


class ConnectionDroppedError(ConnectionError):
    """Raised instead where there is no connection to close: under an in-process transport."""


class DroppedConnection(Response):
    """An answer that never comes: the connection is aborted before its first byte."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        transport = _uvicorn_transport()
        if transport is None:
            raise ConnectionDroppedError("the workspace was told to drop this connection")
        transport.abort()
        while (await receive())["type"] != "http.disconnect":
            pass


def _uvicorn_transport() -> Any:
    """The socket below the current request.

    ASGI has no way to close a connection unanswered, and outer applications wrap `send`; but uvicorn runs each
    request in a task whose coroutine is a method of its request cycle, and that knows the transport.
    """
    task = asyncio.current_task()
    frame = getattr(task.get_coro(), "cr_frame", None) if task is not None else None
    cycle = frame.f_locals.get("self") if frame is not None else None
    return getattr(cycle, "transport", None)
