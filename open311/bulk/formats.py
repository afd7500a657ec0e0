"""CSV and GeoJSON: the statement by which PostgreSQL writes each line, and what stands around them.

A line of a request of a sensitive kind comes with a mark in the place of its address; its block is
put there on this side, which knows the city's streets.
"""

import csv
import io
import json
from dataclasses import dataclass
from typing import Protocol

from open311.bulk.blocks import snapped
from open311.bulk.columns import COLUMNS, NAMES, SNAPPED_MARK
from santa311.lib.tabular.formulas import guarded

ADDRESS, AREA, LAT, LONG = (NAMES.index(name) for name in ("address", "area", "lat", "long"))
# As santa311.lib.tabular.formulas has it.
_RISKY = r"""'^''*\s*[=+\-@#\t\r\n|%%\uff1d\uff0b\uff0d\uff20]'"""


class Format(Protocol):
    """`copy` are the options of COPY. The lines stand between `head` and `tail`, each but the first
    after `between`.
    """

    name: str
    content_type: str
    copy: str
    head: bytes
    between: bytes
    tail: bytes

    def select(self, source: str) -> str:
        """The lines of `source`, which names `r` and `n` (see columns.py)."""

    def written(self, name: str) -> str:
        """A name of the city as it may stand in the file."""

    def finished(self, line: bytes) -> bytes:
        """The line that PostgreSQL wrote, with what is for this side to fill in."""


@dataclass(frozen=True)
class Csv:
    """RFC 4180 in UTF-8, the names of the columns first. Nothing in it is a formula."""

    name: str = "csv"
    content_type: str = "text/csv; charset=utf-8"
    copy: str = "FORMAT csv"
    head: bytes = (",".join(NAMES) + "\r\n").encode()
    between: bytes = b""
    tail: bytes = b""

    def select(self, source):
        return f"SELECT {', '.join(map(self._cell, COLUMNS))} FROM {source}"  # nosec B608 # noqa: S608

    def _cell(self, column):
        if column.name != "address":
            return column.sql
        return f"CASE WHEN {column.sql} ~ {_RISKY} THEN '''' || {column.sql} ELSE {column.sql} END"

    def written(self, name):
        return guarded(name)

    def finished(self, line):
        if SNAPPED_MARK in line:
            line = self._placed(line)
        return line[:-1] + b"\r\n"

    def _placed(self, line):
        (cells,) = csv.reader(io.StringIO(line.decode(), newline=""))
        if cells[LAT]:
            words, lat, lng = snapped(float(cells[LAT]), float(cells[LONG]), cells[AREA])
            cells[ADDRESS], cells[LAT], cells[LONG] = guarded(words), f"{lat:.6f}", f"{lng:.6f}"
        else:
            cells[ADDRESS] = cells[AREA]
        out = io.StringIO(newline="")
        csv.writer(out, lineterminator="\n").writerow(cells)
        return out.getvalue().encode()


@dataclass(frozen=True)
class GeoJson:
    """One FeatureCollection (RFC 7946), a feature on each line; without coordinates a null."""

    name: str = "geojson"
    content_type: str = "application/geo+json"
    # One column that is never quoted: JSON has neither of these letters.
    copy: str = r"FORMAT csv, DELIMITER E'\x02', QUOTE E'\x03'"
    head: bytes = b'{"type":"FeatureCollection","features":[\n'
    between: bytes = b",\n"
    tail: bytes = b"\n]}\n"

    def select(self, source):
        fields = ", ".join(f"{each.sql} AS {each.name}" for each in COLUMNS)
        return f"""
            SELECT '{{"type":"Feature","id":' || to_json(x.service_request_id) || ',"geometry":'
                || coalesce('{{"type":"Point","coordinates":[' || x.long || ',' || x.lat || ']}}',
                            'null')
                || ',"properties":' || row_to_json(x) || '}}'
            FROM (SELECT {fields} FROM {source}) x"""  # nosec B608 # noqa: S608

    def written(self, name):
        return name

    def finished(self, line):
        line = line[:-1]
        return self._placed(line) if _JSON_MARK in line else line

    def _placed(self, line):
        feature = json.loads(line)
        cells = feature["properties"]
        if feature["geometry"]:
            words, lat, lng = snapped(cells["lat"], cells["long"], cells["area"] or "")
            cells |= {"address": words, "lat": lat, "long": lng}
            feature["geometry"]["coordinates"] = [lng, lat]
        else:
            cells["address"] = cells["area"]
        return json.dumps(feature, ensure_ascii=False, separators=(",", ":")).encode()


_JSON_MARK = json.dumps(SNAPPED_MARK.decode()).encode()
FORMATS = {each.name: each for each in (Csv(), GeoJson())}
