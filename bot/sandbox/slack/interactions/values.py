"""What a person can put into an element: of the offered options, and of the people and channels that there are."""

from collections.abc import Mapping
from typing import Any

from bot.sandbox.slack import elements
from bot.sandbox.slack.elements import Placed
from bot.sandbox.slack.errors import NotPossibleError
from bot.sandbox.slack.model import Json, Person
from bot.sandbox.slack.workspace import Workspace


def entry_from(
    workspace: Workspace, who: Person, holder: str, placed: Placed, given: Mapping[str, Any]
) -> Json:
    """The element's new entry in `state.values`; `holder` names where it stands.

    NotPossibleError where this person's screen would not have offered the value.
    """
    suggested = workspace.views.suggested(holder, placed.block_id, placed.action_id)
    entry = elements.value_from(placed.element, given, suggested)
    key = elements.KINDS[placed.type].key
    for chosen in _ids(entry[key]):
        _check_exists(workspace, who, key, chosen)
    return entry


def _ids(value: Any) -> list[str]:
    listed = value if isinstance(value, list) else [value]
    return [each for each in listed if isinstance(each, str)]


def _check_exists(workspace: Workspace, who: Person, key: str, chosen: str) -> None:
    if key.startswith("selected_user") and workspace.directory.find(chosen) is None:
        raise NotPossibleError("unknown_person", f"there is nobody with the id {chosen}")
    if key.startswith(("selected_channel", "selected_conversation")):
        channel = workspace.conversations.find(chosen)
        if channel is None or not channel.visible_to(who.id, is_guest=who.is_guest):
            raise NotPossibleError("channel_not_visible", f"{who.name} sees no channel {chosen}")
