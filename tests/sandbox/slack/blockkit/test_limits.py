"""Every limit of the tables, at the limit and one beyond it, at every place where a sample has it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.slack.blockkit import Problem, Surface, check_message, check_view, shapes
from bot.sandbox.slack.blockkit.blocks import IN_MESSAGE
from bot.sandbox.slack.blockkit.shapes import (
    Boolean,
    Choice,
    List,
    Nullable,
    Number,
    Object,
    Shape,
    String,
    Walk,
)
from bot.sandbox.slack.blockkit.views import VIEW

SAMPLES: dict[str, dict[str, Any]] = json.loads(Path(__file__).with_name("samples.json").read_text("utf-8"))
EVERY_SAMPLE = [(kind, name) for kind, samples in SAMPLES.items() for name in samples]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """At `pointer` (or at the object there) `within` is fine, and `beyond` is refused in these words."""

    pointer: str
    at: str
    within: tuple[object, ...]
    beyond: object
    message: str


def sample(kind: str, name: str) -> tuple[Shape, Any, str]:
    """The shape of a sample, the sample, and where it stands."""
    return (
        (IN_MESSAGE, SAMPLES[kind][name], "/blocks")
        if kind == "messages"
        else (VIEW, SAMPLES[kind][name], "/view")
    )


def found_in(kind: str, value: Any) -> list[Problem]:
    return check_message({"blocks": value}) if kind == "messages" else check_view(value)


def put(whole: Any, root: str, pointer: str, value: object) -> Any:
    """A copy of the sample with another value at the pointer."""
    if pointer == root:
        return value
    copy = json.loads(json.dumps(whole))
    *path, last = pointer.removeprefix(f"{root}/").split("/")
    place = copy
    for step in path:
        place = place[int(step) if isinstance(place, list) else step]
    place[int(last) if isinstance(place, list) else last] = value
    return copy


def limits(shape: Shape, value: Any, pointer: str) -> Iterator[Limit]:
    match shape:
        case String():
            yield from string_limits(shape, value, pointer)
        case Number():
            yield from number_limits(shape, pointer)
        case List():
            yield from list_limits(shape, value, pointer)
        case Nullable():
            if value is not None:
                yield from limits(shape.shape, value, pointer)
        case Choice():
            yield from choice_limits(shape, value, pointer)
        case Boolean():
            yield same_place(pointer, (True, False), 1, "must be a boolean")
        case Object():
            yield from object_limits(shape, value, pointer)
        case _:
            pass


def choice_limits(shape: Choice, value: dict[str, Any], pointer: str) -> Iterator[Limit]:
    yield same_place(
        pointer, (), {**value, "type": "hologram"}, "unsupported type: hologram", at=f"{pointer}/type"
    )
    yield from limits(shape.members[value["type"]], value, pointer)


def string_limits(shape: String, value: str, pointer: str) -> Iterator[Limit]:
    if shape.maximum is not None:
        longest = value.ljust(shape.maximum, "\N{PARTY POPPER}")
        yield same_place(
            pointer, (longest,), longest + "x", f"must be less than {shape.maximum + 1} characters"
        )
    if shape.minimum:
        yield same_place(
            pointer, ("x" * shape.minimum,), "", f"must be more than {shape.minimum - 1} characters"
        )
    if shape.choices and not pointer.endswith("/type"):
        yield same_place(pointer, shape.choices, "neither", "must be a valid enum value")
    if shape.format:
        yield same_place(pointer, (value,), "\N{PARTY POPPER}", shape.format.message)
    yield same_place(pointer, (), 1, "must provide a string")
    yield same_place(pointer, (), None, "must provide a string")


def number_limits(shape: Number, pointer: str) -> Iterator[Limit]:
    if shape.minimum is not None:
        message = f"must be greater than {shape.minimum}"
        yield same_place(pointer, (shape.minimum,), shape.minimum - 1, message)
    if shape.maximum is not None:
        message = f"must be less than {shape.maximum}"
        yield same_place(pointer, (shape.maximum,), shape.maximum + 1, message)
    if shape.positive:
        yield same_place(pointer, (0.01,), 0, "must be greater than 0")
    expected = "an integer" if shape.whole else "a number"
    yield same_place(pointer, (), "1", f"must provide {expected}")
    yield same_place(pointer, (), True, f"must provide {expected}")


def list_limits(shape: List, value: list[Any], pointer: str) -> Iterator[Limit]:
    if shape.maximum is not None and value:
        most = grown(value, shape.maximum)
        message = f"no more than {shape.maximum} items allowed"
        yield same_place(pointer, (most,), [*most, most[0]], message)
    if shape.minimum:
        least = value[: shape.minimum]
        yield same_place(pointer, (least,), least[:-1], f"must provide at least {shape.minimum} items")
    yield same_place(pointer, (), {"0": value}, "must provide an array")
    for index, item in enumerate(value):
        yield from limits(shape.items, item, f"{pointer}/{index}")


def object_limits(shape: Object, value: dict[str, Any], pointer: str) -> Iterator[Limit]:
    for name in shape.required:
        rest = {field: item for field, item in value.items() if field != name}
        yield same_place(pointer, (), rest, f"missing required field: {name}")
    yield same_place(pointer, (), {**value, "colour": 1}, "invalid additional property: colour")
    if shape.least:
        yield same_place(pointer, (), {}, f"must have minimum {shape.least} properties")
    yield same_place(pointer, (), "text", "must provide an object")
    if "type" in shape.fields and "type" in shape.required:
        yield same_place(pointer, (), {**value, "type": None}, "must provide a string", at=f"{pointer}/type")
    for name, item in value.items():
        yield from limits(shape.fields[name], item, f"{pointer}/{name}")


def same_place(
    pointer: str, within: tuple[object, ...], beyond: object, message: str, *, at: str | None = None
) -> Limit:
    return Limit(pointer=pointer, at=at or pointer, within=within, beyond=beyond, message=message)


def grown(items: list[Any], length: int) -> list[Any]:
    return [*items, *[items[0]] * (length - len(items))]


@pytest.mark.parametrize(("kind", "name"), EVERY_SAMPLE)
def test_a_sample_is_accepted(kind: str, name: str) -> None:
    assert found_in(kind, SAMPLES[kind][name]) == []


@pytest.mark.parametrize(("kind", "name"), EVERY_SAMPLE)
def test_at_a_limit_the_shape_is_right(kind: str, name: str) -> None:
    shape, whole, root = sample(kind, name)
    surface: Surface = "message" if kind == "messages" else whole["type"]
    for limit in limits(shape, whole, root):
        for value in limit.within:
            walk = Walk(surface)
            shape.check(put(whole, root, limit.pointer, value), root, walk)
            assert walk.problems == [], (limit.pointer, limit.message)


@pytest.mark.parametrize(("kind", "name"), EVERY_SAMPLE)
def test_beyond_a_limit_the_problem_is_named_where_it_is(kind: str, name: str) -> None:
    shape, whole, root = sample(kind, name)
    for limit in limits(shape, whole, root):
        found = found_in(kind, put(whole, root, limit.pointer, limit.beyond))
        errors = [(problem.pointer, problem.message) for problem in found]
        assert (limit.at, limit.message) in errors, errors


def rows_met(shape: Shape, value: Any) -> Iterator[tuple[str, str]]:
    """The (row, field) pairs of the tables that a value uses."""
    match shape:
        case List():
            for item in value:
                yield from rows_met(shape.items, item)
        case Nullable() if value is not None:
            yield from rows_met(shape.shape, value)
        case Choice():
            yield from rows_met(shape.members[value["type"]], value)
        case Object():
            for name, item in value.items():
                yield (shape.name, name)
                yield from rows_met(shape.fields[name], item)
        case _:
            pass


def rows_of(shape: Shape) -> Iterator[tuple[str, str]]:
    """The (row, field) pairs of the tables that there are."""
    match shape:
        case List():
            yield from rows_of(shape.items)
        case Nullable():
            yield from rows_of(shape.shape)
        case Choice():
            for member in shape.members.values():
                yield from rows_of(member)
        case Object():
            for name, field in shape.fields.items():
                yield (shape.name, name)
                yield from rows_of(field)
        case _:
            pass


def test_the_samples_use_every_field_of_every_row() -> None:
    met = {pair for kind, name in EVERY_SAMPLE for pair in rows_met(*sample(kind, name)[:2])}
    assert set(rows_of(VIEW)) - met == set()


def test_the_limits_above_know_every_kind_of_shape() -> None:
    shape_classes = {
        name for name, each in vars(shapes).items() if isinstance(each, type) and hasattr(each, "check")
    }
    assert shape_classes == {
        *("String", "Number", "Boolean", "Anything"),
        *("List", "Nullable", "Choice", "Object"),
        "Shape",
    }
