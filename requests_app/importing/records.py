"""An older system's export, read row by row: each becomes a record, or a reason why it cannot."""

import math
import re
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
from requests_app.importing.mapping import BETWEEN, Mapping
from requests_app.workflow import ClosedRecord

_NUMBER = re.compile(r"[+-]?[0-9]{1,3}(\.[0-9]{1,20})?", re.ASCII)
LONGEST_PLACE = 200
_LONGEST_DESCRIPTION = 5000
_NOON = time(12)
_HOURS = ("%H", "%I", "%c", "%X")  # the codes of strptime that give one
_SIX_PLACES = Decimal("0.000001")


# UTF-8 (a byte order mark is fine) or Windows' Latin-1, of any size.
FORMAT = Format(
    separators=",;\t|", encodings=("utf-8-sig", "cp1252"), max_bytes=math.inf, strict=False
)
_NO_TEXT = dict.fromkeys(["nul", "zip", "old_excel", "utf-16"], "this is no text; export it as CSV")
_UNOPENED = dict.fromkeys(["missing", "unopened"], "it can't be read: {reason}")
_REASONS = REASONS | _NO_TEXT | _UNOPENED | {"quotes": "line {line}: {problem}"}


class UnreadableExport(Exception):
    """The file as a whole cannot be read."""


class Refused(Exception):
    """This row cannot come in; the words say why."""


def open_export(path: Path, mapping: Mapping) -> TableReader:
    """Return the reader of an export, whose columns are the mapping's. Raises UnreadableExport."""
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
    if error.code != "header":
        return _REASONS[error.code].format(**error.facts)
    lacking = ", ".join(f"“{name}”" for name in error.facts["missing"])
    has = ", ".join(filter(None, error.facts["headings"])) or "nothing"
    return f"line 1: the column {lacking} is missing; the file has: {has}"


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

    def __init__(self, mapping: Mapping) -> None:
        self.mapping = mapping
        self._tz = City.current().calendar().tz
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
            location_text=self._text(cells, "place")[:LONGEST_PLACE],
            description=self._text(cells, "description", clean_text)[:_LONGEST_DESCRIPTION],
            system=self.mapping.system,
            record_id=self.id_of(cells),
        )

    def _text(self, cells, name, clean=clean_line) -> str:
        """The cell of one of our columns; empty where the mapping does not name it."""
        headers = self.mapping.columns.get(name)
        return clean(cells[headers[0]]) if headers else ""

    def _dates(self, cells) -> tuple[datetime, datetime]:
        status = self._text(cells, "status")
        if self.mapping.closed_is and status not in self.mapping.closed_is:
            raise Refused(f"it is not closed there: its status is “{status}”")
        opened, closed = self._date(cells, "opened"), self._date(cells, "closed")
        if closed < opened:
            raise Refused("it was closed before it was opened")
        if closed > self._now:
            raise Refused("it was closed in the future")
        return opened, closed

    def _date(self, cells, name) -> datetime:
        text = self._text(cells, name)
        if not text:
            raise Refused(f"it is closed, but has no date for “{name}”")
        moment = self._moment(text, name)
        if moment.year < 1900:
            raise Refused(f"“{text[:40]}” for “{name}” is too long ago")
        if not isinstance(moment, datetime):
            return self._at_noon(moment)
        return moment if moment.tzinfo else moment.replace(tzinfo=self._tz)

    def _at_noon(self, day) -> datetime:
        """A day without its hour; of today's noon no more than has passed."""
        noon = datetime.combine(day, _NOON, self._tz)
        is_today = day == self._now.astimezone(self._tz).date()
        return min(noon, self._now) if is_today else noon

    def _moment(self, text, name) -> datetime | date:
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

    def _place(self, cells) -> tuple[None, None] | tuple[Decimal, Decimal]:
        texts = self._text(cells, "latitude"), self._text(cells, "longitude")
        if not any(texts):
            return None, None
        if not all(texts):
            raise Refused("it has only one of latitude and longitude")
        latitude, longitude = (self._degrees(text) for text in texts)
        if not abs(latitude) <= 90 or not abs(longitude) <= 180:
            raise Refused(f"{texts[0]}, {texts[1]} is not on Earth; are they swapped?")
        return latitude, longitude

    def _degrees(self, text) -> Decimal:
        if not _NUMBER.fullmatch(text) or not math.isfinite(float(text)):
            raise Refused(f"“{text[:40]}” is not a number of degrees")
        return Decimal(text).quantize(_SIX_PLACES)
