"""Tests for due dates, with a calendar of Mondays to Thursdays and every other Friday."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from city.calendar import WorkCalendar
from requests_app.deadlines.due import compute_deadline, count_days_to_deadline, find_pauses

PACIFIC = ZoneInfo("America/Los_Angeles")
CALENDAR = WorkCalendar(
    weekdays=frozenset({0, 1, 2, 3}),
    alternate_weekday=4,
    alternate_anchor=date(2026, 11, 20),  # a Friday that is a working day; so is December 4
    holidays=frozenset({date(2026, 11, 26)}),
    opens_at=time(8),
    closes_at=time(17),
    tz=PACIFIC,
)


def moment(day, hour=10, month=11):
    return datetime(2026, month, day, hour, tzinfo=PACIFIC)


@pytest.mark.parametrize(
    ("days", "filed", "due"),
    [
        (1, moment(16), moment(17, 17)),
        (3, moment(16), moment(19, 17)),
        (4, moment(16), moment(20, 17)),  # this Friday is a working day
        (5, moment(16), moment(23, 17)),  # over the weekend
        # Thursday is a holiday, and this Friday is not a working day
        (3, moment(23), moment(30, 17)),
        (1, moment(21), moment(23, 17)),  # filed on a Saturday
        (1, moment(16, 23), moment(17, 17)),  # filed late in the evening, city time
    ],
)
def test_a_target_counts_working_days_after_the_day_of_filing(days, filed, due):
    assert compute_deadline(days, filed, [], CALENDAR) == due


def test_each_working_day_that_dawned_in_a_pause_is_given_back():
    pause = (moment(17, 9), moment(19, 9))
    assert compute_deadline(3, moment(16), [pause], CALENDAR) == moment(23, 17)


def test_a_pause_within_one_day_or_over_days_off_gives_nothing_back():
    within, weekend = (moment(17, 9), moment(17, 16)), (moment(20, 16), moment(22, 20))
    assert compute_deadline(3, moment(16), [within, weekend], CALENDAR) == moment(19, 17)


def test_pauses_are_read_from_the_history():
    history = [
        (moment(16), "routed"),
        (moment(17), "on_hold"),
        (moment(18), "on_hold"),
        (moment(19), "in_progress"),
        (moment(20), "routed"),
    ]
    assert find_pauses(history, moment(16), {"on_hold"}) == [(moment(17), moment(19))]


def test_a_pause_before_the_clock_started_anew_does_not_count():
    history = [
        (moment(16), "on_hold"),
        (moment(17), "routed"),
        (moment(18), "on_hold"),
        (moment(20), "routed"),
    ]
    assert find_pauses(history, moment(19), {"on_hold"}) == [(moment(19), moment(20))]


def test_a_pause_that_still_runs_is_left_out():
    assert find_pauses([(moment(16), "on_hold")], moment(16), {"on_hold"}) == []


@pytest.mark.parametrize("days", [0, 1, 7, 30])
@pytest.mark.parametrize("started", [moment(16), moment(21), moment(25, 23), moment(27)])
def test_the_days_of_a_date_are_found_again(days, started):
    over_the_holiday, within = (moment(24, 9), moment(30, 9)), (moment(30, 10), moment(30, 11))
    for spans in ([], [over_the_holiday], [over_the_holiday, within]):
        due_at = compute_deadline(days, started, spans, CALENDAR)
        assert count_days_to_deadline(due_at, started, spans, CALENDAR) == days
