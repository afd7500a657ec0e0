"""Addresses where people meet them: the report's place, the call's place, and what is read back."""

import pytest
from django.urls import reverse

from city.models import AddressRange
from requests_app.models import Draft
from tests import make
from tests.requests_app.views.report import Report

pytestmark = pytest.mark.django_db
NOTE = "There is no number 991 here. This is the closest."


@pytest.fixture(autouse=True)
def miller():
    row = AddressRange(
        street="Miller St", left_from=101, left_to=199, right_from=100, right_to=198,
        line=[[34.0200, -118.4900], [34.0220, -118.4900]],
    )  # fmt: skip
    row.sign()
    row.save()


@pytest.fixture
def report():
    return Report().walk_to("where")


@pytest.fixture
def omar(client):
    client.force_login(make.omar())
    return client


def test_an_address_that_can_mean_one_house_is_taken(report):
    assert report.where(text="149 miler street").url == report.address("details")
    assert Draft.objects.get().location_text == "149 Miller St"


def test_a_number_that_does_not_exist_is_asked_about_and_stays_as_typed(report):
    response = report.where(text="991 miller st")
    assert response.status_code == 422
    assert NOTE in response.text
    assert 'value="991 miller st"' in response.text
    listed = report.see("where", find="1", text="991 miller st")
    assert NOTE in listed.text
    assert "Search a wider area" not in listed.text


def test_a_city_with_a_service_offers_to_look_further(report, settings):
    settings.GEOCODER = "nominatim"
    typed = {"find": "1", "text": "991 miller st"}
    answer = report.client.get(report.address("where"), typed, headers={"hx-request": "true"})
    assert "Search a wider area" in answer.text


def test_a_call_is_offered_the_closest_number_and_takes_a_real_one(omar):
    answer = omar.get(reverse("intake_places"), {"place": "991 miller"})
    assert f'data-note="{NOTE}"' in answer.text
    assert "data-note" not in omar.get(reverse("intake_places"), {"place": "149 miller"}).text


def test_a_house_is_read_back_once_with_its_zone(omar):
    given = {"latitude": "34.021000", "longitude": "-118.490087", "known_place": "149 Miller St"}
    answer = omar.get(reverse("intake_around"), given)
    assert "In front of 149 Miller St, in Mid-City" in answer.text
    assert answer.text.count("(In front of") == 0


def test_a_point_is_described_by_its_house(client):
    answer = client.get(reverse("describe"), {"lat": "34.0210", "lng": "-118.490087"})
    assert answer.json()["text"] == "In front of 149 Miller St"
