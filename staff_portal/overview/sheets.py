"""Tables as CSV that opens as it should: in a spreadsheet, in any language, and harmlessly.

The file starts with a byte order mark, without which Excel takes UTF-8 for something else; readers
that expect it call it `utf-8-sig`. Numbers have a dot and days are ISO dates, whatever the page's
language. A text that a spreadsheet could take for a formula is quoted with an apostrophe.
(https://owasp.org/www-community/attacks/CSV_Injection)
"""

import csv
from datetime import date, datetime
from itertools import chain

from django.http import Http404, StreamingHttpResponse
from django.utils import timezone

from lib.tabular.formulas import FORMULA_START
from staff_portal.overview import tables
from staff_portal.overview.report import Report

BYTE_ORDER_MARK = "\ufeff"


class _Echo:
    """A file that hands every line back to who wrote it."""

    def write(self, line) -> str:
        return line


def sheet(name, head, rows) -> StreamingHttpResponse:
    """The attachment `name`.csv; `rows` are read while it is sent."""
    writer = csv.writer(_Echo())
    lines = (writer.writerow(map(cell, row)) for row in chain([head], rows))
    return StreamingHttpResponse(
        chain([BYTE_ORDER_MARK], lines),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


def table(scope, name) -> StreamingHttpResponse:
    """The table of this name, with the same rows as on the page. Raises Http404."""
    if name not in tables.list_offered(scope):
        raise Http404
    drawn = tables.lay_out(name, Report(scope))
    return sheet(file_name(scope, name), drawn.head, drawn.rows)


def cell(value) -> str:
    """One cell: nothing for None, local time for a moment, a harmless text for a text."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    text = str(value)
    return f"'{text}" if FORMULA_START.match(text) and not isinstance(value, int | float) else text


def file_name(scope, table) -> str:
    """Such as street-services-weeks-2026-11-02-to-2026-11-25."""
    return f"{scope.slug}-{table}-{scope.period.first}-to-{scope.period.last}"
