"""The routes of the control API, in one table, and how their calls are read and answered."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from bot.sandbox.slack.control import people, requests, world
from bot.sandbox.slack.control.snapshot import people as people_shown
from bot.sandbox.slack.control.snapshot import snapshot
from bot.sandbox.slack.errors import NotPossibleError
from bot.sandbox.slack.faults import API_KINDS, DELIVERY_KINDS, Fault
from bot.sandbox.slack.interactions import acting
from bot.sandbox.slack.json_answers import AsciiJSON
from bot.sandbox.slack.model import Json
from bot.sandbox.slack.workspace import Workspace

BodyType = TypeVar("BodyType", bound=BaseModel)
Act = Callable[[Workspace, Any], Awaitable[Json]]

ACTS: Mapping[str, tuple[type[BaseModel], Act]] = {
    "type": (requests.TypeText, people.type_text),
    "click": (requests.UseElement, people.click),
    "input": (requests.FillElement, people.fill),
    "suggest": (requests.Suggest, people.suggest),
    "submit": (requests.Submit, people.submit),
    "close": (requests.Close, people.close),
    "open_home": (requests.OpenHome, people.open_home),
    "shortcut": (requests.RunShortcut, people.run_shortcut),
    "read": (requests.Read, people.read),
    "channels": (requests.CreateChannel, world.create_channel),
    "membership": (requests.Membership, world.membership),
    "account": (requests.Account, world.account),
    "organisation": (requests.Organisation, world.organisation),
    "archive": (requests.Archive, world.archive),
    "share": (requests.Share, world.share),
    "faults": (Fault, world.add_fault),
    "token": (requests.Token, world.token),
    "limits": (requests.Limits, world.limits),
    "clock": (requests.ClockChange, world.change_clock),
    "app": (requests.AppChange, world.change_app),
    "probe": (requests.Probe, world.probe),
    "sockets": (requests.SocketChange, world.disconnect_sockets),
    "reset": (requests.Nothing, world.reset),
}
"""`POST /_control/{name}` → the shape of its body, and what it does."""

LOOKS: Mapping[str, Callable[[Workspace, Request], Json]] = {
    "people": lambda workspace, _: people_shown(workspace),
    "state": lambda workspace, request: snapshot(workspace, acting.person(workspace, _user(request))),
    "traffic": lambda workspace, request: {"entries": workspace.traffic.after(_number(request, "after"))},
    "faults": lambda workspace, _: {
        "faults": workspace.faults.listed(),
        "kinds": {"api": API_KINDS, "delivery": DELIVERY_KINDS},
    },
}
"""`GET /_control/{name}` → what it shows."""


def control_routes(workspace: Workspace) -> list[Route]:
    async def act(request: Request) -> Response:
        return await _answered(_act(workspace, request))

    async def look(request: Request) -> Response:
        return await _answered(_look(workspace, request))

    async def watch(request: Request) -> Response:
        return await _watch(workspace, request)

    async def clear_faults(request: Request) -> Response:
        workspace.faults.clear(request.query_params.get("id"))
        return AsciiJSON({"ok": True, "faults": workspace.faults.listed()})

    return [
        Route("/events", watch, methods=["GET"]),
        Route("/faults", clear_faults, methods=["DELETE"]),
        Route("/{name}", act, methods=["POST"]),
        Route("/{name}", look, methods=["GET"]),
    ]


async def _answered(work: Awaitable[Json]) -> Response:
    try:
        return AsciiJSON({"ok": True, **await work})
    except NotPossibleError as error:
        return AsciiJSON(error.body(), status_code=400)


async def _act(workspace: Workspace, request: Request) -> Json:
    name = request.path_params["name"]
    if name not in ACTS:
        raise NotPossibleError("no_such_call", f"POST one of {', '.join(ACTS)}")
    shape, act = ACTS[name]
    return await act(workspace, _read(shape, await request.body()))


async def _look(workspace: Workspace, request: Request) -> Json:
    name = request.path_params["name"]
    if name not in LOOKS:
        raise NotPossibleError("no_such_call", f"GET one of {', '.join(LOOKS)}, events")
    return LOOKS[name](workspace, request)


def _read(shape: type[BodyType], body: bytes) -> BodyType:
    """Half a surrogate pair is taken as JSON writes it: a real client sends what its limit has cut in two."""
    try:
        return shape.model_validate(json.loads(body or b"{}"))
    except ValueError as error:
        if not isinstance(error, ValidationError):
            raise NotPossibleError("invalid_body", f": Invalid JSON: {error}") from error
        reasons = [f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()]
        raise NotPossibleError("invalid_body", "; ".join(reasons)) from error


def _user(request: Request) -> str:
    return request.query_params.get("user", "")


def _number(request: Request, name: str) -> int:
    try:
        return int(request.query_params.get(name, "0"))
    except ValueError:
        raise NotPossibleError("invalid_number", f"{name} is a whole number") from None


async def _watch(workspace: Workspace, request: Request) -> Response:
    try:
        who = acting.person(workspace, _user(request))
    except NotPossibleError as error:
        return AsciiJSON(error.body(), status_code=400)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(watched(workspace, who.id), media_type="text/event-stream", headers=headers)


async def watched(workspace: Workspace, user: str) -> AsyncIterator[str]:
    """This person's events as Server-Sent Events, until the stream is closed."""
    async with workspace.stream.watching(user) as queue:
        while (event := await queue.get()) is not None:
            yield f"id: {event['seq']}\ndata: {json.dumps(event)}\n\n"
