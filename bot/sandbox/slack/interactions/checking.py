"""The checks that Slack's client makes before it submits a modal, so that the app never sees what fails them."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation

from bot.sandbox.slack import elements
from bot.sandbox.slack.elements import Placed
from bot.sandbox.slack.model import Json, View

LONGEST_TEXT = 3_000
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_URL = re.compile(r"https?://\S+")


def refused_inputs(view: View) -> dict[str, str]:
    """Why the screen would not submit: block_id → the text under that input; empty if all is well."""
    refused: dict[str, str] = {}
    for placed in elements.elements(view.blocks):
        if placed.is_input and placed.type in elements.KINDS:
            entry = view.values[placed.block_id][placed.action_id]
            if reason := _reason(placed, entry):
                refused[placed.block_id] = reason
    return refused


def _reason(placed: Placed, entry: Json) -> str | None:
    if elements.is_empty(entry):
        return None if placed.block.get("optional") else "Please complete this required field."
    check = _CHECKS.get(placed.type)
    return check(placed.element, str(entry["value"])) if check is not None else None


def _length(element: Json, text: str) -> str | None:
    shortest, longest = element.get("min_length", 0), element.get("max_length", LONGEST_TEXT)
    if len(text) < shortest:
        return f"Must be at least {shortest} characters."
    if len(text) > longest:
        return f"Must be no more than {longest} characters."
    return None


def _number(element: Json, text: str) -> str | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return "Please enter a number."
    if not number.is_finite():
        return "Please enter a number."
    if not element["is_decimal_allowed"] and number != number.to_integral_value():
        return "Please enter a whole number."
    lowest, highest = element.get("min_value"), element.get("max_value")
    if lowest is not None and number < Decimal(lowest):
        return f"Must be at least {lowest}."
    if highest is not None and number > Decimal(highest):
        return f"Must be no more than {highest}."
    return None


def _email(_: Json, text: str) -> str | None:
    return None if _EMAIL.fullmatch(text) else "Please enter a valid email address."


def _url(_: Json, text: str) -> str | None:
    return None if _URL.fullmatch(text) else "Please enter a valid URL."


_CHECKS: Mapping[str, Callable[[Json, str], str | None]] = {
    "plain_text_input": _length,
    "number_input": _number,
    "email_text_input": _email,
    "url_text_input": _url,
}
