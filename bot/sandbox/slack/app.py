"""The workspace as an ASGI application: Web API, response_urls, Socket Mode, control API and the page."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from bot.sandbox.slack.control import control_routes
from bot.sandbox.slack.response_urls import answer_hook
from bot.sandbox.slack.web_api import answer_call
from bot.sandbox.slack.workspace import Workspace
from bot.sandbox.visitors import OwnPageOnly

PAGE = Path(__file__).parent / "page"
FRESH = {"Cache-Control": "no-cache"}
NO_PAGE = "This is a Slack workspace for programs: /api/{method}, /link/, /_control/…\n"


def build_app(workspace: Workspace) -> Starlette:
    """The workspace's application.

    Its lifespan is `workspace.running()`; where it is mounted into another application, whose lifespan alone runs,
    that one has to enter `workspace.running()`.
    """

    async def api(request: Request) -> Response:
        return await answer_call(workspace, request)

    async def hook(request: Request) -> Response:
        return await answer_hook(workspace, request)

    async def link(websocket: WebSocket) -> None:
        await workspace.sockets.serve(websocket)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with workspace.running():
            yield

    return Starlette(
        routes=[
            Route("/api/{method}", api, methods=["GET", "POST"]),
            Route("/hooks/{kind}/{secret}", hook, methods=["POST"]),
            WebSocketRoute("/link/", link),
            Route("/archives/{channel}/{message}", _permalink),
            Route("/services/{rest:path}", _not_here, methods=["GET", "POST"]),
            Route("/oauth/{rest:path}", _not_here, methods=["GET", "POST"]),
            Mount("/_control", routes=control_routes(workspace)),
            *_page_routes(),
        ],
        middleware=[Middleware(OwnPageOnly), Middleware(_Addressed, workspace=workspace)],
        lifespan=lifespan,
    )


class _PageFiles(StaticFiles):
    """The page's files; a browser asks each time whether they have changed, so that an upgrade is seen at once."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers.update(FRESH)
        return response


def _page_routes() -> list[Route | Mount]:
    files = _PageFiles(directory=PAGE, check_dir=False)
    return [Mount("/_page", files), Route("/", _page)]


async def _page(_: Request) -> Response:
    index = PAGE / "index.html"
    return FileResponse(index, headers=FRESH) if index.exists() else PlainTextResponse(NO_PAGE)


async def _permalink(request: Request) -> Response:
    """Permalinks lead to the page, at the message."""
    channel, message = request.path_params["channel"], request.path_params["message"]
    return RedirectResponse(f"../../#/{channel}/{message}")


async def _not_here(_: Request) -> Response:
    """Incoming webhooks and the pages of OAuth."""
    return PlainTextResponse("not_in_this_sandbox", 404)


class _Addressed:
    """Tells the workspace under which address it is being asked, and whether by a program."""

    def __init__(self, app: ASGIApp, workspace: Workspace) -> None:
        self._app = app
        self._workspace = workspace

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            own_root = Request(scope).url.replace(path=scope.get("root_path", "") + "/", query="")
            by_program = Request(scope).url.path.startswith(own_root.path + "api/")
            self._workspace.seen_at(str(own_root), by_program=by_program)
        await self._app(scope, receive, send)
