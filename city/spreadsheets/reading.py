"""A file that somebody chose, as rows of texts: CSV or XLSX, whatever is wrong with it in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from santa311.lib.tabular import RAGGED, Format, Record, Unreadable, isolated, with_header
from santa311.lib.tabular.formulas import is_formula, unguarded

MOST_BYTES = 20 * 1024 * 1024
MOST_ROWS = 5000
FORMAT = Format(xlsx=True, max_bytes=MOST_BYTES, max_rows=MOST_ROWS, max_columns=60, comments=True)
_QUOTES = gettext_lazy("Line %(line)s can't be read as CSV: the quotes don't match.")
_NO_TABLE = gettext_lazy("This is neither a CSV file nor an Excel workbook (.xlsx).")
_TOO_LARGE = gettext_lazy("The workbook is too large once it's unpacked. Save it as CSV UTF-8.")
_DAMAGED = gettext_lazy("The workbook is damaged, or has no sheet. Save it again.")
_REASONS = {
    "too_big": gettext_lazy("The file is larger than 20 MB. Split it and import the parts."),
    "old_excel": gettext_lazy(
        "This is an old Excel file (.xls). Save it as .xlsx or as CSV UTF-8."
    ),
    "utf16": gettext_lazy("The file is “Unicode Text”. Save it as CSV UTF-8."),
    "not_utf8": gettext_lazy(
        "Line %(line)s isn't UTF-8. Save the file as CSV UTF-8, not Latin-1 or ANSI."
    ),
    "nul": _NO_TABLE,
    "zip": _NO_TABLE,
    "rows": gettext_lazy(
        "The file has more than %(most)s rows, blank ones included. Split it and import the parts."
    ),
    "columns": gettext_lazy("The file has more columns than this table can have."),
    "empty": gettext_lazy("The file is empty. It needs a first line with the columns' names."),
    "quotes": _QUOTES,
    "damaged": _DAMAGED,
    "died": _DAMAGED,
    "unpacked": _TOO_LARGE,
    "too_heavy": _TOO_LARGE,
    "too_slow": _TOO_LARGE,
    "busy": gettext_lazy("We can't read the file right now. Try again in a few minutes."),
}


class Refused(Exception):
    """The file as a whole cannot be used; the text says why and what would help.

    Where it `may_pass`, the same file may be read later.
    """

    def __init__(self, words, *, may_pass=False):
        super().__init__(words)
        self.may_pass = may_pass


@dataclass
class Sheet:
    """`rows` are the told records below the header, each with the line it stands on.

    `skipped` are the lines of comments; `formulas` maps a line to the columns that hold one.
    """

    head: list[str]
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    skipped: list[int] = field(default_factory=list)
    formulas: dict[int, list[str]] = field(default_factory=dict)


def read(data: bytes) -> list[Record]:
    """The records of a file. Raises Refused."""
    try:
        return isolated.records(data, FORMAT)
    except Unreadable as error:
        raise Refused(_REASONS[error.code] % error.facts, may_pass=error.code == "busy") from error
    except OSError as error:
        raise Refused(_REASONS["busy"], may_pass=True) from error


def sheet_of(found: Iterable[Sequence]) -> Sheet:
    """The table that records make, which may have been JSON in between. Raises Refused."""
    found = [Record(*each) for each in found]
    try:
        header, body = with_header(found, needed=())
    except Unreadable as error:
        raise Refused(_REASONS[error.code] % error.facts) from error
    sheet = Sheet(header.cells, skipped=[each.line for each in found if each.is_comment])
    if len(sheet.head) == 1 and ";" in sheet.head[0]:
        raise Refused(_("The cells are separated by semicolons. Save the file with commas."))
    for record in body:
        if record.problem:
            raise Refused(_what_is_wrong(record, sheet.head))
        if not record.is_blank and not record.is_comment:
            _add(sheet, record)
    return sheet


def _what_is_wrong(record, head):
    if record.problem != RAGGED:
        return _QUOTES % {"line": record.line}
    words = _("Line %(line)s has %(n)s cells, but the first line names %(width)s columns.")
    return words % {"line": record.line, "n": len(record.cells), "width": len(head)}


def _add(sheet, record):
    texts = [cell.strip() for cell in record.cells]
    if asking := [name for name, cell in zip(sheet.head, texts, strict=True) if is_formula(cell)]:
        sheet.formulas[record.line] = asking
    sheet.rows.append((record.line, [unguarded(cell) for cell in texts]))
