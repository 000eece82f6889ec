"""A person uses an element of a message, a modal or the Home tab: clicks, chooses, types, asks for options."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.sandbox.slack import elements
from bot.sandbox.slack.blockkit import check_blocks
from bot.sandbox.slack.elements import KINDS, Placed
from bot.sandbox.slack.errors import NotPossibleError
from bot.sandbox.slack.interactions import acting, payloads
from bot.sandbox.slack.interactions.origins import InMessage, InView, Origin
from bot.sandbox.slack.interactions.values import entry_from
from bot.sandbox.slack.model import Json, Person
from bot.sandbox.slack.workspace import Workspace

TROUBLE = "trouble_connecting"


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """Which element: of a view, or of a message in a channel."""

    block_id: str
    action_id: str
    view_id: str | None = None
    channel: str | None = None
    ts: str | None = None


async def click(workspace: Workspace, user: str, target: Target, given: Mapping[str, Any]) -> Json:
    """Uses an element and delivers block_actions; a stateful element keeps the value."""
    who = acting.person(workspace, user)
    origin, placed = _found(workspace, who, target)
    return await _use(workspace, who, origin, placed, given)


async def fill(
    workspace: Workspace, user: str, target: Target, given: Mapping[str, Any], *, dispatch: bool = True
) -> Json:
    """Puts a value into an element of an open view; the app hears of it only with `dispatch_action: true`.

    Without `dispatch` it does not even then: typed text stands in the view's state, and in whatever is told next,
    long before Enter sends it off.
    """
    who = acting.person(workspace, user)
    origin, placed = _found(workspace, who, target)
    if placed.type not in KINDS:
        raise NotPossibleError("not_an_input", f"a {placed.type} takes no value: click it")
    return await _use(workspace, who, origin, placed, given, dispatch=dispatch)


async def _use(
    workspace: Workspace,
    who: Person,
    origin: Origin,
    placed: Placed,
    given: Mapping[str, Any],
    *,
    dispatch: bool = True,
) -> Json:
    """Keeps the value and, unless the element is an input that does not dispatch, tells the app."""
    value = _used(workspace, who, origin, placed, given)
    if placed.type in KINDS:
        origin.keep(workspace, who, placed, value)
    if not dispatch or (placed.is_input and not placed.block.get("dispatch_action")):
        return {"ok": True}
    return await _dispatch(workspace, who, origin, placed, value)


async def suggest(workspace: Workspace, user: str, target: Target, value: str) -> Json:
    """Types into an external select: `{"ok": true, "options": […]}` or `option_groups`, as the app offers them."""
    who = acting.person(workspace, user)
    origin, placed = _found(workspace, who, target)
    if not placed.type.endswith("external_select"):
        raise NotPossibleError("not_external", f"a {placed.type} asks nobody for options")
    if len(value) < placed.element.get("min_query_length", 3):
        return {"ok": True, "options": []}
    payload = payloads.block_suggestion(
        workspace, who, origin, block_id=placed.block_id, action_id=placed.action_id, value=value
    )
    answer = await acting.deliver(workspace, "interactive", "block_suggestion", payload)
    offered = _offered(answer.body) if answer.is_acknowledged else None
    if offered is None:
        return {"ok": False, "error": answer.error or "no_options"}
    options = elements.offered_options(offered)
    workspace.views.suggest(origin.holder, placed.block_id, placed.action_id, options)
    return {"ok": True, **offered}


def _offered(body: Any) -> Json | None:
    """The options of the app's answer, if it is one that Slack shows."""
    if not isinstance(body, dict):
        return None
    for name in ("options", "option_groups"):
        listed = body.get(name)
        if isinstance(listed, list):
            return {name: listed} if not listed or _is_valid({name: listed}) else None
    return None


def _is_valid(offered: Json) -> bool:
    """Options of an answer keep to the limits of a static select's."""
    select = {"type": "static_select", "action_id": "suggested", **offered}
    return not check_blocks([{"type": "actions", "elements": [select]}], "modal")


def _found(workspace: Workspace, who: Person, target: Target) -> tuple[Origin, Placed]:
    for origin, blocks in _places(workspace, who, target):
        placed = elements.find(blocks, target.block_id, target.action_id)
        if placed is not None:
            return origin, placed
    raise NotPossibleError(
        "no_such_element", f"no element {target.action_id!r} in a block {target.block_id!r}"
    )


def _places(workspace: Workspace, who: Person, target: Target) -> Iterator[tuple[Origin, list[Json]]]:
    """Where to look: the view, or block by block the message and its attachments."""
    if target.view_id is not None:
        view = acting.view_on_screen(workspace, who, target.view_id)
        yield InView(view=view), view.blocks
        return
    if target.channel is None or target.ts is None:
        raise NotPossibleError("no_target", "name a view_id, or a channel and the ts of a message in it")
    channel = acting.channel(workspace, who, target.channel)
    message = acting.message(channel, who, target.ts)
    for block, attachment in message.all_blocks():
        yield InMessage(channel=channel, message=message, attachment=attachment), [block]


def _used(
    workspace: Workspace, who: Person, origin: Origin, placed: Placed, given: Mapping[str, Any]
) -> Json:
    """What the element's value becomes; `{}` for buttons."""
    if placed.type in KINDS:
        return entry_from(workspace, who, origin.holder, placed, given)
    if placed.type == "overflow":
        as_select = placed.element | {"type": "static_select"}
        return elements.value_from(as_select, given) | {"type": "overflow"}
    return {}


async def _dispatch(workspace: Workspace, who: Person, origin: Origin, placed: Placed, value: Json) -> Json:
    if not workspace.app.interactivity:
        raise NotPossibleError("interactivity_is_off", "the app's manifest has no settings.interactivity")
    if isinstance(origin, InMessage) and origin.message.bot_id is None:
        raise NotPossibleError("not_the_apps", "this message is not the app's")
    action = payloads.action_of(placed.element, placed.block_id, value)
    payload = payloads.block_actions(workspace, who, origin, action)
    async with acting.pending(workspace, who, f"{placed.block_id}/{placed.action_id}"):
        answer = await acting.deliver(workspace, "interactive", "block_actions", payload)
    if answer.is_acknowledged:
        return {"ok": True}
    acting.notice(workspace, who, origin.channel_id, "This app responded with an error. Try again?", TROUBLE)
    return {"ok": False, "error": answer.error}
