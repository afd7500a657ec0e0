"""CSV downloads that spreadsheets open correctly and safely.

A file starts with a byte order mark, without which Excel does not read UTF-8 (Python's codec is
`utf-8-sig`). Numbers have a decimal point and days are ISO dates in any language. A text that a
spreadsheet could take for a formula is prefixed with an apostrophe
(https://owasp.org/www-community/attacks/CSV_Injection).
"""

import csv
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import chain

from django.http import Http404, StreamingHttpResponse
from django.utils import timezone

from lib.tabular.formulas import FORMULA_START
from staff_portal.overview import tables
from staff_portal.overview.report import Report
from staff_portal.overview.scope import Scope

BYTE_ORDER_MARK = "\ufeff"


class _EchoFile:
    """A file whose write() returns the line."""

    def write(self, line) -> str:
        return line


def build_csv_response(
    name: str, head: Iterable[object], rows: Iterable[Iterable[object]]
) -> StreamingHttpResponse:
    """Return the attachment `name`.csv; `rows` are consumed while it is sent."""
    return StreamingHttpResponse(
        format_lines(head, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


def format_lines(head: Iterable[object], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """Yield the byte order mark, and a line of CSV for `head` and each row."""
    writer = csv.writer(_EchoFile())
    yield BYTE_ORDER_MARK
    for row in chain([head], rows):
        yield writer.writerow(map(format_cell, row))


def build_table_response(scope: Scope, name: str) -> StreamingHttpResponse:
    """Return the table `name` of the page as CSV. Raise Http404 if the scope has no such table."""
    if name not in tables.list_table_names(scope):
        raise Http404
    drawn = tables.build_table(name, Report(scope))
    return build_csv_response(format_file_name(scope, name), drawn.head, drawn.rows)


def format_cell(value: object) -> str:
    """Format a cell: "" for None, local time, an ISO date, or a text.

    A text that looks like a formula gets an apostrophe before it.
    """
    if value is None:
        return ""
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    text = str(value)
    return f"'{text}" if FORMULA_START.match(text) and not isinstance(value, int | float) else text


def format_file_name(scope: Scope, table: str) -> str:
    """Return a name such as "street-services-weeks-2026-11-02-to-2026-11-25"."""
    return f"{scope.file_prefix}-{table}-{scope.period.first}-to-{scope.period.last}"
