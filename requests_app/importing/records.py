"""An older system's export, read row by row: each becomes a record, or a reason why it cannot."""

import csv
import math
import re
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from city.models import City
from requests_app.importing.mapping import BETWEEN, Mapping
from requests_app.workflow import ClosedRecord
from santa311.lib import clock
from santa311.lib.text import clean, clean_line

_NUMBER = re.compile(r"[+-]?[0-9]{1,3}(\.[0-9]{1,20})?", re.ASCII)
_LONGEST_CELL = 1_000_000  # characters
LONGEST_PLACE = 200
_LONGEST = {"place": LONGEST_PLACE, "description": 5000}
_NOON = time(12)
_HOURS = ("%H", "%I", "%c", "%X")  # the codes of strptime that give one
_SIX_PLACES = Decimal("0.000001")


class UnreadableExport(Exception):
    """The file as a whole cannot be read."""


class Line(NamedTuple):
    """One row of the export: its line, and its cells by header; `cells` is None where ragged."""

    number: int
    raw: list[str]
    cells: dict[str, str] | None


class Refused(Exception):
    """This row cannot come in; the words say why."""


class Export:
    """A CSV file with a header line, in UTF-8 (a byte order mark is fine) or Windows' Latin-1."""

    def __init__(self, path: Path, mapping: Mapping):
        self.path = path
        self.blank = 0  # rows without a word, counted while `lines` runs
        self.encoding = _encoding(path)
        self.header = self._header()
        needed = {name for names in mapping.columns.values() for name in names}
        if missing := sorted(needed - set(self.header)):
            said = ", ".join(f"“{name}”" for name in missing)
            has = ", ".join(name for name in self.header if name) or "nothing"
            raise UnreadableExport(f"line 1: the column {said} is missing; the file has: {has}")

    def lines(self) -> Iterator[Line]:
        self.blank = 0
        for number, raw in self._records(skip=1):
            is_whole = len(raw) == len(self.header)
            cells = dict(zip(self.header, raw, strict=True)) if is_whole else None
            yield Line(number, raw, cells)

    def _header(self):
        found = next(self._records(), None)
        if found is None:
            raise UnreadableExport("the file is empty; it needs a header line")
        header = [name.strip() for name in found[1]]
        if twice := sorted({name for name in header if name and header.count(name) > 1}):
            raise UnreadableExport(f"line 1: the column “{twice[0]}” stands twice")
        return header

    def _records(self, skip=0):
        """(line it starts on, cells) of each record that is not blank."""
        csv.field_size_limit(_LONGEST_CELL)
        with self.path.open(encoding=self.encoding, errors="replace", newline="") as file:
            reader, line, found = csv.reader(file), 1, 0
            while True:
                try:
                    raw = next(reader, None)
                except csv.Error as error:
                    raise UnreadableExport(f"line {reader.line_num}: {error}") from error
                if raw is None:
                    return
                if any(cell.strip() for cell in raw):
                    found += 1
                    if found > skip:
                        yield line, raw
                else:
                    self.blank += 1
                line = reader.line_num + 1


def _encoding(path):
    """UTF-8 if all of it is, else what Windows' programs write; a file of zeros is no text."""
    try:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                if b"\0" in block:
                    raise UnreadableExport("this is no text; export it as CSV")
    except OSError as error:
        raise UnreadableExport(f"it can't be read: {error.strerror}") from error
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for _block in iter(lambda: file.read(1 << 20), ""):
                pass
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def parsed(text: str, pattern: str) -> datetime | date | None:
    """What the text says by a pattern of strptime, a date where the pattern has no hours; None
    where it does not fit.
    """
    try:
        moment = datetime.strptime(text, pattern)  # noqa: DTZ007  the caller knows the zone
    except ValueError:
        return None
    return moment if any(code in pattern for code in _HOURS) else moment.date()


class Reader:
    """Makes records of lines, by a mapping, in the city's time."""

    def __init__(self, mapping: Mapping):
        self.mapping = mapping
        self._tz = City.objects.current().calendar().tz
        self._now = clock.now()

    def kind_of(self, cells) -> str:
        return BETWEEN.join(clean_line(cells[name]) for name in self.mapping.columns["kind"])

    def id_of(self, cells) -> str:
        found = self._text(cells, "id")
        if not found:
            raise Refused("it has no id")
        if len(found) > 60:
            raise Refused("its id is longer than 60 characters")
        return found

    def record(self, cells) -> ClosedRecord:
        """Raises Refused with the reason."""
        kind = self.kind_of(cells)
        category = self.mapping.category_of(kind)
        if category is None:
            raise Refused(f"the mapping has no kind for “{kind}”")
        filed_at, closed_at = self._dates(cells)
        latitude, longitude = self._place(cells)
        return ClosedRecord(
            category=category,
            department=self.mapping.departments.get(self._text(cells, "department")),
            filed_at=filed_at,
            closed_at=closed_at,
            latitude=latitude,
            longitude=longitude,
            location_text=self._words(cells, "place", clean_line),
            description=self._words(cells, "description", clean),
            system=self.mapping.system,
            record_id=self.id_of(cells),
        )

    def _text(self, cells, name):
        """The cell of one of our columns; empty where the mapping does not name it."""
        headers = self.mapping.columns.get(name)
        return clean_line(cells[headers[0]]) if headers else ""

    def _words(self, cells, name, clean):
        headers = self.mapping.columns.get(name)
        return clean(cells[headers[0]])[: _LONGEST[name]] if headers else ""

    def _dates(self, cells):
        status = self._text(cells, "status")
        if self.mapping.closed_is and status not in self.mapping.closed_is:
            raise Refused(f"it is not closed there: its status is “{status}”")
        opened, closed = self._date(cells, "opened"), self._date(cells, "closed")
        if closed < opened:
            raise Refused("it was closed before it was opened")
        if closed > self._now:
            raise Refused("it was closed in the future")
        return opened, closed

    def _date(self, cells, name):
        text = self._text(cells, name)
        if not text:
            raise Refused(f"it is closed, but has no date for “{name}”")
        moment = self._moment(text, name)
        if moment.year < 1900:
            raise Refused(f"“{text[:40]}” for “{name}” is too long ago")
        if not isinstance(moment, datetime):
            return self._at_noon(moment)
        return moment if moment.tzinfo else moment.replace(tzinfo=self._tz)

    def _at_noon(self, day):
        """A day without its hour; of today's noon no more than has passed."""
        noon = datetime.combine(day, _NOON, self._tz)
        is_today = day == self._now.astimezone(self._tz).date()
        return min(noon, self._now) if is_today else noon

    def _moment(self, text, name):
        """What the text means in the mapping's formats; one that two of them read otherwise is
        refused.
        """
        formats = self.mapping.date_formats
        found = {moment for each in formats if (moment := parsed(text, each))}
        if not found:
            wanted = " or ".join(formats)
            raise Refused(f"“{text[:40]}” for “{name}” is no date like {wanted}")
        if len(found) > 1:
            days = " or ".join(
                f"{moment:%B} {moment.day}, {moment.year}" for moment in sorted(found, key=str)
            )
            raise Refused(f"“{text[:40]}” for “{name}” can be {days}; keep one date_format")
        return found.pop()

    def _place(self, cells):
        texts = self._text(cells, "latitude"), self._text(cells, "longitude")
        if not any(texts):
            return None, None
        if not all(texts):
            raise Refused("it has only one of latitude and longitude")
        latitude, longitude = (self._degrees(text) for text in texts)
        if not abs(latitude) <= 90 or not abs(longitude) <= 180:
            raise Refused(f"{texts[0]}, {texts[1]} is not on Earth; are they swapped?")
        return latitude, longitude

    def _degrees(self, text):
        if not _NUMBER.fullmatch(text) or not math.isfinite(float(text)):
            raise Refused(f"“{text[:40]}” is not a number of degrees")
        return Decimal(text).quantize(_SIX_PLACES)
