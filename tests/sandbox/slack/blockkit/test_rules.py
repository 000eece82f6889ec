"""What must hold across the fields of a block, and how a problem is told; in Slack's words where they are known."""

from typing import Any

import pytest

from bot.sandbox.slack.blockkit import Problem, check_blocks

Json = dict[str, Any]
Errors = list[tuple[str, str]]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def option(value: str, **more: Any) -> Json:
    return {"text": plain(value), "value": value, **more}


def section(**more: Any) -> Json:
    return {"type": "section", "text": plain("x"), **more}


def beside(element: Json) -> list[Json]:
    return [section(accessory=element)]


def static_select(*values: str, **more: Any) -> Json:
    return {"type": "static_select", "options": [option(value) for value in values], **more}


def input_block(element: Json, **more: Any) -> Json:
    return {"type": "input", "label": plain("x"), "element": element, **more}


def number_input(**more: Any) -> Json:
    return input_block({"type": "number_input", "is_decimal_allowed": True, **more})


def text_input(**more: Any) -> Json:
    return input_block({"type": "plain_text_input", **more})


def cells(*texts: str) -> list[Json]:
    return [{"type": "raw_text", "text": text} for text in texts]


def table(*rows: list[Json]) -> Json:
    return {"type": "table", "rows": list(rows)}


def data_table(*rows: list[Json], **more: Any) -> Json:
    return {"type": "data_table", "caption": "x", "rows": list(rows), **more}


def chart(*, series: list[Json], categories: list[str]) -> Json:
    axes = {"categories": categories}
    return {
        "type": "data_visualization",
        "title": "x",
        "chart": {"type": "bar", "series": series, "axis_config": axes},
    }


def points(name: str, *labels: str) -> Json:
    return {"name": name, "data": [{"label": label, "value": 1} for label in labels]}


def container(**more: Any) -> Json:
    return {"type": "container", "title": plain("x"), "child_blocks": [{"type": "divider"}], **more}


def card(**more: Any) -> Json:
    return {"type": "card", "body": plain("x"), **more}


def errors(problems: list[Problem]) -> Errors:
    return [(problem.pointer, problem.message) for problem in problems]


IMAGE = {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "x"}
RICH = {
    "type": "rich_text",
    "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}],
}
NOT_ONE = "failed to match exactly one allowed schema"
NOT_OFFERED = "must be one of the provided options"

BROKEN: dict[str, tuple[list[Json], Errors]] = {
    "a section of nothing": (
        [{"type": "section"}],
        [("/blocks/0/type", "must define either `text` or `fields`")],
    ),
    "a select without options": (
        beside({"type": "static_select"}),
        [("/blocks/0/accessory", "missing required field: options")],
    ),
    "options and groups of options": (
        beside(static_select("a", option_groups=[{"label": plain("x"), "options": [option("b")]}])),
        [("/blocks/0/accessory", NOT_ONE)],
    ),
    "an initial option that is not offered": (
        beside(static_select("a", "b", initial_option=option("c"))),
        [("/blocks/0/accessory/initial_option", NOT_OFFERED)],
    ),
    "an initial option that differs in one field": (
        beside(static_select("a", initial_option=option("a", description=plain("x")))),
        [("/blocks/0/accessory/initial_option", NOT_OFFERED)],
    ),
    "an initial option of another group's text": (
        beside(
            {
                "type": "static_select",
                "option_groups": [{"label": plain("x"), "options": [option("a")]}],
                "initial_option": {"text": plain("A"), "value": "a"},
            }
        ),
        [("/blocks/0/accessory/initial_option", NOT_OFFERED)],
    ),
    "one of two initial options that is not offered": (
        beside(
            {"type": "checkboxes", "options": [option("a")], "initial_options": [option("a"), option("b")]}
        ),
        [("/blocks/0/accessory/initial_options", NOT_OFFERED)],
    ),
    "an empty list of initial options": (
        beside({"type": "multi_static_select", "options": [option("a")], "initial_options": []}),
        [("/blocks/0/accessory/initial_options", NOT_OFFERED)],
    ),
    "an image from nowhere": (
        [{"type": "image", "alt_text": "x"}],
        [("/blocks/0", "missing required field: image_url")],
    ),
    "an image from two places": (
        beside({**IMAGE, "slack_file": {"id": "F0123456789"}}),
        [("/blocks/0/accessory", NOT_ONE)],
    ),
    "a file of Slack by id and url": (
        [
            {
                "type": "image",
                "alt_text": "x",
                "slack_file": {"id": "F0123456789", "url": "https://example.com"},
            }
        ],
        [("/blocks/0/slack_file", NOT_ONE)],
    ),
    "a file of Slack by neither": (
        [{"type": "image", "alt_text": "x", "slack_file": {}}],
        [("/blocks/0/slack_file", "missing required field: url")],
    ),
    "two buttons of one action": (
        [{"type": "actions", "elements": [{"type": "button", "text": plain("x"), "action_id": "go"}] * 2}],
        [("/blocks/0/elements/1/action_id", '`action_id` "go" already exists')],
    ),
    "two blocks of one id": (
        [section(block_id="a"), {"type": "divider", "block_id": "b"}, section(block_id="a")],
        [("/blocks/2/block_id", '`block_id` "a" already exists')],
    ),
    "a block in a container with an id from outside": (
        [section(block_id="a"), container(child_blocks=[section(block_id="a")])],
        [("/blocks/1/child_blocks/0/block_id", '`block_id` "a" already exists')],
    ),
    "a prompt's text without a prompt": (
        beside({"type": "button", "text": plain("x"), "agent_prompt_display": "x"}),
        [
            (
                "/blocks/0/accessory/agent_prompt_display",
                "must define `agent_prompt` to use `agent_prompt_display`",
            )
        ],
    ),
    "a card of nothing": (
        [{"type": "card", "subtitle": plain("x")}],
        [("/blocks/0", "must define `hero_image`, `title`, `actions` or `body`")],
    ),
    "a card with two icons": (
        [card(icon=IMAGE, slack_icon={"type": "icon", "name": "bug"})],
        [("/blocks/0", NOT_ONE)],
    ),
    "a card with two buttons of one action": (
        [card(actions=[{"type": "button", "text": plain("x"), "action_id": "go"}] * 2)],
        [("/blocks/0/actions/1/action_id", '`action_id` "go" already exists')],
    ),
    "a container without a title": (
        [{"type": "container", "child_blocks": [{"type": "divider"}]}],
        [("/blocks/0", "must define `title` or `rich_text_title`")],
    ),
    "a container collapsed that cannot be": (
        [container(default_collapsed=True)],
        [("/blocks/0/default_collapsed", "must define `is_collapsible` to use `default_collapsed`")],
    ),
    "a container with a divider that can be collapsed": (
        [container(is_collapsible=True, has_header_divider=True)],
        [("/blocks/0/has_header_divider", "must not define `has_header_divider` with `is_collapsible`")],
    ),
    "a container in a container": (
        [container(child_blocks=[container()])],
        [("/blocks/0/child_blocks/0/type", "unsupported type: container")],
    ),
    "a carousel of something else": (
        [{"type": "carousel", "elements": [section()]}],
        [("/blocks/0/elements/0/type", "unsupported type: section")],
    ),
    "two tasks of one id": (
        [{"type": "plan", "title": "x", "tasks": [{"task_id": "a", "title": "x"}] * 2}],
        [("/blocks/0/tasks/1/task_id", '`task_id` "a" already exists')],
    ),
    "a task that waits on its own": (
        [{"type": "task_card", "task_id": "a", "title": "x", "status": "pending"}],
        [("/blocks/0/status", "must be a valid enum value")],
    ),
    "a data table with a short row": (
        [data_table(cells("a", "b"), cells("c"))],
        [("/blocks/0/rows/1", "must have 2 cells")],
    ),
    "a data table with a formatted header": (
        [data_table([RICH], cells("a"))],
        [("/blocks/0/rows/0/0/type", "unsupported type: rich_text")],
    ),
    "a data table whose rows are named by a column that is not there": (
        [data_table(cells("a"), cells("b"), row_header_column_index=1)],
        [("/blocks/0/row_header_column_index", "must be less than 0")],
    ),
    "categories that repeat": (
        [chart(series=[points("a", "May", "May")], categories=["May", "May"])],
        [("/blocks/0/chart/axis_config/categories/1", '`category` "May" already exists')],
    ),
    "series that repeat": (
        [chart(series=[points("a", "May"), points("a", "May")], categories=["May"])],
        [("/blocks/0/chart/series/1/name", '`name` "a" already exists')],
    ),
    "a series without a point for every category": (
        [chart(series=[points("a", "May")], categories=["May", "June"])],
        [("/blocks/0/chart/series/0/data", "must have one point for each of the `categories`")],
    ),
    "a smallest number above the largest": (
        [number_input(min_value="2", max_value="1.5")],
        [("/blocks/0/element/min_value", "`min_value` cannot be greater than `max_value`")],
    ),
    "a shortest text above the longest": (
        [text_input(min_length=3, max_length=2)],
        [("/blocks/0/element/min_length", "`min_length` cannot be greater than `max_length`")],
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_rule_is_named(name: str) -> None:
    blocks, expected = BROKEN[name]
    assert errors(check_blocks(blocks, "message")) == expected


HELD: dict[str, list[Json]] = {
    "texts are compared as JSON, not by identity": beside(static_select("a", initial_option=option("a"))),
    "equal ends of a range": [
        number_input(min_value="1.0", max_value="1"),
        text_input(min_length=5, max_length=5),
    ],
    "numbers, not strings, are compared": [number_input(min_value="9", max_value="10")],
    "negative numbers": [number_input(min_value="-3", max_value="-2.5")],
    "one action in two blocks": [{"type": "actions", "elements": [{**static_select("a"), "action_id": "go"}]}]
    * 2,
    "actions without ids": [{"type": "actions", "elements": [static_select("a"), static_select("a")]}],
    "a container that need not be collapsed": [container(default_collapsed=False, is_collapsible=True)],
    "a header divider that is off": [container(is_collapsible=True, has_header_divider=False)],
    "ids inside cells and tasks are not those of blocks": [
        table([{**RICH, "block_id": "a"}], [{**RICH, "block_id": "a"}]),
        section(block_id="a"),
    ],
}


@pytest.mark.parametrize("name", HELD)
def test_a_rule_does_not_refuse_more_than_it_says(name: str) -> None:
    assert check_blocks(HELD[name], "message") == []


def test_rules_are_looked_at_only_when_every_shape_is_right() -> None:
    found = check_blocks([{"type": "section"}, {"type": "header"}], "message")
    assert errors(found) == [("/blocks/1", "missing required field: text")]


def test_all_wrong_shapes_are_told_at_once_and_in_order() -> None:
    found = check_blocks([{"type": "header"}, "text", {"type": 1}, {"type": "divider", "text": 1}], "message")
    assert errors(found) == [
        ("/blocks/0", "missing required field: text"),
        ("/blocks/1", "must provide an object"),
        ("/blocks/2/type", "must provide a string"),
        ("/blocks/3", "invalid additional property: text"),
    ]


def test_a_problem_says_what_was_expected() -> None:
    (problem,) = check_blocks(beside({"type": "overflow", "options": [option("a")] * 6}), "message")
    assert problem == Problem(
        code="failed_constraint",
        message="no more than 5 items allowed",
        pointer="/blocks/0/accessory/options",
        constraint={"type": "max_items", "expected": 5},
    )
    assert str(problem) == "[ERROR] no more than 5 items allowed [json-pointer:/blocks/0/accessory/options]"
    assert len({problem, problem}) == 1
