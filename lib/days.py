"""Parsing of days that people type, and a form field for them."""

import re
from datetime import date

from django import forms

_YEAR_FIRST = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})", re.ASCII)
_MONTH_FIRST = re.compile(
    r"(?P<month>\d{1,2})([/.-])(?P<day>\d{1,2})\2(?P<year>\d{4}|\d{2})", re.ASCII
)
_DAY_FIRST = re.compile(
    r"(?P<day>\d{1,2})([/.-])(?P<month>\d{1,2})\2(?P<year>\d{4}|\d{2})", re.ASCII
)
_YEARS = range(1900, 2200)
_CENTURY = 2000  # added to a year of two digits


class InvalidDay(ValueError):
    """A text that is not a day."""


def parse_day(text: str, *, is_day_first: bool = False) -> date:
    """Return the day in 11/30/2026, 11/30/26, 11-30-2026 or 2026-11-30.

    With `is_day_first` the formats are 30/11/2026 and so on. Raise InvalidDay for other texts, and
    for years before 1900 or after 2199, whose neighboring days may not be valid dates.
    """
    forms = [_YEAR_FIRST, _DAY_FIRST if is_day_first else _MONTH_FIRST]
    found = next((match for form in forms if (match := form.fullmatch(text.strip()))), None)
    if found is None:
        raise InvalidDay(text)
    year = int(found["year"]) + (_CENTURY if len(found["year"]) == 2 else 0)
    if year not in _YEARS:
        raise InvalidDay(text)
    try:
        return date(year, int(found["month"]), int(found["day"]))
    except ValueError as problem:
        raise InvalidDay(text) from problem


class DayField(forms.DateField):
    """A form field for a day in any format that parse_day reads."""

    def strptime(self, value, format) -> date:  # noqa: A002  as Django calls it
        """Return the day that parse_day() reads; `format` is ignored. Raise InvalidDay."""
        return parse_day(value)
