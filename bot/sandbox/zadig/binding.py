"""Reads queries and bodies as gin and Go's encoding/json do, and complains in their words."""

import dataclasses
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, TypeVar, get_args, get_type_hints

from bot.sandbox.zadig.answers import CrashError, TypedError

_INTEGER = re.compile(r"[+-]?[0-9]+")
_GO_TYPES: dict[Any, str] = {str: "string", bool: "bool", int: "int"}
_LITERALS = ("true", "false", "null", "-")
_INT64 = range(-(2**63), 2**63)


def bad_request(description: str) -> TypedError:
    return TypedError(400, description)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryField:
    """A required field of a query struct: its name on the wire and in Go."""

    name: str
    go_name: str
    is_number: bool = False


def bind_query(query: Mapping[str, str], struct: str, fields: Iterable[QueryField]) -> dict[str, Any]:
    """The fields' values by name; zero counts as missing. 400 with gin's text otherwise."""
    fields = tuple(fields)
    values: dict[str, Any] = {}
    for field in fields:
        text = query.get(field.name, "")
        values[field.name] = parse_int(text or "0") if field.is_number else text
    missing = [
        f"Key: '{struct}.{field.go_name}' Error:Field validation for '{field.go_name}' failed on the 'required' tag"
        for field in fields
        if not values[field.name]
    ]
    if missing:
        raise bad_request("\n".join(missing))
    return values


def parse_int(text: str) -> int:
    """As strconv.ParseInt with base 10 and 64 bits."""
    if not _INTEGER.fullmatch(text):
        raise bad_request(f'strconv.ParseInt: parsing "{text}": invalid syntax')
    number = int(text)
    if number not in _INT64:
        raise bad_request(f'strconv.ParseInt: parsing "{text}": value out of range')
    return number


class GoStruct(Protocol):
    """A dataclass of fields `bool`, `int`, `str`, tuples of these, or of other such dataclasses."""

    GO_NAME: ClassVar[str]
    __dataclass_fields__: ClassVar[dict[str, Any]]


Bound = TypeVar("Bound", bound=GoStruct)


def bind_json(body: bytes, into: type[Bound]) -> Bound:
    """The body as `into`: unknown keys ignored, missing ones zero, 400 for what Go would not take.

    A body of `null` binds to nothing, and what works with it afterwards crashes.
    """
    value = _parsed(body.decode(errors="replace"))
    if value is None:
        raise CrashError
    problems: list[str] = []
    if not isinstance(value, dict):
        raise bad_request(
            f"json: cannot unmarshal {_kind(value)} into Go value of type service.{into.GO_NAME}"
        )
    bound = _struct(value, into, (), problems)
    if problems:
        raise bad_request(problems[0])
    return bound


def _parsed(text: str) -> Any:
    text = text.lstrip(" \t\r\n")
    if not text:
        raise bad_request("EOF")
    try:
        return json.JSONDecoder(strict=False).raw_decode(text)[0]
    except json.JSONDecodeError as error:
        rest = text[error.pos :].rstrip()
        if error.msg.startswith("Unterminated string") or any(each.startswith(rest) for each in _LITERALS):
            raise bad_request("unexpected EOF") from error
        raise bad_request(f"invalid character '{rest[0]}' looking for beginning of value") from error


def _struct(value: dict[str, Any], into: type[Bound], path: tuple[str, ...], problems: list[str]) -> Bound:
    """Keys are matched without regard to case, as Go does."""
    folded = {key.lower(): each for key, each in value.items()}
    hints = get_type_hints(into)
    fields = {
        field.name: _value(
            folded.get(field.name), hints[field.name], (*path, field.name), into.GO_NAME, problems
        )
        for field in dataclasses.fields(into)
        if folded.get(field.name) is not None
    }
    return into(**fields)


def _value(value: Any, hint: Any, path: tuple[str, ...], struct: str, problems: list[str]) -> Any:
    if arguments := get_args(hint):
        return _list(value, arguments[0], path, struct, problems)
    if isinstance(value, dict) and hasattr(hint, "GO_NAME"):
        return _struct(value, hint, path, problems)
    if isinstance(value, hint) and (hint is bool) is isinstance(value, bool):
        return value
    problems.append(
        f"json: cannot unmarshal {_kind(value)} into Go struct field {struct}.{'.'.join(path)} of type {_go_type(hint)}"
    )
    return hint()


def _list(
    value: Any, element: Any, path: tuple[str, ...], struct: str, problems: list[str]
) -> tuple[Any, ...]:
    if isinstance(value, list):
        zero = element()
        return tuple(
            zero if each is None else _value(each, element, path, struct, problems) for each in value
        )
    problems.append(
        f"json: cannot unmarshal {_kind(value)} into Go struct field {struct}.{'.'.join(path)} of type []{_go_type(element)}"
    )
    return ()


def _go_type(hint: Any) -> str:
    return _GO_TYPES.get(hint) or f"service.{hint.GO_NAME}"


def _kind(value: Any) -> str:
    """What Go calls a JSON value; true and false come first, because to Python they are numbers too."""
    names: tuple[tuple[type, str], ...] = ((bool, "bool"), (str, "string"), (list, "array"), (dict, "object"))
    return next((name for kind, name in names if isinstance(value, kind)), "number")
