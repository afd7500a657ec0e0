"""Rows of texts as a file: CSV for the pack, XLSX for a clerk. Formulas are escaped."""

from collections.abc import Iterable
from io import BytesIO
from itertools import chain

from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font

from city.pack.export import format_csv
from lib.tabular.formulas import escape_formula

_MAX_TITLE_LENGTH = 31  # characters, for Excel
CSV, XLSX = "csv", "xlsx"
_CONTENT_TYPES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def build_download(
    name: str, kind: str, head: list[str], rows: Iterable[Iterable[str]]
) -> HttpResponse:
    """Return a response with the attachment `name`.`kind`; `kind` is CSV or XLSX."""
    content = (_build_csv if kind == CSV else _build_xlsx)(name, head, rows)
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
    return HttpResponse(content, content_type=_CONTENT_TYPES[kind], headers=headers)


def _build_csv(_name: str, head: list[str], rows: Iterable[Iterable[str]]) -> bytes:
    """Return CSV with a byte order mark, by which Excel recognizes UTF-8."""
    return format_csv([head, *rows]).encode("utf-8-sig")


def _build_xlsx(name: str, head: list[str], rows: Iterable[Iterable[str]]) -> bytes:
    """Return a workbook with text cells only, so that `007` is unchanged."""
    book, out = Workbook(), BytesIO()
    sheet = book.active
    sheet.title, sheet.freeze_panes = name[:_MAX_TITLE_LENGTH], "A2"
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
