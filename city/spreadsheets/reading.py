"""A file that somebody chose, as rows of texts: CSV or XLSX, whatever is wrong with it in words."""

import csv
import io
import zipfile
from dataclasses import dataclass, field
from datetime import date, datetime, time
from xml.etree.ElementTree import ParseError

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.utils.exceptions import InvalidFileException

from city.pack.formulas import is_formula, unguarded
from city.pack.read import is_told

MOST_BYTES = 20 * 1024 * 1024
MOST_UNPACKED = 50 * 1024 * 1024  # of an XLSX, which is a packed folder
MOST_PARTS = 300
MOST_ROWS = 5000
MOST_COLUMNS = 60
_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"


class Unreadable(Exception):
    """The file as a whole cannot be used; the text says why and what would help."""


@dataclass
class Sheet:
    """`rows` are the told records below the header, each with the line it stands on.

    `skipped` are the lines of comments; `formulas` maps a line to the columns that hold one.
    """

    name: str
    head: list[str] = field(default_factory=list)
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    skipped: list[int] = field(default_factory=list)
    formulas: dict[int, list[str]] = field(default_factory=dict)


def read(name: str, data: bytes) -> Sheet:
    """The table in a file called `name`. Raises Unreadable."""
    if len(data) > MOST_BYTES:
        raise Unreadable(_("The file is larger than 20 MB. Split it and import the parts."))
    if data.startswith(_OLD_EXCEL):
        raise Unreadable(_("This is an old Excel file (.xls). Save it as .xlsx or as CSV UTF-8."))
    if data.startswith(_ZIP):
        return _sheet(name, _records_of_xlsx(data))
    return _sheet(name, _records_of_csv(data))


def _sheet(name, records):
    sheet = Sheet(name)
    blank = 0
    for line, cells in records:
        if len(sheet.rows) + blank >= MOST_ROWS:
            words = _(
                "The file has more than %(most)s rows, blank ones included. "
                "Split it and import the parts."
            )
            raise Unreadable(words % {"most": MOST_ROWS})
        if not any(cell.strip() for cell in cells):
            blank += 1  # one cell in a workbook's last row has a million of them before it
        elif not is_told(cells):
            sheet.skipped.append(line)
        elif not sheet.head:
            sheet.head = _head(cells)
        else:
            _add(sheet, line, cells)
    if not sheet.head:
        raise Unreadable(_("The file is empty. It needs a first line with the columns' names."))
    return sheet


def _head(cells):
    names = [cell.strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    if len(names) > MOST_COLUMNS:
        raise Unreadable(_("The file has more columns than this table can have."))
    if len(names) == 1 and ";" in names[0]:
        raise Unreadable(_("The cells are separated by semicolons. Save the file with commas."))
    return names


def _add(sheet, line, cells):
    """A short record is filled up: a spreadsheet leaves empty cells at the end away."""
    width = len(sheet.head)
    if any(cell.strip() for cell in cells[width:]):
        words = _("Line %(line)s has %(n)s cells, but the first line names %(width)s columns.")
        raise Unreadable(words % {"line": line, "n": len(cells), "width": width})
    texts = [cell.strip() for cell in cells[:width]]
    texts += [""] * (width - len(texts))
    if asking := [name for name, cell in zip(sheet.head, texts, strict=True) if is_formula(cell)]:
        sheet.formulas[line] = asking
    sheet.rows.append((line, [unguarded(cell) for cell in texts]))


def _records_of_csv(data):
    text = _decoded(data)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        words = _("Line %(line)s can't be read as CSV: the quotes don't match.")
        raise Unreadable(words % {"line": reader.line_num}) from error


def _decoded(data):
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise Unreadable(_("The file is “Unicode Text”. Save it as CSV UTF-8."))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        words = _("Line %(line)s isn't UTF-8. Save the file as CSV UTF-8, not Latin-1 or ANSI.")
        raise Unreadable(words % {"line": line}) from error
    if "\0" in text:
        raise Unreadable(_("This is neither a CSV file nor an Excel workbook (.xlsx)."))
    return text


def _records_of_xlsx(data):
    """Of the first sheet. Which parts the workbook has is looked at before any is unpacked."""
    _refuse_bombs(data)
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
        rows = book.worksheets[0].iter_rows(max_col=MOST_COLUMNS + 1)
        for line, row in enumerate(rows, 1):
            yield line, [_text(cell) for cell in row]
    except Unreadable:
        raise
    except (
        InvalidFileException, zipfile.BadZipFile, ParseError, KeyError, ValueError, IndexError,
        TypeError, AttributeError, EOFError, OverflowError, NotImplementedError,
    ) as error:  # fmt: skip
        # What a damaged workbook makes openpyxl stumble over is not listed anywhere.
        raise Unreadable(_("The workbook is damaged, or has no sheet. Save it again.")) from error


def _refuse_bombs(data):
    """A packed file may be a thousand times as large once unpacked.

    The sizes can be believed: Python's zipfile unpacks no more of a part than its header says.
    """
    try:
        parts = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise Unreadable(_("The workbook is damaged. Save it again.")) from error
    if "[Content_Types].xml" not in {part.filename for part in parts}:
        raise Unreadable(_("This is neither a CSV file nor an Excel workbook (.xlsx)."))
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Unreadable(_("The workbook is too large once it's unpacked. Save it as CSV UTF-8."))


def _text(cell) -> str:
    """What stands in a cell, as it would stand in the CSV file."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
