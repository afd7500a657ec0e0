"""Days as people in the United States type them."""

import re
from datetime import date

from django import forms

_FORMS = [
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})", re.ASCII),
    re.compile(r"(?P<month>\d{1,2})([/.-])(?P<day>\d{1,2})\2(?P<year>\d{4}|\d{2})", re.ASCII),
]
_YEARS = range(1900, 2200)
_CENTURY = 2000  # of a year in two digits


class NoDay(ValueError):
    """The text names no day."""


def typed_day(text: str) -> date:
    """Return the day in 11/30/2026, 11/30/26, 11-30-2026 or 2026-11-30.

    Raises NoDay for other texts and for years before 1900 or after 2199, with which nobody can
    reckon: the day after the last one is no date.
    """
    found = next((match for form in _FORMS if (match := form.fullmatch(text.strip()))), None)
    if found is None:
        raise NoDay(text)
    year = int(found["year"]) + (_CENTURY if len(found["year"]) == 2 else 0)
    if year not in _YEARS:
        raise NoDay(text)
    try:
        return date(year, int(found["month"]), int(found["day"]))
    except ValueError as problem:
        raise NoDay(text) from problem


class Day(forms.DateField):
    """A form's day, in any way that typed_day reads."""

    def strptime(self, value, format):  # noqa: A002  as Django calls it
        return typed_day(value)
