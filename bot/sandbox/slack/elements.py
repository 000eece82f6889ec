"""Interactive elements: which keep a value, under which key, and what a person can put into them."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from bot.sandbox.slack.errors import NotPossibleError
from bot.sandbox.slack.model import Json, Values

Options = Literal["static", "external"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """How an element type keeps its value in `state.values` and in actions."""

    key: str
    initial: str
    many: bool = False
    options: Options | None = None


def _choice(kind: str, *, many: bool, options: Options | None = None) -> Kind:
    plural = "s" if many else ""
    return Kind(key=f"selected_{kind}{plural}", initial=f"initial_{kind}{plural}", many=many, options=options)


_TEXT = Kind(key="value", initial="initial_value")
KINDS: Mapping[str, Kind] = {
    "plain_text_input": _TEXT,
    "email_text_input": _TEXT,
    "url_text_input": _TEXT,
    "number_input": _TEXT,
    "rich_text_input": Kind(key="rich_text_value", initial="initial_value"),
    "file_input": Kind(key="files", initial="", many=True),
    "static_select": _choice("option", many=False, options="static"),
    "external_select": _choice("option", many=False, options="external"),
    "users_select": _choice("user", many=False),
    "conversations_select": _choice("conversation", many=False),
    "channels_select": _choice("channel", many=False),
    "multi_static_select": _choice("option", many=True, options="static"),
    "multi_external_select": _choice("option", many=True, options="external"),
    "multi_users_select": _choice("user", many=True),
    "multi_conversations_select": _choice("conversation", many=True),
    "multi_channels_select": _choice("channel", many=True),
    "radio_buttons": _choice("option", many=False, options="static"),
    "checkboxes": _choice("option", many=True, options="static"),
    "datepicker": _choice("date", many=False),
    "timepicker": _choice("time", many=False),
    "datetimepicker": Kind(key="selected_date_time", initial="initial_date_time"),
}
"""The elements that have a state; buttons and overflow menus have none."""

_FORMS: Mapping[str, str] = {
    "selected_date": r"\d{4}-\d{2}-\d{2}",
    "selected_time": r"\d{2}:\d{2}",
    "selected_date_time": r"\d{10}",
}

STATELESS = frozenset(
    {"button", "overflow", "workflow_button", "feedback_buttons", "icon_button"},
)
INTERACTIVE = frozenset(KINDS) | STATELESS


@dataclass(frozen=True, kw_only=True, slots=True)
class Placed:
    """An element in its block."""

    block: Json
    element: Json

    @property
    def is_input(self) -> bool:
        return bool(self.block["type"] == "input")

    @property
    def block_id(self) -> str:
        return str(self.block["block_id"])

    @property
    def action_id(self) -> str:
        return str(self.element["action_id"])

    @property
    def type(self) -> str:
        return str(self.element["type"])


def elements(blocks: Iterable[Json]) -> Iterator[Placed]:
    """Every interactive element, those inside containers and cards included."""
    for block in blocks:
        nested = [*(block.get("child_blocks") or []), *_cards(block)]
        yield from elements(nested)
        for element in _own_elements(block):
            if element.get("type") in INTERACTIVE:
                yield Placed(block=block, element=element)


def _cards(block: Json) -> list[Json]:
    return list(block.get("elements") or []) if block["type"] == "carousel" else []


def _own_elements(block: Json) -> list[Json]:
    match block["type"]:
        case "input":
            return [block["element"]]
        case "section":
            return [block["accessory"]] if block.get("accessory") else []
        case "actions" | "context_actions":
            return list(block["elements"])
        case "card":
            return list(block.get("actions") or [])
        case _:
            return []


def find(blocks: Iterable[Json], block_id: str, action_id: str) -> Placed | None:
    return next(
        (one for one in elements(blocks) if (one.block_id, one.action_id) == (block_id, action_id)), None
    )


def initial_value(element: Json, current: str | None = None) -> Json:
    """The element's entry in `state.values` before anybody has touched it: its initial value, else null or [].

    `current` is the channel that a user is in, which `default_to_current_conversation` asks for.
    """
    kind = KINDS[element["type"]]
    value = element.get(kind.initial)
    if element.get("default_to_current_conversation") and current is not None:
        value = [current] if kind.many else current
    if value is None and kind.many:
        value = []
    return {"type": element["type"], kind.key: value}


def state_of(blocks: Sequence[Json], kept: Values | None = None, current: str | None = None) -> Values:
    """`state.values` of some blocks.

    What `kept` holds for the same block_id, action_id and type stays, and a new initial value is ignored then.
    Slack: updating views.
    """
    values: Values = {}
    for placed in elements(blocks):
        if placed.type not in KINDS:
            continue
        old = (kept or {}).get(placed.block_id, {}).get(placed.action_id)
        stays = old is not None and old["type"] == placed.type
        entry = old if old is not None and stays else initial_value(placed.element, current)
        values.setdefault(placed.block_id, {})[placed.action_id] = entry
    return values


def offered_options(element: Json) -> list[Json]:
    """The options that the element itself lists."""
    groups = element.get("option_groups") or []
    return [*(element.get("options") or []), *(option for group in groups for option in group["options"])]


def value_from(element: Json, given: Mapping[str, Any], suggested: Sequence[Json] = ()) -> Json:
    """The element's new entry in `state.values` from what a person did, e.g. `{"selected_option": "blue"}`.

    Options are named by their value. Raises NotPossibleError where the screen would not have let them:
    `suggested` are the options that the app has offered for an external select.
    """
    kind = KINDS[element["type"]]
    if kind.key not in given:
        raise NotPossibleError(
            "no_value", f"a {element['type']} takes {kind.key!r}, given were {sorted(given)}"
        )
    value = given[kind.key]
    _check_form(kind.key, value)
    if kind.options:
        offered = [*offered_options(element), *suggested]
        value = _chosen_many(value, offered) if kind.many else _chosen(value, offered)
    elif kind.many:
        value = list(value or [])
    most = element.get("max_selected_items")
    if most is not None and len(value) > most:
        raise NotPossibleError("too_many_selected", f"at most {most} can be selected")
    return {"type": element["type"], kind.key: value or ([] if kind.many else None)}


def _check_form(key: str, value: Any) -> None:
    """Dates, times and texts have one form each; null clears."""
    form = _FORMS.get(key)
    if value is not None and form is not None and not re.fullmatch(form, str(value)):
        raise NotPossibleError("invalid_value", f"{value!r} is no {key}: it must match {form}")
    if key == "value" and not isinstance(value, str | None):
        raise NotPossibleError("invalid_value", "what is typed is a string, numbers too")


def _chosen(choice: Any, offered: Sequence[Json]) -> Json | None:
    if choice is None:
        return None
    wanted = choice["value"] if isinstance(choice, Mapping) else choice
    option = next((one for one in offered if one.get("value") == wanted), None)
    if option is None:
        values = [one.get("value") for one in offered][:20]
        raise NotPossibleError("option_not_offered", f"{wanted!r} is not among the options {values}")
    return option


def _chosen_many(choices: Any, offered: Sequence[Json]) -> list[Json]:
    chosen = [_chosen(choice, offered) for choice in choices or []]
    return [option for option in chosen if option is not None]


def simple_value(element: Json, value: Any) -> Json:
    """A bare value under the key that this element's type uses, e.g. `"blue"` → `{"selected_option": "blue"}`."""
    if isinstance(value, Mapping) and (set(value) & {kind.key for kind in KINDS.values()}):
        return dict(value)
    return {KINDS[element["type"]].key: value}


def is_empty(entry: Json) -> bool:
    """Whether an entry of `state.values` holds nothing."""
    return entry[KINDS[entry["type"]].key] in (None, "", [])
