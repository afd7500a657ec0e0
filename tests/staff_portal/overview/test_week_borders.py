"""Tests for the days and weeks, in the city's time zone, in which something is counted."""

from datetime import timedelta

import pytest
from django.urls import reverse

from requests_app import workflow
from tests import make
from tests.staff_portal.overview.weeks import (
    CITY,
    PUBLIC,
    STREETS,
    at_moment,
    confirm,
    dispute,
    file,
    finish,
    moment,
    read_row,
    read_table,
    route,
    work,
)

FLOWS = ["Received", "Cleared", "Handed back", "Finished"]
SECOND = timedelta(seconds=1)


def read_weeks(client, columns, of=CITY, **query):
    """Return these columns of each week ("03-02") that has a number other than 0."""
    found = read_table(client, "weeks", of, **query)
    rows = {week: [row[column] for column in columns] for week, row in found.items()}
    return {week[5:]: cells for week, cells in rows.items() if set(cells) != {"0"}}


@pytest.mark.parametrize("sunday", ["03-01", "03-08", "03-15"])
def test_a_week_begins_with_the_monday_of_the_citys_clock(lead, sunday):
    """In one of these weeks the clocks change. In UTC, all these events are on the Monday."""
    monday = f"{moment(f'{sunday} 12:00') + timedelta(days=1):%m-%d}"
    last = f"{moment(f'{sunday} 12:00') - timedelta(days=6):%m-%d}"
    handed_back = route(file(f"{sunday} 18:00"), f"{sunday} 18:01")
    with at_moment(f"{sunday} 23:59:59"):
        make.handed_back(handed_back)
    work(f"{sunday} 18:02", f"{sunday} 23:59:59")
    finish(route(file(f"{monday} 00:00"), f"{monday} 00:01"), f"{monday} 00:02")
    query = {"from": f"2026-{last}", "to": "2026-03-31"}
    assert read_weeks(lead, FLOWS, **query) == {
        last: ["2", "1", "1", "1"],
        monday: ["1", "1", "0", "1"],
    }
    assert read_weeks(lead, FLOWS, STREETS, **query) == {
        last: ["2", "2", "1", "1"],
        monday: ["1", "1", "0", "1"],
    }


def test_the_first_and_the_last_day_are_whole_days_of_the_city(lead):
    for when in ("03-09 23:59:59", "03-10 00:00", "03-12 23:59:59", "03-13 00:00"):
        work(when, when)
    days = {"from": "2026-03-10", "to": "2026-03-12"}
    for of in (CITY, STREETS, PUBLIC):
        assert read_weeks(lead, FLOWS, of, **days) == {"03-09": ["2", "2", "0", "2"]}
    routed = ["Filed", "Routed"]
    assert read_row(lead, "routing", "Pothole", routed, **days) == ["2", "2"]


def test_a_week_of_which_days_are_left_out_is_incomplete_and_counts_the_others(lead):
    for day in ("03-10", "03-11", "03-16", "03-25"):
        file(f"{day} 12:00")
    found = read_table(lead, "weeks", **{"from": "2026-03-11", "to": "2026-03-24"})
    assert [(week, row["Complete week"], row["Received"]) for week, row in found.items()] == [
        ("2026-03-23", "No", "0"),
        ("2026-03-16", "Yes", "1"),
        ("2026-03-09", "No", "1"),
    ]


@pytest.mark.parametrize(
    ("name", "first", "weeks"),
    [("4w", "2026-03-09", 4), ("12w", "2026-01-12", 12), ("year", "2025-04-07", 52)],
)
def test_a_named_period_is_this_week_so_far_and_the_weeks_before(lead, name, first, weeks):
    file("04-01 11:00")
    found = read_table(lead, "weeks", period=name)
    assert (list(found)[-1], len(found)) == (first, weeks)
    assert [row["Complete week"] for row in found.values()] == ["No"] + ["Yes"] * (weeks - 1)
    assert found["2026-03-30"]["Received"] == "1"


def test_a_week_is_complete_the_moment_after_its_sunday(lead):
    last_days = {"from": "2026-03-16", "to": "2026-03-22"}
    for now, said in (("03-22 23:59:59", "No"), ("03-23 00:00", "Yes")):
        with at_moment(now):
            assert read_table(lead, "weeks", **last_days)["2026-03-16"]["Complete week"] == said


def test_today_is_the_citys_day_also_in_its_evening(lead):
    """On this Sunday evening the next week has begun in UTC, but not in the city."""
    with at_moment("03-29 20:00"):
        assert next(iter(read_table(lead, "weeks", period="4w"))) == "2026-03-23"
        page = lead.get(reverse("public_overview")).context
        assert str(page["scope"].period.last) == "2026-03-29"


def test_the_time_before_has_as_many_days_and_touches_the_period(lead):
    """The period of ten days begins on the 11th, so the 1st to the 10th precede it.

    All work finished in those days took 0 days.
    """
    for when, n in (("03-01 00:00", 1), ("03-10 23:59:59", 4)):
        for _n in range(n):
            work(when, when)
    for filed, finished in (("02-23 10:00", "02-28 23:59:59"), ("03-02 10:00", "03-11 00:00")):
        for _n in range(6):
            work(filed, finished)
    days = {"from": "2026-03-11", "to": "2026-03-20"}
    context = lead.get(reverse("city_overview"), days).context["in_period"]
    assert (context["done"].finished, context["median_before"]) == (6, 0)


@pytest.mark.parametrize(("n", "median"), [(4, None), (5, 1)])
def test_a_median_before_is_said_from_five_on(lead, n, median):
    for _n in range(n):
        work("03-02 10:00", "03-03 10:00")
    days = {"from": "2026-03-11", "to": "2026-03-20"}
    context = lead.get(reverse("city_overview"), days).context["in_period"]
    assert context["median_before"] == median


@pytest.mark.parametrize(("n", "said"), [(9, ""), (10, "90%")])
def test_what_was_confirmed_before_is_said_from_ten_answers_on(lead, n, said):
    confirmed = [work("03-02 10:00", "03-03 10:00") for _n in range(n)]
    dispute(confirmed.pop(), "03-04 10:00")
    for row in confirmed:
        confirm(row, "03-04 10:00")
    days = {"from": "2026-03-11", "to": "2026-03-20"}
    context = lead.get(reverse("city_overview"), days).context["in_period"]
    assert context["confirmed_before"] == said


def test_an_undone_act_counts_on_no_day(lead):
    row = route(file("03-10 10:00"), "03-10 10:01")
    with at_moment("03-10 10:01:20"):
        workflow.undo(row, event=row.events.last(), by=make.omar())
    assert read_weeks(lead, FLOWS, STREETS) == {}
    assert read_weeks(lead, FLOWS) == {"03-09": ["1", "0", "0", "0"]}
