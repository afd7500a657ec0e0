"""When a report is sent, and about which days: functions of dates."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from lib import clock
from staff_portal.overview.period import DAY, WEEK, Period, monday_of


def find_next_due(weekday: int | None, hour: int, moment: datetime) -> datetime:
    """Return the first time after `moment` at this hour of the city on a weekday.

    On the first of a month if `weekday` is None. Monday is 0.
    """
    day = clock.localtime(moment).date()
    while True:
        due = timezone.make_aware(datetime.combine(day, time(hour)))
        if due > moment and (day.day == 1 if weekday is None else day.weekday() == weekday):
            return due
        day += timedelta(days=1)


def find_last_period(weekday: int | None, day: date) -> Period:
    """Return the last whole week before `day`, or the last month if `weekday` is None."""
    if weekday is not None:
        after = monday_of(day)
        return Period("own", after - WEEK, after - DAY)
    last = day.replace(day=1) - DAY
    return Period("own", last.replace(day=1), last)
