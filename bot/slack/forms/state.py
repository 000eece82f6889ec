"""What a person typed into a modal, out of the many shapes of Slack's `view.state.values`."""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from bot.domain.requests import FieldError
from bot.slack.ids import OF
from bot.slack.text import clip, whole

Values = Mapping[str, Mapping[str, Mapping[str, Any]]]
Typed = str | tuple[str, ...]

# Slack: at most this many options in a static select and in an answer to an external one.
OPTIONS = 100
# Slack: 250 kB for a whole modal, and what is ticked stands in it twice.
OPTION_BYTES = 8_000
# Slack: the value of an option.
OPTION_VALUE = 150
# Slack names no limit for the text of an error; it stands where the hint stands, and that has this one.
ERROR_TEXT = 2000
# Slack takes block ids of 255; two Kubernetes names fit here too, and seventy longer ones would weigh too much.
BLOCK_ID = 160
_DIGEST = 32


def typed(values: Values) -> dict[str, Typed]:
    """What stands in each input by block id, whatever its action id: a text, or the values of everything ticked.

    Untouched and emptied inputs (null) give an empty text or tuple. Blocks without an element are left out.
    """
    return {
        block_id: _element(next(iter(elements.values()))) for block_id, elements in values.items() if elements
    }


def _element(element: Mapping[str, Any]) -> Typed:
    """One element's value: `selected_options`, `selected_option` or `value` (Slack: interaction payloads)."""
    if "selected_options" in element:
        return tuple(whole(str(option["value"])) for option in element["selected_options"] or ())
    if "selected_option" in element:
        return whole(str((element["selected_option"] or {}).get("value", "")))
    return whole(str(element.get("value") or ""))


def identifier(name: str, limit: int) -> str:
    """`name` itself, or a stable stand-in for one that is longer than Slack's `limit` of characters."""
    if len(name) <= limit:
        return name
    return name[: limit - _DIGEST] + hashlib.sha256(name.encode()).hexdigest()[:_DIGEST]


def named(identifiers: Iterable[str], names: Iterable[str], limit: int) -> tuple[str, ...]:
    """The names behind identifiers, as far as they are among `names`; the rest as it came."""
    known = {identifier(name, limit): name for name in names}
    return tuple(known.get(one, one) for one in identifiers)


def tickable(names: Collection[str]) -> bool:
    """Whether a select can show these names all at once; more are found by typing."""
    return len(names) <= OPTIONS and sum(len(name.encode()) for name in names) <= OPTION_BYTES


def errors_by_block(
    blocks: Sequence[str], problems: Iterable[FieldError], nearest: Mapping[str, tuple[str, ...]]
) -> dict[str, str]:
    """The problems by block id, all of them among `blocks`; nothing if there is no input to put them under.

    A field without an input of its own goes to the first of its `nearest` that has one, else to the first input; then
    the text says which thing it means.
    """
    texts: dict[str, list[str]] = {}
    for problem in problems:
        block_id = block_for(blocks, problem.field, nearest)
        if block_id:
            thing = problem.field.partition(OF)[2]
            own = not thing or block_id.endswith(thing)
            texts.setdefault(block_id, []).append(problem.text if own else f"{thing}: {problem.text}")
    return {block_id: clip(" ".join(found), ERROR_TEXT) for block_id, found in texts.items()}


def block_for(blocks: Sequence[str], field: str, nearest: Mapping[str, tuple[str, ...]]) -> str:
    """The input of a field, or the nearest one to it; empty if there is no input at all."""
    base = field.partition(OF)[0]
    candidates = (identifier(field, BLOCK_ID), *nearest.get(base, ()), base, *blocks[:1])
    return next((one for one in candidates if one in blocks), "")
