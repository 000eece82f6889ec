"""What must hold across all blocks of one message or view, wherever in it they stand."""

from collections.abc import Callable, Iterator
from typing import Final

from bot.sandbox.slack.blockkit import limits, problems
from bot.sandbox.slack.blockkit.problems import Problem
from bot.sandbox.slack.blockkit.rules import characters
from bot.sandbox.slack.blockkit.shapes import Found, Walk


def broken_rules(walk: Walk) -> list[Problem]:
    """To be asked only when no shape was wrong."""
    rules = MESSAGE_RULES if walk.surface == "message" else VIEW_RULES
    return [problem for rule in rules for problem in rule(walk)]


def _block_ids_are_distinct(walk: Walk) -> Iterator[Problem]:
    seen = set()
    for pointer, block in walk.blocks:
        if (block_id := block.get("block_id")) is None:
            continue
        if block_id in seen:
            yield problems.duplicate("block_id", block_id, f"{pointer}/block_id")
        seen.add(block_id)


def _of_type(walk: Walk, kind: str) -> list[Found]:
    return [found for found in walk.blocks if found[1]["type"] == kind]


def _one_table(walk: Walk) -> Iterator[Problem]:
    for pointer, _ in _of_type(walk, "table")[limits.TABLES :]:
        yield Problem(code="only_one_table_allowed", message="only_one_table_allowed", pointer=pointer)


def _few_charts(walk: Walk) -> Iterator[Problem]:
    most = limits.DATA_VISUALIZATIONS
    for pointer, _ in _of_type(walk, "data_visualization")[most:]:
        yield problems.against_rule(f"no more than {most} data_visualization blocks allowed", pointer)


def _markdown_fits(walk: Walk) -> Iterator[Problem]:
    texts = _of_type(walk, "markdown")
    if sum(len(block["text"]) for _, block in texts) > limits.MARKDOWN_CHARACTERS:
        message = f"markdown blocks must be less than {limits.MARKDOWN_CHARACTERS + 1} characters in all"
        yield Problem(code="msg_blocks_too_long", message=message, pointer=texts[-1][0])


def _data_tables_fit(walk: Walk) -> Iterator[Problem]:
    tables = _of_type(walk, "data_table")
    if (
        len(tables) > 1
        and sum(characters(table["rows"]) for _, table in tables) > limits.DATA_TABLE_CHARACTERS
    ):
        message = f"data tables must be less than {limits.DATA_TABLE_CHARACTERS + 1} characters in all"
        yield problems.against_rule(message, tables[-1][0])


def _one_focus(walk: Walk) -> Iterator[Problem]:
    focused = [pointer for pointer, element in walk.elements if element.get("focus_on_load")]
    for pointer in focused[limits.FOCUSED_ELEMENTS :]:
        message = "`focus_on_load` can be true for one element only"
        yield problems.against_rule(message, f"{pointer}/focus_on_load")


MESSAGE_RULES: Final[tuple[Callable[[Walk], Iterator[Problem]], ...]] = (
    _block_ids_are_distinct,
    _one_table,
    _few_charts,
    _markdown_fits,
    _data_tables_fit,
)
VIEW_RULES: Final[tuple[Callable[[Walk], Iterator[Problem]], ...]] = (_block_ids_are_distinct, _one_focus)
