"""The numbers that hold for a whole payload; those of one field stand beside the field, in the tables.

The tables are `objects`, `rich_text`, `elements`, `blocks` and `views`. Where Slack's pages and newer evidence disagree
the larger number stands, because this is the side that accepts: 201 rows in a data table (an older page says 101), 12
segments and series in a chart (6), 150 characters in an option's value (75).
"""

from typing import Final

MESSAGE_BLOCKS: Final = 50
VIEW_BLOCKS: Final = 100
ATTACHMENTS: Final = 100

VIEW_BYTES: Final = 250_000
""""250 kB" of JSON; the smaller reading of it."""

TABLES: Final = 1
"""In a message, its attachments and containers included: the error is `only_one_table_allowed`."""
TABLE_CHARACTERS: Final = 10_000
DATA_TABLE_CHARACTERS: Final = 20_000
"""Of one data table, and of all in a message."""
DATA_VISUALIZATIONS: Final = 2
MARKDOWN_CHARACTERS: Final = 12_000
"""Of one markdown block, and of all in a message."""

FOCUSED_ELEMENTS: Final = 1
"""In a view, how many may say `focus_on_load`."""
