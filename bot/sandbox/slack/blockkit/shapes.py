"""The words in which the tables say what a piece of Block Kit JSON looks like, and how each word is checked.

A shape reports to a `Walk`. Rules across fields are put off until the whole payload has the right shape: that is
Slack's order, and it lets a rule rely on what it reads.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, TypeAlias

from bot.sandbox.slack.blockkit import problems
from bot.sandbox.slack.blockkit.problems import Problem

Surface: TypeAlias = Literal["message", "modal", "home"]
Json: TypeAlias = dict[str, Any]
Found: TypeAlias = tuple[str, Json]
"""A pointer and the object that it points at."""
Rule: TypeAlias = Callable[[Json, str], Iterator[Problem]]
"""What must hold across the fields of an object whose shape is right; called with it and its pointer."""


@dataclass(slots=True)
class Walk:
    """One look at one payload for one surface: what is wrong, what is to be checked later, what was met."""

    surface: Surface
    problems: list[Problem] = field(default_factory=list)
    later: list[tuple[Rule, Json, str]] = field(default_factory=list)
    blocks: list[Found] = field(default_factory=list)
    elements: list[Found] = field(default_factory=list)

    def report(self, problem: Problem) -> None:
        self.problems.append(problem)

    def broken_rules(self) -> list[Problem]:
        """To be asked only when no shape was wrong."""
        return [problem for rule, value, pointer in self.later for problem in rule(value, pointer)]


class Shape(Protocol):
    def check(self, value: object, pointer: str, walk: Walk) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """What a string must look like: `kind` is Slack's name of the constraint, `expected` what Slack would quote."""

    kind: Literal["pattern", "format"]
    expected: str
    accepts: Callable[[str], object]

    @property
    def message(self) -> str:
        verb = "match regex pattern" if self.kind == "pattern" else "be a valid"
        return f"input must {verb}: {self.expected}"


@dataclass(frozen=True, slots=True, kw_only=True)
class String:
    """Lengths are Unicode code points."""

    minimum: int = 0
    maximum: int | None = None
    choices: tuple[str, ...] = ()
    format: Format | None = None

    def check(self, value: object, pointer: str, walk: Walk) -> None:
        if not isinstance(value, str):
            walk.report(problems.wrong_type("a string", pointer))
        elif self.maximum is not None and len(value) > self.maximum:
            walk.report(problems.too_long(self.maximum, pointer))
        elif len(value) < self.minimum:
            walk.report(problems.too_short(self.minimum, pointer))
        elif self.choices and value not in self.choices:
            walk.report(problems.not_among(self.choices, pointer))
        elif self.format and not self.format.accepts(value):
            form = self.format
            walk.report(problems.failed(form.kind, form.expected, form.message, pointer))


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    minimum: int | None = None
    maximum: int | None = None
    whole: bool = False
    positive: bool = False

    def check(self, value: object, pointer: str, walk: Walk) -> None:
        expected = int if self.whole else (int, float)
        if isinstance(value, bool) or not isinstance(value, expected):
            walk.report(problems.wrong_type("an integer" if self.whole else "a number", pointer))
        elif self.minimum is not None and value < self.minimum:
            walk.report(problems.too_small(self.minimum, pointer))
        elif self.maximum is not None and value > self.maximum:
            walk.report(problems.too_large(self.maximum, pointer))
        elif self.positive and not value > 0:
            walk.report(problems.too_small(0, pointer))


@dataclass(frozen=True, slots=True)
class Boolean:
    def check(self, value: object, pointer: str, walk: Walk) -> None:
        if not isinstance(value, bool):
            walk.report(problems.wrong_type("a boolean", pointer))


@dataclass(frozen=True, slots=True)
class Anything:
    """A value whose type is up to another, such as an input of a workflow."""

    def check(self, value: object, pointer: str, walk: Walk) -> None:
        """Nothing is wrong with it."""


@dataclass(frozen=True, slots=True)
class Nullable:
    """Nulls are refused everywhere else: a field that is not meant is left out."""

    shape: Shape

    def check(self, value: object, pointer: str, walk: Walk) -> None:
        if value is not None:
            self.shape.check(value, pointer, walk)


@dataclass(frozen=True, slots=True, kw_only=True)
class List:
    """The items of a list of the wrong length are not looked at, which bounds how much there is to say."""

    items: Shape
    minimum: int = 0
    maximum: int | None = None

    def check(self, value: object, pointer: str, walk: Walk) -> None:
        if not isinstance(value, list):
            walk.report(problems.wrong_type("an array", pointer))
        elif self.maximum is not None and len(value) > self.maximum:
            walk.report(problems.too_many(self.maximum, pointer))
        elif len(value) < self.minimum:
            walk.report(problems.too_few(self.minimum, pointer))
        else:
            for index, item in enumerate(value):
                self.items.check(item, f"{pointer}/{index}", walk)


@dataclass(frozen=True, slots=True, kw_only=True)
class Object:
    """A thing with these fields and no others.

    `role` says which of the walk's lists it is put on; `surfaces` where a `Choice` offers it; `least` how many fields
    there must be. While a required field is missing nothing else of the object is looked at, as in Slack.
    """

    name: str
    fields: Mapping[str, Shape]
    required: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    surfaces: frozenset[Surface] | None = None
    role: Literal["block", "element"] | None = None
    least: int = 0

    def is_for(self, surface: Surface) -> bool:
        return self.surfaces is None or surface in self.surfaces

    def check(self, value: object, pointer: str, walk: Walk) -> None:
        if not isinstance(value, dict):
            walk.report(problems.wrong_type("an object", pointer))
        elif absent := [name for name in self.required if name not in value]:
            walk.problems += [problems.missing(name, pointer) for name in absent]
        elif len(value) < self.least:
            walk.report(problems.too_empty(self.least, pointer))
        else:
            self._check_fields(value, pointer, walk)
            self._remember(value, pointer, walk)

    def _check_fields(self, value: Json, pointer: str, walk: Walk) -> None:
        strangers = []
        for name, item in value.items():
            shape = self.fields.get(name)
            if shape is None:
                strangers.append(name)
            else:
                shape.check(item, f"{pointer}/{name}", walk)
        walk.problems += [problems.unknown(name, pointer) for name in strangers]

    def _remember(self, value: Json, pointer: str, walk: Walk) -> None:
        if self.role == "block":
            walk.blocks.append((pointer, value))
        elif self.role == "element":
            walk.elements.append((pointer, value))
        walk.later += [(rule, value, pointer) for rule in self.rules]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One of several objects, told apart by their `type`.

    `wrapped` puts "failed to match all allowed schemas" before what is wrong inside, as Slack does for text objects.
    """

    members: Mapping[str, Object]
    wrapped: bool = False

    def check(self, value: object, pointer: str, walk: Walk) -> None:
        if not isinstance(value, dict):
            walk.report(problems.wrong_type("an object", pointer))
        elif "type" not in value:
            walk.report(problems.missing("type", pointer))
        elif not isinstance(kind := value["type"], str):
            walk.report(problems.wrong_type("a string", f"{pointer}/type"))
        elif (member := self.members.get(kind)) is None or not member.is_for(walk.surface):
            offered = [name for name, shape in self.members.items() if shape.is_for(walk.surface)]
            walk.report(problems.unsupported(kind, offered, f"{pointer}/type"))
        else:
            self._check_member(member, value, pointer, walk)

    def _check_member(self, member: Object, value: Json, pointer: str, walk: Walk) -> None:
        before = len(walk.problems)
        member.check(value, pointer, walk)
        if self.wrapped and len(walk.problems) > before:
            walk.problems.insert(before, problems.not_all(pointer))
