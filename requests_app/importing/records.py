"""Rows of an export, read as records."""

import math
import re
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

from city.models import City
from lib import clock
from lib.tabular import (
    REASONS,
    Column,
    Format,
    Schema,
    TableReader,
    UnreadableFile,
    find_duplicate_names,
    read_records,
    split_header,
)
from lib.text import clean_line, clean_text
from requests_app.importing.mapping import KIND_SEPARATOR, ExportMapping
from requests_app.workflow import ClosedRecord

_DEGREES_PATTERN = re.compile(r"[+-]?[0-9]{1,3}(\.[0-9]{1,20})?", re.ASCII)
MAX_LOCATION_LENGTH = 200
_MAX_DESCRIPTION_LENGTH = 5000
_NOON = time(12)
_HOUR_CODES = ("%H", "%I", "%c", "%X")  # codes of strptime that contain the hour
_SIX_DECIMALS = Decimal("0.000001")


# UTF-8, with or without a byte order mark, or Windows-1252; of any size.
FORMAT = Format(
    separators=",;\t|", encodings=("utf-8-sig", "cp1252"), max_bytes=math.inf, strict=False
)
_NO_TEXT = dict.fromkeys(["nul", "zip", "old_excel", "utf-16"], "this is no text; export it as CSV")
_UNOPENED = dict.fromkeys(["missing", "unopened"], "it can't be read: {reason}")
_REASONS = REASONS | _NO_TEXT | _UNOPENED | {"quotes": "line {line}: {problem}"}


class UnreadableExport(Exception):
    """The file as a whole cannot be read."""


class RowRefused(Exception):
    """A row cannot be imported; the message is the reason."""


def open_export(path: Path, mapping: ExportMapping) -> TableReader:
    """Return a reader of the export's columns that the mapping names.

    Raise UnreadableExport if the file is missing or no table, or a column is missing or occurs
    twice.
    """
    needed = {name for group in mapping.columns.values() for name in group}
    schema = Schema([Column(name) for name in sorted(needed)], is_foreign=True)
    try:
        header, body = split_header(read_records(path, FORMAT))
        if repeated := find_duplicate_names(header.cells):
            raise UnreadableExport(f"line 1: the column “{repeated[0]}” stands twice")
        return TableReader(schema, header, body)
    except UnreadableFile as error:
        raise UnreadableExport(_explain(error)) from error


def _explain(error: UnreadableFile) -> str:
    """Return the error in words, with its line if it is known."""
    if error.code != "header":
        return _REASONS[error.code].format(**error.facts)
    lacking = ", ".join(f"“{name}”" for name in error.facts["missing"])
    has = ", ".join(filter(None, error.facts["headings"])) or "nothing"
    return f"line 1: the column {lacking} is missing; the file has: {has}"


def parse_date(text: str, pattern: str) -> datetime | date | None:
    """Return the datetime in `text`, or the date if `pattern` (of strptime) has no hours.

    Return None if the text does not match.
    """
    try:
        moment = datetime.strptime(text, pattern)  # noqa: DTZ007  the caller knows the zone
    except ValueError:
        return None
    return moment if any(code in pattern for code in _HOUR_CODES) else moment.date()


class RecordReader:
    """Reads records from rows by a mapping, in the city's time zone."""

    def __init__(self, mapping: ExportMapping) -> None:
        self.mapping = mapping
        self._tz = City.current().calendar().tz
        self._now = clock.now()

    def read_kind(self, cells: dict[str, str]) -> str:
        """Return the cells of the kind's columns, joined by KIND_SEPARATOR."""
        return KIND_SEPARATOR.join(clean_line(cells[name]) for name in self.mapping.columns["kind"])

    def read_id(self, cells: dict[str, str]) -> str:
        """Return the row's id. Raise RowRefused if it is missing or longer than 60 characters."""
        found = self._read_text(cells, "id")
        if not found:
            raise RowRefused("it has no id")
        if len(found) > 60:
            raise RowRefused("its id is longer than 60 characters")
        return found

    def read_record(self, cells: dict[str, str]) -> ClosedRecord:
        """Return the record of a row; texts that are too long are cut.

        The record's coordinates may be outside the city. A department that the mapping does not
        name is None. Raise RowRefused with the reason.
        """
        kind = self.read_kind(cells)
        category = self.mapping.find_category(kind)
        if category is None:
            raise RowRefused(f"the mapping has no kind for “{kind}”")
        filed_at, closed_at = self._read_dates(cells)
        latitude, longitude = self._read_coordinates(cells)
        return ClosedRecord(
            category=category,
            department=self.mapping.departments.get(self._read_text(cells, "department")),
            filed_at=filed_at,
            closed_at=closed_at,
            latitude=latitude,
            longitude=longitude,
            location_text=self._read_text(cells, "place")[:MAX_LOCATION_LENGTH],
            description=self._read_text(cells, "description", clean_text)[:_MAX_DESCRIPTION_LENGTH],
            system=self.mapping.system,
            record_id=self.read_id(cells),
        )

    def _read_text(
        self, cells: dict[str, str], name: str, clean: Callable[[str], str] = clean_line
    ) -> str:
        """Return the cleaned cell of our column `name`; "" if the mapping lacks the column."""
        headers = self.mapping.columns.get(name)
        return clean(cells[headers[0]]) if headers else ""

    def _read_dates(self, cells: dict[str, str]) -> tuple[datetime, datetime]:
        """Return when the request was opened and closed, both aware.

        Raise RowRefused if it is not closed, a date is invalid, or they are reversed or in the
        future.
        """
        status = self._read_text(cells, "status")
        if self.mapping.closed_is and status not in self.mapping.closed_is:
            raise RowRefused(f"it is not closed there: its status is “{status}”")
        opened, closed = self._read_date(cells, "opened"), self._read_date(cells, "closed")
        if closed < opened:
            raise RowRefused("it was closed before it was opened")
        if closed > self._now:
            raise RowRefused("it was closed in the future")
        return opened, closed

    def _read_date(self, cells: dict[str, str], name: str) -> datetime:
        """Return the cell's moment, aware; noon for a day without an hour (`_at_noon`).

        A moment without an offset is in the city's time zone. Raise RowRefused if it is missing,
        malformed, ambiguous or before 1900.
        """
        text = self._read_text(cells, name)
        if not text:
            raise RowRefused(f"it is closed, but has no date for “{name}”")
        moment = self._parse_moment(text, name)
        if moment.year < 1900:
            raise RowRefused(f"“{text[:40]}” for “{name}” is too long ago")
        if not isinstance(moment, datetime):
            return self._at_noon(moment)
        return moment if moment.tzinfo else moment.replace(tzinfo=self._tz)

    def _at_noon(self, day: date) -> datetime:
        """Return noon of a day without an hour, or now if noon is later today.

        The datetime is aware.
        """
        noon = datetime.combine(day, _NOON, self._tz)
        is_today = day == self._now.astimezone(self._tz).date()
        return min(noon, self._now) if is_today else noon

    def _parse_moment(self, text: str, name: str) -> datetime | date:
        """Return the moment in `text`, or the day if it has no hour.

        Raise RowRefused if it is malformed, or ambiguous: two formats of the mapping read it
        differently.
        """
        formats = self.mapping.date_formats
        found = {moment for each in formats if (moment := parse_date(text, each))}
        if not found:
            wanted = " or ".join(formats)
            raise RowRefused(f"“{text[:40]}” for “{name}” is no date like {wanted}")
        if len(found) > 1:
            days = " or ".join(
                f"{moment:%B} {moment.day}, {moment.year}" for moment in sorted(found, key=str)
            )
            raise RowRefused(f"“{text[:40]}” for “{name}” can be {days}; keep one date_format")
        return found.pop()

    def _read_coordinates(
        self, cells: dict[str, str]
    ) -> tuple[None, None] | tuple[Decimal, Decimal]:
        """Return latitude and longitude in degrees, or None for both.

        Raise RowRefused if only one is given, or one is malformed or out of range.
        """
        texts = self._read_text(cells, "latitude"), self._read_text(cells, "longitude")
        if not any(texts):
            return None, None
        if not all(texts):
            raise RowRefused("it has only one of latitude and longitude")
        latitude, longitude = (self._parse_degrees(text) for text in texts)
        if not abs(latitude) <= 90 or not abs(longitude) <= 180:
            raise RowRefused(f"{texts[0]}, {texts[1]} is not on Earth; are they swapped?")
        return latitude, longitude

    def _parse_degrees(self, text: str) -> Decimal:
        """Return the degrees, rounded to six decimals. Raise RowRefused if it is no such number."""
        if not _DEGREES_PATTERN.fullmatch(text) or not math.isfinite(float(text)):
            raise RowRefused(f"“{text[:40]}” is not a number of degrees")
        return Decimal(text).quantize(_SIX_DECIMALS)
