"""How JSON from Zadig is read: lenient about values, strict about shapes, silent about what it does not know.

A value that is not what the API promises is blanked where the bot can do without it; a row whose name or id cannot be read
is left out, logged and counted. One odd row never hides the others.
"""

import logging
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from bot.domain.errors import Unreadable
from bot.zadig.calls import Answer
from bot.zadig.failures import describe

log = logging.getLogger(__name__)

T = TypeVar("T")
LARGEST = 2**31 - 1  # counts beyond are nonsense, and would not fit into a database's integer
# With more rows that cannot be read it is another shape, whatever some look like; each costs an error of pydantic's.
MAX_ODD_ROWS, MAX_BEFORE_A_GOOD_ONE = 1000, 20
LAST_SECOND = 253_402_300_799  # of the year 9999, the last that a date can show
PATH_PARTS = ("repo", "namespace", "image", "tag")
OBJECT_ID = re.compile("[0-9a-fA-F]{24}")


def _scalar(value: Any) -> Any:
    """A number is its digits, and NUL goes: PostgreSQL cannot store it."""
    if isinstance(value, str):
        return value.replace("\0", "")
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _text(value: Any) -> str:
    """As `_scalar`; what is neither text nor number is empty."""
    read = _scalar(value)
    return read if isinstance(read, str) else ""


def _whole(value: Any, largest: int = LARGEST) -> int:
    """`"12"` and `12.0` are 12, what is no number is 0; never negative or larger than `largest`."""
    try:
        number = float(value) if isinstance(value, str | float) else value
    except ValueError:
        return 0
    if not isinstance(number, int | float) or not math.isfinite(number):
        return 0
    return min(max(0, int(number)), largest)


def _seconds(value: Any) -> int:
    """Unix seconds, also from milliseconds or an RFC 3339 date; 0 for anything else."""
    if isinstance(value, str) and "-" in value[1:]:
        return _seconds_of_date(value)
    number = _whole(value, 1000 * LAST_SECOND)
    return number if number <= LAST_SECOND else number // 1000


def _seconds_of_date(text: str) -> int:
    try:
        moment = datetime.fromisoformat(text.strip())
        return max(0, int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()))
    except (ValueError, OverflowError):
        return 0


def _flag(value: Any) -> bool:
    return value if isinstance(value, bool) else str(value).lower() in ("1", "true")


def _cautious_flag(value: Any) -> bool:
    return value not in (None, False, 0, "") and str(value).lower() != "false"


def _labels(value: Any) -> tuple[str, ...]:
    """A text is taken for labels with commas between them, as they are typed in Zadig."""
    found = value.split(",") if isinstance(value, str) else value
    texts = (_text(one).strip() for one in (found if isinstance(found, list | tuple) else ()))
    return tuple(text for text in texts if text)


def _image_path(value: Any) -> dict[str, str]:
    parts = value if isinstance(value, dict) else {}
    return {part: text for part in PATH_PARTS if (text := _text(parts.get(part)))}


def _nothing_for_null(value: Any) -> Any:
    return () if value is None else value


def _nothing_if_odd(value: Any, read: ValidatorFunctionWrapHandler) -> Any:
    try:
        return read(value)
    except ValidationError:
        return None


@dataclass(kw_only=True, slots=True)
class _LeftOut:
    """How many rows of an answer could not be read."""

    rows: int = 0


def _readable(value: Any, read: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
    """The rows that can be read, or the error of all of them if none can: that is another shape, not an odd row."""
    if not isinstance(value, list | tuple):
        return read(value)
    kept: list[Any] = []
    odd = 0
    for row in value:
        try:
            kept += read([row])
        except ValidationError:
            odd += 1
            if odd > (MAX_ODD_ROWS if kept else MAX_BEFORE_A_GOOD_ONE):
                raise
    if odd and not kept:
        return read(value)
    if isinstance(info.context, _LeftOut):
        info.context.rows += odd
    return tuple(kept)


Text = Annotated[str, BeforeValidator(_text)]
Identifier = Annotated[str, Field(min_length=1), BeforeValidator(_scalar)]
Labels = Annotated[tuple[str, ...], BeforeValidator(_labels)]
# Where in a chart's values an image stands: dotted keys by part; empty where that is unknown.
ImagePath = Annotated[dict[str, str], BeforeValidator(_image_path)]
Whole = Annotated[int, BeforeValidator(_whole)]
Seconds = Annotated[int, BeforeValidator(_seconds)]
Flag = Annotated[bool, BeforeValidator(_flag)]
# What gives a right or takes one away: only what is surely false is.
CautiousFlag = Annotated[bool, BeforeValidator(_cautious_flag)]
OrNone = Annotated[T | None, WrapValidator(_nothing_if_odd)]
Rows = Annotated[tuple[T, ...], WrapValidator(_readable), BeforeValidator(_nothing_for_null)]


def created_at(seconds: int, identifier: str) -> int:
    """When a row was stored, in unix seconds; where Zadig's date cannot be read, its id tells.

    The first eight digits of a MongoDB ObjectId are its time: https://www.mongodb.com/docs/manual/reference/bson-types/
    """
    return int(identifier[:8], 16) if not seconds and OBJECT_ID.fullmatch(identifier) else seconds


class Wire(BaseModel):
    """Base of what is read: unknown keys are dropped."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


def reader(shape: Any) -> Callable[[Answer], Any]:
    """A function from an answer to `shape`, a pydantic model or a type; it raises Unreadable for anything else.

    A model with a field `left_out` is told there how many rows could not be read.
    """
    adapter = TypeAdapter[Any](shape)

    def read(answer: Answer) -> Any:
        left_out = _LeftOut()
        try:
            body = adapter.validate_json(answer.body, context=left_out)
        except ValidationError as error:
            # Not "from" it: in a traceback it would show what it was given.
            raise Unreadable(
                f"Zadig's answer does not have the expected form: {_first(error)}.", raw=describe(answer)
            ) from None
        return _counted(body, left_out.rows) if left_out.rows else body

    return read


def _counted(body: Any, rows: int) -> Any:
    log.warning("rows left out", extra={"action": "rows_left_out", "rows": rows, "of": type(body).__name__})
    if isinstance(body, Wire) and "left_out" in type(body).model_fields:
        return body.model_copy(update={"left_out": rows})
    return body


def _first(error: ValidationError) -> str:
    """Where the first problem is and what it is, without the value."""
    problem = error.errors(include_url=False, include_input=False, include_context=False)[0]
    where = ".".join(str(step) for step in problem["loc"]) or "the whole"
    return f"{where}: {problem['msg'][:200]}"


class _Success(Wire):
    message: Literal["success"]


read_success = reader(_Success)
