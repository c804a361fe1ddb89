"""Tables and charts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.sandbox.slack.blocks import limits
from bot.sandbox.slack.blocks.composition import block_id
from bot.sandbox.slack.blocks.rich_text import rich_text
from bot.sandbox.slack.blocks.rules import (
    Rule,
    Shape,
    boolean,
    by_type,
    listing,
    number,
    one_of,
    problem,
    shapes,
    string,
)

_ID: dict[str, Rule] = {"block_id": block_id}
_ANY = number(float("-inf"), float("inf"))
_cell_text = string(limits.TABLE_TEXT)
raw_text = Shape("raw_text", {"text": _cell_text})
raw_number = Shape("raw_number", {"text": _cell_text, "value": _ANY})
_cell = by_type({**shapes(raw_text, raw_number), "rich_text": rich_text})
_column = Shape("", optional={"align": one_of("left", "center", "right"), "is_wrapped": boolean})


def _column_or_null(value: Any, at: str) -> Iterator[str]:
    if value is not None:
        yield from _column(value, at)


def _same_width(value: Any, at: str) -> Iterator[str]:
    rows = [row for row in value.get("rows") or [] if isinstance(row, list)]
    if len({len(row) for row in rows}) > 1:
        yield problem("all rows must have the same number of cells", f"{at}/rows")


def _plain_header(value: Any, at: str) -> Iterator[str]:
    rows = value.get("rows") or [[]]
    for index, cell in enumerate(rows[0]):
        if isinstance(cell, dict) and cell.get("type") == "rich_text":
            yield problem("the header row takes no rich_text", f"{at}/rows/0/{index}")


table = Shape(
    "table",
    {"rows": listing(listing(_cell, limits.TABLE_COLUMNS, 1), limits.TABLE_ROWS, 1)},
    {
        **_ID,
        "column_settings": listing(_column_or_null, limits.TABLE_COLUMNS),
    },
    also=(_same_width,),
)
data_table = Shape(
    "data_table",
    {
        "caption": string(limits.SECTION_TEXT),
        "rows": listing(listing(_cell, limits.DATA_TABLE_COLUMNS, 1), limits.DATA_TABLE_ROWS, 2),
    },
    {
        **_ID,
        "page_size": number(1, limits.DATA_TABLE_PAGE),
        "row_header_column_index": number(0, limits.DATA_TABLE_COLUMNS - 1),
    },
    also=(_same_width, _plain_header),
)

_label = string(limits.CHART_LABEL)
_point = Shape("", {"label": _label, "value": _ANY})
_series = Shape("", {"name": _label, "data": listing(_point, limits.CHART_POINTS, 1)})
_axes = Shape(
    "",
    {"categories": listing(_label, limits.CHART_POINTS, 1)},
    dict.fromkeys(("x_label", "y_label"), string(limits.CHART_AXIS_LABEL)),
)
_plot: dict[str, Rule] = {
    "series": listing(_series, limits.CHART_SERIES, 1),
    "axis_config": _axes,
}
CHARTS = shapes(
    Shape("pie", {"segments": listing(_point, limits.CHART_SEGMENTS, 1)}),
    *(Shape(kind, _plot) for kind in ("bar", "area", "line")),
)
chart_block = Shape(
    "data_visualization",
    {"title": string(limits.CHART_TITLE), "chart": by_type(CHARTS)},
    _ID,
)
"""https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block"""
