"""How the rows of the tables are written: name, required fields, then every field with its shape.

`also` takes fields that a row shares with others.
"""

from collections.abc import Mapping
from typing import Final

from bot.sandbox.slack.blockkit.shapes import Boolean, Object, Rule, Shape, String, Surface

BOOLEAN: Final = Boolean()
IDENTIFIER: Final = String(minimum=1, maximum=255)
WORD: Final = String(minimum=1)

EVERYWHERE: Final[frozenset[Surface]] = frozenset({"message", "modal", "home"})
MESSAGE: Final[frozenset[Surface]] = frozenset({"message"})
MODAL: Final[frozenset[Surface]] = frozenset({"modal"})
MESSAGE_AND_HOME: Final[frozenset[Surface]] = frozenset({"message", "home"})

_NONE: Final[Mapping[str, Shape]] = {}


def thing(
    name: str,
    /,
    *required: str,
    also: Mapping[str, Shape] = _NONE,
    rules: tuple[Rule, ...] = (),
    **fields: Shape,
) -> Object:
    """An object that has no `type`."""
    return Object(name=name, fields={**fields, **also}, required=required, rules=rules)


def typed(
    name: str,
    /,
    *required: str,
    also: Mapping[str, Shape] = _NONE,
    rules: tuple[Rule, ...] = (),
    **fields: Shape,
) -> Object:
    """An object whose `type` is its name."""
    everything: dict[str, Shape] = {"type": String(choices=(name,)), **fields, **also}
    return Object(name=name, fields=everything, required=("type", *required), rules=rules)


def element(
    name: str,
    /,
    *required: str,
    also: Mapping[str, Shape] = _NONE,
    surfaces: frozenset[Surface] = EVERYWHERE,
    rules: tuple[Rule, ...] = (),
    **fields: Shape,
) -> Object:
    """Something that a person can use, and that therefore may have an `action_id`."""
    return Object(
        name=name,
        fields={"type": String(choices=(name,)), "action_id": IDENTIFIER, **fields, **also},
        required=("type", *required),
        rules=rules,
        surfaces=surfaces,
        role="element",
    )


def block(
    name: str,
    /,
    *required: str,
    also: Mapping[str, Shape] = _NONE,
    surfaces: frozenset[Surface] = EVERYWHERE,
    rules: tuple[Rule, ...] = (),
    **fields: Shape,
) -> Object:
    return Object(
        name=name,
        fields={"type": String(choices=(name,)), "block_id": IDENTIFIER, **fields, **also},
        required=("type", *required),
        rules=rules,
        surfaces=surfaces,
        role="block",
    )
