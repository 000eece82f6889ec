"""Every number in slackblocks' registry of limits is in our tables, or the difference is named."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import slackblocks

from bot.sandbox.slack.blockkit import limits
from bot.sandbox.slack.blockkit.blocks import IN_MESSAGE, IN_VIEW
from bot.sandbox.slack.blockkit.objects import text
from bot.sandbox.slack.blockkit.shapes import Choice, List, Number, Object, Shape, String
from bot.sandbox.slack.blockkit.views import MODAL, VIEW

REGISTRY = Path(slackblocks.__file__).with_name("_limits.py").read_text("utf-8")
THEIRS = {name: int(number) for name, number in re.findall(r"^# (\S+)\n\w+ = (\d+)$", REGISTRY, re.MULTILINE)}

OUR_NAMES = {
    "confirmation": "confirm",
    "select": "static_select",
    "multi_select": "multi_users_select",
    "email_input": "email_text_input",
    "url_input": "url_text_input",
    "date_picker": "datepicker",
    "time_picker": "timepicker",
    "conversation_filter": "filter",
    "dispatch_action_configuration": "dispatch_action_config",
    "image_element": "image",
    "view": "modal",
}
"""Of a row, where the registry calls it something else."""

ELSEWHERE = {
    "text.min_length": "mrkdwn.text.min_length",
    "text.max_length": "mrkdwn.text.max_length",
    "action_id.max_length": "button.action_id.max_length",
    "block_id.max_length": "section.block_id.max_length",
    "select.min_query_length.min": "external_select.min_query_length.min",
    "table.columns.max_items": "table.rows.each.max_items",
    "data_table.columns.min_items": "data_table.rows.each.min_items",
    "data_table.columns.max_items": "data_table.rows.each.max_items",
    "data_table.cell_text.min_length": "raw_text.text.min_length",
    "data_visualization.segments.min_items": "pie.segments.min_items",
    "data_visualization.segments.max_items": "pie.segments.max_items",
    "data_visualization.segment.label.max_length": "segment.label.max_length",
    "data_visualization.segment.value.exclusive_min": "segment.value.exclusive_min",
    "data_visualization.series.min_items": "line.series.min_items",
    "data_visualization.series.max_items": "line.series.max_items",
    "data_visualization.series_name.max_length": "series.name.max_length",
    "data_visualization.data.min_items": "series.data.min_items",
    "data_visualization.data.max_items": "series.data.max_items",
    "data_visualization.point_label.max_length": "point.label.max_length",
    "data_visualization.categories.min_items": "axis_config.categories.min_items",
    "data_visualization.categories.max_items": "axis_config.categories.max_items",
    "data_visualization.category_label.max_length": "axis_config.categories.each.max_length",
    "data_visualization.axis_label.max_length": "axis_config.y_label.max_length",
    "section.fields.item_max_length": "section.fields.each.max_length",
}
"""The same number under a name that is not made of row and field."""

WHOLE_PAYLOADS = {
    "message.blocks.max_items": limits.MESSAGE_BLOCKS,
    "message.attachments.max_items": limits.ATTACHMENTS,
    "message.data_visualizations.max_items": limits.DATA_VISUALIZATIONS,
    "markdown.total_text.max_length": limits.MARKDOWN_CHARACTERS,
    "data_table.content.max_length": limits.DATA_TABLE_CHARACTERS,
    "data_table.total_content.max_length": limits.DATA_TABLE_CHARACTERS,
}

DIFFERENT = {
    "video.title.max_length": "Slack's page says less than 200",
    "video.description.max_length": "Slack's page says less than 200",
    "video.author_name.max_length": "Slack's page says less than 50",
    "message.channel.min_length": "a channel is no part of Block Kit",
}


def figures(shape: Shape, name: str) -> Iterator[tuple[str, int]]:
    """Dotted names and numbers of all limits of a shape, and of the rows inside it."""
    match shape:
        case String():
            yield from _named(name, {"min_length": shape.minimum or None, "max_length": shape.maximum})
        case Number():
            least = {"exclusive_min": 0 if shape.positive else None}
            yield from _named(name, {"min": shape.minimum, "max": shape.maximum, **least})
        case List():
            yield from _named(name, {"min_items": shape.minimum or None, "max_items": shape.maximum})
            yield from figures(shape.items, f"{name}.each")
        case Choice():
            for member in shape.members.values():
                yield from figures(member, name)
        case Object():
            if "text" in shape.fields and shape.name in text().members:
                yield from figures(shape.fields["text"], name)
            for field, inner in shape.fields.items():
                yield from figures(inner, f"{shape.name}.{field}")
        case _:
            pass


def _named(name: str, numbers: dict[str, int | None]) -> Iterator[tuple[str, int]]:
    for kind, number in numbers.items():
        if number is not None:
            yield f"{name}.{kind}", number


OURS: dict[str, set[int]] = {}
for shape in (IN_MESSAGE, IN_VIEW, MODAL, VIEW, text()):
    for figure, number in figures(shape, "blocks"):
        OURS.setdefault(figure, set()).add(number)


def our_name(theirs: str) -> str:
    row, _, rest = theirs.partition(".")
    return ELSEWHERE.get(theirs, f"{OUR_NAMES.get(row, row)}.{rest}")


@pytest.mark.parametrize("name", sorted(set(THEIRS) - set(DIFFERENT) - set(WHOLE_PAYLOADS)))
def test_a_number_of_the_registry_is_in_the_tables(name: str) -> None:
    assert THEIRS[name] in OURS[our_name(name)]


@pytest.mark.parametrize("name", WHOLE_PAYLOADS)
def test_a_number_of_whole_payloads_is_the_same(name: str) -> None:
    assert THEIRS[name] == WHOLE_PAYLOADS[name]


@pytest.mark.parametrize("name", DIFFERENT)
def test_a_named_difference_is_still_one(name: str) -> None:
    assert THEIRS[name] not in OURS.get(our_name(name), set())
