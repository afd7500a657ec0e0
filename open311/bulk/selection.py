"""A part of the open data, written while the client waits.

It is written to a temporary file first: a slow client holds no lock, and errors occur before the
first byte is sent.
"""

import tempfile
from contextlib import ExitStack
from datetime import date
from typing import BinaryIO

from django.db import OperationalError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lib.days import InvalidDay, parse_day
from lib.text import clean_line
from open311.api.parameters import load_category_ids, split_list_parameter
from open311.bulk.export import ExportTimeout, Format, LockBusy, hold_lock, write_export
from open311.bulk.requests import RequestFilter, find_public_requests

MAX_ROWS = 100_000
MAX_SECONDS = 50  # nginx waits 60 for the first byte
ADVISORY_LOCK_ID = 311_002
RETRY_AFTER_SECONDS = 5  # seconds, if another one is being written


class SelectionRefused(Exception):
    """A selection that is refused, with a message for the user.

    `field` is the invalid input, `status_code` the HTTP status.
    """

    def __init__(self, words: str, field: str = "", status_code: int = 400) -> None:
        super().__init__(words)
        self.words, self.field, self.status_code = words, field, status_code


def parse_filter(query: QueryDict) -> RequestFilter:
    """Return the filter in `from`, `to` and `service_code`. Raise SelectionRefused.

    Days are written as people type them. `service_code` may be given several times, and have
    several codes with commas between them. Refused are invalid days, a last day before the first,
    and unknown codes.
    """
    first, last = _parse_day_parameter(query, "from"), _parse_day_parameter(query, "to")
    if first and last and last < first:
        raise SelectionRefused(_("The last day is before the first one."), "to")
    return RequestFilter(first, last, _parse_service_codes(query))


def _parse_day_parameter(query: QueryDict, name: str) -> date | None:
    """Return the day, None if it is blank. Raise SelectionRefused for another text."""
    typed = clean_line(query.get(name, ""))
    try:
        return parse_day(typed) if typed else None
    except InvalidDay:
        words = _("“%(typed)s” isn't a day. Write it like 11/30/2026.")
        raise SelectionRefused(words % {"typed": typed[:30]}, name) from None


def _parse_service_codes(query: QueryDict) -> tuple[str, ...]:
    """Return the codes, () for none. Raise SelectionRefused for an unknown one."""
    codes = tuple(filter(None, map(clean_line, split_list_parameter(query, "service_code"))))
    if unknown := [code for code in codes if code not in load_category_ids()]:
        words = _("There's no kind of request with the code “%(code)s”.")
        raise SelectionRefused(words % {"code": unknown[0][:60]}, "service_code")
    return codes


def write_selection(written: Format, asked: RequestFilter) -> BinaryIO:
    """Return an open binary file at its beginning, which is deleted once it is closed.

    Raise SelectionRefused: 400 for more than MAX_ROWS requests, 503 if another one is being written
    or it takes too long.
    """
    try:
        with ExitStack() as closing:
            file = closing.enter_context(tempfile.TemporaryFile(prefix="open-data-"))
            with hold_lock(ADVISORY_LOCK_ID):
                _refuse_too_many(asked)
                write_export(file, written, asked, seconds=MAX_SECONDS)
            file.seek(0)
            closing.pop_all()
            return file
    except LockBusy:
        words = _("Someone else is downloading a selection. Try again in a few seconds.")
        raise SelectionRefused(words, status_code=503) from None
    except (ExportTimeout, OperationalError) as error:
        words = _("That took too long. Choose fewer days, or download all requests.")
        raise SelectionRefused(words, status_code=503) from error


def _refuse_too_many(asked: RequestFilter) -> None:
    """Raise SelectionRefused if the filter includes more than MAX_ROWS requests."""
    if find_public_requests(asked)[: MAX_ROWS + 1].count() > MAX_ROWS:
        words = ngettext(
            "That's more than %(most)s request. Choose fewer days, or download all requests.",
            "That's more than %(most)s requests. Choose fewer days, or download all requests.",
            MAX_ROWS,
        )
        raise SelectionRefused(words % {"most": f"{MAX_ROWS:,}"}, "from")
