"""Reading a pack's tables: every problem with its file, its line and what would be right."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from city.pack.cells import REQUIRED, text
from city.pack.files import read_text
from city.pack.formulas import unguarded
from city.pack.report import Report


@dataclass(frozen=True)
class Column:
    """One column: how a cell is read (`read` raises ValueError with words) and what a blank means.

    A column with a default may be missing from the file altogether.
    """

    name: str
    read: Callable[[str], object] = text
    default: object = REQUIRED


class Row(NamedTuple):
    line: int
    values: dict[str, object]


def read_table(
    report: Report,
    path: Path,
    columns: Sequence[Column],
    *,
    key: Sequence[str] = (),
    optional=False,
) -> list[Row]:
    """The rows of a CSV file with a header line. Lines that start with `#` are comments.

    Cells may be separated by semicolons or tabs too, as spreadsheets of some countries write them.
    An optional file may be missing, or have nothing in it.
    Rows with a bad cell are reported and left out; so is a second row with the same `key`.
    """
    content = read_text(report, path, optional=optional)
    if content is None:
        return []
    records = _records(report, path, content, columns)
    if not records:
        if optional:
            return []
        report.problem(path.name, 1, "the file is empty; it needs a header line")
        return []
    (header_line, header), *body = records
    header = _without_blank_end(header)
    if not _check_header(report, path, header_line, header, columns):
        return []
    rows = [_read_row(report, path, line, header, cells, columns) for line, cells in body]
    return _without_repeats(report, path, [row for row in rows if row], key)


def _records(report, path, content, columns):
    """The records that are neither blank nor comments, each with the line it starts on."""
    separator = _separator(content, columns)
    reader = csv.reader(io.StringIO(content, newline=""), strict=True, delimiter=separator)
    records, line = [], 1
    try:
        for cells in reader:
            if is_told(cells):
                records.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        report.problem(path.name, line, _what_is_wrong(error))
    return records


def _separator(content, columns):
    """What separates the names in the header line: the one by which most of them are known."""
    known = {column.name for column in columns}
    lines = (line.strip() for line in io.StringIO(content))
    header = next((line for line in lines if line and not line.startswith(("#", '"#'))), "")

    def found(separator):
        return len(known & {name.strip(' "') for name in header.split(separator)})

    return max(",;\t", key=found)


def _what_is_wrong(error):
    """A quote opens somewhere in the record that begins on the line told."""
    if "unexpected end" in str(error) or "larger than" in str(error):
        return "the quotes do not match: a quote that opens here is never closed"
    return f"the quotes do not match: {error}; write a quote inside a cell twice"


def is_told(cells: Sequence[str]) -> bool:
    """Whether a record says something: it is neither blank nor a comment."""
    return any(cell.strip() for cell in cells) and not cells[0].startswith("#")


def _check_header(report, path, line, header, columns):
    names = [name.strip() for name in header]
    needed = [column.name for column in columns if column.default is REQUIRED]
    known = [column.name for column in columns]
    wrong = [f"the column “{name}” is missing" for name in needed if name not in names]
    wrong += [f"“{name}” is not a column of this file" for name in names if name not in known]
    wrong += [f"the column “{n}” stands twice" for n in sorted(set(names)) if names.count(n) > 1]
    for reason in wrong:
        report.problem(path.name, line, f"{reason}; the columns are: {', '.join(known)}")
    return not wrong


def _read_row(report, path, line, header, cells, columns):
    cells = _fitted(cells, header, columns)
    if len(cells) != len(header):
        report.problem(path.name, line, _ragged(cells, header))
        return None
    given = {
        name.strip(): unguarded(cell.strip()) for name, cell in zip(header, cells, strict=True)
    }
    values, is_good = {}, True
    for column in columns:
        try:
            values[column.name] = _read_cell(column, given.get(column.name, ""))
        except ValueError as error:
            report.problem(path.name, line, f"{column.name}: {error}")
            is_good = False
    return Row(line, values) if is_good else None


def _fitted(cells, header, columns):
    """The cells under the header, where no more than blanks at the end are too many or too few.

    Spreadsheets fill every line to the width of the widest, which is a comment full of commas;
    Excel does it for each sixteen lines by itself, and so leaves out a last column that is blank.
    """
    if len(cells) > len(header) and not any(cell.strip() for cell in cells[len(header) :]):
        return cells[: len(header)]
    needed = {column.name for column in columns if column.default is REQUIRED}
    lacking = [name.strip() for name in header[len(cells) :]]
    return cells if needed & set(lacking) else [*cells, *[""] * len(lacking)]


def _without_blank_end(cells):
    filled = [place for place, cell in enumerate(cells, start=1) if cell.strip()]
    return cells[: max(filled, default=0)]


def _ragged(cells, header):
    said = f"{len(cells)} cells, but the header has {len(header)}"
    if any("\n" in cell for cell in cells):
        return f"{said}; one of them goes over several lines: is a quote left open?"
    if len(cells) > len(header):
        return f"{said}; a cell with a comma in it must stand in quotes"
    return said


def _read_cell(column, cell):
    if cell:
        return column.read(cell)
    if column.default is REQUIRED:
        raise ValueError("it must not be blank")
    return column.default


def _without_repeats(report, path, rows, key):
    if not key:
        return rows
    seen: dict[tuple, Row] = {}
    for row in rows:
        value = tuple(row.values[name] for name in key)
        first = seen.setdefault(value, row)
        if first is not row:
            said = ", ".join(str(part) for part in value)
            report.problem(path.name, row.line, f"“{said}” is already on line {first.line}")
    return list(seen.values())
