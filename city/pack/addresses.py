"""A pack's own house numbers and corners: two tables that a pack may leave out.

What a pack leaves out stays as it is in the database: then `load_places` may have read it from a
file of the city's own. A table that is there says all of them.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from shapely.geometry import Point

from city.addresses.rows import list_block_contradictions, list_corner_contradictions
from city.geo import line_through
from city.models import AddressRange, Intersection
from city.pack import cells
from city.pack.read import Row, read_table
from city.pack.report import Report
from city.pack.shapes import join, refuse_far_lines
from city.pack.sync import is_valid
from city.pack.tables import ZONES, Table
from lib.tabular import Column, Schema

_BESIDE = 50 / 111_320  # degrees, about 50 m: the streets on the city line belong to both sides
BLOCKS = Table(
    "address_blocks.csv",
    AddressRange,
    "blocks with house numbers",
    [
        "street",
        "kind",
        "left_from",
        "left_to",
        "right_from",
        "right_to",
        Column("points", cells.points),
    ],
    ["fingerprint"],
    contradictions=list_block_contradictions,
    is_ordered=False,
)
CORNERS = Table(
    "intersections.csv",
    Intersection,
    "intersections",
    ["street_a", "street_b", "lat", "lng"],
    ["fingerprint"],
    contradictions=list_corner_contradictions,
    is_ordered=False,
)
TABLES = [BLOCKS, CORNERS]


def read(report: Report, folder: Path, center, zones) -> dict[str, list[Row]]:
    """The rows of each table that the pack has, as the fields of its model."""
    is_known = zones and ZONES.file not in report.broken_files
    whole = join(zones).buffer(_BESIDE) if is_known else None
    return {
        table.file: _rows(report, folder, table, center, whole)
        for table in TABLES
        if (folder / table.file).exists()
    }


def _rows(report, folder, table, center, whole) -> list[Row]:
    given = read_table(report, folder / table.file, Schema(table.columns))
    if table is BLOCKS:
        refuse_far_lines(report, table.file, given, center)
    found: dict[str, Row] = {}
    for line, values in given:
        reasons = [*table.contradictions(values), *_outside(whole, values)]
        row = Row(line, _signed(table, values))
        first = found.setdefault(row.values["fingerprint"], row)
        if first is not row:
            reasons.append(f"it says the same as line {first.line}")
        is_valid(report, table.file, line, row.values, model=table.model, reasons=reasons)
    return list(found.values())


def _outside(whole, values) -> Iterator[str]:
    points = values.get("points")
    shape = line_through(points) if points else Point(values["lng"], values["lat"])
    if whole is not None and not whole.intersects(shape):
        yield "it lies outside the service area"


def _signed(table, values) -> dict[str, Any]:
    """The model's fields, with the fingerprint that tells the row from others."""
    fields = dict(values)
    if "points" in fields:
        fields["line"] = fields.pop("points")
    row = table.model(**fields)
    row.sign()
    return fields | {"fingerprint": row.fingerprint}
