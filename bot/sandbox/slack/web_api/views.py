"""views.open, push, update, publish."""

from typing import Any

from bot.sandbox.slack import wire
from bot.sandbox.slack.arguments import invalid_argument
from bot.sandbox.slack.errors import ApiError
from bot.sandbox.slack.model import Json
from bot.sandbox.slack.triggers import Trigger
from bot.sandbox.slack.views import NOT_THE_ROOTS_TYPE, checked
from bot.sandbox.slack.web_api.call import Call


async def open_view(call: Call) -> Json:
    trigger = _trigger(call)
    content = checked(_view(call), "modal")
    view = call.workspace.views.open(trigger.user, content, opened_in=trigger.channel)
    call.workspace.triggers.exchange(trigger)
    return {"view": wire.view(view)}


async def push(call: Call) -> Json:
    """Pushes onto the stack, with a trigger from inside one of its modals only."""
    trigger = _trigger(call)
    content = checked(_view(call), "modal", NOT_THE_ROOTS_TYPE)
    if trigger.view_id not in {view.id for view in call.workspace.views.stack(trigger.user)}:
        raise ApiError("not_found")
    view = call.workspace.views.push(trigger.user, content)
    call.workspace.triggers.exchange(trigger)
    return {"view": wire.view(view)}


async def update(call: Call) -> Json:
    view_id, external_id = call.arguments.text("view_id"), call.arguments.text("external_id")
    if view_id is None and external_id is None:
        raise invalid_argument("missing required field: view_id")
    given = _view(call)
    view = call.workspace.views.find(view_id, external_id)
    content = checked(given, view.type, NOT_THE_ROOTS_TYPE)
    updated = call.workspace.views.update(view, content, expected_hash=call.arguments.text("hash"))
    return {"view": wire.view(updated)}


async def publish(call: Call) -> Json:
    user = call.person("user_id")
    content = checked(_view(call), "home")
    if not call.workspace.app.home_tab:
        raise ApiError("not_enabled")
    view = call.workspace.views.publish(user.id, content, expected_hash=call.arguments.text("hash"))
    return {"view": wire.view(view)}


def _view(call: Call) -> Any:
    view = call.arguments.json("view", "invalid_arguments")
    if view is None:
        raise invalid_argument("missing required field: view")
    return view


def _trigger(call: Call) -> Trigger:
    trigger_id = call.arguments.text("trigger_id") or call.arguments.text("interactivity_pointer")
    if trigger_id is None:
        raise invalid_argument("missing required field: trigger_id")
    return call.workspace.triggers.check(trigger_id)
