"""A file that somebody chose, as rows of texts: CSV or XLSX, whatever is wrong with it in words."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from lib.tabular import RAGGED, Format, Record, Unreadable, isolated, with_header

FORMAT = Format(separators=",;\t", xlsx=True, max_rows=5000, max_columns=60, comments=True)
_NO_TABLE = _("This is neither a CSV file nor an Excel workbook (.xlsx).")
_TOO_LARGE = _("The workbook is too large once it's unpacked. Save it as CSV UTF-8.")
_DAMAGED = _("The workbook is damaged, or has no sheet. Save it again.")
_REASONS = {
    "too_big": _("The file is larger than 20 MB. Split it and import the parts."),
    "old_excel": _("This is an old Excel file (.xls). Save it as .xlsx or as CSV UTF-8."),
    "utf-16": _("The file is “Unicode Text”. Save it as CSV UTF-8."),
    "not_utf8": _("Line %(line)s isn't UTF-8. Save the file as CSV UTF-8, not Latin-1 or ANSI."),
    "nul": _NO_TABLE,
    "zip": _NO_TABLE,
    "rows": _(
        "The file has more than %(most)s rows, blank ones included. Split it and import the parts."
    ),
    "columns": _("The file has more columns than this table can have."),
    "header": "%(problems)s",
    "empty": _("The file is empty. It needs a first line with the columns' names."),
    "quotes": _("Line %(line)s can't be read as CSV: the quotes don't match."),
    "repeated": _("Line %(line)s repeats the columns' names. Delete it."),
    RAGGED: _("Line %(line)s has %(n)s cells, but the first line names %(width)s columns."),
    "damaged": _DAMAGED,
    "died": _DAMAGED,
    "unpacked": _TOO_LARGE,
    "too_heavy": _TOO_LARGE,
    "too_slow": _TOO_LARGE,
    "busy": _("We can't read the file right now. Try again in a few minutes."),
}


class Sheet(NamedTuple):
    """`rows` are the told records below the header, each with the line it stands on.

    `skipped` are the lines of comments.
    """

    head: list[str]
    rows: list[tuple[int, list[str]]]
    skipped: list[int]


def read(data: bytes) -> list[Record]:
    """The records of a file. Raises Unreadable."""
    return isolated.records(data, FORMAT)


def sheet_of(found: Iterable[Sequence]) -> Sheet:
    """The table that records make, which may have been JSON in between. Raises Unreadable."""
    found = [Record(*each) for each in found]
    header, body = with_header(found, needed=())
    rows = [record for record in body if record.is_told]
    for line, cells, problem, _is_comment in rows:
        if cells == header.cells:
            raise Unreadable("repeated", line=line)
        if problem:
            code = RAGGED if problem == RAGGED else "quotes"
            raise Unreadable(code, line=line, n=len(cells), width=len(header.cells))
    return Sheet(
        header.cells,
        [(record.line, [cell.strip() for cell in record.cells]) for record in rows],
        [record.line for record in found if record.is_comment],
    )


def words_of(error: Unreadable) -> str:
    """Why the file as a whole cannot be used, and what would help."""
    return _REASONS[error.code] % error.facts
