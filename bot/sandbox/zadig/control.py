"""The control API: how people and tests look into the local Zadig and make things happen in it."""

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import TypeVar

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.sandbox.zadig import catalog, elsewhere
from bot.sandbox.zadig.answers import RefusalError
from bot.sandbox.zadig.control_bodies import (
    Body,
    ClockBody,
    FaultBody,
    LicenseBody,
    ProjectBody,
    SettingsBody,
    TokenBody,
    UpgradeBody,
    VersionBody,
)
from bot.sandbox.zadig.deletion import remove
from bot.sandbox.zadig.elsewhere import ImpossibleError, Picked, Wish
from bot.sandbox.zadig.model import Json, Version
from bot.sandbox.zadig.views import state_view, version_view
from bot.sandbox.zadig.zadig import Zadig

Posted = TypeVar("Posted", bound=Body)

_ACTIONS: dict[str, Callable[[Zadig, Version, VersionBody], None]] = {
    "delete": lambda zadig, version, _: remove(zadig, version),
    "succeed": lambda zadig, version, _: elsewhere.succeed(zadig, version),
    "fail": lambda zadig, version, body: elsewhere.fail(zadig, version, body.error),
    "hang": lambda zadig, version, _: elsewhere.hang(zadig, version),
    "retry": lambda zadig, version, _: elsewhere.retry(zadig, version),
    "advance": lambda zadig, version, _: elsewhere.advance(zadig, version),
}


def change_version(zadig: Zadig, body: VersionBody) -> Json:
    if body.action == "create":
        version = elsewhere.create(zadig, _wish(body))
    else:
        found = zadig.find(body.project, body.name)
        if found is None:
            raise ImpossibleError(
                f"project {body.project!r} has no version {body.name!r}; see /_control/state"
            )
        version = found
        _ACTIONS[body.action](zadig, version, body)
    zadig.tick()
    return {"version": version_view(zadig, version)}


def _wish(body: VersionBody) -> Wish:
    images = [Picked(service=each.service, container=each.container, tag=each.tag) for each in body.images]
    return Wish(**body.model_dump(exclude={"action", "images"}), images=images)


def add_fault(zadig: Zadig, body: FaultBody) -> Json:
    fault = zadig.faults.add(**body.model_dump())
    zadig.publish_faults()
    return {"id": fault.id, "faults": zadig.faults.as_json()}


def set_clock(zadig: Zadig, body: ClockBody) -> Json:
    if body.rate is not None:
        zadig.clock.set_rate(body.rate)
    zadig.clock.advance(body.advance or 0.0)
    zadig.tick()
    return {"now": zadig.now(), "rate": zadig.clock.rate}


def set_token(zadig: Zadig, body: TokenBody) -> Json:
    person = zadig.person(body.account)
    if person is None:
        accounts = ", ".join(each.account for each in zadig.people)
        raise ImpossibleError(f"nobody has the account {body.account!r}; there are {accounts}")
    for name, value in body.model_dump(exclude={"account"}, exclude_none=True).items():
        setattr(person, name, value)
    return {"token": person.token}


def set_license(zadig: Zadig, body: LicenseBody) -> Json:
    zadig.license = body.license
    return {"license": zadig.license}


def upgrade(zadig: Zadig, body: UpgradeBody) -> Json:
    zadig.upgrade(body.server_version)
    return {"dialect": zadig.dialect, "server_version": zadig.rules.version}


def change_settings(zadig: Zadig, body: SettingsBody) -> Json:
    changes = body.model_dump(exclude_none=True)
    pace = {name: changes.pop(name) for name in ("failure_rate", "speed", "queue_seconds") if name in changes}
    zadig.set_pace(replace(zadig.pace, **pace))
    for name, value in changes.items():
        setattr(zadig, name, value)
    return {}


def add_project(zadig: Zadig, body: ProjectBody) -> Json:
    added = catalog.project(body.key, deploy_type=body.deploy_type, services=body.services)
    others = tuple(each for each in zadig.catalog.projects if each.key != body.key)
    zadig.catalog = replace(zadig.catalog, projects=(*others, added))
    return {"key": body.key}


def restart(zadig: Zadig, _: Body) -> Json:
    zadig.restart()
    return {}


def reset(zadig: Zadig, _: Body) -> Json:
    zadig.reset()
    return {}


def read_state(zadig: Zadig, _: Request) -> Json:
    return state_view(zadig)


def read_people(zadig: Zadig, _: Request) -> Json:
    """With their tokens, which are worth nothing outside."""
    fields = ("account", "name", "token", "is_admin", "revoked")
    return {"people": [{name: getattr(each, name) for name in fields} for each in zadig.people]}


def read_traffic(zadig: Zadig, request: Request) -> Json:
    after = request.query_params.get("after", "0")
    return {"entries": zadig.traffic.after(int(after) if after.isdecimal() else 0)}


def read_faults(zadig: Zadig, _: Request) -> Json:
    return {"faults": zadig.faults.as_json()}


def clear_faults(zadig: Zadig, request: Request) -> Json:
    """The one with the `id` in the query, or all."""
    fault_id = request.query_params.get("id")
    if fault_id:
        zadig.faults.remove(fault_id)
    else:
        zadig.faults.clear()
    zadig.publish_faults()
    return read_faults(zadig, request)


def routes(zadig: Zadig) -> list[Route]:
    """Reading is GET; every POST takes and gives one JSON object with `ok`."""
    return [
        _get(zadig, "/state", read_state),
        _get(zadig, "/people", read_people),
        _get(zadig, "/traffic", read_traffic),
        _get(zadig, "/faults", read_faults),
        _get(zadig, "/faults", clear_faults, method="DELETE"),
        _post(zadig, "/faults", FaultBody, add_fault),
        _post(zadig, "/version", VersionBody, change_version),
        _post(zadig, "/clock", ClockBody, set_clock),
        _post(zadig, "/token", TokenBody, set_token),
        _post(zadig, "/license", LicenseBody, set_license),
        _post(zadig, "/upgrade", UpgradeBody, upgrade),
        _post(zadig, "/settings", SettingsBody, change_settings),
        _post(zadig, "/projects", ProjectBody, add_project),
        _post(zadig, "/restart", Body, restart),
        _post(zadig, "/reset", Body, reset),
        _events(zadig, "/events"),
    ]


def _get(zadig: Zadig, path: str, read: Callable[[Zadig, Request], Json], *, method: str = "GET") -> Route:
    async def endpoint(request: Request) -> Response:
        zadig.settle()
        return JSONResponse({"ok": True, **read(zadig, request)})

    return Route(path, endpoint, methods=[method])


def _post(zadig: Zadig, path: str, kind: type[Posted], act: Callable[[Zadig, Posted], Json]) -> Route:
    async def endpoint(request: Request) -> Response:
        zadig.settle()
        try:
            body = kind.model_validate_json(await request.body() or b"{}")
            return JSONResponse({"ok": True, **act(zadig, body)})
        except ValidationError as error:
            return _refused(
                "invalid_body", "; ".join(f"{_where(each)}{each['msg']}" for each in error.errors())
            )
        except (ImpossibleError, RefusalError, ValueError) as error:
            return _refused("not_possible", str(error))

    return Route(path, endpoint, methods=["POST"])


def _where(error: object) -> str:
    location = error.get("loc", ()) if isinstance(error, dict) else ()
    return f"{'.'.join(map(str, location))}: " if location else ""


def _refused(code: str, detail: str) -> Response:
    return JSONResponse({"ok": False, "error": code, "detail": detail}, 400)


def _events(zadig: Zadig, path: str) -> Route:
    async def stream() -> AsyncIterator[str]:
        async with zadig.events.watching() as queue:
            while (event := await queue.get()) is not None:
                yield f"data: {json.dumps(event, ensure_ascii=False)}\n\n"

    async def endpoint(_: Request) -> Response:
        return StreamingResponse(stream(), media_type="text/event-stream")

    return Route(path, endpoint)
