"""Tests for the overview of the whole city, for leads of the desk and admins."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from city.models import City
from lib import clock
from requests_app import workflow
from requests_app.models import Contact
from requests_app.status import Outcome, Status, Verb
from tests import make

pytestmark = pytest.mark.django_db


def lena():
    """Return a lead of the desk without a department."""
    return make.user("lena", is_agent=True, is_lead=True)


@pytest.fixture
def lead(client):
    client.force_login(lena())
    return lena()


def read_context(client, **query):
    response = client.get(reverse("city_overview"), query)
    assert response.status_code == 200
    return response.context


def read_rows(table):
    return {row[0]: dict(zip(table.head, row, strict=True)) for row in table.rows}


def test_leads_and_admins_come_in_and_nobody_else(client):
    for person in (lena(), make.ada()):
        client.force_login(person)
        assert client.get(reverse("city_overview")).status_code == 200
        assert client.get(reverse("overview")).url == reverse("city_overview")
        assert client.get(reverse("city_overview_jobs")).status_code == 200
    for person in (make.omar(), make.sue(), make.wes()):
        client.force_login(person)
        for page in ("city_overview", "city_overview_jobs", "city_overview_requests"):
            assert client.get(reverse(page)).status_code == 403


def test_a_lead_who_supervises_a_department_has_both(client):
    sue = make.sue()
    sue.is_lead = True
    sue.save()
    client.force_login(sue)
    assert "Whole city" in client.get(reverse("overview")).content.decode()
    assert client.get(reverse("city_overview")).status_code == 200


def test_a_lead_who_is_a_member_only_is_sent_on_to_the_city(client):
    client.force_login(make.user("lena", make.streets(), is_agent=True, is_lead=True))
    assert client.get(reverse("overview")).url == reverse("city_overview")


def test_the_city_counts_what_is_at_the_desk_too(client, lead):
    make.filed()
    make.service_request(Status.ROUTED)
    context = read_context(client)
    assert context["now"].open == 2
    assert context["in_period"]["came"] == 2


def test_what_the_desk_closes_went_without_being_finished(client, lead):
    make.service_request(Status.CLOSED, Outcome.DECLINED)
    make.service_request(Status.COMPLETED)
    [week, *_] = read_context(client)["weeks"].table.rows
    assert week[2:4] == (2, 2)
    assert read_context(client)["in_period"]["done"].finished == 1


def test_what_was_closed_and_reopened_went_once_or_not_yet(client, lead):
    rows = [make.service_request(Status.CLOSED, Outcome.DECLINED) for _n in range(2)]
    for row in rows:
        make.act(workflow.reopen, row, make.omar(), words="It is ours.")
    make.route(rows[0])
    make.complete(rows[0])
    make.handed_back(make.service_request(Status.ROUTED))
    context = read_context(client)
    [week, *_] = context["weeks"].table.rows
    assert week[2:5] == (3, 1, 1)
    assert context["weeks"].title == "1 cleared and 3 received in 4 weeks"
    assert context["now"].open == 2


def test_departments_stand_side_by_side_with_volume_beside_share(client, lead):
    for _n in range(2):
        make.service_request(Status.CLOSED, Outcome.CONFIRMED)
    make.route(make.filed(), make.water())
    shown = read_context(client)["multiples"]
    streets, water = shown.each
    assert (streets.department, streets.received_count, streets.finished_count) == (
        make.streets(),
        2,
        2,
    )
    assert (streets.confirmed, streets.median) == ("2 of 2", "")
    assert (water.department, water.received_count, water.open, water.in_time) == (
        make.water(),
        1,
        1,
        "",
    )
    assert set(read_rows(shown.table)) == {"Street Services", "Water Resources"}


def test_routing_again_and_handing_back_are_told_by_category(client, lead):
    moved = make.service_request(Status.ROUTED)
    make.moved_on(moved, make.water())
    make.handed_back(make.service_request(Status.ROUTED))
    make.service_request(Status.CLOSED, Outcome.DECLINED)
    make.service_request(Status.CLOSED, Outcome.TRANSFERRED)
    make.service_request(Status.CLOSED, Outcome.DUPLICATE)
    row = read_rows(read_context(client)["routing"].table)["Pothole"]
    assert (row["Filed"], row["Routed"], row["Rerouted"], row["Handed back"]) == (6, 2, 1, 1)
    assert (row["Declined"], row["Duplicates"], row["Referred"]) == (1, 1, 1)
    assert row["Declined, percent"] is None


def test_what_an_agent_took_back_was_never_routed(client, lead):
    row = make.service_request(Status.ROUTED)
    workflow.undo(row, event=row.events.last(), by=make.omar())
    context = read_context(client)
    assert read_rows(context["routing"].table)["Pothole"]["Routed"] == 0
    assert context["routing"].title == "Nothing was routed in this period"


def test_the_time_at_the_desk_is_in_working_hours(client, lead):
    """Filed one hour before the desk closes and routed one hour after it opens: two hours."""
    calendar = City.current().calendar()
    day = (clock.now() - timedelta(days=20)).astimezone(calendar.tz).date()
    day = calendar.next_working_day(day)
    following = calendar.next_working_day(day)
    for _n in range(5):
        with clock.freeze_time(
            datetime.combine(day, calendar.closes_at, calendar.tz) - timedelta(hours=1)
        ):
            row = make.filed()
        opening = datetime.combine(following, calendar.opens_at, calendar.tz)
        with clock.freeze_time(opening + timedelta(hours=1)):
            make.route(row)
    context = read_context(client)
    assert read_rows(context["routing"].table)["Pothole"]["Median working hours at the desk"] == 2
    assert context["at_the_desk"]["title"].endswith("2 business hours")


def test_bounced_addresses_are_a_share_of_those_who_left_one(client, lead):
    for n in range(2):
        row = make.filed(contact={"email": "ana@example.org"})
        if n:
            Contact.objects.filter(service_request=row).update(bounced_at=clock.now())
    make.filed()
    shares = {str(words): said for words, said, __ in read_context(client)["at_the_desk"]["shares"]}
    assert shares["Email addresses that bounced"] == "1 of 2"


def test_a_lead_answers_a_dispute_but_gives_no_jobs(client, lead):
    row = make.service_request(Status.DISPUTED)
    response = client.get(reverse("city_overview_jobs"), {"list": "disputed"})
    [line] = response.context["lines"]
    assert (Verb.UPHOLD in line.verbs, line.can_be_assigned) == (True, False)
    assert line.url == reverse("desk_request", args=[row.reference])
    address = reverse("city_overview_verdict", args=[row.reference])
    client.post(address, {"seen": make.last_event_id(row), "words": "We looked: it is level."})
    row.refresh_from_db()
    assert row.outcome == Outcome.UPHELD


def test_an_admin_without_a_role_looks_but_does_not_act(client):
    client.force_login(make.ada())
    row = make.service_request(Status.DISPUTED)
    [line] = client.get(reverse("city_overview_jobs"), {"list": "disputed"}).context["lines"]
    assert (Verb.UPHOLD in line.verbs, line.can_be_assigned) == (False, False)
    address = reverse("city_overview_verdict", args=[row.reference])
    response = client.post(address, {"seen": make.last_event_id(row), "words": "Fine."})
    assert response.status_code == 403
    form = {"pick": [f"{row.reference}:{make.last_event_id(row)}"], "to": make.wes().pk}
    response = client.post(reverse("city_overview_assignment"), form)
    assert response.status_code == 409
    assert "You aren&#x27;t allowed to do this." in response.content.decode()


def test_the_city_is_narrowed_to_one_department(client, lead):
    make.service_request(Status.ROUTED)
    make.route(make.filed(), make.water())
    context = read_context(client, department="water-resources")
    assert (context["now"].open, context["heading"]) == (1, "Water Resources")
    address = dict(context["downloads"])["Week by week"]
    assert "water-resources-weeks-" in client.get(address)["Content-Disposition"]


def test_the_whole_city_costs_no_more_queries(client, lead, django_assert_max_num_queries):
    for department in (make.streets(), make.water()):
        row = make.filed()
        make.route(row, department)
        make.service_request(Status.DISPUTED)
        make.service_request(Status.CLOSED, Outcome.CONFIRMED)
    read_context(client)
    client.is_patient = False
    with django_assert_max_num_queries(20):
        read_context(client)
    with django_assert_max_num_queries(20):
        client.get(reverse("city_overview_jobs"), {"list": "open"})


def test_every_table_of_the_city_can_be_downloaded(client, lead):
    make.service_request(Status.DISPUTED)
    context = read_context(client)
    for address in [*dict(context["downloads"]).values(), context["requests_csv"]]:
        response = client.get(address)
        assert response["Content-Type"] == "text/csv; charset=utf-8"
        assert b"".join(response.streaming_content).startswith(b"\xef\xbb\xbf")
