"""CSV and GeoJSON: how rows are written, and what stands around them."""

import csv
import io
import json

from lib.tabular.formulas import guarded
from open311.bulk.columns import COLUMNS, NAMES
from open311.bulk.requests import Row


class CsvFormat:
    """RFC 4180 in UTF-8, the names of the columns first. No cell is a formula."""

    name = "csv"
    content_type = "text/csv; charset=utf-8"
    head = (",".join(NAMES) + "\r\n").encode()
    separator = b""
    tail = b""

    def write_rows(self, rows: list[Row]) -> bytes:
        out = io.StringIO(newline="")
        lines = ([_format_cell(column.value(row)) for column in COLUMNS] for row in rows)
        csv.writer(out).writerows(lines)
        return out.getvalue().encode()


def _format_cell(value: str | float | None) -> str:
    if value is None:
        return ""
    return f"{value:.6f}" if isinstance(value, float) else guarded(str(value))


class GeoJsonFormat:
    """One FeatureCollection (RFC 7946), a feature on each line; without coordinates a null."""

    name = "geojson"
    content_type = "application/geo+json"
    head = b'{"type":"FeatureCollection","features":[\n'
    separator = b",\n"
    tail = b"\n]}\n"

    def write_rows(self, rows: list[Row]) -> bytes:
        return ",\n".join(map(_format_feature, rows)).encode()


def _format_feature(row: Row) -> str:
    location, point = row.location, None
    if location.latitude is not None:
        point = {"type": "Point", "coordinates": [location.longitude, location.latitude]}
    feature = {
        "type": "Feature",
        "id": row.service_request.reference,
        "geometry": point,
        "properties": {column.name: column.value(row) for column in COLUMNS},
    }
    return json.dumps(feature, ensure_ascii=False, separators=(",", ":"))


Format = CsvFormat | GeoJsonFormat
"""`write_rows` makes what stands between `head` and `tail`, with `separator` between two calls."""
FORMATS = {each.name: each for each in (CsvFormat(), GeoJsonFormat())}
