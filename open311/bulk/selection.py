"""A part of the open data, read from the database while somebody waits for it.

It is written into a temporary file first: the database is done with it in seconds, however slowly
it is fetched then, and what goes wrong is told before the first byte.
"""

import tempfile
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from typing import BinaryIO

from django.db import OperationalError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lib.days import NoDay, typed_day
from lib.text import clean_line
from open311.api.parameters import categories, listed
from open311.bulk.export import Busy, Export, reading
from open311.bulk.formats import Format
from open311.bulk.rows import Narrowing

MOST = 100_000  # requests: two seconds of the database
SECONDS = 7  # a proxy waits for nine
LOCK = 311_002
WAIT = 5  # seconds until a busy one is worth another try


class Refused(Exception):
    """In words for who asked; `field` is the one that is wrong, `status_code` the HTTP answer."""

    def __init__(self, words, field="", status_code=400):
        super().__init__(words)
        self.words, self.field, self.status_code = words, field, status_code


def asked_for(query) -> Narrowing:
    """`from` and `to` are days as people type them; `service_code` may be given several times, and
    hold several with commas between. Raises Refused.
    """
    first, last = _day(query, "from"), _day(query, "to")
    if first and last and last < first:
        raise Refused(_("The last day is before the first one."), "to")
    return Narrowing(first, last, _service_codes(query))


def _day(query, name) -> date | None:
    typed = clean_line(query.get(name, ""))
    try:
        return typed_day(typed) if typed else None
    except NoDay:
        words = _("“%(typed)s” isn't a day. Write it like 11/30/2026.")
        raise Refused(words % {"typed": typed[:30]}, name) from None


def _service_codes(query):
    codes = tuple(filter(None, map(clean_line, listed(query, "service_code"))))
    if unknown := [code for code in codes if code not in categories()]:
        words = _("There's no kind of request with the code “%(code)s”.")
        raise Refused(words % {"code": unknown[0][:60]}, "service_code")
    return codes


def selected(written: Format, asked: Narrowing) -> BinaryIO:
    """An open file, to be read from its beginning; gone once it is closed. Raises Refused."""
    with ExitStack() as closing:
        file = closing.enter_context(tempfile.TemporaryFile(prefix="open-data-"))
        _write(file, Export(written, replace(asked, most=MOST + 1)))
        file.seek(0)
        closing.pop_all()
    return file


def _write(file, export):
    try:
        with reading(SECONDS, LOCK):
            export.write(file)
    except Busy:
        words = _("Someone else is downloading a selection. Try again in a few seconds.")
        raise Refused(words, status_code=503) from None
    except OperationalError as error:
        words = _("That took too long. Choose fewer days, or download all requests.")
        raise Refused(words, status_code=503) from error
    if export.rows > MOST:
        words = ngettext(
            "That's more than %(most)s request. Choose fewer days, or download all requests.",
            "That's more than %(most)s requests. Choose fewer days, or download all requests.",
            MOST,
        )
        raise Refused(words % {"most": f"{MOST:,}"}, "from")
