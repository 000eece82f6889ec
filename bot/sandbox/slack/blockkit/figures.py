"""The part of the table of blocks that shows data: tables, data tables and charts.

Sources: docs.slack.dev/reference/block-kit/blocks/{table-block,data-table-block,data-visualization-block}.
"""

from dataclasses import replace
from typing import Final

from bot.sandbox.slack.blockkit import rules
from bot.sandbox.slack.blockkit.rich_text import RICH_TEXT
from bot.sandbox.slack.blockkit.rows import BOOLEAN, MESSAGE_AND_HOME, WORD, block, thing, typed
from bot.sandbox.slack.blockkit.shapes import Choice, List, Nullable, Number, Object, String

_CELL: Final = Choice(
    members={
        "raw_text": typed("raw_text", "text", text=WORD),
        "raw_number": typed("raw_number", "value", "text", value=Number(), text=WORD),
        "rich_text": RICH_TEXT,
    }
)
_ROW: Final = List(items=_CELL, minimum=1, maximum=20)
_COLUMN: Final = thing("column", align=String(choices=("left", "center", "right")), is_wrapped=BOOLEAN)

TABLE: Final = block(
    "table",
    "rows",
    rows=List(items=_ROW, minimum=1, maximum=100),
    column_settings=List(items=Nullable(_COLUMN), maximum=20),
    surfaces=MESSAGE_AND_HOME,
    rules=(rules.table_fits,),
)

DATA_TABLE: Final = block(
    "data_table",
    "caption",
    "rows",
    caption=WORD,
    rows=List(items=_ROW, minimum=2, maximum=201),
    page_size=Number(whole=True, minimum=1, maximum=100),
    row_header_column_index=Number(whole=True, minimum=0),
    surfaces=MESSAGE_AND_HOME,
    rules=(rules.data_table_is_square, rules.data_table_fits),
)

_LABEL: Final = String(minimum=1, maximum=20)
_POINT: Final = thing("point", "label", "value", label=_LABEL, value=Number())
_SERIES: Final = thing("series", "name", "data", name=_LABEL, data=List(items=_POINT, minimum=1, maximum=20))
_SEGMENT: Final = thing("segment", "label", "value", label=_LABEL, value=Number(positive=True))
_AXES: Final = thing(
    "axis_config",
    "categories",
    categories=List(items=_LABEL, minimum=1, maximum=20),
    x_label=String(maximum=50),
    y_label=String(maximum=50),
    rules=(rules.categories_are_distinct,),
)
_PIE: Final = typed("pie", "segments", segments=List(items=_SEGMENT, minimum=1, maximum=12))
_BAR: Final = typed(
    "bar",
    "series",
    "axis_config",
    series=List(items=_SERIES, minimum=1, maximum=12),
    axis_config=_AXES,
    rules=(rules.distinct("series", "name"), rules.series_meet_categories),
)


def _like_bar(kind: str) -> Object:
    return replace(_BAR, name=kind, fields={**_BAR.fields, "type": String(choices=(kind,))})


DATA_VISUALIZATION: Final = block(
    "data_visualization",
    "title",
    "chart",
    title=String(minimum=1, maximum=50),
    chart=Choice(members={"pie": _PIE, "bar": _BAR, "area": _like_bar("area"), "line": _like_bar("line")}),
    surfaces=MESSAGE_AND_HOME,
)
