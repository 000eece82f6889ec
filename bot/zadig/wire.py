"""How JSON from Zadig is read: lenient about values, strict about shapes, silent about what it does not know."""

import math
from collections.abc import Callable
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError

from bot.domain.errors import Unreadable
from bot.zadig.calls import Answer
from bot.zadig.failures import describe

T = TypeVar("T")
LARGEST = 2**31 - 1  # counts beyond are nonsense, and would not fit into a database's integer
LAST_SECOND = 253_402_300_799  # of the year 9999, the last that a date can show


def _text(value: Any) -> Any:
    """Null is empty, a number is its digits, and NUL goes: PostgreSQL cannot store it."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.replace("\0", "")
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _whole(value: Any, largest: int = LARGEST) -> Any:
    """Null and the empty text are 0, `"12"` and `12.0` are 12; never negative or larger than `largest`."""
    if value is None or value == "":
        return 0
    if isinstance(value, str | float):
        number = float(value)  # a ValueError becomes a validation error
        if not math.isfinite(number):
            raise ValueError("not a finite number")
        value = int(number)
    return min(max(0, value), largest) if isinstance(value, int) else value


def _seconds(value: Any) -> Any:
    return _whole(value, LAST_SECOND)


def _nothing_for_null(value: Any) -> Any:
    return () if value is None else value


Text = Annotated[str, BeforeValidator(_text)]
Identifier = Annotated[Text, Field(min_length=1)]
Whole = Annotated[int, BeforeValidator(_whole)]
Seconds = Annotated[int, BeforeValidator(_seconds)]
Flag = Annotated[bool, BeforeValidator(lambda value: False if value is None else value)]
Rows = Annotated[tuple[T, ...], BeforeValidator(_nothing_for_null)]


class Wire(BaseModel):
    """Base of what is read: unknown keys are dropped."""

    model_config = ConfigDict(extra="ignore", frozen=True)


def reader(shape: Any) -> Callable[[Answer], Any]:
    """A function from an answer to `shape`, a pydantic model or a type; it raises Unreadable for anything else."""
    adapter = TypeAdapter[Any](shape)

    def read(answer: Answer) -> Any:
        try:
            return adapter.validate_json(answer.body)
        except ValidationError as error:
            raise Unreadable(
                f"Zadig's answer does not have the promised shape: {_first(error)}.", raw=describe(answer)
            ) from error

    return read


def _first(error: ValidationError) -> str:
    """Where the first problem is and what it is, without the value."""
    problem = error.errors(include_url=False, include_input=False, include_context=False)[0]
    where = ".".join(str(step) for step in problem["loc"]) or "the whole"
    return f"{where}: {problem['msg'][:200]}"


class _Success(Wire):
    message: Literal["success"]


read_success = reader(_Success)
