from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from city.calendar import NoWorkingDay, WorkCalendar

THANKSGIVING = date(2026, 11, 26)
WORKED_FRIDAY = date(2026, 11, 20)


def calendar(**given):
    columns = {
        "weekdays": frozenset({0, 1, 2, 3}),
        "alternate_weekday": 4,
        "alternate_anchor": WORKED_FRIDAY,
        "holidays": frozenset({THANKSGIVING}),
        "opens_at": time(8),
        "closes_at": time(17),
        "tz": ZoneInfo("America/Los_Angeles"),
    }
    return WorkCalendar(**columns | given)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 11, 23), True),  # Monday
        (date(2026, 11, 21), False),  # Saturday
        (THANKSGIVING, False),
        (WORKED_FRIDAY, True),
        (WORKED_FRIDAY + timedelta(days=7), False),
        (WORKED_FRIDAY + timedelta(days=14), True),
        (WORKED_FRIDAY - timedelta(days=7), False),
        (WORKED_FRIDAY - timedelta(days=14), True),
    ],
)
def test_every_other_friday_and_no_holiday_is_worked(day, works):
    assert calendar().is_working_day(day) is works


def test_a_holiday_on_a_worked_friday_is_not_worked():
    assert not calendar(holidays=frozenset({WORKED_FRIDAY})).is_working_day(WORKED_FRIDAY)


def test_a_city_may_work_every_week_alike():
    plain = calendar(weekdays=frozenset(range(5)), alternate_weekday=None, alternate_anchor=None)
    assert plain.is_working_day(date(2026, 11, 27))


def test_the_next_working_day_skips_holidays_and_weekends():
    assert calendar().next_working_day(date(2026, 11, 25)) == date(2026, 11, 30)


def test_three_working_days_after_a_wednesday_before_thanksgiving():
    assert calendar().add_working_days(date(2026, 11, 25), 3) == date(2026, 12, 2)


def test_no_working_days_are_the_same_day_even_on_a_sunday():
    assert calendar().add_working_days(date(2026, 11, 22), 0) == date(2026, 11, 22)


def test_working_days_are_not_counted_backwards():
    with pytest.raises(ValueError, match="negative"):
        calendar().add_working_days(date(2026, 11, 25), -1)


@pytest.mark.parametrize("days", [0, 1, 2, 5, 10, 60])
def test_counting_undoes_adding(days):
    start = date(2026, 11, 19)
    end = calendar().add_working_days(start, days)
    assert calendar().working_days_between(start, end) == days
    assert calendar().working_days_between(end, start) == -days


def test_a_calendar_without_working_days_raises_an_error():
    with pytest.raises(NoWorkingDay):
        calendar(weekdays=frozenset(), alternate_weekday=None).next_working_day(THANKSGIVING)


def test_the_day_ends_at_five_in_the_city_summer_and_winter():
    winter = calendar().closing_time(date(2026, 12, 1))
    summer = calendar().closing_time(date(2026, 7, 1))
    assert winter.isoformat() == "2026-12-01T17:00:00-08:00"
    assert summer.isoformat() == "2026-07-01T17:00:00-07:00"


def test_the_day_begins_at_eight_in_the_city():
    assert calendar().opening_time(date(2026, 12, 1)).isoformat() == "2026-12-01T08:00:00-08:00"
