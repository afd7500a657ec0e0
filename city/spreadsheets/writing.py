"""Rows of texts as a file: CSV for the pack, XLSX for a clerk. Nothing in it is a formula."""

from io import BytesIO
from itertools import chain

from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font

from city.pack.export import as_csv
from lib.tabular.formulas import escape_formula

_LONGEST_TITLE = 31  # characters, for Excel
CSV, XLSX = "csv", "xlsx"
_TYPES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def download(name: str, kind: str, head, rows) -> HttpResponse:
    """The attachment `name`.`kind`; `kind` is CSV or XLSX."""
    content = (_as_csv if kind == CSV else _as_xlsx)(name, head, rows)
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
    return HttpResponse(content, content_type=_TYPES[kind], headers=headers)


def _as_csv(_name, head, rows) -> bytes:
    """With a byte order mark, without which Excel takes UTF-8 for something else."""
    return as_csv([head, *rows]).encode("utf-8-sig")


def _as_xlsx(name, head, rows) -> bytes:
    """Every cell is text, so that `007` stays what it is; the first line stands still."""
    book, out = Workbook(), BytesIO()
    sheet = book.active
    sheet.title, sheet.freeze_panes = name[:_LONGEST_TITLE], "A2"
    sheet.append(head)
    for row in rows:
        sheet.append([ILLEGAL_CHARACTERS_RE.sub("", escape_formula(text)) for text in row])
    for heading in sheet[1]:
        heading.font = Font(bold=True)
        sheet.column_dimensions[heading.column_letter].width = 24
    for cell in chain.from_iterable(sheet.iter_rows(min_row=2)):
        if "\n" in (cell.value or ""):
            cell.alignment = Alignment(wrap_text=True)
    book.save(out)
    return out.getvalue()
