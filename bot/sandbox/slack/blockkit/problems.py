"""What Slack says about a payload that it refuses, word for word.

Codes, messages and constraint types are those of Slack's own schema checker (github.com/slackhq/hack-json-schema),
as people have seen them in answers of `chat.postMessage`, `views.open` and `blocks.validate`. Three codes are finer
than Slack's, which files them under `failed_constraint`: `unknown_field`, `unsupported_type` and `duplicate`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

Code: TypeAlias = Literal[
    "missing_field",
    "invalid_type",
    "failed_constraint",
    "unknown_field",
    "unsupported_type",
    "duplicate",
    "failed_rule",
    "view_too_large",
    "msg_blocks_too_long",
    "only_one_table_allowed",
    "too_many_attachments",
    "invalid_blocks_format",
    "invalid_attachments",
]

SHAPE_CODES: Final = frozenset(
    {"missing_field", "invalid_type", "failed_constraint", "unknown_field", "unsupported_type"}
)
"""Found by looking at the shape alone. Slack looks at rules across fields only when there are none of these."""

_MISSING: Final = "missing required field: "


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One reason to refuse a payload.

    `pointer` is a JSON pointer from the arguments of the call (`/blocks/2/accessory/options`, `/view/blocks/0/text`).
    `constraint` names the rule of the schema that failed, as in `{"type": "max_length", "expected": 3000}`.
    """

    code: Code
    message: str
    pointer: str
    constraint: Mapping[str, object] | None = field(default=None, hash=False)

    @property
    def error(self) -> str:
        return f"{self.message} [json-pointer:{self.pointer}]"

    @property
    def missing_field(self) -> str | None:
        """The name of the field that is missing; None for every other problem."""
        return self.message.removeprefix(_MISSING) if self.code == "missing_field" else None

    def __str__(self) -> str:
        return f"[ERROR] {self.error}"


def missing(name: str, pointer: str) -> Problem:
    return Problem(code="missing_field", message=_MISSING + name, pointer=pointer)


def wrong_type(expected: str, pointer: str) -> Problem:
    """`expected` as Slack says it: a string, a number, an integer, an array, an object, or a boolean."""
    verb = "must be" if expected == "a boolean" else "must provide"
    return Problem(code="invalid_type", message=f"{verb} {expected}", pointer=pointer)


def unknown(name: str, pointer: str) -> Problem:
    return Problem(
        code="unknown_field",
        message=f"invalid additional property: {name}",
        pointer=pointer,
        constraint={"type": "additional_properties", "got": name},
    )


def unsupported(kind: str, expected: Sequence[str], pointer: str) -> Problem:
    return Problem(
        code="unsupported_type",
        message=f"unsupported type: {kind}",
        pointer=pointer,
        constraint={"type": "enum", "expected": list(expected)},
    )


def duplicate(name: str, value: str, pointer: str) -> Problem:
    """Two blocks of one `block_id`, two elements of one `action_id`; the pointer is that of the second."""
    return Problem(
        code="duplicate",
        message=f'`{name}` "{value}" already exists',
        pointer=pointer,
        constraint={"type": "unique_items"},
    )


def failed(kind: str, expected: object, message: str, pointer: str) -> Problem:
    return Problem(
        code="failed_constraint",
        message=message,
        pointer=pointer,
        constraint={"type": kind, "expected": expected},
    )


def too_long(maximum: int, pointer: str) -> Problem:
    return failed("max_length", maximum, f"must be less than {maximum + 1} characters", pointer)


def too_short(minimum: int, pointer: str) -> Problem:
    return failed("min_length", minimum, f"must be more than {minimum - 1} characters", pointer)


def too_many(maximum: int, pointer: str) -> Problem:
    return failed("max_items", maximum, f"no more than {maximum} items allowed", pointer)


def too_few(minimum: int, pointer: str) -> Problem:
    return failed("min_items", minimum, f"must provide at least {minimum} items", pointer)


def too_large(maximum: float, pointer: str) -> Problem:
    """Slack says "less than" of the largest number that it allows."""
    return failed("maximum", maximum, f"must be less than {maximum}", pointer)


def too_small(minimum: float, pointer: str) -> Problem:
    """Slack says "greater than" of the smallest number that it allows."""
    return failed("minimum", minimum, f"must be greater than {minimum}", pointer)


def too_empty(minimum: int, pointer: str) -> Problem:
    return failed("min_properties", minimum, f"must have minimum {minimum} properties", pointer)


def not_among(choices: Sequence[str], pointer: str) -> Problem:
    return failed("enum", list(choices), "must be a valid enum value", pointer)


def not_all(pointer: str) -> Problem:
    """The line that stands before the problems of a text object that may be of either type, and of a view."""
    return Problem(
        code="failed_constraint",
        message="failed to match all allowed schemas",
        pointer=pointer,
        constraint={"type": "all_of"},
    )


def not_exactly_one(pointer: str) -> Problem:
    """Both of two fields that exclude each other."""
    return Problem(
        code="failed_rule",
        message="failed to match exactly one allowed schema",
        pointer=pointer,
        constraint={"type": "one_of"},
    )


def against_rule(message: str, pointer: str) -> Problem:
    return Problem(code="failed_rule", message=message, pointer=pointer)
