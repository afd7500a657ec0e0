"""Tests for downloads of a supervisor: same rows as on the page, safe to open in a spreadsheet."""

import csv
import io
from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import Role, User
from lib import clock
from requests_app import workflow
from requests_app.models import ServiceRequest
from requests_app.status import Outcome, Status, Verb
from staff_portal.overview import csv_downloads, tables
from tests import make
from tests.accounts.security_log import reading

pytestmark = pytest.mark.django_db


@pytest.fixture
def sue(client):
    client.force_login(make.sue())
    return make.sue()


def download(client, address, **query):
    response = client.get(address, query)
    assert response.status_code == 200
    body = b"".join(response.streaming_content)
    return response, list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))


def read_tables(response) -> dict:
    """Return the tables on the page, by the table's name in URLs."""
    values = [value for part in response.context for each in part for value in each.values()]
    drawn = [value.table for value in values if hasattr(value, "table")]
    return {table.name: table for table in drawn}


def test_every_table_is_downloaded_as_it_stands_on_the_page(client, sue):
    make.service_request(Status.DISPUTED)
    make.service_request(Status.CLOSED, Outcome.CONFIRMED)
    make.handed_back(make.service_request(Status.ROUTED))
    found = read_tables(client.get(reverse("overview")))
    assert set(found) == set(tables.DEPARTMENT_TABLES)
    for name, shown in found.items():
        response, rows = download(client, reverse("overview_table", args=[name]))
        assert f'filename="street-services-{name}-20' in response["Content-Disposition"]
        assert rows[0] == list(shown.head)
        assert rows[1:] == [["" if cell is None else str(cell) for cell in r] for r in shown.rows]


def test_the_requests_behind_the_numbers_carry_nobodys_words_or_contact(client, sue):
    row = make.filed(location_text="=HYPERLINK(1)", contact={"email": "ana@example.org"})
    make.route(row)
    make.route(make.filed(), make.water())
    __, rows = download(client, reverse("overview_requests"))
    assert len(rows) == 2
    line = dict(zip(rows[0], rows[1], strict=True))
    assert (line["Request number"], line["Status"]) == (row.reference, "Routed")
    assert line["Location"] == "'=HYPERLINK(1)"
    assert row.description not in rows[1]
    assert "ana@example.org" not in str(rows)


def test_a_person_has_the_same_name_in_every_file(client, sue):
    named = make.service_request(Status.IN_PROGRESS)
    nobodys = make.service_request(Status.ROUTED)
    for last, said in (("", "Wes"), ("Carter", "Wes Carter")):
        User.objects.filter(username="wes").update(first_name="Wes", last_name=last)
        found = read_lines(client)
        assert (found[named.reference]["Person"], found[nobodys.reference]["Person"]) == (said, "")
        __, people = download(client, reverse("overview_table", args=["people"]))
        assert said in [row[0] for row in people]
    User.objects.filter(username="wes").update(first_name="", last_name="")
    assert read_lines(client)[named.reference]["Person"] == "wes"


def test_a_rated_request_brings_its_stars(client, sue):
    row = make.service_request(Status.COMPLETED)
    make.act(workflow.confirm, row, make.ana(), rating=5)
    __, rows = download(client, reverse("overview_requests"))
    assert dict(zip(rows[0], rows[1], strict=True))["Stars"] == "5"


def test_downloads_are_narrowed_like_the_page(client, sue):
    make.service_request(Status.ROUTED)
    query = {"category": "graffiti-x", "period": "own", "from": "2020-01-01", "to": "2020-02-01"}
    response, rows = download(client, reverse("overview_table", args=["weeks"]), **query)
    assert "2020-01-01-to-2020-02-01" in response["Content-Disposition"]
    assert [row[2] for row in rows[1:]] == ["0"] * 5


def test_requests_are_narrowed_by_what_and_where(client, sue):
    row = make.service_request(Status.ROUTED)
    make.service_request(Status.ROUTED, category=make.category(service_code="street-sign"))
    query = {"category": "pothole", "zone": row.zone.slug}
    __, rows = download(client, reverse("overview_requests"), **query)
    assert [line[0] for line in rows[1:]] == [row.reference]


def test_a_table_that_does_not_exist_is_not_found(client, sue):
    assert client.get(reverse("overview_table", args=["routing"])).status_code == 404


def read_lines(client):
    __, rows = download(client, reverse("overview_requests"))
    return {row[0]: dict(zip(rows[0], row, strict=True)) for row in rows[1:]}


def test_how_often_and_when_last_residents_disputed_it_has_columns(client, sue):
    never = make.service_request(Status.COMPLETED)
    twice = make.service_request(Status.DISPUTED)
    make.complete(twice)
    make.act(workflow.dispute, twice, make.ana(), words="Still there.")
    make.complete(twice)
    make.act(workflow.confirm, twice, make.ana())
    found = read_lines(client)
    assert (found[never.reference]["Disputes"], found[never.reference]["Last disputed"]) == (
        "0",
        "",
    )
    assert found[twice.reference]["Disputes"] == "2"
    assert found[twice.reference]["Last disputed"] == csv_downloads.format_cell(
        twice.events.filter(verb=Verb.DISPUTE).last().at
    )
    whole = client.get(reverse("overview")).context["in_period"]
    said_no = [line for line in found.values() if line["Finished"] and line["Last disputed"]]
    assert len(said_no) == whole["done"].disputed == 1


@pytest.mark.parametrize("hour", [0, 9, 23])
def test_days_late_are_the_same_on_the_page_in_the_list_in_the_file_and_at_the_desk(client, hour):
    """The request was due at 17:00: a count of full days would differ from the calendar's."""
    make.user("sue", make.streets(), Role.SUPERVISOR, is_agent=True)
    client.force_login(make.sue())
    row = make.service_request(Status.ROUTED)
    today = clock.localtime(clock.now()).replace(hour=hour, minute=30)
    due = today.replace(hour=17, minute=0) - timedelta(days=15)
    ServiceRequest.objects.filter(pk=row.pk).update(due_at=due)
    with clock.freeze_time(today):
        assert "Longest: 15 days late" in client.get(reverse("overview")).text
        assert "Late by 15 days" in client.get(reverse("overview_jobs")).text
        assert read_lines(client)[row.reference]["Days late"] == "15"
        assert "15 days late" in client.get(f"/desk/{row.reference}/").text


def test_what_is_not_late_or_paused_has_no_days_late(client, sue):
    rows = make.service_request(Status.ROUTED), make.service_request(Status.ON_HOLD)
    ServiceRequest.objects.filter(pk=rows[1].pk).update(due_at=clock.now() - timedelta(days=3))
    found = read_lines(client)
    assert [found[row.reference]["Days late"] for row in rows] == ["", ""]


def test_the_security_log_says_who_took_what(client, sue):
    download(client, reverse("overview_requests"))
    download(client, reverse("overview_table", args=["weeks"]))
    who = f"user:{sue.pk}"
    assert reading.rows("data.exported") == [
        ("data.exported", who, "sheet:requests.csv", "ok"),
        ("data.exported", who, "sheet:weeks.csv", "ok"),
    ]
