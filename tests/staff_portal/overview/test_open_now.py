"""Tests for figures about open requests: by status, department, person, zone and lateness."""

from datetime import timedelta

import pytest
from django.urls import reverse

from city.models import Zone
from lib import clock
from requests_app import workflow
from requests_app.models import Priority, ServiceRequest
from requests_app.status import OPEN_STATUSES, Outcome, Status
from tests import make
from tests.staff_portal.overview.weeks import (
    CITY,
    PUBLIC,
    STREETS,
    at_moment,
    file,
    moment,
    read_row,
    read_table,
    route,
)

pytestmark = pytest.mark.usefixtures("spring")

HELD = ["Open now", "Late now", "Disputed now"]


def read_open_counts(client, of=CITY, **query):
    return client.get(reverse(f"{of}overview"), query).context["now"]


def set_due(row, when) -> ServiceRequest:
    ServiceRequest.objects.filter(pk=row.pk).update(due_at=moment(when) if when else None)
    row.refresh_from_db()
    return row


@pytest.fixture
def one_of_each(spring):
    """Return one request of each status, by status, all due yesterday."""
    rows = {status: make.service_request(status) for status in Status}
    ServiceRequest.objects.update(due_at=moment("03-31 17:00"))
    return rows


def test_each_status_is_counted_and_late_where_its_clock_runs(lead, one_of_each):
    found = read_table(lead, "statuses")
    assert {name: (row["Open"], row["Late"]) for name, row in found.items()} == {
        "New": ("1", "1"),
        "Routed": ("1", "1"),
        "Planned": ("1", "1"),
        "Underway": ("1", "1"),
        "Waiting for an answer": ("1", "0"),
        "On hold": ("1", "0"),
        "Disputed": ("1", "1"),
    }
    assert list(found) == [str(status.label) for status in Status if status in OPEN_STATUSES]
    held = read_open_counts(lead)
    assert (held.open, held.late, held.disputed) == (7, 5, 1)
    assert (read_open_counts(lead, STREETS).open, read_open_counts(lead, STREETS).late) == (6, 4)


def test_nobodys_work_is_what_a_crew_could_do_and_nobody_has(lead, one_of_each):
    """Requests that wait for a resident's answer or for the desk are not counted as unassigned."""
    held = {row.pk: row.assignee for row in ServiceRequest.objects.all()}
    free = {
        status for status, row in one_of_each.items()
        if held[row.pk] is None
        and status in OPEN_STATUSES - {Status.FILED, Status.AWAITING_RESIDENT}
    }  # fmt: skip
    assert Status.ROUTED in free
    assert Status.IN_PROGRESS not in free
    assert read_open_counts(lead, STREETS).unassigned == len(free)
    people = read_table(lead, "people", STREETS)
    assert people["Wes"]["Open now"] == "1"


def test_it_is_late_from_the_moment_after_its_date_and_the_longest_is_the_oldest_date(lead):
    first, second = (route(file("03-02 10:00"), "03-02 10:00") for _n in range(2))
    set_due(first, "03-30 17:00"), set_due(second, "03-31 17:00")
    for when, late, since in (
        ("03-30 17:00", 0, None),
        ("03-30 17:01", 1, "03-30 17:00"),
        ("03-31 17:01", 2, "03-30 17:00"),
    ):
        with at_moment(when):
            held = read_open_counts(lead)
            assert (held.late, held.late_since) == (late, moment(since) if since else None)


def test_a_department_an_area_and_the_public_have_their_own(lead):
    here = set_due(route(file("03-02 10:00"), "03-02 10:00"), "03-30 17:00")
    there = route(file("03-02 10:00"), "03-02 10:00", make.water())
    zone = Zone.objects.exclude(pk=here.zone_id).order_by("-pk").first()
    ServiceRequest.objects.filter(pk=there.pk).update(zone=zone, due_at=None)
    private = file("03-02 10:00", category=make.category(is_private=True))
    set_due(private, None)
    departments = read_table(lead, "departments")
    numbers = {name: [row[each] for each in HELD] for name, row in departments.items()}
    assert numbers == {
        "Street Services": ["1", "1", "0"],
        "Water Resources": ["1", "0", "0"],
    }
    assert read_row(lead, "zones", here.zone.name, HELD) == ["2", "1", "0"]
    assert read_row(lead, "zones", zone.name, HELD) == ["1", "0", "0"]
    assert read_row(lead, "zones", here.zone.name, HELD, PUBLIC) == ["1", "1", "0"]
    assert (
        read_open_counts(lead).open,
        read_open_counts(lead, PUBLIC).open,
        read_open_counts(lead, STREETS).open,
    ) == (3, 2, 1)
    assert read_open_counts(lead, department="water-resources").open == 1
    assert read_open_counts(lead, zone=zone.slug).open == 1
    assert read_open_counts(lead, category="pothole").open == 2


# Lists


def list_references(client, name, of=STREETS, **query):
    context = client.get(reverse(f"{of}overview_jobs"), {"list": name} | query).context
    shown = [line.row.pk for line in context["lines"]]
    numbers = {each: n for _words, _url, n, each in context["lists"]}
    assert numbers[name] == len(shown)
    return shown


def test_each_list_has_its_statuses(lead, one_of_each):
    statuses = {row.pk: status for status, row in one_of_each.items()}
    found = {
        name: {statuses[pk] for pk in list_references(lead, name)}
        for name in ("late", "disputed", "unassigned", "open", "closed")
    }
    streets = OPEN_STATUSES - {Status.FILED}
    assert found == {
        "late": streets - {Status.AWAITING_RESIDENT, Status.ON_HOLD},
        "disputed": {Status.DISPUTED},
        "unassigned": found["unassigned"],
        "open": streets,
        "closed": {Status.CLOSED},
    }
    assert not found["unassigned"] & {Status.AWAITING_RESIDENT, Status.COMPLETED, Status.CLOSED}
    assert read_open_counts(lead, STREETS).unassigned == len(found["unassigned"])
    assert set(map(statuses.get, list_references(lead, "open", CITY))) == OPEN_STATUSES
    assert list_references(lead, "open", status="on_hold") == [one_of_each[Status.ON_HOLD].pk]
    assert list_references(lead, "open", person="wes") == [one_of_each[Status.IN_PROGRESS].pk]


def test_what_was_closed_is_listed_for_thirty_days_the_latest_first(lead):
    closed = {}
    for days in (29, 30, 31, 1):
        with clock.freeze_time(clock.now() - timedelta(days=days)):
            closed[days] = make.service_request(Status.CLOSED, Outcome.CONFIRMED).pk
    assert list_references(lead, "closed") == [closed[days] for days in (1, 29, 30)]
    with at_moment("04-01 12:00:01"):
        assert list_references(lead, "closed") == [closed[days] for days in (1, 29)]


def test_a_list_begins_with_the_earliest_date_and_ends_with_those_without_one(lead):
    later, dateless, sooner, same = (route(file("03-02 10:00"), "03-02 10:00") for _n in range(4))
    for row, when in ((later, "03-31 17:00"), (sooner, "03-30 17:00"), (same, "03-31 17:00")):
        set_due(row, when)
    set_due(dateless, None)
    expected = [sooner.pk, later.pk, same.pk, dateless.pk]
    assert list_references(lead, "open") == list_references(lead, "unassigned") == expected
    assert list_references(lead, "late") == expected[:3]
    make.act(workflow.prioritise, dateless, make.omar(), priority=Priority.URGENT)
    set_due(dateless, None)
    assert list_references(lead, "unassigned") == [dateless.pk, sooner.pk, later.pk, same.pk]
    assert list_references(lead, "open") == expected


def test_disputes_stand_in_the_order_in_which_they_began(lead):
    rows = [make.service_request(Status.COMPLETED) for _n in range(3)]
    for row, when in zip(rows, ("04-03 10:00", "04-02 10:00", "04-04 10:00"), strict=True):
        with at_moment(when):
            make.act(workflow.dispute, row, make.ana(), words="It is still there.")
    with at_moment("04-05 10:00"):
        assert list_references(lead, "disputed") == [rows[1].pk, rows[0].pk, rows[2].pk]
        shown = lead.get(reverse("overview")).context["disputes"]
        assert [dispute.row.pk for _url, dispute in shown] == [rows[1].pk, rows[0].pk, rows[2].pk]


# The requests behind the figures


def read_requests_behind(client, of=STREETS, **query):
    """Return the references in the CSV file of requests of the period."""
    query = query or {"from": "2026-03-10", "to": "2026-03-12"}
    body = b"".join(client.get(reverse(f"{of}overview_requests"), query).streaming_content)
    return [line.partition(",")[0] for line in body.decode("utf-8-sig").splitlines()[1:]]


def test_the_file_has_what_is_open_or_was_filed_finished_or_closed_in_the_period(lead):
    opened = route(file("02-10 10:00"), "02-10 11:00")
    at_the_desk = file("02-11 10:00")
    done, old, confirmed = (route(file("02-12 10:00"), "02-12 11:00") for _n in range(3))
    for row, when in ((done, "03-12 23:59"), (old, "03-09 23:59"), (confirmed, "02-20 10:00")):
        with at_moment(when):
            make.complete(row)
    with at_moment("03-10 00:00"):
        make.act(workflow.confirm, confirmed, make.ana())
    later = route(file("02-13 10:00"), "02-13 11:00")
    with at_moment("02-20 10:00"):
        make.complete(later)
    with at_moment("03-13 00:00"):
        make.act(workflow.confirm, later, make.ana())
    assert read_requests_behind(lead) == [opened.reference, done.reference, confirmed.reference]
    assert read_requests_behind(lead, CITY) == [
        opened.reference, at_the_desk.reference, done.reference, confirmed.reference,
    ]  # fmt: skip
    next_days = {"from": "2026-03-13", "to": "2026-03-14"}
    assert read_requests_behind(lead, **next_days) == [opened.reference, later.reference]
