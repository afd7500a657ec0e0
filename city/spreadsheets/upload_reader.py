"""Reading of an uploaded CSV or XLSX file, and messages about what is wrong with it."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from lib.tabular import RAGGED, Format, Record, Schema, UnreadableFile, isolated

FORMAT = Format(separators=",;\t", xlsx=True, max_rows=5000, max_columns=60, comments=True)
_NO_TABLE_MESSAGE = _("This is neither a CSV file nor an Excel workbook (.xlsx).")
_TOO_LARGE_MESSAGE = _("The workbook is too large once it's unpacked. Save it as CSV UTF-8.")
_DAMAGED_MESSAGE = _("The workbook is damaged, or has no sheet. Save it again.")
_REASONS = {
    "too_big": _("The file is larger than 20 MB. Split it and import the parts."),
    "old_excel": _("This is an old Excel file (.xls). Save it as .xlsx or as CSV UTF-8."),
    "utf-16": _("The file is “Unicode Text”. Save it as CSV UTF-8."),
    "not_utf8": _("Line %(line)s isn't UTF-8. Save the file as CSV UTF-8, not Latin-1 or ANSI."),
    "nul": _NO_TABLE_MESSAGE,
    "zip": _NO_TABLE_MESSAGE,
    "rows": _(
        "The file has more than %(most)s rows, blank ones included. Split it and import the parts."
    ),
    "columns": _("The file has more columns than this table can have."),
    "empty": _("The file is empty. It needs a first line with the columns' names."),
    "quotes": _("Line %(line)s can't be read as CSV: the quotes don't match."),
    "repeated": _("Line %(line)s repeats the columns' names. Delete it."),
    RAGGED: _("Line %(line)s has %(n)s cells, but the first line names %(width)s columns."),
    "damaged": _DAMAGED_MESSAGE,
    "died": _DAMAGED_MESSAGE,
    "unpacked": _TOO_LARGE_MESSAGE,
    "too_heavy": _TOO_LARGE_MESSAGE,
    "too_slow": _TOO_LARGE_MESSAGE,
    "busy": _("We can't read the file right now. Try again in a few minutes."),
}


class Sheet(NamedTuple):
    """The lines of a table.

    `lines` maps line numbers to texts by column; `comments` are the numbers of comment lines.
    """

    lines: dict[int, dict[str, str]]
    comments: list[int]


def read_upload(data: bytes) -> list[Record]:
    """Return the records of a CSV or XLSX file, parsed in a sandbox. Raise UnreadableFile."""
    return isolated.read_records_in_sandbox(data, FORMAT)


def read_sheet(records: Iterable[Sequence], schema: Schema) -> Sheet:
    """Return the lines of records, which may have been stored as JSON. Raise UnreadableFile.

    It is raised for a wrong header, a repeated header, or a line that is no CSV or has too many
    cells. Blank lines are left out.
    """
    parsed = [Record(*each) for each in records]
    reader, lines = schema.open_table(parsed), {}
    for record in reader.records:
        if not record.has_content:
            continue
        if record.cells == reader.header.cells:
            raise UnreadableFile("repeated", line=record.line)
        if record.problem:
            code = RAGGED if record.problem == RAGGED else "quotes"
            width = len(reader.header.cells)
            raise UnreadableFile(code, line=record.line, n=len(record.cells), width=width)
        texts = reader.cell_texts(record)
        lines[record.line] = {name: text.strip() for name, text in texts.items()}
    return Sheet(lines, [record.line for record in parsed if record.is_comment])


def explain_unreadable(error: UnreadableFile) -> str:
    """Return the reason why the whole file cannot be used, and what would help."""
    facts = error.facts
    if error.code != "header":
        return _REASONS[error.code] % facts
    problems = [
        *(_("“%s” isn't a column of this table.") % name for name in facts["unknown"]),
        *(_("The column “%s” is missing.") % name for name in facts["missing"]),
        *(_("The column “%s” appears twice.") % name for name in facts["repeated"]),
        _("The columns are: %s.") % ", ".join(facts["known"]),
    ]
    return " ".join(map(str, problems))
