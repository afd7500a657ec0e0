"""A supervisor's department in numbers, small ones told honestly."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import Membership, Role
from requests_app import workflow
from requests_app.status import Outcome, Status
from santa311.lib import clock
from staff_portal import charts, overview
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def sue(client):
    client.force_login(make.sue())
    return make.sue()


def numbers(client, **query):
    response = client.get(reverse("overview"), query)
    assert response.status_code == 200
    return response.context


def test_only_a_supervisor_looks_at_the_numbers(client):
    make.service_request(Status.ROUTED)
    for person in (make.wes(), make.omar()):
        client.force_login(person)
        assert client.get(reverse("overview")).status_code == 403


def test_a_member_of_another_department_is_not_counted_there(client, sue):
    Membership.objects.create(user=sue, department=make.water(), role=Role.MEMBER)
    row = make.filed()
    make.route(row, make.water())
    client.force_login(sue)
    assert numbers(client)["open"] == 0


def test_a_department_without_work_has_a_page(client, sue):
    context = numbers(client)
    assert context["open"] == 0
    assert context["median"] is None
    assert context["verdict_title"] == "No resident has answered yet"


def test_open_work_is_counted_by_status_and_late_work_apart(client, sue):
    make.service_request(Status.ROUTED)
    make.service_request(Status.ON_HOLD)
    with clock.at(clock.now() - timedelta(days=60)):
        make.service_request(Status.ROUTED)
        make.service_request(Status.ON_HOLD)  # its clock stands still: never late
    found = {each.status: (each.open, each.late) for each in numbers(client)["load"]}
    assert found == {Status.ROUTED: (2, 1), Status.ON_HOLD: (2, 0)}


def test_silence_is_no_success_and_a_dispute_is_a_no(client, sue):
    make.service_request(Status.CLOSED, Outcome.CONFIRMED)
    make.service_request(Status.CLOSED, Outcome.CONFIRMED)
    make.service_request(Status.CLOSED, Outcome.UNANSWERED)
    make.service_request(Status.CLOSED, Outcome.UPHELD)
    make.service_request(Status.DISPUTED)
    make.service_request(Status.COMPLETED)
    context = numbers(client)
    assert context["verdicts"] == overview.Verdicts(2, 2, 1, 1)
    assert context["verdict_title"] == "2 of 4 residents who answered say it is fixed"


def test_the_median_is_in_working_days(client, sue):
    friday = clock.now() - timedelta(days=(clock.now().weekday() - 4) % 7 + 7)
    with clock.at(friday):
        row = make.service_request(Status.ROUTED)
    with clock.at(friday + timedelta(days=4)):
        make.complete(row)
    assert 1 <= numbers(client)["median"] <= 3
    [pace] = numbers(client)["paces"]
    assert (pace.category, pace.n, pace.is_over) == ("Pothole", 1, False)


def test_each_dispute_stands_there_with_its_words(client, sue):
    row = make.service_request(Status.DISPUTED)
    [(found, event, times)] = numbers(client)["disputes"]
    assert (found, event.words.body, times) == (row, "It is still there.", 1)


def test_work_done_twice_is_counted_once(client, sue):
    row = make.service_request(Status.DISPUTED)
    make.act(workflow.start, row, make.wes())
    make.complete(row)
    assert numbers(client)["finished"] == 1


def test_the_page_for_a_period_that_does_not_exist_is_the_usual_one(client, sue):
    assert numbers(client, period="\x00", department="9" * 40)["period"] == "month"


def test_the_numbers_cost_the_same_for_many_jobs(client, sue, django_assert_max_num_queries):
    for _n in range(6):
        make.service_request(Status.COMPLETED)
        make.service_request(Status.DISPUTED)
    numbers(client)
    with django_assert_max_num_queries(18):
        numbers(client)


def test_a_figure_in_spanish_still_has_points_for_a_drawing(client, sue, settings):
    settings.LANGUAGES = [("en", "English"), ("es", "Español")]
    make.service_request(Status.COMPLETED)
    make.service_request(Status.ROUTED)
    body = client.get(reverse("overview"), headers={"accept-language": "es"}).content.decode()
    assert 'lang="es"' in body
    lengths = re.findall(r' (?:x|y|width|cx|cy|x1|y1)="([^"]*)"', body)
    assert lengths
    assert not [length for length in lengths if "," in length]


@pytest.mark.parametrize(("value", "top"), [(0, 4), (4, 4), (5, 5), (9, 10), (17, 20), (101, 200)])
def test_an_axis_ends_on_a_round_number(value, top):
    assert charts.ceiling(value) == top


def test_a_bar_is_never_longer_than_its_track():
    assert charts.scaled(12, 8) == charts.TRACK
    assert charts.scaled(3, 0) == 0
