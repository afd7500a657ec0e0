"""Tests for figures about finished work: day, department, duration, punctuality and answers."""

import pytest
from django.urls import reverse

from city.models import Category, Zone
from requests_app import workflow
from requests_app.models import ServiceRequest
from requests_app.permissions import SYSTEM
from tests import make
from tests.staff_portal.overview.weeks import (
    CITY,
    MARCH,
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
    reopen,
    route,
    work,
)

MEDIAN = "Median business days"


def read_total(client, of=CITY, **query):
    """Return the key figures of the period from the context of the page."""
    return client.get(reverse(f"{of}overview"), query or MARCH).context["in_period"]


def read_median(client, key="Pothole", table="categories", **query):
    [cell] = read_row(client, table, key, [MEDIAN], **query)
    return cell


# Duration


@pytest.mark.parametrize(
    ("filed", "finished", "days"),
    [
        # the same evening in the city, but the next day in UTC
        ("03-02 10:00", "03-02 20:00", "0.0"),
        ("03-02 17:30", "03-03 09:00", "1.0"),  # filed in the evening
        ("03-05 10:00", "03-09 10:00", "1.0"),  # across a Friday off and a weekend
        ("03-12 10:00", "03-16 10:00", "2.0"),  # across a working Friday
        ("03-07 10:00", "03-08 10:00", "0.0"),  # during a weekend
        ("03-07 23:00", "03-09 08:00", "1.0"),  # across the start of daylight saving time
        ("03-02 10:00", "03-31 10:00", "19.0"),
    ],
)
def test_days_are_business_days_after_the_day_of_filing(lead, filed, finished, days):
    for _n in range(5):
        work(filed, finished)
    assert read_median(lead) == days


def test_the_median_of_an_even_number_lies_between_the_two_in_the_middle(lead):
    """The days are 0, 1, 2, 9, 10 and 12: the mean differs, and so does sorting them as text."""
    for day in ("02", "03", "04", "16", "17", "19"):
        work("03-02 10:00", f"03-{day} 12:00")
    assert read_median(lead) == "5.5"
    assert read_median(lead, "2026-03-02", "weeks") == ""  # three of them finished in this week
    work("03-02 10:00", "03-23 12:00")
    assert read_median(lead) == "9.0"


def test_medians_of_weeks_categories_and_areas_are_of_their_own_work(lead):
    sign = Category.objects.get(service_code="street-sign")
    for _n in range(5):
        fast, slow = work("03-16 10:00", "03-17 10:00"), work("03-02 10:00", "03-04 10:00")
        ServiceRequest.objects.filter(pk=fast.pk).update(category=sign, zone=None)
    assert (read_median(lead), read_median(lead, sign.name)) == ("2.0", "1.0")
    zones = [read_median(lead, name, "zones") for name in (slow.zone.name, "Outside all areas")]
    assert zones == ["2.0", "1.0"]
    weeks = [read_median(lead, week, "weeks") for week in ("2026-03-02", "2026-03-16")]
    assert weeks == ["2.0", "1.0"]
    assert read_total(lead)["median"].value == 1.5
    assert read_median(lead, "Street Services", "departments") == "1.5"


@pytest.mark.parametrize("again", [dispute, reopen], ids=["disputed", "reopened"])
def test_work_that_was_disputed_or_reopened_counts_from_then_on(lead, again):
    rows = [work("03-02 10:00", "03-04 10:00") for _n in range(5)]
    for row in rows:
        if again == reopen:
            confirm(row, "03-05 10:00")
        again(row, "03-16 10:00")
        finish(row, "03-17 10:00")
    assert read_median(lead) == "1.0"
    for row in rows:
        dispute(row, "03-19 10:00")  # a dispute starts a new period of work
    assert read_median(lead) == "1.0"
    assert read_total(lead)["done"].finished == 5


def test_a_reopening_after_the_work_does_not_change_how_long_it_took(lead):
    for _n in range(5):
        reopen(confirm(work("03-02 10:00", "03-04 10:00"), "03-05 10:00"), "03-16 10:00")
    assert read_median(lead) == "2.0"


# Punctuality


def test_on_time_is_until_the_promised_moment(lead):
    rows = [route(file("03-02 10:00"), "03-02 10:00") for _n in range(10)]
    due = moment("03-16 17:00")
    ServiceRequest.objects.filter(pk__in=[row.pk for row in rows]).update(due_at=due)
    for n, row in enumerate(rows):
        row.refresh_from_db()
        finish(row, "03-16 17:00" if n < 7 else "03-16 17:01")
    assert read_total(lead)["said_in_time"] == "70%"
    assert read_row(lead, "categories", "Pothole", ["On time, percent"]) == ["70"]


def test_a_promise_is_the_one_of_the_day_of_the_work(lead):
    """A dispute sets a new due date. The work before the dispute is measured by the earlier one."""
    row = route(file("03-02 10:00"), "03-02 10:00")
    ServiceRequest.objects.filter(pk=row.pk).update(due_at=moment("03-03 17:00"))
    row.refresh_from_db()
    dispute(finish(row, "03-10 10:00"), "03-11 10:00")
    assert row.due_at > moment("03-11 10:00")
    assert read_total(lead)["said_in_time"] == "0 of 1"


def test_work_without_a_promise_is_neither_on_time_nor_late(lead):
    row = route(file("03-02 10:00"), "03-02 10:00")
    ServiceRequest.objects.filter(pk=row.pk).update(due_at=None)
    row.refresh_from_db()
    finish(row, "03-10 10:00")
    assert (read_total(lead)["said_in_time"], read_total(lead)["done"].finished) == ("0 of 0", 1)


# Department


def test_work_is_of_who_finished_it_whoever_has_it_now(lead):
    row = reopen(confirm(work("03-02 10:00", "03-04 10:00"), "03-05 10:00"), "03-06 10:00")
    with at_moment("03-06 11:00"):
        make.moved_on(row, make.water())
    found = read_table(lead, "departments")
    assert {name: each["Finished"] for name, each in found.items()} == {
        "Street Services": "1",
        "Water Resources": "0",
    }
    assert read_total(lead, STREETS)["done"].finished == 1
    assert read_total(lead, department="water-resources", **MARCH)["done"].finished == 0


def test_an_area_and_a_category_narrow_what_they_say(lead):
    here, there = work("03-02 10:00", "03-03 10:00"), work("03-02 10:00", "03-03 10:00")
    zone = Zone.objects.exclude(pk=here.zone_id).order_by("-pk").first()
    sign = Category.objects.get(service_code="street-sign")
    ServiceRequest.objects.filter(pk=there.pk).update(zone=zone, category=sign)
    narrowed = [{"zone": zone.slug}, {"zone": here.zone.slug}, {"category": "street-sign"}]
    for query in narrowed:
        moved = read_total(lead, **MARCH | query)
        assert (moved["done"].finished, moved["came"]) == (1, 1), query
    neither = {"zone": zone.slug, "category": "pothole"}
    assert read_total(lead, **MARCH | neither)["done"].finished == 0


def test_private_kinds_count_for_the_city_and_not_in_public(lead):
    work("03-02 10:00", "03-03 10:00", category=make.category(is_private=True))
    hidden = work("03-02 10:00", "03-03 10:00")
    with at_moment("03-04 10:00"):
        make.act(workflow.hide, hidden, make.omar(), words="A face.")
    found = {of: read_total(lead, of) for of in (CITY, STREETS, PUBLIC)}
    assert {of: each["done"].finished for of, each in found.items()} == {
        CITY: 2,
        STREETS: 2,
        PUBLIC: 1,
    }
    assert found[PUBLIC]["came"] == 1


# Answers of residents


def test_each_way_in_which_work_ends_has_one_answer(lead):
    def done():
        return work("03-02 10:00", "03-03 10:00")

    def leave(row, when="03-30 10:00"):
        with at_moment(when):
            workflow.close_unanswered(row, by=SYSTEM)

    def uphold(row):
        with at_moment("03-05 10:00"):
            make.act(workflow.uphold, row, make.sue(), words="It is level.")

    done()
    confirm(done(), "03-04 10:00")
    leave(done())
    dispute(done(), "03-04 10:00")
    uphold(dispute(done(), "03-04 10:00"))
    confirm(finish(dispute(done(), "03-04 10:00"), "03-05 10:00"), "03-06 10:00")
    leave(finish(dispute(done(), "03-04 10:00"), "03-05 10:00"))
    finish(dispute(done(), "03-04 10:00"), "03-05 10:00")
    reopen(confirm(done(), "03-04 10:00"), "03-05 10:00")
    found = read_table(lead, "answers")
    assert {words: row["Jobs"] for words, row in found.items()} == {
        "Said it's fixed": "1",
        "Said it's not fixed": "5",
        "Didn't answer by the deadline": "1",
        "May still answer": "1",
        "Reopened or closed for another reason": "1",
    }
    row = read_total(lead)["done"]
    assert (row.finished, row.mended, row.disputed, row.answered) == (9, 1, 5, 6)
    assert read_total(lead)["said_confirmed"] == "1 of 6"


def test_stars_are_those_of_the_last_work(lead):
    first = confirm(work("03-02 10:00", "03-03 10:00"), "03-04 10:00", rating=2)
    confirm(work("03-02 10:00", "03-03 10:00"), "03-04 10:00", rating=4)
    columns = ["Ratings", "Average stars"]
    assert read_row(lead, "categories", "Pothole", columns) == ["2", "3.0"]
    finish(reopen(first, "03-05 10:00"), "03-06 10:00")
    assert read_row(lead, "categories", "Pothole", columns) == ["1", "4.0"]
    confirm(first, "03-07 10:00", rating=5)
    assert read_row(lead, "categories", "Pothole", columns) == ["2", "4.5"]
    found = read_table(lead, "ratings")
    assert {stars: row["Answers"] for stars, row in found.items()} == {
        "5": "1", "4": "1", "3": "0", "2": "0", "1": "0",
    }  # fmt: skip
