"""What must hold across all blocks of a message or a view, and which block stands on which surface."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.slack.blockkit import Problem, Surface, check_blocks, check_message, check_view

Json = dict[str, Any]

SAMPLES: dict[str, dict[str, Any]] = json.loads(Path(__file__).with_name("samples.json").read_text("utf-8"))
BLOCKS: dict[str, Json] = {
    block["type"]: {name: item for name, item in block.items() if name != "block_id"}
    for blocks in (*SAMPLES["messages"].values(), *(view["blocks"] for view in SAMPLES["views"].values()))
    for block in blocks
}


def errors(problems: list[Problem]) -> list[tuple[str, str]]:
    return [(problem.pointer, problem.message) for problem in problems]


def section(text: str = "x", **more: Any) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def input_block(kind: str = "plain_text_input", **more: Any) -> Json:
    return {"type": "input", "label": {"type": "plain_text", "text": "x"}, "element": {"type": kind, **more}}


def modal(*blocks: Json, **more: Any) -> Json:
    text = {"type": "plain_text", "text": "x"}
    return {"type": "modal", "title": text, "submit": text, "blocks": list(blocks), **more}


def cells(*texts: str) -> list[Json]:
    return [{"type": "raw_text", "text": text} for text in texts]


def table(*rows: list[Json]) -> Json:
    return {"type": "table", "rows": list(rows)}


def data_table(*rows: list[Json]) -> Json:
    return {"type": "data_table", "caption": "x", "rows": list(rows)}


def container(*blocks: Json) -> Json:
    return {"type": "container", "title": {"type": "plain_text", "text": "x"}, "child_blocks": list(blocks)}


def test_a_file_can_be_put_into_a_modal_only() -> None:
    blocks = [input_block("file_input")]
    surfaces: list[Surface] = ["message", "modal", "home"]
    assert [len(check_blocks(blocks, surface)) for surface in surfaces] == [1, 0, 1]


EVERYWHERE = frozenset({"message", "modal", "home"})
NOT_IN_A_MODAL = frozenset({"message", "home"})
SURFACES: dict[str, frozenset[str]] = {
    **dict.fromkeys(("actions", "context", "divider", "header", "image", "input"), EVERYWHERE),
    **dict.fromkeys(("rich_text", "section", "video", "card"), EVERYWHERE),
    **dict.fromkeys(("carousel", "container", "data_table", "data_visualization", "table"), NOT_IN_A_MODAL),
    **dict.fromkeys(("context_actions", "file", "markdown", "plan", "task_card"), frozenset({"message"})),
    "alert": frozenset({"modal"}),
}


def test_there_are_21_blocks() -> None:
    assert set(SURFACES) == set(BLOCKS)
    assert len(SURFACES) == 21


@pytest.mark.parametrize("surface", ["message", "modal", "home"])
@pytest.mark.parametrize("kind", SURFACES)
def test_a_block_stands_where_slack_lets_it_stand(kind: str, surface: Surface) -> None:
    expected = [] if surface in SURFACES[kind] else [("/blocks/0/type", f"unsupported type: {kind}")]
    assert errors(check_blocks([BLOCKS[kind]], surface)) == expected


def test_a_message_holds_50_blocks_and_a_view_100_but_not_none() -> None:
    divider = {"type": "divider"}
    assert check_blocks([divider] * 50, "message") == []
    assert errors(check_blocks([divider] * 51, "message")) == [("/blocks", "no more than 50 items allowed")]
    assert check_blocks([divider] * 100, "home") == []
    assert errors(check_blocks([divider] * 101, "modal")) == [("/blocks", "no more than 100 items allowed")]
    assert check_blocks([], "message") == []
    assert errors(check_blocks([], "modal")) == [("/blocks", "must provide at least 1 items")]


@pytest.mark.parametrize("blocks", [None, "[]", {"type": "divider"}, 1])
def test_blocks_that_are_no_list_have_the_wrong_format(blocks: object) -> None:
    assert [problem.code for problem in check_blocks(blocks, "message")] == ["invalid_blocks_format"]


def test_one_table_is_allowed_in_a_message_wherever_it_stands() -> None:
    one = table(cells("a"))
    assert check_message({"blocks": [one]}) == []
    beside_it = check_message({"blocks": [one], "attachments": [{"blocks": [one]}]})
    assert [(problem.code, problem.pointer) for problem in beside_it] == [
        ("only_one_table_allowed", "/attachments/0/blocks/0")
    ]
    contained = check_message({"blocks": [one, container(one)]})
    assert [problem.code for problem in contained] == ["only_one_table_allowed"]


def test_a_table_holds_ten_thousand_characters() -> None:
    assert check_message({"blocks": [table(cells("a" * 5000), cells("b" * 5000))]}) == []
    found = check_message({"blocks": [table(cells("a" * 5000), cells("b" * 5000), cells("c"))]})
    assert errors(found) == [("/blocks/0/rows", "must be less than 10001 characters")]


def test_data_tables_hold_twenty_thousand_characters_each_and_together() -> None:
    half = data_table(cells("a" * 5000), cells("b" * 5000))
    assert check_message({"blocks": [half, half]}) == []
    both = check_message({"blocks": [half, half, data_table(cells("a"), cells("b"))]})
    assert [problem.pointer for problem in both] == ["/blocks/2"]
    alone = check_message({"blocks": [data_table(cells("a" * 10000), cells("b" * 10001))]})
    assert errors(alone) == [("/blocks/0/rows", "must be less than 20001 characters")]


def test_markdown_of_a_message_holds_twelve_thousand_characters_in_all() -> None:
    half = {"type": "markdown", "text": "x" * 6000}
    assert check_message({"blocks": [half], "attachments": [{"blocks": [half]}]}) == []
    found = check_message({"blocks": [half, half, {"type": "markdown", "text": "x"}]})
    assert [problem.code for problem in found] == ["msg_blocks_too_long"]


def test_a_message_holds_two_charts() -> None:
    one = BLOCKS["data_visualization"]
    assert check_message({"blocks": [one, one]}) == []
    assert [problem.pointer for problem in check_message({"blocks": [one, one, one]})] == ["/blocks/2"]


def test_attachments_are_checked_with_the_message() -> None:
    arguments = {
        "blocks": [section(block_id="a")],
        "attachments": [{"color": "#f00", "blocks": [section(block_id="a")]}],
    }
    assert errors(check_message(arguments)) == [
        ("/attachments/0/blocks/0/block_id", '`block_id` "a" already exists')
    ]


def test_attachments_without_blocks_are_nobodys_business_here() -> None:
    assert check_message({"attachments": [{"text": "x", "fields": [1], "callback_id": None}]}) == []


@pytest.mark.parametrize(
    ("attachments", "code"),
    [
        ("x", "invalid_attachments"),
        ([1], "invalid_type"),
        ([{}] * 101, "too_many_attachments"),
        ([{}] * 100, None),
    ],
)
def test_a_list_of_attachments_has_a_shape_too(attachments: object, code: str | None) -> None:
    assert [problem.code for problem in check_message({"attachments": attachments})] == (
        [code] if code else []
    )


def test_other_arguments_of_a_message_are_not_looked_at() -> None:
    assert check_message({"text": "x" * 50_000, "channel": 1, "blocks": None, "attachments": None}) == []


def test_a_modal_with_inputs_needs_a_submit_button() -> None:
    view = modal(section(), input_block(), input_block())
    del view["submit"]
    message = "must define `submit` to use an `input` block in modals"
    assert errors(check_view(view)) == [("/view/blocks/1/input", message), ("/view/blocks/2/input", message)]
    assert check_view({"type": "home", "blocks": [input_block()]}) == []


def test_only_one_element_of_a_view_is_focused() -> None:
    focused = input_block(focus_on_load=True)
    assert check_view(modal(focused, input_block(focus_on_load=False))) == []
    assert [problem.pointer for problem in check_view(modal(focused, focused))] == [
        "/view/blocks/1/element/focus_on_load"
    ]


def test_block_ids_of_a_view_are_distinct() -> None:
    found = check_view(modal(input_block(), section(block_id="a"), section(block_id="a")))
    assert [(problem.code, problem.pointer) for problem in found] == [
        ("duplicate", "/view/blocks/2/block_id")
    ]


@pytest.mark.parametrize(
    "field", ["id", "hash", "state", "team_id", "submit_disabled", "root_view_id", "app_id", "bot_id"]
)
def test_a_view_is_not_sent_back_as_slack_showed_it(field: str) -> None:
    found = check_view(modal(section(), **{field: "x"}))
    assert errors(found) == [("/view", f"invalid additional property: {field}")]


@pytest.mark.parametrize("field", ["title", "submit", "close", "clear_on_close", "notify_on_close"])
def test_a_home_tab_has_nothing_of_a_modal_around_it(field: str) -> None:
    found = check_view({"type": "home", "blocks": [section()], field: {"type": "plain_text", "text": "x"}})
    assert errors(found) == [("/view", f"invalid additional property: {field}")]


def test_what_is_not_there_is_left_out_and_never_null() -> None:
    view = modal(section(), close=None, callback_id=None)
    assert errors(check_view(view)) == [
        ("/view/close", "must provide an object"),
        ("/view/callback_id", "must provide a string"),
    ]


@pytest.mark.parametrize("kind", ["workflow_step", "message", "", "Modal"])
def test_a_view_is_a_modal_or_a_home_tab(kind: str) -> None:
    assert errors(check_view({"type": kind, "blocks": []})) == [("/view/type", f"unsupported type: {kind}")]


@pytest.mark.parametrize("view", [None, "{}", [], 1])
def test_a_view_is_an_object(view: object) -> None:
    assert errors(check_view(view)) == [("/view", "must provide an object")]


def test_a_view_of_more_than_250_kilobytes_is_too_large() -> None:
    sections = [section("x" * 2400) for _ in range(100)]
    assert check_view(modal(*sections)) == []
    wide = [section("\N{PARTY POPPER}" * 2400) for _ in range(100)]
    assert [problem.code for problem in check_view(modal(*wide))] == ["view_too_large"]
