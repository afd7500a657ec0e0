"""CSV and GeoJSON: the statement by which PostgreSQL writes each line, and what stands around them.

A line of a request of a sensitive kind comes with a mark in the place of its address; its block is
put there on this side, which knows the city's streets.
"""

import csv
import io
import json

from lib.tabular.formulas import guarded
from open311.bulk.blocks import snapped
from open311.bulk.columns import COLUMNS, NAMES, SNAPPED_MARK

ADDRESS, AREA, LAT, LONG = (NAMES.index(name) for name in ("address", "area", "lat", "long"))
# As lib.tabular.formulas has it.
_RISKY = r"""'^''*\s*[=+\-@#\t\r\n|%%\uff1d\uff0b\uff0d\uff20]'"""


class Csv:
    """RFC 4180 in UTF-8, the names of the columns first. Nothing in it is a formula."""

    name = "csv"
    content_type = "text/csv; charset=utf-8"
    copy = "FORMAT csv"
    head = (",".join(NAMES) + "\r\n").encode()
    between = b""
    tail = b""
    written = staticmethod(guarded)

    def select(self, source):
        return f"SELECT {', '.join(map(self._cell, COLUMNS))} FROM {source}"  # nosec B608 # noqa: S608

    def _cell(self, column):
        if column.name != "address":
            return column.sql
        return f"CASE WHEN {column.sql} ~ {_RISKY} THEN '''' || {column.sql} ELSE {column.sql} END"

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


class GeoJson:
    """One FeatureCollection (RFC 7946), a feature on each line; without coordinates a null."""

    name = "geojson"
    content_type = "application/geo+json"
    # One column that is never quoted: JSON has neither of these letters.
    copy = r"FORMAT csv, DELIMITER E'\x02', QUOTE E'\x03'"
    head = b'{"type":"FeatureCollection","features":[\n'
    between = b",\n"
    tail = b"\n]}\n"
    written = str

    def select(self, source):
        fields = ", ".join(f"{each.sql} AS {each.name}" for each in COLUMNS)
        return f"""
            SELECT '{{"type":"Feature","id":' || to_json(x.service_request_id) || ',"geometry":'
                || coalesce('{{"type":"Point","coordinates":[' || x.long || ',' || x.lat || ']}}',
                            'null')
                || ',"properties":' || row_to_json(x) || '}}'
            FROM (SELECT {fields} FROM {source}) x"""  # nosec B608 # noqa: S608

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
Format = Csv | GeoJson
"""`copy` are the options of COPY; `select` gives the lines of a source that names `r` and `n` (see
columns.py). They stand between `head` and `tail`, each but the first after `between`. `written`
makes of a name of the city what may stand in the file, and `finished` fills into a line that
PostgreSQL wrote what is for this side.
"""
FORMATS = {each.name: each for each in (Csv(), GeoJson())}
