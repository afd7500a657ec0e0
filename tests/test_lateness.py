"""Tests for the rule of when a request is late: as a function, as SQL, and on all pages."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.urls import reverse

from lib import clock
from requests_app.deadlines import due
from requests_app.lateness import LATE_SQL, is_late, late_condition
from requests_app.models import ServiceRequest
from requests_app.status import Reminder, Status
from routing.desk.queue import contents
from routing.desk.queue.filters import Filters
from routing.desk.queue.flags import FLAGS, FlagCode
from routing.desk.queue.page import QueuePage
from santa311.observability import backlog
from staff_portal.overview import job_lists, request_export
from tests import make

SECOND = timedelta(seconds=1)
DUE = {"none": None, "past": -SECOND, "now": timedelta(), "future": SECOND}
CASES = [(status, name) for status in Status for name in DUE]
RUNNING = {
    Status.FILED, Status.ROUTED, Status.SCHEDULED, Status.IN_PROGRESS, Status.DISPUTED,
}  # fmt: skip


def due_at(name, now):
    return None if DUE[name] is None else now + DUE[name]


@pytest.mark.parametrize(("status", "name"), CASES)
def test_it_is_late_while_its_clock_runs_and_its_date_has_passed(status, name):
    now = clock.now()
    assert is_late(status, due_at(name, now), now) == (status in RUNNING and name == "past")


@pytest.mark.parametrize("name", ["past", "now", "future"])
def test_a_reminder_that_it_is_late_goes_out_when_it_is(name):
    now = clock.now()
    moment = due_at(name, now)
    step = due.find_reminder(moment - timedelta(days=9), moment, moment + timedelta(days=9), now)
    assert (step == Reminder.LATE) == is_late(Status.ROUTED, moment, now)


@pytest.fixture
def city(db):
    """Create a request for each status and due date in `CASES`, and freeze the time.

    Half of the requests with status filed are held back for their words. The result has the
    attributes `now`, `rows`, and `late`, a set of primary keys.
    """
    now = clock.now()
    for number, (status, name) in enumerate(CASES):
        row = make.service_request(status)
        ServiceRequest.objects.filter(pk=row.pk).update(
            due_at=due_at(name, now),
            held_for="words" if status == Status.FILED and number % 2 else "",
            filed_at=now - timedelta(days=3),
        )
    rows = list(ServiceRequest.objects.all())
    late = {row.pk for row in rows if is_late(row.status, row.due_at, now)}
    assert len(late) == len(RUNNING)
    assert any(row.held_for for row in rows if row.pk in late)
    with clock.freeze_time(now):
        yield SimpleNamespace(now=now, rows=rows, late=late)


def ids(rows):
    return set(rows.values_list("pk", flat=True))


def test_the_twins_in_sql_say_what_the_function_says(city):
    assert ids(ServiceRequest.objects.filter(late_condition(city.now))) == city.late
    assert ids(ServiceRequest.objects.late(city.now)) == city.late
    with connection.cursor() as cursor:
        query = f"SELECT id FROM requests_app_servicerequest WHERE {LATE_SQL}"
        cursor.execute(query, {"now": city.now})
        assert {pk for (pk,) in cursor.fetchall()} == city.late


def test_the_desk_calls_late_what_is_late(city):
    assert set(contents.Queue(Filters.from_query("tab=late")).list_ids(1000)) == city.late
    for query in ("tab=open&due=overdue", "tab=open&flag=overdue"):
        assert set(contents.Queue(Filters.from_query(query)).list_ids()) == city.late
    lines = QueuePage(Filters.from_query("tab=open")).build_lines([row.pk for row in city.rows])
    flagged = {each.service_request.pk for each in lines if FLAGS[FlagCode.OVERDUE] in each.flags}
    assert flagged == city.late
    red = {each.service_request.pk for each in lines if "age--late" in _render_line(each)}
    assert red == city.late


def _render_line(line) -> str:
    context = {"line": line, "row": line.service_request, "open_pk": None}
    return render_to_string("routing/desk/queue/lines.html#line", context)


def test_supervisors_and_monitoring_count_as_late_what_is_late(city, client):
    assert ids(ServiceRequest.objects.filter(job_lists.list_condition("late"))) == city.late
    lines = request_export.iterate_rows(ServiceRequest.objects.order_by("pk"))
    days = dict(zip(sorted(row.pk for row in city.rows), (line[-1] for line in lines), strict=True))
    assert {pk for pk, late_by in days.items() if late_by is not None} == city.late
    client.force_login(make.user("lea", is_agent=True, is_lead=True))
    page = client.get(reverse("city_overview"))
    assert page.context["now"].late == len(city.late)
    gauges = {gauge.name: gauge for gauge in backlog.collect_gauges()}
    (sample,) = gauges["santa311_requests_late"].samples
    assert sample.value == len(city.late)
