"""Periods of days and their weeks: pure functions of dates."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby
from typing import NamedTuple

from django.http import QueryDict
from django.utils.translation import gettext as _

from lib.days import InvalidDay, parse_day

DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)
DEFAULT_NAME = "4w"
WEEKS_BY_NAME = {"4w": 4, "12w": 12, "year": 52}
MAX_DAYS = 3 * 366  # days that can be looked at in one go
EARLIEST_DAY = date(2000, 1, 1)


class ImpossiblePeriod(ValueError):
    """Dates that make no period; the message is for the user."""


class Period(NamedTuple):
    """The days from `first` to `last`, inclusive. `name` is a key of WEEKS_BY_NAME, or "own"."""

    name: str
    first: date
    last: date

    @property
    def day_after(self) -> date:
        return self.last + DAY

    @property
    def previous(self) -> "Period":
        """Return the period of as many days before this one."""
        return Period(self.name, self.first - (self.day_after - self.first), self.first - DAY)

    @property
    def mondays(self) -> list[date]:
        """Return the Monday of each week that overlaps the period."""
        start = monday_of(self.first)
        return [start + WEEK * n for n in range((monday_of(self.last) - start).days // 7 + 1)]

    @property
    def whole_weeks(self) -> tuple[date, date]:
        """Return the Monday of the first whole week and the day after the last one.

        Twice the same day if there is no whole week.
        """
        first, after = monday_of(self.first + 6 * DAY), monday_of(self.day_after)
        return (first, after) if first < after else (self.day_after, self.day_after)

    def covers_week(self, start: date) -> bool:
        """Return True if the whole week of the Monday `start` is in the period."""
        return self.first <= start and start + 6 * DAY <= self.last

    def is_complete(self, start: date, today: date) -> bool:
        """Return True if the week of the Monday `start` is in the period and over."""
        return self.covers_week(start) and start + WEEK <= today


def monday_of(day: date) -> date:
    return day - DAY * day.weekday()


def group_consecutive_days(days: list[date]) -> Iterator[list[date]]:
    """Yield lists of consecutive days; `days` are sorted."""
    for _start, run in groupby(enumerate(days), key=lambda each: each[1] - DAY * each[0]):
        yield [day for _n, day in run]


def period_of_weeks(today: date, name: str) -> Period:
    """Return the current week so far and the full weeks before it; `name` is in WEEKS_BY_NAME."""
    return Period(name, monday_of(today) - WEEK * (WEEKS_BY_NAME[name] - 1), today)


def parse_period(query: QueryDict, today: date) -> Period:
    """Return the period that `period` in a URL's query names, else from `from` to `to`.

    With neither a known name nor dates, return the default period. Raise ImpossiblePeriod for
    invalid dates.
    """
    name, first, last = (query.get(part, "").strip() for part in ("period", "from", "to"))
    if name in WEEKS_BY_NAME or not (first or last):
        return period_of_weeks(today, name if name in WEEKS_BY_NAME else DEFAULT_NAME)
    return _parse_own_period(first, last, today)


def _parse_own_period(first: str, last: str, today: date) -> Period:
    """Return the period; "" for `last` means today, "" for `first` the default number of weeks.

    A later `last` becomes today. Raise ImpossiblePeriod for invalid, reversed, too early or too
    many days.
    """
    end = min(_parse_date(last), today) if last else today
    start = _parse_date(first) if first else period_of_weeks(end, DEFAULT_NAME).first
    if start > end:
        raise ImpossiblePeriod(_("The first day must not be after the last, nor in the future."))
    if start < EARLIEST_DAY:
        raise ImpossiblePeriod(_("There's nothing from before the year 2000."))
    if (end - start).days >= MAX_DAYS:
        raise ImpossiblePeriod(_("Choose at most three years."))
    return Period("own", start, end)


def _parse_date(text: str) -> date:
    """Parse a typed day such as 11/30/2026. Raise ImpossiblePeriod if it is invalid."""
    try:
        return parse_day(text[:40])
    except InvalidDay:
        raise ImpossiblePeriod(_("Enter dates like 11/30/2026.")) from None
