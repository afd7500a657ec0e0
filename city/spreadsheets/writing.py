"""Rows of texts as a file: CSV for the pack, XLSX for a clerk. Nothing in it is a formula."""

import io

from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from city.pack.export import as_csv
from santa311.lib.tabular.formulas import guarded

CSV, XLSX = "csv", "xlsx"
_TYPES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def download(name: str, kind: str, head, rows) -> HttpResponse:
    """The attachment `name`.`kind`; `kind` is CSV or XLSX."""
    content = _as_csv(head, rows) if kind == CSV else _as_xlsx(name, head, rows)
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
    return HttpResponse(content, content_type=_TYPES[kind], headers=headers)


def _as_csv(head, rows) -> bytes:
    """With a byte order mark, without which Excel takes UTF-8 for something else."""
    return as_csv(head, rows).encode("utf-8-sig")


def _as_xlsx(title, head, rows) -> bytes:
    """Every cell is text, so that `007` stays what it is; the first line stands still."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    for number in range(1, len(head) + 1):
        sheet.column_dimensions[get_column_letter(number)].width = 24
    sheet.append([_bold(sheet, text) for text in head])
    for row in rows:
        sheet.append([_cell(sheet, text) for text in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(sheet, text):
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", guarded(text)))
    cell.data_type = "s"
    return cell


def _bold(sheet, text):
    cell = _cell(sheet, text)
    cell.font = Font(bold=True)
    return cell
