"""Routes that are only here because some versions have them: they tell versions apart without a word about versions."""

from bot.sandbox.zadig.answers import Answer, ForbiddenError, json_answer
from bot.sandbox.zadig.binding import bad_request, parse_int
from bot.sandbox.zadig.catalog_api import find_environment
from bot.sandbox.zadig.dialects.both import needed
from bot.sandbox.zadig.exchange import Context
from bot.sandbox.zadig.routing import Handler, Route
from bot.sandbox.zadig.rules import Rules

_YEAR = 365 * 86400


async def list_labels(context: Context) -> Answer:
    """A service's labels; nobody has given it any."""
    needed(context, "projectKey")
    return json_answer([])


async def count_rollbacks(context: Context) -> Answer:
    """Of a year at most; there were none."""
    start, end = parse_int(context.query("startTime") or "0"), parse_int(context.query("endTime") or "0")
    if not (start and end):
        raise bad_request("starTime and endTime is empty")
    if end < start:
        raise bad_request("invalid time range")
    if end - start > _YEAR:
        raise bad_request("time range should be less than 365 days")
    return json_answer({"total": 0, "data": []})


async def list_pods(context: Context) -> Answer:
    """Of a service in an environment: one a container."""
    project = needed(context, "projectKey")
    if not context.caller.sees(project):
        raise ForbiddenError
    name = context.params["service"]
    environment = find_environment(context, project, context.params["env_key"], production=False)
    service = environment.service(name)
    pods = (
        [{"name": f"{name}-0", "containers": [each.name for each in service.containers]}] if service else []
    )
    return json_answer({"service_name": name, "pods": pods})


async def collaborate(context: Context) -> Answer:
    """A mode of collaboration is made with a body that nobody here sends."""
    raise bad_request("EOF" if not context.call.body else "project_name is empty")


def _route(method: str, pattern: str, handler: Handler) -> Route:
    return Route(method=method, pattern=pattern, operation="catalog", handler=handler)


_LABELS = _route("GET", "/openapi/service/yaml/:service/labels", list_labels)
_ROLLBACKS = _route("GET", "/openapi/statistics/v2/rollback/detail", count_rollbacks)
_COLLABORATIONS = _route("POST", "/openapi/collaborations", collaborate)
_PODS = _route("GET", "/openapi/environments/:env_key/service/:service/pods", list_pods)


def routes_of(rules: Rules) -> tuple[Route, ...]:
    """Those that this version has."""
    known = (
        (rules.labels_yaml_services, _LABELS),
        (rules.counts_rollbacks, _ROLLBACKS),
        (rules.has_collaborations, _COLLABORATIONS),
        (rules.lists_pods, _PODS),
    )
    return tuple(route for there, route in known if there)
