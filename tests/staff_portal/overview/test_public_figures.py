"""Tests for the public figures, which omit people, departments and private categories."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from city.models import NoPhotoReason
from lib import clock
from requests_app import workflow
from requests_app.permissions import SYSTEM
from requests_app.status import Status
from tests import make

pytestmark = pytest.mark.django_db


def make_finished(category=None):
    row = make.filed(category=category)
    make.route(row)
    make.complete(row, photos=[], no_photo_reason=make.reason(NoPhotoReason))
    return row


def read_figures(client, **query):
    response = client.get(reverse("public_overview"), query)
    assert response.status_code == 200
    return response


def test_nothing_at_all_is_said_plainly(client):
    page = read_figures(client).content.decode()
    assert "No requests came in and none were finished" in page
    assert "Nothing was finished" in page


def test_silence_is_never_a_yes(client):
    row = make_finished()
    with clock.freeze_time(clock.now() + timedelta(days=15)):
        workflow.close_unanswered(row, by=SYSTEM)
        context = read_figures(client).context
    assert context["in_period"]["done"].unanswered == 1
    assert context["in_period"]["done"].answered == 0


def test_a_yes_counts_as_confirmed(client):
    row = make_finished()
    make.act(workflow.confirm, row, make.ana(), rating=5)
    context = read_figures(client).context
    assert context["in_period"]["said_confirmed"] == "1 of 1"
    assert context["ratings"].title == "1 rating: too few for an average"


def test_private_kinds_are_left_out(client):
    make_finished()
    make_finished(category=make.category(is_private=True))
    make.filed(category=make.category(is_private=True))
    context = read_figures(client).context
    assert context["in_period"]["done"].finished == 1
    assert context["in_period"]["came"] == 1
    assert context["now"].open == 0
    private = make.category(is_private=True)
    assert private not in context["scope"].categories
    narrowed = read_figures(client, category=private.service_code).context
    assert narrowed["scope"].category is None


def test_no_person_and_no_department_is_named(client):
    make.service_request(Status.ROUTED)
    make_finished()
    page = read_figures(client).content.decode()
    assert make.streets().name not in page
    assert not re.search(r"\bwes\b", page, re.IGNORECASE)
    assert client.get(reverse("public_overview_table", args=["people"])).status_code == 404
    assert client.get(reverse("public_overview_table", args=["departments"])).status_code == 404


def test_the_tables_are_the_pages_rows(client):
    make_finished()
    for name in ("weeks", "categories", "zones", "answers", "ratings"):
        response = client.get(reverse("public_overview_table", args=[name]))
        assert response.status_code == 200
        assert b"".join(response.streaming_content).count(b"\n") > 1


@pytest.mark.parametrize(
    ("query", "days"),
    [
        ({"from": "2026-01-05", "to": "2026-01-20"}, ("own", "2026-01-05", "2026-01-20")),
        ({"from": "1/5/2026", "to": "01/20/26"}, ("own", "2026-01-05", "2026-01-20")),
        ({"from": "2026-01-05"}, ("own", "2026-01-05", "2026-02-11")),
        ({"to": "2026-01-20"}, ("own", "2025-12-29", "2026-01-20")),
        ({"from": " ", "to": ""}, ("4w", "2026-01-19", "2026-02-11")),
        ({"period": "own"}, ("4w", "2026-01-19", "2026-02-11")),
        ({"period": "12w", "from": "2026-01-05"}, ("12w", "2025-11-24", "2026-02-11")),
    ],
)
def test_days_of_ones_own_need_no_other_field(client, query, days):
    with clock.freeze_time(datetime(2026, 2, 11, 20, tzinfo=UTC)):
        response = client.get(reverse("public_overview"), query)
    period = response.context["scope"].period
    assert response.status_code == 200
    assert (period.name, str(period.first), str(period.last)) == days


def test_dates_that_make_no_period_are_said(client):
    response = client.get(
        reverse("public_overview"), {"period": "own", "from": "soon", "to": "2026-01-01"}
    )
    assert response.status_code == 422
    assert "Enter dates like 11/30/2026." in response.content.decode()


def test_the_page_asks_little_of_the_database(client, django_assert_max_num_queries):
    for _n in range(3):
        make_finished()
    read_figures(client)
    client.is_patient = False
    with django_assert_max_num_queries(12):
        read_figures(client)
