"""The arguments of a call, however they came: JSON, form, query, or JSON inside a form."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request

from bot.sandbox.slack.errors import ApiError

_FALSE = frozenset({"false", "0", "", "no"})


class Arguments:
    """Reads arguments the way Slack does; every refusal is an ApiError."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = {name: value for name, value in values.items() if value is not None}

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def text(self, name: str) -> str | None:
        """A string, or None if absent or empty; numbers are taken as they are written."""
        value = self.values.get(name)
        if isinstance(value, bool | list | dict):
            raise invalid_argument(f"must provide a string [json-pointer:/{name}]")
        return None if value in {None, ""} else str(value)

    def required(self, name: str) -> str:
        value = self.text(name)
        if value is None:
            raise invalid_argument(f"missing required field: {name}")
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self.values.get(name)
        if value is None:
            return default
        return value if isinstance(value, bool) else str(value).lower() not in _FALSE

    def number(self, name: str, *, default: int, lowest: int, highest: int, error: str) -> int:
        """A whole number between the bounds, both included; ApiError(error) otherwise."""
        value = self.values.get(name, default)
        try:
            number = int(value)
        except (TypeError, ValueError, OverflowError):
            raise ApiError(error) from None
        if not lowest <= number <= highest:
            raise ApiError(error)
        return number

    def json(self, name: str, error: str) -> Any:
        """A JSON value, parsed if it came as a string; None if absent; ApiError(error) if it cannot be parsed."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value.strip():
            return None
        try:
            return parse_json(value)
        except ValueError:
            raise ApiError(error) from None


def parse_json(text: str | bytes) -> Any:
    """JSON as it is defined: ValueError for NaN and infinities too, which Python alone would take."""
    return json.loads(text, parse_constant=_refuse_constant)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def invalid_argument(message: str) -> ApiError:
    return ApiError("invalid_arguments", response_metadata={"messages": [f"[ERROR] {message}"]})


async def read_arguments(request: Request) -> tuple[Arguments, list[str]]:
    """The arguments of the body over those of the query, and Slack's warnings about how they came.

    ApiError invalid_json, json_not_object, invalid_form_data (a body that is neither JSON nor a form).
    """
    values: dict[str, Any] = dict(request.query_params)
    warnings: list[str] = []
    body = await request.body()
    content_type, _, parameters = request.headers.get("content-type", "").lower().partition(";")
    if content_type.strip() == "application/json":
        values |= _json_object(body)
        if "charset" not in parameters:
            warnings.append("missing_charset")
    elif body:
        values |= _form(body, content_type.strip())
    return Arguments(values), warnings


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        values = parse_json(body or b"{}")
    except ValueError:
        raise ApiError("invalid_json") from None
    if not isinstance(values, dict):
        raise ApiError("json_not_object")
    return values


def _form(body: bytes, content_type: str) -> dict[str, Any]:
    if content_type not in {"", "application/x-www-form-urlencoded"}:
        raise ApiError("invalid_post_type")
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True))
    except ValueError:
        raise ApiError("invalid_form_data") from None
