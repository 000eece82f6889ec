"""Answers a POST on a response_url, `/hooks/{kind}/{secret}`: the text `ok`, or an error code and its status."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.sandbox.slack.answering import use
from bot.sandbox.slack.arguments import Arguments, read_arguments
from bot.sandbox.slack.connection import DroppedConnection
from bot.sandbox.slack.errors import ApiError
from bot.sandbox.slack.web_api.server import BEFORE, broken
from bot.sandbox.slack.workspace import Workspace

FAULT_NAME = "hooks"
_OK, _BAD_REQUEST = 200, 400


async def answer_hook(workspace: Workspace, request: Request) -> Response:
    """400 for what chat.postMessage refuses, 404 for spent and old URLs, 429 for too many messages."""
    started = workspace.clock.now()
    arguments = Arguments({})
    try:
        arguments, _ = await read_arguments(request)
        response = await _answered(workspace, request, arguments)
    except ApiError as error:
        response = _refused(error)
    dropped = isinstance(response, DroppedConnection)
    workspace.traffic.record(
        "hook",
        f"hooks/{request.path_params['kind']}",
        status="dropped" if dropped else response.status_code,
        started=started,
        request=arguments.values,
        response=bytes(response.body).decode(),
    )
    return response


async def _answered(workspace: Workspace, request: Request, arguments: Arguments) -> Response:
    fault = workspace.faults.take("api", FAULT_NAME)
    if fault is not None and fault.kind == "slow":
        await workspace.clock.sleep(fault.seconds)
    if fault is not None and fault.kind in BEFORE:
        return broken(fault)[0]
    use(workspace, request.path_params["kind"], request.path_params["secret"], arguments)
    if fault is not None and fault.kind == "drop_after":
        return DroppedConnection()
    return PlainTextResponse("ok")


def _refused(error: ApiError) -> Response:
    status = _BAD_REQUEST if error.status == _OK else error.status
    headers = {"Retry-After": str(error.extra["retry_after"])} if "retry_after" in error.extra else {}
    return PlainTextResponse(error.code, status_code=status, headers=headers)
