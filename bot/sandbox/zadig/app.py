"""The local Zadig over HTTP: its API, its control API, and the ticker that tells watchers what time has changed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.datastructures import QueryParams
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.types import Receive, Scope, Send

from bot.sandbox.tasks import Tasks
from bot.sandbox.visitors import OwnPageOnly
from bot.sandbox.zadig import control
from bot.sandbox.zadig.answers import Answer
from bot.sandbox.zadig.exchange import Call
from bot.sandbox.zadig.gateway import answer
from bot.sandbox.zadig.zadig import Zadig

TICK_SECONDS = 0.25


class DroppedConnectionError(ConnectionError):
    """The connection was to be closed without an answer, but there is no connection: the call came in-process."""


def build_app(zadig: Zadig) -> Starlette:
    """Serves `/openapi/…`, `/api/…` and `/_control/…`; whoever mounts it runs `running(zadig)` beside it."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with running(zadig):
            yield

    return Starlette(
        routes=[Mount("/_control", routes=control.routes(zadig)), Mount("/", app=Gateway(zadig))],
        middleware=[Middleware(OwnPageOnly)],
        lifespan=lifespan,
    )


@asynccontextmanager
async def running(zadig: Zadig, *, every: float = TICK_SECONDS) -> AsyncIterator[Zadig]:
    """Lets versions move before the eyes of those who watch, every so many seconds; states need no ticker."""
    tasks = Tasks()
    tasks.start(_tick(zadig, every))
    try:
        yield zadig
    finally:
        await tasks.cancel()
        zadig.events.close()


async def _tick(zadig: Zadig, every: float) -> None:
    while True:
        zadig.tick()
        await asyncio.sleep(every)


class Gateway:
    """The ASGI side of a Zadig's API."""

    def __init__(self, zadig: Zadig) -> None:
        self._zadig = zadig

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """`receive` is the server's own, so that a connection can be cut."""
        given = await answer(self._zadig, await _call(Request(scope, receive)))
        if given.cut:
            await cut_connection(receive)
        else:
            await _response(given)(scope, receive, send)


async def _call(request: Request) -> Call:
    mount = request.scope.get("root_path", "")
    query = QueryParams(request.scope["query_string"])
    return Call(
        method=request.method,
        path=request.scope["path"].removeprefix(mount),
        query={name: query.getlist(name)[0] for name in query},
        query_string=request.scope["query_string"].decode("latin-1"),
        authorization=request.headers.get("authorization", ""),
        body=await request.body(),
        mount=mount,
    )


def _response(given: Answer) -> Response:
    headers = dict(given.headers)
    if given.media_type:
        headers["content-type"] = given.media_type
    return Response(given.body, given.status, headers)


async def cut_connection(receive: Receive) -> None:
    """Closes the connection under an unanswered request, the way a dying server does.

    ASGI has no word for it. uvicorn's `receive` is a method of an object that holds the transport, in both of its
    HTTP implementations; a `receive` of any other kind gets DroppedConnectionError.
    """
    transport = getattr(getattr(receive, "__self__", None), "transport", None)
    abort = getattr(transport, "abort", None)
    if abort is None:
        raise DroppedConnectionError("the connection was closed without an answer")
    abort()
    while (await receive())["type"] != "http.disconnect":
        pass
