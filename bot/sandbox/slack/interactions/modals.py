"""A person submits or closes a modal, and the app's answer to it takes effect."""

from collections.abc import Mapping
from typing import Any

from bot.sandbox.slack import elements
from bot.sandbox.slack.errors import ApiError, NotPossibleError
from bot.sandbox.slack.interactions import acting, payloads
from bot.sandbox.slack.interactions.actions import TROUBLE
from bot.sandbox.slack.interactions.checking import refused_inputs
from bot.sandbox.slack.interactions.values import entry_from
from bot.sandbox.slack.model import Json, Person, View
from bot.sandbox.slack.views import checked
from bot.sandbox.slack.workspace import Workspace

_RESPONSE_URL_ELEMENTS = frozenset({"conversations_select", "channels_select"})


async def submit(
    workspace: Workspace, user: str, view_id: str, values: Mapping[str, Any] | None = None
) -> Json:
    """Fills `values` in, submits, and carries out the app's answer.

    `{"ok": true, "response_action": null|"clear"|"update"|"push"|"errors", "errors"?}`, or `{"ok": false, "error":
    "validation" (with errors by block_id; the app was not asked)|"operation_timeout"|"trouble_connecting"}`.
    """
    who = acting.person(workspace, user)
    view = acting.view_on_screen(workspace, who, view_id)
    if view.type != "modal" or view.content["submit"] is None:
        raise NotPossibleError("no_submit_button", "this view has no submit button")
    for block_id, given in (values or {}).items():
        _fill_block(workspace, who, view, block_id, given)
    if refused := refused_inputs(view):
        workspace.views.refuse(view, refused)
        return {"ok": False, "error": "validation", "errors": refused}
    workspace.views.refuse(view, {})
    payload = payloads.view_submission(workspace, who, view, _response_urls(workspace, who, view))
    async with acting.pending(workspace, who, view.id):
        answer = await acting.deliver(workspace, "interactive", "view_submission", payload)
    if not answer.is_acknowledged:
        error = answer.error if answer.error == "operation_timeout" else TROUBLE
        return _trouble(workspace, who, str(error))
    try:
        return _carry_out(workspace, view, answer.body)
    except ApiError:
        return _trouble(workspace, who, TROUBLE)


def _trouble(workspace: Workspace, who: Person, error: str) -> Json:
    acting.notice(workspace, who, None, "We had some trouble connecting. Try again?", error)
    return {"ok": False, "error": error}


def _fill_block(workspace: Workspace, who: Person, view: View, block_id: str, given: Any) -> None:
    """`{action_id: value}`, or a bare value for the block's only element."""
    in_block = [one for one in elements.elements(view.blocks) if one.block_id == block_id]
    by_action = (
        given if isinstance(given, Mapping) and any(one.action_id in given for one in in_block) else None
    )
    if not in_block or (by_action is None and len(in_block) != 1):
        raise NotPossibleError("no_such_input", f"no block {block_id!r} with one input in this view")
    for placed in in_block:
        if by_action is not None and placed.action_id not in by_action:
            continue
        value = elements.simple_value(
            placed.element, given if by_action is None else by_action[placed.action_id]
        )
        entry = entry_from(workspace, who, view.id, placed, value)
        workspace.views.put(view, block_id, placed.action_id, entry)


def _response_urls(workspace: Workspace, who: Person, view: View) -> list[Json]:
    """One for each channel chosen in an input with response_url_enabled."""
    urls: list[Json] = []
    for placed in elements.elements(view.blocks):
        if placed.type in _RESPONSE_URL_ELEMENTS and placed.element.get("response_url_enabled"):
            entry = view.values[placed.block_id][placed.action_id]
            channel_id = entry[elements.KINDS[placed.type].key]
            if channel_id is not None:
                path = workspace.hooks.issue("app", user=who.id, channel=channel_id)
                where = {"block_id": placed.block_id, "action_id": placed.action_id, "channel_id": channel_id}
                urls.append({**where, "response_url": workspace.url + path})
    return urls


def _carry_out(workspace: Workspace, view: View, body: Any) -> Json:
    """Slack: modals, closing and updating views in response to a submission. ApiError: the person sees trouble."""
    views = workspace.views
    if body is None or body in ("", {}):
        views.close(view)
        return {"ok": True, "response_action": None}
    action = body.get("response_action") if isinstance(body, dict) else None
    match action:
        case "clear":
            views.clear(view.user)
        case "update":
            views.update(view, checked(body.get("view"), "modal"))
        case "push":
            views.push(view.user, checked(body.get("view"), "modal"))
        case "errors":
            errors = _errors(view, body.get("errors"))
            views.refuse(view, errors)
            return {"ok": True, "response_action": "errors", "errors": errors}
        case _:
            raise ApiError("invalid_arguments")
    return {"ok": True, "response_action": action}


def _errors(view: View, errors: Any) -> dict[str, str]:
    """Only inputs can carry errors, and there must be some."""
    inputs = {placed.block_id for placed in elements.elements(view.blocks) if placed.is_input}
    if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
        raise ApiError("invalid_arguments")
    if not all(isinstance(text, str) and text for text in errors.values()):
        raise ApiError("invalid_arguments")
    return dict(errors)


async def close(workspace: Workspace, user: str, view_id: str, *, all_of_them: bool = False) -> Json:
    """Closes the modal on top, or with `all_of_them` (the ✕) the whole stack; tells apps that asked to be told.

    When the stack is cleared, view_closed speaks of its root view with is_cleared.
    """
    who = acting.person(workspace, user)
    view = acting.view_on_screen(workspace, who, view_id)
    if view.type != "modal":
        raise NotPossibleError("not_a_modal", "the Home tab cannot be closed")
    is_cleared = all_of_them or bool(view.content["clear_on_close"])
    closed = workspace.views.stack(who.id)[0] if is_cleared else view
    if is_cleared:
        workspace.views.clear(who.id)
    else:
        workspace.views.close(view)
    if closed.content["notify_on_close"]:
        payload = payloads.view_closed(who, closed, is_cleared=is_cleared)
        workspace.tasks.start(acting.deliver(workspace, "interactive", "view_closed", payload))
    return {"ok": True}
