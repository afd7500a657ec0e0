"""Tests for comparisons of departments, categories, zones, weeks and people."""

import pytest
from django.urls import reverse

from city import cache
from city.models import Category, Zone
from requests_app import workflow
from requests_app.models import ServiceRequest
from tests import make
from tests.staff_portal.overview.weeks import (
    CITY,
    MARCH,
    STREETS,
    at_moment,
    confirm,
    dispute,
    file,
    route,
    work,
)

pytestmark = pytest.mark.usefixtures("spring")


def load_overview(client, of=CITY, **query):
    return client.get(reverse(f"{of}overview"), query or MARCH).context


def labels(chart):
    return [bar.label for bar in chart.bars]


def set_target(category, days):
    Category.objects.filter(pk=category.pk).update(target_days=days)
    cache.invalidate_cache()


def test_departments_stand_by_what_they_got_and_did_and_idle_ones_are_left_out(lead):
    route(file("02-02 10:00"), "02-02 10:00", make.water())
    for _n in range(2):
        work("03-02 10:00", "03-03 10:00")
    shown = load_overview(lead)["multiples"].each
    found = [
        (one.department.slug, one.received_count, one.finished_count, one.open) for one in shown
    ]
    assert found == [("street-services", 2, 2, 0), ("water-resources", 0, 0, 1)]
    for _n in range(5):
        route(file("03-02 10:00"), "03-02 10:00", make.water())
    shown = load_overview(lead)["multiples"].each
    assert [(one.department.slug, one.received_count) for one in shown] == [
        ("water-resources", 5),
        ("street-services", 2),
    ]


def test_kinds_stand_by_their_finished_work_and_are_over_target_from_five_on(lead):
    sign = Category.objects.get(service_code="street-sign")
    set_target(make.pothole(), 2), set_target(sign, 2)
    for n in range(6):
        row = work("03-02 10:00", "03-05 10:00")  # three working days
        if n > 1:
            continue
        ServiceRequest.objects.filter(pk=row.pk).update(category=sign)
    chart = load_overview(lead)["pace"]
    assert labels(chart) == ["Pothole", sign.name]
    assert [bar.tone for bar in chart.bars] == ["few", "few"]
    assert chart.title == "No category has enough finished jobs to compare"
    work("03-02 10:00", "03-05 10:00")
    chart = load_overview(lead)["pace"]
    assert [(bar.tone, bar.note) for bar in chart.bars] == [
        ("bad", "3 days (target 2), over"),
        ("few", "2 jobs, too few"),
    ]
    set_target(make.pothole(), 3)
    assert load_overview(lead)["pace"].bars[0].note == "3 days (target 3)"


def test_areas_stand_by_their_promised_work(lead):
    here = work("03-02 10:00", "03-03 10:00")
    other = Zone.objects.exclude(pk=here.zone_id).order_by("-pk").first()
    for _n in range(2):
        row = work("03-02 10:00", "03-03 10:00")
        ServiceRequest.objects.filter(pk=row.pk).update(zone=other)
    chart = load_overview(lead)["zones_chart"]
    assert [(bar.label, bar.note) for bar in chart.bars] == [
        (other.name, "2 of 2"),
        (here.zone.name, "1 of 1"),
    ]


def test_answers_by_week_are_the_last_eight_weeks_with_work_in_their_order(lead):
    days = ["01-20", "01-27", "02-03", "02-10", "02-17", "02-24", "03-03", "03-10", "03-31"]
    for day in days:
        confirm(work(f"{day} 10:00", f"{day} 11:00"), f"{day} 12:00")
    chart = load_overview(lead, period="12w", by="week")["answers_by"]
    assert labels(chart) == [
        "Jan 26", "Feb 2", "Feb 9", "Feb 16", "Feb 23", "Mar 2", "Mar 9", "Mar 30 (incomplete)",
    ]  # fmt: skip
    assert {bar.note for bar in chart.bars} == {"1 of 1"}


def test_answers_by_kind_stand_by_their_work(lead):
    sign = Category.objects.get(service_code="street-sign")
    rows = [work("03-02 10:00", "03-03 10:00") for _n in range(3)]
    ServiceRequest.objects.filter(pk__in=[rows[0].pk, rows[1].pk]).update(category=sign)
    dispute(rows[2], "03-04 10:00")
    chart = load_overview(lead)["answers_by"]
    assert [(bar.label, bar.note) for bar in chart.bars] == [
        (sign.name, "no answers"),
        ("Pothole", "0 of 1"),
    ]


def test_nobodys_jobs_come_first_and_then_the_busiest_person(lead):
    ann, zoe = (make.user(name, make.streets()) for name in ("ann", "zoe"))
    for person, jobs in ((zoe, 2), (None, 1)):
        for _n in range(jobs):
            row = route(file("03-31 10:00"), "03-31 10:00")
            if person:
                with at_moment("03-31 11:00"):
                    make.act(workflow.assign, row, make.sue(), to=person)
    chart = load_overview(lead, STREETS)["people"]
    assert labels(chart)[:3] == ["Unassigned", "Zoe", ann.full_name]
    assert [bar.note for bar in chart.bars][:3] == ["1", "2", "0"]
    assert chart.title == "1 job is unassigned"


def test_routing_stands_by_what_was_routed(lead):
    sign = Category.objects.get(service_code="street-sign")
    file("03-02 10:00"), file("03-02 10:00")
    route(file("03-02 10:00"), "03-02 11:00")
    for _n in range(2):
        route(file("03-02 10:00", category=sign), "03-02 11:00")
    assert labels(load_overview(lead)["routing"]) == [sign.name, "Pothole"]


def test_the_weeks_of_the_chart_run_from_the_oldest_to_the_newest(lead):
    work("03-03 10:00", "03-04 10:00")
    for _n in range(2):
        file("03-24 10:00")
    chart = load_overview(lead)["weeks"]
    said = [words for _x, _width, words in chart.hovers]
    assert said[1].endswith(": 1 received, 1 cleared")
    assert said[4].endswith(": 2 received, 0 cleared")
    assert chart.now == (0, 0)
    assert len(said) == 6
