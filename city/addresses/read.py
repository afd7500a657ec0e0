"""A city's file as rows of text: whatever its encoding, its separator and its columns' names."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from city.addresses.columns import places_of
from city.addresses.errors import Unreadable

LARGEST = 200 * 1024 * 1024  # bytes; a county of a million blocks has less
_LONGEST_CELL = 1_000_000  # characters; a line of ten thousand points
_SEPARATORS = ",;\t|"


class Table:
    """One file. `columns` are ours, `note` says how it was read where that was a guess."""

    def __init__(self, path: Path, named: dict[str, str]):
        """Raises Unreadable."""
        self.name, self.note = path.name, ""
        self._text = self._decoded(_bytes_of(path))
        first = self._text.split("\n", 1)[0]
        self._separator = max(_SEPARATORS, key=first.count)
        header = next(self._records(), None)
        if header is None:
            raise Unreadable(f"{path.name}: the file is empty; it needs a line with column names")
        self._width = len(header.cells)
        try:
            self._places = places_of([cell.strip() for cell in header.cells], named)
        except Unreadable as problem:
            raise Unreadable(f"{path.name}: {problem}") from None

    @property
    def is_of_corners(self) -> bool:
        return "street_a" in self._places

    def rows(self) -> Iterator["Row"]:
        records = self._records()
        next(records)
        for record in records:
            if problem := record.problem or self._count(record.cells):
                yield Row(record.line, {}, problem)
            elif any(cell.strip() for cell in record.cells):
                cells = {name: record.cells[n] for name, n in self._places.items()}
                yield Row(record.line, {name: " ".join(c.split()) for name, c in cells.items()}, "")

    def _count(self, cells):
        if not cells or len(cells) == self._width:  # a blank line has none
            return ""
        return f"{len(cells)} cells, but the header has {self._width}"

    def _records(self):
        """Each record with the line it begins on."""
        reader = csv.reader(io.StringIO(self._text, newline=""), delimiter=self._separator)
        line = 1
        while True:
            try:
                yield _Record(line, next(reader), "")
            except StopIteration:
                return
            except csv.Error as error:
                yield _Record(line, [], f"it can't be read: {error}")
            line = reader.line_num + 1

    def _decoded(self, raw):
        if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
            return self._noted("utf-16", "UTF-16", raw)
        try:
            return raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            return self._noted("cp1252", "Latin-1 (Windows-1252)", raw)

    def _noted(self, codec, said, raw):
        self.note = f"read as {said}, since it isn't UTF-8; look at names with accents"
        return raw.decode(codec, errors="replace")


class _Record(NamedTuple):
    line: int
    cells: list[str]
    problem: str


class Row(NamedTuple):
    """`problem` is empty where the row has all its cells."""

    line: int
    values: dict[str, str]
    problem: str


def _bytes_of(path):
    try:
        size = path.stat().st_size
        if size > LARGEST:
            most = LARGEST // 1024 // 1024
            raise Unreadable(
                f"{path.name}: the file has {size / 1024 / 1024:.0f} MB, and {most} is the most; "
                "split it, with the column names on top of each part"
            )
        raw = path.read_bytes()
    except OSError as error:
        raise Unreadable(f"{path.name}: the file can't be read: {error.strerror}") from error
    if raw[:4] in {b"PK\x03\x04", b"\xd0\xcf\x11\xe0"}:
        raise Unreadable(f"{path.name}: this is a spreadsheet or a zip; save it as CSV")
    csv.field_size_limit(_LONGEST_CELL)
    return raw
