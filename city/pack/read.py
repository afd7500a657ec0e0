"""Reading a pack's tables: every problem with its file, its line and what would be right."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from city.pack.cells import REQUIRED, text
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


def read_text(report: Report, path: Path, *, optional=False) -> str | None:
    """The text of a UTF-8 file, a byte order mark removed; None where it cannot be read."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        if not optional:
            report.problem(path.name, 1, "the file is missing")
        return None
    except OSError as error:
        report.problem(path.name, 1, f"the file cannot be read: {error.strerror}")
        return None
    try:
        content = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        byte = f"0x{raw[error.start]:02x}"
        report.problem(
            path.name, line, f"the file is not UTF-8 (byte {byte}); save it as UTF-8, not Latin-1"
        )
        return None
    return _without_nul(report, path, content)


def _without_nul(report, path, content):
    if "\0" not in content:
        return content
    line = content.count("\n", 0, content.index("\0")) + 1
    report.problem(path.name, line, "the file holds a NUL character; save it as plain UTF-8 text")
    return None


def read_table(
    report: Report,
    path: Path,
    columns: Sequence[Column],
    *,
    key: Sequence[str] = (),
    optional=False,
) -> list[Row]:
    """The rows of a CSV file with a header line. Lines that start with `#` are comments.

    Rows with a bad cell are reported and left out; so is a second row with the same `key`.
    """
    content = read_text(report, path, optional=optional)
    if content is None:
        return []
    records = _records(report, path, content)
    if not records:
        report.problem(path.name, 1, "the file is empty; it needs a header line")
        return []
    (header_line, header), *body = records
    if not _check_header(report, path, header_line, header, columns):
        return []
    rows = [_read_row(report, path, line, header, cells, columns) for line, cells in body]
    return _without_repeats(report, path, [row for row in rows if row], key)


def _records(report, path, content):
    """The records that are neither blank nor comments, each with the line it starts on."""
    reader = csv.reader(io.StringIO(content, newline=""), strict=True)
    records, line = [], 1
    try:
        for cells in reader:
            if is_told(cells):
                records.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        report.problem(path.name, reader.line_num, f"the quotes do not match: {error}")
    return records


def is_told(cells: Sequence[str]) -> bool:
    """Whether a record says something: it is neither blank nor a comment."""
    return any(cell.strip() for cell in cells) and not cells[0].startswith("#")


def _check_header(report, path, line, header, columns):
    names = [name.strip() for name in header]
    needed = [column.name for column in columns if column.default is REQUIRED]
    known = {column.name for column in columns}
    wrong = [f"the column “{name}” is missing" for name in needed if name not in names]
    wrong += [f"“{name}” is not a column of this file" for name in names if name not in known]
    wrong += [f"the column “{n}” stands twice" for n in sorted(set(names)) if names.count(n) > 1]
    for reason in wrong:
        report.problem(path.name, line, f"{reason}; the columns are: {', '.join(sorted(known))}")
    return not wrong


def _read_row(report, path, line, header, cells, columns):
    if len(cells) != len(header):
        report.problem(path.name, line, f"{len(cells)} cells, but the header has {len(header)}")
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
            report.problem(path.name, row.line, f"“{said}” stands already on line {first.line}")
    return list(seen.values())
