"""The pack's optional tables of house numbers and corners.

A table that the pack lacks stays as it is in the database: `load_places` may have read it from
another file of the city. A table in the pack replaces all rows.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import Point

from city.addresses.rows import find_block_contradictions, find_corner_contradictions
from city.geo import build_line
from city.models import AddressRange, Intersection
from city.pack import cells
from city.pack.file_reader import PackRow, read_table
from city.pack.geojson import Center
from city.pack.report import PackReport
from city.pack.sync import validate_row
from city.pack.tables import ZONES, Table
from city.pack.zone_shapes import ZoneShape, join_zones, refuse_far_lines
from lib.tabular import Column, Schema

_CITY_LINE_MARGIN = (
    50 / 111_320
)  # degrees, about 50 m: the streets on the city line belong to both sides
BLOCKS_TABLE = Table(
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
        Column("points", cells.parse_line),
    ],
    ["fingerprint"],
    find_contradictions=find_block_contradictions,
    is_ordered=False,
)
CORNERS_TABLE = Table(
    "intersections.csv",
    Intersection,
    "intersections",
    ["street_a", "street_b", "lat", "lng"],
    ["fingerprint"],
    find_contradictions=find_corner_contradictions,
    is_ordered=False,
)
ADDRESS_TABLES = [BLOCKS_TABLE, CORNERS_TABLE]


def read_address_tables(
    report: PackReport, folder: Path, center: Center | None, zones: Sequence[ZoneShape]
) -> dict[str, list[PackRow]]:
    """Return the rows of each address table in the pack by file, with the model's fields.

    A file that the pack lacks has no entry. Invalid rows are reported. Whether a row lies in the
    city is checked only if the zones have no problems.
    """
    is_known = zones and ZONES.file not in report.broken_files
    whole = join_zones(zones).buffer(_CITY_LINE_MARGIN) if is_known else None
    return {
        table.file: _read_rows(report, folder, table, center, whole)
        for table in ADDRESS_TABLES
        if (folder / table.file).exists()
    }


def _read_rows(
    report: PackReport,
    folder: Path,
    table: Table,
    center: Center | None,
    whole: shapely.Geometry | None,
) -> list[PackRow]:
    """Return the rows of a table, each once by its fingerprint, and report invalid ones.

    A reported row is returned, too: a pack with problems is not loaded.
    """
    given = read_table(report, folder / table.file, Schema(table.columns))
    if table is BLOCKS_TABLE:
        refuse_far_lines(report, table.file, given, center)
    found: dict[str, PackRow] = {}
    for line, values in given:
        reasons = [*table.find_contradictions(values), *_find_outside(whole, values)]
        row = PackRow(line, _add_fingerprint(table, values))
        first = found.setdefault(row.values["fingerprint"], row)
        if first is not row:
            reasons.append(f"it says the same as line {first.line}")
        validate_row(report, table.file, line, row.values, model=table.model, reasons=reasons)
    return list(found.values())


def _find_outside(whole: shapely.Geometry | None, values: dict[str, Any]) -> Iterator[str]:
    """Yield a reason if the row's line or point is not in `whole`; nothing if `whole` is None."""
    points = values.get("points")
    shape = build_line(points) if points else Point(values["lng"], values["lat"])
    if whole is not None and not whole.intersects(shape):
        yield "it lies outside the service area"


def _add_fingerprint(table: Table, values: dict[str, Any]) -> dict[str, Any]:
    """Return the model's fields with the row's fingerprint; `points` become `line`."""
    fields = dict(values)
    if "points" in fields:
        fields["line"] = fields.pop("points")
    row: Any = table.model(**fields)  # an AddressRange or Intersection
    row.set_fingerprint()
    return fields | {"fingerprint": row.fingerprint}
