"""How problems come back from chat.*, views.* and blocks.validate."""

import json
from typing import Any

import pytest

from bot.sandbox.slack.blockkit import api_errors, check_message, check_view, validate_answer

Json = dict[str, Any]

OPTION = {"text": {"type": "plain_text", "text": "x"}, "value": "x"}
SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "x"}}
TABLE = {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}
INPUT = {"type": "input", "label": OPTION["text"], "element": {"type": "plain_text_input"}}


def test_chat_answers_with_each_problem_twice() -> None:
    too_many = {**SECTION, "accessory": {"type": "overflow", "options": [OPTION] * 6}}
    assert api_errors(check_message({"blocks": [SECTION, SECTION, too_many]}), "chat") == (
        "invalid_blocks",
        ["no more than 5 items allowed [json-pointer:/blocks/2/accessory/options]"],
        ["[ERROR] no more than 5 items allowed [json-pointer:/blocks/2/accessory/options]"],
    )


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"blocks": "[]"}, "invalid_blocks_format"),
        ({"attachments": [{}] * 101}, "too_many_attachments"),
        ({"blocks": [{"type": "markdown", "text": "x" * 7000}] * 2}, "msg_blocks_too_long"),
    ],
)
def test_some_errors_of_chat_say_everything(arguments: Json, error: str) -> None:
    assert api_errors(check_message(arguments), "chat") == (error, [], [])


def test_two_tables_are_an_error_of_attachments() -> None:
    assert api_errors(check_message({"blocks": [TABLE, TABLE]}), "chat") == (
        "invalid_attachments",
        ["only_one_table_allowed"],
        ["[ERROR] only_one_table_allowed"],
    )


@pytest.mark.parametrize("attachments", ["x", [1], [{"blocks": [{"type": "hologram"}]}]])
def test_what_is_wrong_with_an_attachment_is_an_error_of_attachments(attachments: object) -> None:
    error, errors, messages = api_errors(check_message({"attachments": attachments}), "chat")
    assert error == "invalid_attachments"
    assert len(errors) == len(messages) == 1


def test_views_answer_with_a_first_line_about_the_view() -> None:
    view = {"type": "modal", "title": {"type": "plain_text", "text": "x" * 25}, "blocks": [SECTION]}
    assert api_errors(check_view(view), "views") == (
        "invalid_arguments",
        [],
        [
            "[ERROR] failed to match all allowed schemas [json-pointer:/view]",
            "[ERROR] must be less than 25 characters [json-pointer:/view/title/text]",
        ],
    )


def test_a_broken_rule_of_a_view_stands_alone() -> None:
    view = {"type": "modal", "title": OPTION["text"], "blocks": [SECTION, SECTION, INPUT]}
    assert api_errors(check_view(view), "views").messages == [
        "[ERROR] must define `submit` to use an `input` block in modals [json-pointer:/view/blocks/2/input]"
    ]


def test_a_view_that_is_too_large_has_an_error_of_its_own() -> None:
    view = {"type": "home", "blocks": [SECTION], "private_metadata": "x" * 250_000}
    assert api_errors(check_view(view), "views") == ("view_too_large", [], [])


def test_a_type_that_slack_does_not_know_is_told_as_its_page_tells_it() -> None:
    assert validate_answer(blocks=[{"type": "section", "text": {"type": "invalid", "text": "x"}}]) == {
        "ok": False,
        "error": "invalid_blocks",
        "errors": [
            {
                "code": "failed_constraint",
                "message": "unsupported type: invalid",
                "pointer": "/0/text/type",
                "constraint": {"type": "enum", "expected": ["plain_text", "mrkdwn"]},
            }
        ],
    }


def test_a_missing_field_is_named_beside_the_message() -> None:
    assert validate_answer(blocks=[{}])["errors"] == [
        {"code": "missing_field", "message": "missing required field: type", "field": "type", "pointer": "/0"}
    ]


def test_a_length_is_told_with_the_limit() -> None:
    view = {"type": "modal", "title": {"type": "plain_text", "text": "x" * 25}, "blocks": [SECTION]}
    assert validate_answer(view=view) == {
        "ok": False,
        "error": "invalid_view",
        "errors": [
            {
                "code": "failed_constraint",
                "message": "must be less than 25 characters",
                "pointer": "/title/text",
                "constraint": {"type": "max_length", "expected": 24},
            }
        ],
    }


@pytest.mark.parametrize(
    "argument",
    [
        {"blocks": [SECTION]},
        {"blocks": json.dumps([SECTION])},
        {"message": {"blocks": [SECTION], "attachments": [{"blocks": [SECTION]}]}},
        {"message": json.dumps({"blocks": [SECTION]})},
        {"view": {"type": "home", "blocks": [SECTION]}},
        {"view": json.dumps({"type": "modal", "title": OPTION["text"], "blocks": [SECTION]})},
    ],
)
def test_what_slack_takes_is_ok(argument: Json) -> None:
    assert validate_answer(**argument) == {"ok": True}


@pytest.mark.parametrize(
    ("argument", "error", "first"),
    [
        ({"blocks": "no JSON"}, "invalid_blocks", ("invalid_type", "must provide an array", "")),
        ({"blocks": "[" * 100_000}, "invalid_blocks", ("invalid_type", "must provide an array", "")),
        (
            {"blocks": [SECTION] * 51},
            "invalid_blocks",
            ("failed_constraint", "no more than 50 items allowed", ""),
        ),
        ({"message": []}, "invalid_message", ("invalid_type", "must provide an object", "")),
        (
            {"message": {"text": "x"}},
            "invalid_message",
            ("failed_constraint", "invalid additional property: text", ""),
        ),
        (
            {"message": {"blocks": [TABLE, TABLE]}},
            "invalid_message",
            ("failed_constraint", "only_one_table_allowed", "/blocks/1"),
        ),
        (
            {"message": {"attachments": [{"blocks": [{"type": "divider", "text": 1}]}]}},
            "invalid_message",
            ("failed_constraint", "invalid additional property: text", "/attachments/0/blocks/0"),
        ),
        ({"view": "{}"}, "invalid_view", ("missing_field", "missing required field: type", "")),
        (
            {"view": {"type": "home", "blocks": [{"type": "plan", "title": "x"}]}},
            "invalid_view",
            ("failed_constraint", "unsupported type: plan", "/blocks/0/type"),
        ),
    ],
)
def test_what_slack_refuses_is_told_from_the_argument_on(
    argument: Json, error: str, first: tuple[str, str, str]
) -> None:
    answer = validate_answer(**argument)
    assert (answer["ok"], answer["error"]) == (False, error)
    entry = answer["errors"][0]
    assert (entry["code"], entry["message"], entry["pointer"]) == first


@pytest.mark.parametrize(
    "arguments", [{}, {"blocks": [], "view": {}}, {"blocks": [], "message": {}, "view": {}}]
)
def test_exactly_one_thing_is_validated(arguments: Json) -> None:
    assert validate_answer(**arguments) == {
        "ok": False,
        "error": "invalid_arguments",
        "response_metadata": {"messages": ["must provide exactly one of `blocks`, `view`, or `message`"]},
    }
