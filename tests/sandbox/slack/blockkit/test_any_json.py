"""Whatever JSON comes in, an answer comes out."""

import json
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as some

from bot.sandbox.slack.blockkit import (
    api_errors,
    check_blocks,
    check_message,
    check_view,
    validate_answer,
)
from bot.sandbox.slack.blockkit.blocks import BLOCKS
from bot.sandbox.slack.blockkit.elements import ELEMENTS

SAMPLES: dict[str, dict[str, Any]] = json.loads(Path(__file__).with_name("samples.json").read_text("utf-8"))
WHOLE: list[Any] = [
    *({"blocks": blocks} for blocks in SAMPLES["messages"].values()),
    *SAMPLES["views"].values(),
]

KINDS = [*BLOCKS, *ELEMENTS, "plain_text", "mrkdwn", "rich_text_section", "text", "modal", "home"]
NAMES = sorted({name for row in (*BLOCKS.values(), *ELEMENTS.values()) for name in row.fields})
SCALARS = some.one_of(
    some.none(),
    some.booleans(),
    some.integers(),
    some.floats(),
    some.text(max_size=20),
    some.sampled_from(KINDS),
)
ANY_JSON = some.recursive(
    SCALARS,
    lambda inner: some.one_of(
        some.lists(inner, max_size=4),
        some.dictionaries(
            some.one_of(some.sampled_from(["type", *NAMES]), some.text(max_size=5)), inner, max_size=6
        ),
    ),
    max_leaves=30,
)


def look_at(value: Any) -> None:
    """Asks everything that can be asked about a value, and reads what comes back."""
    for surface in ("message", "modal", "home"):
        check_blocks(value, surface)
    if found := check_view(value):
        assert api_errors(found, "views").error
    arguments = value if isinstance(value, dict) else {"blocks": value, "attachments": value}
    if found := check_message(arguments):
        assert api_errors(found, "chat").error
        assert all(str(problem).startswith("[ERROR] ") for problem in found)
    for name in ("blocks", "message", "view"):
        json.dumps(validate_answer(**{name: value}))


@given(ANY_JSON)
@settings(deadline=None)
def test_any_json_gets_an_answer(value: Any) -> None:
    look_at(value)


@given(some.data())
@settings(deadline=None)
def test_a_sample_with_one_value_changed_gets_an_answer(data: some.DataObject) -> None:
    whole = json.loads(json.dumps(data.draw(some.sampled_from(WHOLE))))
    place = whole
    while True:
        keys: list[Any] = list(place) if isinstance(place, dict) else list(range(len(place)))
        if not keys:
            break
        key = data.draw(some.sampled_from(keys))
        if not isinstance(place[key], dict | list) or data.draw(some.integers(0, 4)) == 0:
            place[key] = data.draw(ANY_JSON)
            break
        place = place[key]
    look_at(whole)


def test_json_nested_beyond_all_measure_is_too_large() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    assert [problem.code for problem in check_view({"type": "home", "blocks": deep})] == ["view_too_large"]
    assert [problem.message for problem in check_blocks(deep, "message")] == ["must provide an object"]


def test_text_that_is_no_unicode_is_measured_too() -> None:
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "\ud800"}}
    assert check_view({"type": "home", "blocks": [section]}) == []
