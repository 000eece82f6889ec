"""From a request to its answer: faults, the gate, the route, the handler, and the record of it all."""

import time
from collections.abc import Callable
from functools import lru_cache

from bot.sandbox.zadig import catalog_api, telling_apart, workflow_api
from bot.sandbox.zadig.answers import Answer, ProcessDiedError, RefusalError, html_answer, text_answer
from bot.sandbox.zadig.dialects import v1, v2
from bot.sandbox.zadig.exchange import Call, Context
from bot.sandbox.zadig.faults import AFTERWARDS, INSTEAD, PORTAL_PAGE, UNREACHABLE, Fault
from bot.sandbox.zadig.gate import authenticate
from bot.sandbox.zadig.routing import Match, Route, Router, toggled_slash
from bot.sandbox.zadig.rules import Rules
from bot.sandbox.zadig.zadig import Zadig

_BACKEND = ("/openapi/", "/api/")


@lru_cache
def router_of(version: str) -> Router:
    """The routes that a server version has."""
    rules = Rules(version)
    dialects: dict[str, tuple[Route, ...]] = {"v1": v1.ROUTES, "v2": v2.ROUTES}
    return Router(
        (
            *catalog_api.ROUTES,
            *workflow_api.ROUTES,
            *telling_apart.routes_of(rules),
            *(dialects[rules.dialect] if rules.has_versions else ()),
            *((workflow_api.LOG_ROUTE,) if rules.has_job_logs else ()),
            *(catalog_api.V2_ROUTES if rules.dialect == "v2" else ()),
            *(catalog_api.WHO_AM_I if rules.says_who_am_i else ()),
        )
    )


async def answer(zadig: Zadig, call: Call, *, timer: Callable[[], float] = time.perf_counter) -> Answer:
    """What this Zadig says to the call; paths that are not the backend's get the portal's page."""
    if not call.path.startswith(_BACKEND):
        return html_answer(PORTAL_PAGE)
    at, started = zadig.now(), timer()
    given = await _answer(zadig, call)
    entry = zadig.traffic.record(call, given, at=at, seconds=timer() - started)
    zadig.events.publish("request", entry=entry)
    zadig.tick()
    return given


async def _answer(zadig: Zadig, call: Call) -> Answer:
    zadig.settle()
    if zadig.is_down:
        return text_answer(UNREACHABLE, 503)
    router = router_of(zadig.rules.version)
    match = router.match(call.method, call.path)
    fault = zadig.take_fault(operation_of(match, call))
    if fault is None:
        return await _work(zadig, call, router, match, None)
    instead = INSTEAD.get(fault.kind)
    given = instead(fault) if instead else await _work(zadig, call, router, match, fault)
    await zadig.clock.sleep(fault.seconds)
    return AFTERWARDS[fault.kind](given) if fault.kind in AFTERWARDS else given


async def _work(zadig: Zadig, call: Call, router: Router, match: Match | None, fault: Fault | None) -> Answer:
    try:
        caller = authenticate(zadig, call)
        if match is None:
            return router.missing(call.method, call.path, _location(call))
        context = Context(zadig=zadig, call=call, caller=caller, params=match.params, fault=fault)
        return await match.route.handler(context)
    except ProcessDiedError as error:
        zadig.die()
        return error.answer()
    except RefusalError as error:
        return error.answer()


def operation_of(match: Match | None, call: Call) -> str:
    """What faults call the request; nothing for one that leads nowhere."""
    operation = match.route.operation if match else ""
    return operation if isinstance(operation, str) else operation(call)


def _location(call: Call) -> str:
    query = f"?{call.query_string}" if call.query_string else ""
    return f"{call.mount}{toggled_slash(call.path)}{query}"
