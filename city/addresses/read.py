"""A city's file as rows of text: whatever its encoding, its separator and its columns' names."""

from collections.abc import Iterator
from pathlib import Path

from city.addresses.columns import places_of
from city.addresses.errors import Unreadable
from city.models import AddressRange, Intersection
from lib import tabular
from lib.tabular import RAGGED, REASONS, Format, opened, with_header

FORMAT = Format(
    separators=",;\t|",
    encodings=("utf-8-sig", "utf-16", "cp1252"),
    max_bytes=210_000_000,  # a county of a million blocks has less
    strict=False,
    nul=True,
)
_NOTE = "read as {}, since it isn't UTF-8; look at names with accents"
_NOTES = {
    "utf-8-sig": "",
    "utf-16": _NOTE.format("UTF-16"),
    "cp1252": _NOTE.format("Latin-1 (Windows-1252)"),
}
_SPREADSHEET = "this is a spreadsheet or a zip; save it as CSV"
_REASONS = REASONS | {
    "missing": REASONS["unopened"],
    "too_big": "the file has {mb} MB, and {most} is the most; split it, with the column names on "
    "top of each part",
    "zip": _SPREADSHEET,
    "old_excel": _SPREADSHEET,
}


class Table:
    """One file. `note` says how it was read where that was a guess."""

    def __init__(self, path: Path, named: dict[str, str]):
        """Raises Unreadable."""
        self.name = path.name
        try:
            with opened(path, FORMAT) as text:
                self.note = _NOTES[text.encoding]
            self._header, self._body = with_header(tabular.records(path, FORMAT))
            self._places = places_of(self._header.cells, named)
        except tabular.Unreadable as error:
            reason = _REASONS[error.code].format(**error.facts)
            raise Unreadable(f"{path.name}: {reason}") from error
        except Unreadable as problem:
            raise Unreadable(f"{path.name}: {problem}") from None

    @property
    def model(self):
        """What its rows become."""
        return Intersection if "street_a" in self._places else AddressRange

    def rows(self) -> Iterator[tuple[int, dict[str, str], str]]:
        """(line, values, problem), which is empty where the row has all its cells."""
        for record in self._body:
            if record.problem:
                yield record.line, {}, self._what_is_wrong(record)
            elif not record.is_blank:
                cells = {name: record.cells[n] for name, n in self._places.items()}
                yield record.line, {name: " ".join(c.split()) for name, c in cells.items()}, ""

    def _what_is_wrong(self, record):
        if record.problem == RAGGED:
            return f"{len(record.cells)} cells, but the header has {len(self._header.cells)}"
        return f"it can't be read: {record.problem}"
