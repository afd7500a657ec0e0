"""Tests for shares, medians and periods: figures from too little data are not stated."""

from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from django.utils import translation

from staff_portal.overview import charts, csv_downloads, findings, period, week_charts
from staff_portal.overview.share_and_median import Median, Share

TODAY = date(2026, 11, 25)  # a Wednesday


def test_two_of_two_is_no_hundred_percent():
    assert Share(2, 2).percent is None
    assert findings.format_share(Share(2, 2)) == "2 of 2"
    assert findings.format_share(Share(9, 12)) == "75%"


@pytest.mark.parametrize(
    ("part", "whole", "percent"),
    [(0, 400, 0), (1, 400, 1), (399, 400, 99), (400, 400, 100), (1, 3, None), (0, 0, None)],
)
def test_all_and_none_are_said_only_where_it_is_all_or_none(part, whole, percent):
    assert Share(part, whole).percent == percent


def test_a_share_of_nothing_can_be_drawn():
    assert Share(0, 0).fraction == 0
    assert Share(3, 4).fraction == 0.75


def test_a_median_of_few_is_not_compared_with_a_target():
    few, enough = Median(9, 3), Median(9, 5)
    assert (few.value, few.is_over(5), few.is_enough) == (9, False, False)
    assert (enough.value, enough.is_over(5), enough.is_over(9)) == (9, True, False)


def test_one_day_is_one_day_beside_its_target():
    assert findings.format_median_and_target(Median(1.0, 6), 3) == "1 day (target 3)"
    assert findings.format_median_and_target(Median(0.5, 6), 3) == "0.5 days (target 3)"
    assert findings.format_median_and_target(Median(1.0, 6), 0) == "1 day (target 0), over"
    with translation.override("es"):
        assert findings.format_median_and_target(Median(1.0, 6), 3) == "1 día (meta 3)"
        assert findings.format_median_and_target(Median(2.0, 6), 1) == "2 días (meta 1): superada"


def test_four_weeks_are_this_one_so_far_and_three_whole_ones():
    found = period.parse_period({}, TODAY)
    assert (found.first, found.last) == (date(2026, 11, 2), TODAY)
    assert [monday.day for monday in found.mondays] == [2, 9, 16, 23]
    assert [found.covers_week(monday) for monday in found.mondays] == [True, True, True, False]


def test_a_week_is_complete_once_its_last_day_is_over():
    found = period.Period("own", date(2026, 11, 16), date(2026, 11, 22))
    assert not found.is_complete(date(2026, 11, 16), today=date(2026, 11, 22))
    assert found.is_complete(date(2026, 11, 16), today=date(2026, 11, 23))
    assert not found.is_complete(date(2026, 11, 23), today=date(2026, 12, 31))


@pytest.mark.parametrize(
    ("first", "last", "weeks"),
    [
        (2, 29, (2, 30)),
        (3, 29, (9, 30)),
        (2, 28, (2, 23)),
        (1, 30, (2, 30)),
        (9, 15, (9, 16)),
        (9, 14, (15, 15)),
        (10, 21, (22, 22)),
        (4, 5, (6, 6)),
    ],
)
def test_whole_weeks_go_from_a_monday_to_a_sunday(first, last, weeks):
    found = period.Period("own", date(2026, 11, first), date(2026, 11, last)).whole_weeks
    assert [day.day for day in found] == list(weeks)


def test_the_time_before_has_as_many_days_and_ends_where_the_period_begins():
    before = period.parse_period({}, TODAY).previous
    assert (before.first, before.last) == (date(2026, 10, 9), date(2026, 11, 1))


def test_own_dates_end_today_at_the_latest():
    found = period.parse_period({"period": "own", "from": "2026-11-20", "to": "2027-05-01"}, TODAY)
    assert (found.first, found.last) == (date(2026, 11, 20), TODAY)
    assert period.parse_period({"period": "own", "from": "2026-11-20"}, TODAY).last == TODAY


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2026-11-20", "2026-11-01"),
        ("2027-01-01", "2027-02-01"),
        ("2020-01-01", "2026-11-01"),
        ("0001-01-01", "0001-02-01"),
        ("yesterday", "2026-11-01"),
        ("2026-02-30", ""),
        ("1" * 50, "\x00"),
    ],
)
def test_dates_that_make_no_period_are_refused_in_words(first, last):
    with pytest.raises(period.ImpossiblePeriod) as refused:
        period.parse_period({"period": "own", "from": first, "to": last}, TODAY)
    assert str(refused.value)


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "  =1", "\uff1d1", "|cmd", "\r=1"]
)
def test_a_text_that_a_spreadsheet_would_run_is_harmless(text):
    assert csv_downloads.format_cell(text) == f"'{text}"


def test_cells_are_for_machines_whatever_the_language():
    with translation.override("es"):
        assert csv_downloads.format_cell(2.5) == "2.5"
        assert csv_downloads.format_cell(-3) == "-3"
        assert csv_downloads.format_cell(None) == ""
        assert csv_downloads.format_cell(date(2026, 11, 2)) == "2026-11-02"
        assert (
            csv_downloads.format_cell(datetime(2026, 11, 2, 20, 30, tzinfo=UTC))
            == "2026-11-02 12:30"
        )
        assert csv_downloads.format_cell("4th St, “the hole”") == "4th St, “the hole”"


@pytest.mark.parametrize(
    ("value", "top"), [(0, 4), (4, 4), (5, 6), (9, 10), (17, 20), (31, 40), (101, 120)]
)
def test_an_axis_ends_on_a_round_number_with_a_round_half(value, top):
    assert week_charts.round_up_for_axis(value) == top


def test_a_bar_is_never_longer_than_its_track_nor_too_short_to_be_seen():
    assert charts.format_percent_of(12, 8) == "100%"
    assert charts.format_percent_of(1, 1000) == "0.6%"
    assert charts.format_percent_of(3, 0) == "0%"
    assert charts.stack_segments([(0, "late")], 4) == ()


def test_a_line_goes_from_edge_to_edge():
    assert week_charts.build_curve([0, 5, 10], 10).points == "0,100 50,50 100,0"
    assert week_charts.build_curve([3], 6).points == "0,50 100,50"
    assert week_charts.build_curve([0, 0], 0).last == ("100%", "100%")


def test_the_last_step_of_a_line_stands_apart_where_it_is_incomplete():
    line = week_charts.build_curve([0, 5, 10], 10, is_complete=False)
    assert (line.points, line.incomplete_points) == ("0,100 50,50", "50,50 100,0")


def test_only_so_many_weeks_are_named_under_a_line():
    shown = week_charts.build_ticks([str(n) for n in range(53)], 7)
    assert [label for __, __, label in shown] == ["0", "8", "16", "24", "32", "40", "48"]
    assert week_charts.build_ticks(["a"], 7) == [("0%", "start", "a")]


def test_a_finding_says_what_small_numbers_can_bear():
    assert findings.summarize_pace([], False, 3) == "3 jobs: too few to compare"
    assert findings.summarize_pace([], False, 11).startswith("No category has enough")
    assert findings.summarize_pace(["Pothole"], True, 9) == "Pothole is over its target"
    assert findings.summarize_pace(["A", "B"], True, 9) == "A and B are over target"
    assert findings.summarize_pace(["A", "B", "C"], True, 30) == "3 categories are over target"
    assert findings.summarize_pace([], True, 9) == "No category is over its target"
    assert findings.summarize_pace([], False, 0) == "No work was finished in this period"
    assert findings.summarize_weekly_flow(3, 1, 4) == "1 cleared and 3 received in 4 weeks"
    assert findings.summarize_weekly_flow(8, 2, 4) == "Backlog grew: 8 received, 2 cleared"
    assert findings.summarize_weekly_flow(0, 0, 4) == "No requests came in and none were finished"
    tail = "finished, 5 handed back, rerouted or closed"
    department = findings.summarize_weekly_flow_of_departments
    assert department(25, 22, 5, 1) == f"1 week: 25 received, 22 {tail}"
    assert department(72, 45, 5, 4) == f"Backlog grew: 72 received, 45 {tail}"
    assert findings.summarize_ratings(2, 5.0) == "2 ratings: too few for an average"
    assert findings.summarize_ratings(12, 4.3) == "4.3 of 5 stars from 12 ratings"
    assert findings.summarize_ratings(0, None) == "No ratings"
    row = SimpleNamespace(desk_routed=40)
    assert (
        findings.summarize_routing(row, Share(4, 40))
        == "90% went to the right department the first time"
    )
    assert findings.summarize_routing(row, Share(1, 4)) == "1 of 4 were rerouted"
    assert findings.summarize_returns(1, 4) == "1 job was handed back"
    assert findings.summarize_returns(5, 20) == "25% of routed jobs were handed back"


def test_zones_are_told_apart_only_where_they_differ():
    alike = [("Pico", Share(18, 20)), ("Downtown", Share(19, 20))]
    assert findings.compare_zones(alike) == "Areas with enough data are about the same"
    assert findings.compare_zones(alike[:1]) == "Only Pico has enough finished work to measure"
    apart = [("Pico", Share(5, 20)), ("Downtown", Share(19, 20))]
    assert findings.compare_zones(apart) == "Pico has the lowest on-time rate: 25%"
    assert findings.compare_zones([]) == "Not enough finished work to compare areas"


def test_what_residents_said_is_compared_only_where_it_can_be():
    few, good, poor = (
        ("Graffiti", Share(0, 3)),
        ("Pothole", Share(30, 40)),
        ("Curb", Share(2, 20)),
    )
    assert (
        findings.compare_answers([few, good, poor]) == "Curb has the lowest confirmation rate: 10%"
    )
    assert findings.compare_answers([few]) == "Not enough answers from residents to compare"
    assert findings.compare_answers([few, good]) == "Only Pothole has enough answers to measure"
    assert "about the same" in findings.compare_answers([good, ("Sign", Share(31, 40))])


def test_a_person_is_named_only_with_twice_as_much_as_anybody_else():
    assert (
        findings.summarize_workload([("Wes", 9), ("Kim", 2)], 0)
        == "Wes has at least twice as many jobs as anyone else"
    )
    assert findings.summarize_workload([("Wes", 3), ("Kim", 1)], 0) == "Every job is assigned"
    assert findings.summarize_workload([("Wes", 9)], 2) == "2 jobs are unassigned"
    assert findings.summarize_workload([], 0) == "No one has open jobs"


def test_a_wait_is_said_in_working_hours():
    assert findings.format_business_hours(0.8) == "48 minutes of business time"
    assert findings.format_business_hours(2.5) == "2.5 business hours"
    assert (
        findings.summarize_desk_wait(Median(2.0, 3))
        == "Only 3 routed by a person, too few for a median"
    )
    assert findings.summarize_desk_wait(Median(2.0, 30)).endswith("less than 2 business hours")
