"""What must hold across the fields of one block, element or object, whose shape has been found right.

Where Slack's words for a broken rule are known they are used (`must define either ...`, `already exists`, `must be one
of the provided options`); the pointers are Slack's too, odd as some are.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from bot.sandbox.slack.blockkit import limits, problems
from bot.sandbox.slack.blockkit.problems import Problem
from bot.sandbox.slack.blockkit.shapes import Json, Rule


def exactly_one(first: str, second: str) -> Rule:
    """Neither is reported as the first one missing."""

    def rule(value: Json, pointer: str) -> Iterator[Problem]:
        if first in value and second in value:
            yield problems.not_exactly_one(pointer)
        elif first not in value and second not in value:
            yield problems.missing(first, pointer)

    return rule


def at_most_one(first: str, second: str) -> Rule:
    def rule(value: Json, pointer: str) -> Iterator[Problem]:
        if first in value and second in value:
            yield problems.not_exactly_one(pointer)

    return rule


def at_least_one(*names: str) -> Rule:
    def rule(value: Json, pointer: str) -> Iterator[Problem]:
        if not any(name in value for name in names):
            listed = ", ".join(f"`{name}`" for name in names[:-1])
            yield problems.against_rule(f"must define {listed} or `{names[-1]}`", pointer)

    return rule


def requires(name: str, other: str) -> Rule:
    """`name`, unless it is false, makes sense only beside a true or non-empty `other`."""

    def rule(value: Json, pointer: str) -> Iterator[Problem]:
        if value.get(name) and not value.get(other):
            yield problems.against_rule(f"must define `{other}` to use `{name}`", f"{pointer}/{name}")

    return rule


def excludes(name: str, other: str) -> Rule:
    """The two flags cannot both be true."""

    def rule(value: Json, pointer: str) -> Iterator[Problem]:
        if value.get(name) and value.get(other):
            yield problems.against_rule(f"must not define `{name}` with `{other}`", f"{pointer}/{name}")

    return rule


def text_or_fields(value: Json, pointer: str) -> Iterator[Problem]:
    if "text" not in value and "fields" not in value:
        yield problems.against_rule("must define either `text` or `fields`", f"{pointer}/type")


def initial_option_is_offered(value: Json, pointer: str) -> Iterator[Problem]:
    if "initial_option" in value and value["initial_option"] not in _options(value):
        yield _not_offered(f"{pointer}/initial_option")


def initial_options_are_offered(value: Json, pointer: str) -> Iterator[Problem]:
    """An empty list is refused like an option that is not there (slackapi/bolt-js#482)."""
    if (chosen := value.get("initial_options")) is not None:
        offered = _options(value)
        if not chosen or any(option not in offered for option in chosen):
            yield _not_offered(f"{pointer}/initial_options")


def _options(value: Json) -> list[Any]:
    groups = value.get("option_groups", [])
    return [*value.get("options", []), *(option for group in groups for option in group["options"])]


def _not_offered(pointer: str) -> Problem:
    return problems.against_rule("must be one of the provided options", pointer)


def smallest_first(smallest: str, largest: str) -> Rule:
    """Both are numbers, or strings that hold one."""

    def rule(value: Json, pointer: str) -> Iterator[Problem]:
        if smallest in value and largest in value and Decimal(value[smallest]) > Decimal(value[largest]):
            message = f"`{smallest}` cannot be greater than `{largest}`"
            yield problems.against_rule(message, f"{pointer}/{smallest}")

    return rule


def distinct(items: str, name: str) -> Rule:
    """The objects in the list `items` have different values of `name`, those that have any."""

    def rule(value: Json, pointer: str) -> Iterator[Problem]:
        seen = set()
        for index, item in enumerate(value.get(items, [])):
            if (own := item.get(name)) is None:
                continue
            if own in seen:
                yield problems.duplicate(name, own, f"{pointer}/{items}/{index}/{name}")
            seen.add(own)

    return rule


def not_pending_alone(value: Json, pointer: str) -> Iterator[Problem]:
    """Only the tasks of a plan may wait to begin."""
    if value.get("status") == "pending":
        yield problems.not_among(("in_progress", "complete", "error"), f"{pointer}/status")


def table_fits(value: Json, pointer: str) -> Iterator[Problem]:
    if characters(value["rows"]) > limits.TABLE_CHARACTERS:
        yield problems.too_long(limits.TABLE_CHARACTERS, f"{pointer}/rows")


def data_table_is_square(value: Json, pointer: str) -> Iterator[Problem]:
    header, *rows = value["rows"]
    for index, row in enumerate(rows, start=1):
        if len(row) != len(header):
            yield problems.against_rule(f"must have {len(header)} cells", f"{pointer}/rows/{index}")
    for index, cell in enumerate(header):
        if cell["type"] == "rich_text":
            yield problems.unsupported(
                "rich_text", ("raw_text", "raw_number"), f"{pointer}/rows/0/{index}/type"
            )
    if value.get("row_header_column_index", 0) >= len(header):
        yield problems.too_large(len(header) - 1, f"{pointer}/row_header_column_index")


def data_table_fits(value: Json, pointer: str) -> Iterator[Problem]:
    if characters(value["rows"]) > limits.DATA_TABLE_CHARACTERS:
        yield problems.too_long(limits.DATA_TABLE_CHARACTERS, f"{pointer}/rows")


def categories_are_distinct(value: Json, pointer: str) -> Iterator[Problem]:
    categories = value["categories"]
    for index, category in enumerate(categories):
        if category in categories[:index]:
            yield problems.duplicate("category", category, f"{pointer}/categories/{index}")


def series_meet_categories(value: Json, pointer: str) -> Iterator[Problem]:
    """Every series has exactly one point for every category."""
    categories = sorted(value["axis_config"]["categories"])
    for index, series in enumerate(value["series"]):
        if sorted(point["label"] for point in series["data"]) != categories:
            message = "must have one point for each of the `categories`"
            yield problems.against_rule(message, f"{pointer}/series/{index}/data")


def characters(value: object) -> int:
    """How many characters the texts inside add up to, as a table counts its cells."""
    if isinstance(value, list):
        return sum(characters(item) for item in value)
    if isinstance(value, dict):
        return sum(
            len(item) if name == "text" and isinstance(item, str) else characters(item)
            for name, item in value.items()
        )
    return 0
