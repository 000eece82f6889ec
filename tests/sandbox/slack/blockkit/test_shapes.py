"""Texts, days, times, numbers and addresses, and what may stand inside what."""

from typing import Any

import pytest

from bot.sandbox.slack.blockkit import Problem, check_blocks

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def option(value: str, **more: Any) -> Json:
    return {"text": plain(value), "value": value, **more}


def section(**more: Any) -> Json:
    return {"type": "section", "text": plain("x"), **more}


def beside(element: Json) -> list[Json]:
    return [section(accessory=element)]


def input_block(element: Json) -> Json:
    return {"type": "input", "label": plain("x"), "element": element}


def errors(problems: list[Problem]) -> list[tuple[str, str]]:
    return [(problem.pointer, problem.message) for problem in problems]


def test_a_text_of_either_type_is_announced_before_what_is_wrong_in_it() -> None:
    found = check_blocks([section(text={"type": "mrkdwn", "text": "x" * 3001})], "message")
    assert [str(problem) for problem in found] == [
        "[ERROR] failed to match all allowed schemas [json-pointer:/blocks/0/text]",
        "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
    ]


def test_each_type_of_text_has_its_own_flag() -> None:
    blocks = [
        section(text={"type": "mrkdwn", "text": "x", "emoji": True}),
        section(text={**plain("x"), "verbatim": True}),
    ]
    assert errors(check_blocks(blocks, "message"))[1::2] == [
        ("/blocks/0/text", "invalid additional property: emoji"),
        ("/blocks/1/text", "invalid additional property: verbatim"),
    ]


def test_a_header_takes_plain_text_only() -> None:
    found = check_blocks([{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}], "message")
    assert errors(found) == [("/blocks/0/text/type", "must be a valid enum value")]


def test_composition_objects_have_no_type_of_their_own() -> None:
    found = check_blocks(
        beside({"type": "static_select", "options": [option("a", type="option")]}), "message"
    )
    assert errors(found) == [("/blocks/0/accessory/options/0", "invalid additional property: type")]


def test_only_an_overflow_menu_has_options_that_are_links() -> None:
    linked = option("a", url="https://example.com")
    assert check_blocks(beside({"type": "overflow", "options": [linked]}), "message") == []
    assert errors(check_blocks(beside({"type": "static_select", "options": [linked]}), "message")) == [
        ("/blocks/0/accessory/options/0", "invalid additional property: url")
    ]


def test_lengths_are_counted_in_code_points() -> None:
    party = "\N{PARTY POPPER}"
    assert check_blocks([{"type": "header", "text": plain(party * 150)}], "message") == []
    found = check_blocks([{"type": "header", "text": plain(party * 151)}], "message")
    assert errors(found) == [("/blocks/0/text/text", "must be less than 151 characters")]


@pytest.mark.parametrize(
    "day", ["2023-02-29", "2024-13-01", "24-01-01", "2024-1-1", "20240101", "0000-01-01", ""]
)
def test_a_day_that_is_none_is_refused(day: str) -> None:
    found = check_blocks(beside({"type": "datepicker", "initial_date": day}), "message")
    assert errors(found) == [("/blocks/0/accessory/initial_date", "input must be a valid: date")]


@pytest.mark.parametrize(
    "time", ["24:00", "9:30", "09:60", "09:30:00", "0930", "\N{ARABIC-INDIC DIGIT ONE}0:00"]
)
def test_a_time_that_is_none_is_refused(time: str) -> None:
    found = check_blocks(beside({"type": "timepicker", "initial_time": time}), "message")
    assert [problem.pointer for problem in found] == ["/blocks/0/accessory/initial_time"]


@pytest.mark.parametrize("number", ["", "one", "1,5", "1e3", "--1", ".", "NaN", "Infinity", " 1"])
def test_a_number_input_takes_decimal_numerals_only(number: str) -> None:
    found = check_blocks(
        [input_block({"type": "number_input", "is_decimal_allowed": True, "min_value": number})], "message"
    )
    assert [problem.pointer for problem in found] == ["/blocks/0/element/min_value"]


@pytest.mark.parametrize(
    "url", ["example.com", "/shop", "http://", "ftp://example.com/a.png", "https://exa mple.com"]
)
def test_slack_fetches_images_from_the_web_only(url: str) -> None:
    found = check_blocks([{"type": "image", "alt_text": "x", "image_url": url}], "message")
    assert [problem.pointer for problem in found] == ["/blocks/0/image_url"]


@pytest.mark.parametrize(
    "kind", ["datetimepicker", "rich_text_input", "plain_text_input", "icon_button", "section"]
)
def test_a_section_takes_no_such_accessory(kind: str) -> None:
    assert errors(check_blocks(beside({"type": kind}), "modal")) == [
        ("/blocks/0/accessory/type", f"unsupported type: {kind}")
    ]


@pytest.mark.parametrize(
    "kind", ["image", "plain_text_input", "number_input", "file_input", "feedback_buttons"]
)
def test_actions_take_no_such_element(kind: str) -> None:
    assert errors(check_blocks([{"type": "actions", "elements": [{"type": kind}]}], "modal")) == [
        ("/blocks/0/elements/0/type", f"unsupported type: {kind}")
    ]


@pytest.mark.parametrize("kind", ["button", "overflow", "image", "workflow_button", "icon_button"])
def test_an_input_takes_no_such_element(kind: str) -> None:
    assert errors(check_blocks([input_block({"type": kind})], "modal")) == [
        ("/blocks/0/element/type", f"unsupported type: {kind}")
    ]
