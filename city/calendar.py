"""Calculations with working days: pure functions of dates, without database and clock."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
MAX_DAYS_WITHOUT_WORK = 366  # days; a calendar that never works must not loop for ever


class NoWorkingDay(Exception):
    """The calendar has no working day within a year."""


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """The days and hours on which a city works.

    `weekdays` are worked every week (Monday is 0), `alternate_weekday` every other week: on
    `alternate_anchor` and every 14 days before and after it. `holidays` are never worked. Times are
    local to `tz`.
    """

    weekdays: frozenset[int]
    alternate_weekday: int | None
    alternate_anchor: date | None
    holidays: frozenset[date]
    opens_at: time
    closes_at: time
    tz: ZoneInfo

    def is_working_day(self, day: date) -> bool:
        """Return True if the city works on `day`: no holiday, and a weekday worked in that week."""
        if day in self.holidays:
            return False
        if self.alternate_anchor and day.weekday() == self.alternate_weekday:
            return (day - self.alternate_anchor).days % 14 == 0
        return day.weekday() in self.weekdays

    def next_working_day(self, day: date) -> date:
        """Return the first working day after `day`.

        Raise NoWorkingDay if there is none within 366 days.
        """
        for _ in range(MAX_DAYS_WITHOUT_WORK):
            day += DAY
            if self.is_working_day(day):
                return day
        raise NoWorkingDay(f"no working day in the {MAX_DAYS_WITHOUT_WORK} days before {day}")

    def add_working_days(self, day: date, days: int) -> date:
        """Return the day after `days` working days; `day` itself for 0, working day or not.

        Raise ValueError for a negative number, and NoWorkingDay if the calendar has no working
        days.
        """
        if days < 0:
            raise ValueError("days must not be negative")
        for _ in range(days):
            day = self.next_working_day(day)
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """Return the number of working days after `start`, up to and including `end`.

        The number is negative if `end` is before `start`, so that it undoes `add_working_days`.
        """
        if end < start:
            return -self.working_days_between(end, start)
        return sum(self.is_working_day(start + DAY * n) for n in range(1, (end - start).days + 1))

    def is_open(self, moment: datetime) -> bool:
        """Return True if the city works at the aware datetime `moment`."""
        day = moment.astimezone(self.tz).date()
        return self.is_working_day(day) and self.opening_time(day) <= moment < self.closing_time(
            day
        )

    def next_opening(self, moment: datetime) -> datetime:
        """Return the first opening time after `moment`, aware, in the city's time zone.

        Raise NoWorkingDay if there is no working day within 366 days.
        """
        day = moment.astimezone(self.tz).date()
        if not self.is_working_day(day) or moment >= self.opening_time(day):
            day = self.next_working_day(day)
        return self.opening_time(day)

    def reopening_time(self, moment: datetime) -> datetime | None:
        """Return the next opening time; None if the city works at `moment`, or never."""
        if self.is_open(moment):
            return None
        try:
            return self.next_opening(moment)
        except NoWorkingDay:
            return None

    def closing_time(self, day: date) -> datetime:
        """Return the time at which work ends on `day`, aware; also for a day without work."""
        return datetime.combine(day, self.closes_at, self.tz)

    def opening_time(self, day: date) -> datetime:
        """Return the time at which work begins on `day`, aware; also for a day without work."""
        return datetime.combine(day, self.opens_at, self.tz)
