"""A part of the open data, read from the database while somebody waits for it.

It is written into a temporary file first, so that a slow reader holds no lock, and what goes wrong
is said before the first byte.
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
from open311.api.parameters import categories, listed
from open311.bulk.export import Busy, Format, TookTooLong, hold_lock, write_export
from open311.bulk.requests import RequestFilter, find_public_requests

MAX_ROWS = 100_000
SECONDS = 50  # nginx waits 60 for the first byte
LOCK = 311_002
WAIT = 5  # seconds until a busy one is worth another try


class Refused(Exception):
    """A selection that is not made, with the reason in words for the person who asked.

    `field` is the input that is wrong, `status_code` the one of the HTTP answer.
    """

    def __init__(self, words: str, field: str = "", status_code: int = 400) -> None:
        super().__init__(words)
        self.words, self.field, self.status_code = words, field, status_code


def parse_filter(query: QueryDict) -> RequestFilter:
    """Return the filter of the address: `from`, `to` and `service_code`. Raise Refused.

    Days are written as people type them. `service_code` may be given several times, and have
    several codes with commas between them.
    """
    first, last = _day(query, "from"), _day(query, "to")
    if first and last and last < first:
        raise Refused(_("The last day is before the first one."), "to")
    return RequestFilter(first, last, _service_codes(query))


def _day(query: QueryDict, name: str) -> date | None:
    typed = clean_line(query.get(name, ""))
    try:
        return parse_day(typed) if typed else None
    except InvalidDay:
        words = _("“%(typed)s” isn't a day. Write it like 11/30/2026.")
        raise Refused(words % {"typed": typed[:30]}, name) from None


def _service_codes(query: QueryDict) -> tuple[str, ...]:
    codes = tuple(filter(None, map(clean_line, listed(query, "service_code"))))
    if unknown := [code for code in codes if code not in categories()]:
        words = _("There's no kind of request with the code “%(code)s”.")
        raise Refused(words % {"code": unknown[0][:60]}, "service_code")
    return codes


def write_selection(written: Format, asked: RequestFilter) -> BinaryIO:
    """Return an open file at its beginning, which is deleted once it is closed. Raise Refused."""
    try:
        with ExitStack() as closing:
            file = closing.enter_context(tempfile.TemporaryFile(prefix="open-data-"))
            with hold_lock(LOCK):
                _refuse_too_many(asked)
                write_export(file, written, asked, seconds=SECONDS)
            file.seek(0)
            closing.pop_all()
            return file
    except Busy:
        words = _("Someone else is downloading a selection. Try again in a few seconds.")
        raise Refused(words, status_code=503) from None
    except (TookTooLong, OperationalError) as error:
        words = _("That took too long. Choose fewer days, or download all requests.")
        raise Refused(words, status_code=503) from error


def _refuse_too_many(asked: RequestFilter) -> None:
    if find_public_requests(asked)[: MAX_ROWS + 1].count() > MAX_ROWS:
        words = ngettext(
            "That's more than %(most)s request. Choose fewer days, or download all requests.",
            "That's more than %(most)s requests. Choose fewer days, or download all requests.",
            MAX_ROWS,
        )
        raise Refused(words % {"most": f"{MAX_ROWS:,}"}, "from")
