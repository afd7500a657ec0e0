"""The open data as CSV and GeoJSON: a file of any size in little memory."""

import csv
import gzip
import io
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Protocol

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import override

from lib.tabular.formulas import escape_formula
from open311.bulk.columns import COLUMN_NAMES, COLUMNS
from open311.bulk.requests import ALL_REQUESTS, RequestFilter, Row, read_chunks

_GZIP_LEVEL = 6  # a higher one takes three times as long for a fiftieth less


class CsvFormat:
    """RFC 4180 in UTF-8, the names of the columns first. No cell is a formula."""

    name = "csv"
    content_type = "text/csv; charset=utf-8"
    head = (",".join(COLUMN_NAMES) + "\r\n").encode()
    separator = b""
    tail = b""

    def write_rows(self, rows: list[Row]) -> bytes:
        """Return the rows as CSV lines in UTF-8, without a header."""
        out = io.StringIO(newline="")
        lines = ([_format_cell(column.value(row)) for column in COLUMNS] for row in rows)
        csv.writer(out).writerows(lines)
        return out.getvalue().encode()


def _format_cell(value: str | float | None) -> str:
    """Return the cell: "" for None, six decimals for a float, formulas escaped."""
    if value is None:
        return ""
    return f"{value:.6f}" if isinstance(value, float) else escape_formula(str(value))


class GeoJsonFormat:
    """A FeatureCollection (RFC 7946) with one feature per line; unknown geometries are null."""

    name = "geojson"
    content_type = "application/geo+json"
    head = b'{"type":"FeatureCollection","features":[\n'
    separator = b",\n"
    tail = b"\n]}\n"

    def write_rows(self, rows: list[Row]) -> bytes:
        """Return the rows as features in UTF-8, one per line, with commas between them."""
        return ",\n".join(map(_format_feature, rows)).encode()


def _format_feature(row: Row) -> str:
    """Return the row as a GeoJSON Feature in JSON; its geometry is null without coordinates."""
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
"""A file is `head`, the results of `write_rows` with `separator` between them, and `tail`."""
FORMATS = {each.name: each for each in (CsvFormat(), GeoJsonFormat())}


class Output(Protocol):
    """A file to which bytes can be written."""

    def write(self, data: bytes, /) -> object: ...


class LockBusy(Exception):
    """Another process holds the lock."""


class ExportTimeout(Exception):
    """The export did not end within its seconds."""


@contextmanager
def hold_lock(number: int) -> Iterator[None]:
    """Run the block in a transaction with an advisory lock. Raise LockBusy if it is taken.

    Another process has the lock then; there is no waiting.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        if not cursor.fetchone()[0]:
            raise LockBusy
        yield


def write_export(
    out: Output, written: Format, asked: RequestFilter = ALL_REQUESTS, *, seconds: float
) -> int:
    """Write the requests into `out` and return their number.

    Raise ExportTimeout after `seconds`. The words are in the product's own language, whoever asks:
    a file has one.
    """
    ends_at = time.monotonic() + seconds
    count = 0
    with override(settings.LANGUAGE_CODE):
        out.write(written.head)
        for rows in read_chunks(asked):
            out.write((written.separator if count else b"") + written.write_rows(rows))
            count += len(rows)
            if time.monotonic() > ends_at:
                raise ExportTimeout
        out.write(written.tail)
    return count


def open_gzip(file: IO[bytes]) -> gzip.GzipFile:
    """Return a file that compresses into `file`; the same bytes for the same content.

    Closing it does not close `file`.
    """
    return gzip.GzipFile(filename="", mode="wb", fileobj=file, compresslevel=_GZIP_LEVEL, mtime=0)
