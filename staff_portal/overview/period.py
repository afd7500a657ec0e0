"""A stretch of days to look at, and its weeks: dates in, dates out."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby
from typing import NamedTuple

from django.utils.translation import gettext as _

from lib.days import InvalidDay, parse_day

DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)
USUAL = "4w"
WEEKS = {"4w": 4, "12w": 12, "year": 52}
LONGEST = 3 * 366  # days that can be looked at in one go
EARLIEST = date(2000, 1, 1)


class ImpossiblePeriod(ValueError):
    """Dates that make no period; the message is for the person who typed them."""


class Period(NamedTuple):
    """The days from `first` to `last`, both included. `name` is a key of WEEKS, or "own"."""

    name: str
    first: date
    last: date

    @property
    def after(self) -> date:
        """The first day that is no longer part of it."""
        return self.last + DAY

    @property
    def before(self) -> "Period":
        """As many days, up to the day before its first."""
        return Period(self.name, self.first - (self.after - self.first), self.first - DAY)

    @property
    def mondays(self) -> list[date]:
        """The Monday of every week it touches."""
        start = monday(self.first)
        return [start + WEEK * n for n in range((monday(self.last) - start).days // 7 + 1)]

    @property
    def whole_weeks(self) -> tuple[date, date]:
        """The Monday of its first whole week and the day after its last one; no day if none is."""
        first, after = monday(self.first + 6 * DAY), monday(self.after)
        return (first, after) if first < after else (self.after, self.after)

    def covers_week(self, start) -> bool:
        """Whether the whole week that begins on the Monday `start` lies in it."""
        return self.first <= start and start + 6 * DAY <= self.last

    def is_complete(self, start: date, today: date) -> bool:
        """Return True if the week that begins on the Monday `start` lies in it and is over."""
        return self.covers_week(start) and start + WEEK <= today


def monday(day) -> date:
    return day - DAY * day.weekday()


def group_runs(days: list[date]) -> Iterator[list[date]]:
    """Yield the days that follow each other together."""
    for _start, run in groupby(enumerate(days), key=lambda each: each[1] - DAY * each[0]):
        yield [day for _n, day in run]


def weeks_until(today, name) -> Period:
    """This week so far and the full weeks before it."""
    return Period(name, monday(today) - WEEK * (WEEKS[name] - 1), today)


def read(query, today) -> Period:
    """What the address asks for: `period`, or days of one's own as `from`, `to` or both.

    A name that does not exist is the usual one. Raises ImpossiblePeriod for dates of no use.
    """
    name, first, last = (query.get(part, "").strip() for part in ("period", "from", "to"))
    if name in WEEKS or not (first or last):
        return weeks_until(today, name if name in WEEKS else USUAL)
    return _own(first, last, today)


def _own(first, last, today) -> Period:
    """Up to today where no last day is given, and the usual weeks where no first one is."""
    last = min(_date(last), today) if last else today
    first = _date(first) if first else weeks_until(last, USUAL).first
    if first > last:
        raise ImpossiblePeriod(_("The first day must not be after the last, nor in the future."))
    if first < EARLIEST:
        raise ImpossiblePeriod(_("There's nothing from before the year 2000."))
    if (last - first).days >= LONGEST:
        raise ImpossiblePeriod(_("Choose at most three years."))
    return Period("own", first, last)


def _date(text) -> date:
    try:
        return parse_day(text[:40])
    except InvalidDay:
        raise ImpossiblePeriod(_("Enter dates like 11/30/2026.")) from None
