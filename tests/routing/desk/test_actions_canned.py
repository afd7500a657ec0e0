"""Tests for canned texts: their order, placeholders, and insertion after text already written."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from city import canned_texts
from city.models import CannedText, Category
from requests_app.status import Status
from tests import make
from tests.routing.desk.browser import desk_url, omar, post_action, refreshed

__all__ = ["omar"]

pytestmark = pytest.mark.django_db


def create_text(code, body="Words.", use="reply", **columns):
    return CannedText.objects.create(code=code, title=code, body=body, use=use, **columns)


@pytest.fixture
def texts():
    """Replace the city's canned texts with texts for different categories, statuses and uses."""
    CannedText.objects.all().delete()
    pothole = make.pothole()
    create_text("any", position=1)
    create_text("new-ones", statuses=[Status.FILED], position=9)
    create_text("streets", group=pothole.group, position=9)
    create_text("potholes", category=pothole, position=9)
    create_text("old", is_active=False)
    create_text("planned", statuses=[Status.SCHEDULED, Status.ROUTED])
    create_text("asked", use="question")
    create_text("others", category=Category.objects.exclude(pk=pothole.pk).first())


def list_offered_codes(row, use="reply"):
    return [offer.code for offer in canned_texts.list_offers(use, row)]


def test_what_is_made_for_less_stands_first(texts):
    assert list_offered_codes(make.filed()) == ["potholes", "streets", "new-ones", "any"]
    assert list_offered_codes(make.service_request(Status.ROUTED)) == [
        "potholes",
        "streets",
        "planned",
        "any",
    ]
    assert list_offered_codes(make.filed(), "question") == ["asked"]
    assert list_offered_codes(make.filed(), "note") == []


def test_they_cost_no_query(texts):
    row = make.filed()
    assert list_offered_codes(row)
    with CaptureQueriesContext(connection) as queries:
        canned_texts.list_offers("reply", row)
    assert len(queries) == 0


def test_what_can_be_filled_in_is_filled_in(texts):
    body = "{reference}: {category} at {place}, {department}, {day}"
    create_text("full", body, category=make.pothole())
    row = make.service_request(Status.SCHEDULED, location_text="{day} & Main St")
    full = next(
        offer for offer in canned_texts.list_offers("reply", row) if offer.code == "full"
    ).text
    assert full.startswith(f"{row.reference}: Pothole at {{day}} & Main St, Street Services, ")
    new = make.filed(location_text="")
    new.due_at = None
    full = next(
        offer for offer in canned_texts.list_offers("reply", new) if offer.code == "full"
    ).text
    assert full.endswith("at this location, the city, a day that we'll tell you here")


def test_without_a_script_a_pick_follows_what_is_written(omar, texts):
    row = make.filed()
    page = post_action(omar, row, "comments", words="Dear Ana,", canned="any")
    assert page.status_code == 200
    assert "Dear Ana,\n\nWords.</textarea>" in page.text
    asked = post_action(omar, row, "question", question="", canned="asked").text
    assert ">Words.</textarea>" in asked
    unknown = post_action(omar, row, "comments", words="Dear Ana,", canned="no-such").text
    assert "Dear Ana,</textarea>" in unknown
    assert refreshed(row).events.count() == 1


def test_the_citys_texts_stand_in_the_forms(omar):
    page = omar.get(desk_url(make.filed())).text
    assert "Could you send a photo?" in page.split('id="pop-question"')[1]
    assert 'data-canned="reply"' in page


def test_the_same_words_twice_are_said_once(omar):
    row = make.filed()
    for __ in range(2):
        assert post_action(omar, row, "comments", words="Thank you.").status_code == 302
    post_action(omar, row, "notes", words="Thank you.")
    assert row.comments.count() == 2
