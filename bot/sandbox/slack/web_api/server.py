"""Answers one request to the Web API: faults, token, limits, scopes, the method, and the shape of the answer."""

from starlette.requests import Request
from starlette.responses import Response

from bot.sandbox.slack.arguments import Arguments, read_arguments
from bot.sandbox.slack.connection import DroppedConnection
from bot.sandbox.slack.errors import ApiError
from bot.sandbox.slack.faults import Fault
from bot.sandbox.slack.json_answers import AsciiJSON
from bot.sandbox.slack.model import Json
from bot.sandbox.slack.rate_limits import too_many
from bot.sandbox.slack.web_api.call import Call
from bot.sandbox.slack.web_api.routes import ROUTES, Route
from bot.sandbox.slack.workspace import Workspace

USER_TOKEN = "xoxp-"  # noqa: S105 - how all of them begin
APP_LEVEL_SCOPES = ("connections:write",)
MAINTENANCE_PAGE = "<!DOCTYPE html><title>Server Error | Slack</title><h1>Server Error</h1>"
MALFORMED_METADATA = {"event_type": ""}
BEFORE = frozenset({"429", "500", "503", "error", "html", "drop_before"})
"""The faults that strike before anything has happened."""


async def answer_call(workspace: Workspace, request: Request) -> Response:
    """The answer to `/api/{method}`, remembered in the traffic."""
    method = request.path_params["method"]
    started = workspace.clock.now()
    arguments = Arguments({})
    try:
        arguments, warnings = await read_arguments(request)
        fault = workspace.faults.take("api", method, channel=arguments.values.get("channel"))
        if fault is not None and fault.kind == "slow":
            await workspace.clock.sleep(fault.seconds)
        if fault is not None and fault.kind == "metadata" and "metadata" in arguments:
            arguments = Arguments(arguments.values | {"metadata": MALFORMED_METADATA})
        if fault is not None and fault.kind in BEFORE:
            response, body = broken(fault)
        else:
            response, body = await _served(workspace, method, request, arguments, warnings)
            if fault is not None:
                response = _broken_after(fault, response)
    except ApiError as error:
        response, body = refused(error)
    status = "dropped" if isinstance(response, DroppedConnection) else response.status_code
    workspace.traffic.record(
        "api", method, status=status, started=started, request=arguments.values, response=body
    )
    return response


async def _served(
    workspace: Workspace, method: str, request: Request, arguments: Arguments, warnings: list[str]
) -> tuple[Response, Json]:
    route = ROUTES.get(method)
    if route is None:
        raise ApiError("not_in_this_sandbox", detail=f"{method} is not among: {', '.join(ROUTES)}")
    scopes, is_app_level = _authenticated(workspace, route, _token(request, arguments))
    headers = {"x-oauth-scopes": ",".join(scopes), "x-accepted-oauth-scopes": ",".join(route.scopes)}
    try:
        workspace.limits.call(method, route.tier)
        call = Call(
            workspace=workspace,
            arguments=arguments,
            scopes=scopes,
            is_app_level=is_app_level,
            warnings=warnings,
        )
        call.require_scope(*route.scopes)
        body = _with_warnings({"ok": True, **await route.handler(call)}, warnings)
    except ApiError as error:
        response, body = refused(error)
        response.headers.update(headers)
        return response, body
    return AsciiJSON(body, headers=headers), body


def _token(request: Request, arguments: Arguments) -> str | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else arguments.text("token")


def _authenticated(workspace: Workspace, route: Route, token: str | None) -> tuple[tuple[str, ...], bool]:
    """The scopes of the token, and whether it is an app-level one; Slack's errors for tokens otherwise."""
    if route.caller == "none":
        return (), False
    if token is None:
        raise ApiError("not_authed")
    is_app_level = token == workspace.settings.app_token
    if token.startswith(USER_TOKEN):
        raise ApiError("not_in_this_sandbox", detail="user tokens are not")
    if not is_app_level and token != workspace.settings.bot_token:
        raise ApiError("invalid_auth")
    if not is_app_level and workspace.is_revoked:
        raise ApiError("token_revoked")
    if route.caller != "any" and is_app_level != (route.caller == "app"):
        raise ApiError("not_allowed_token_type")
    return (APP_LEVEL_SCOPES if is_app_level else workspace.app.scopes), is_app_level


def _with_warnings(body: Json, warnings: list[str]) -> Json:
    if not warnings:
        return body
    metadata = body.get("response_metadata", {}) | {"warnings": warnings}
    return body | {"warning": ",".join(warnings), "response_metadata": metadata}


def refused(error: ApiError) -> tuple[Response, Json]:
    """The answer of an error; ratelimited carries Retry-After."""
    body = error.body()
    headers = {}
    if (retry_after := body.pop("retry_after", None)) is not None:
        headers["Retry-After"] = str(retry_after)
    return AsciiJSON(body, status_code=error.status, headers=headers), body


def broken(fault: Fault) -> tuple[Response, Json]:
    """The answer of a fault that strikes before the work."""
    match fault.kind:
        case "429":
            return refused(too_many(fault.retry_after))
        case "500":
            return refused(ApiError("internal_error", status=500))
        case "503":
            return refused(ApiError("service_unavailable", status=503))
        case "html":
            return Response(MAINTENANCE_PAGE, status_code=503, media_type="text/html"), {
                "html": MAINTENANCE_PAGE
            }
        case "drop_before":
            return DroppedConnection(), {}
        case _:
            return refused(ApiError(fault.error))


def _broken_after(fault: Fault, response: Response) -> Response:
    """What a fault makes of the answer to work that was done."""
    match fault.kind:
        case "drop_after":
            return DroppedConnection()
        case "fatal":
            return AsciiJSON({"ok": False, "error": "fatal_error"})
        case "truncated":
            body = bytes(response.body)
            return Response(body[: len(body) // 2], media_type="application/json")
        case _:
            return response
