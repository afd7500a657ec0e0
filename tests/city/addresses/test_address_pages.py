"""Tests for addresses on pages: the place of a report, the place of a call, and the summary."""

import re
from html import unescape

import pytest
from django.urls import reverse

from city.models import AddressRange
from requests_app.models import Draft
from tests import make
from tests.requests_app.filing.report import Report

pytestmark = pytest.mark.django_db
HTMX = {"hx-request": "true"}
NOTE = "Number 991 isn't on our map. The pin goes to 199, the nearest one we know."


@pytest.fixture(autouse=True)
def miller():
    make.no_addresses()
    row = AddressRange(
        street="Miller St", left_from=101, left_to=199, right_from=100, right_to=198,
        line=[[34.0200, -118.4900], [34.0220, -118.4900]],
    )  # fmt: skip
    row.set_fingerprint()
    row.save()


@pytest.fixture
def report():
    return Report().walk_to("where")


def test_an_address_that_can_mean_one_house_is_taken(report):
    assert report.post_location(text="149 miler street").url == report.url("details")
    assert Draft.objects.get().location_text == "149 Miller St"


def test_a_number_that_does_not_exist_is_asked_about_and_stays_as_typed(report):
    response = report.post_location(text="991 miller st")
    assert response.status_code == 422
    assert NOTE in unescape(response.text)
    assert 'value="991 miller st"' in response.text
    listed = report.get("where", find="1", text="991 miller st")
    assert NOTE in unescape(listed.text)
    assert "Search a wider area" not in listed.text


def test_a_city_with_a_service_offers_to_look_further(report, settings):
    settings.GEOCODER = "nominatim"
    typed = {"find": "1", "text": "991 miller st"}
    answer = report.client.get(report.url("where"), typed, headers={"hx-request": "true"})
    assert "Search a wider area" in answer.text


def test_a_call_is_offered_the_closest_number_and_takes_a_real_one(omar):
    answer = omar.get(reverse("intake_places"), {"place": "991 miller"})
    assert f'data-note="{NOTE}"' in unescape(answer.text)
    assert "data-note" not in omar.get(reverse("intake_places"), {"place": "149 miller"}).text


def test_a_house_is_read_to_the_caller_once_with_its_zone(omar):
    given = {"latitude": "34.021000", "longitude": "-118.490087", "known_place": "149 Miller St"}
    answer = omar.get(reverse("intake_around"), given)
    assert "In front of 149 Miller St, in Mid-City" in answer.text
    assert answer.text.count("(In front of") == 0


def test_a_point_is_described_by_its_house(client):
    answer = client.get(reverse("describe"), {"lat": "34.0210", "lng": "-118.490087"})
    assert answer.json()["text"] == "In front of 149 Miller St"


def test_a_number_that_is_not_on_the_map_is_taken_once_it_is_chosen(report):
    asked = report.post_location(text="991 miller st")
    assert f"{NOTE} Select it in the list" in unescape(asked.text)
    value = re.search(r'name="place"\s+value="([^"]+)"', asked.text)[1]
    assert report.post_location(place=value).url == report.url("details")
    draft = Draft.objects.get()
    assert draft.location_text == "991 Miller St"
    assert float(draft.latitude) == pytest.approx(34.0219, abs=0.0001), "at the end of the numbers"


def test_a_place_in_another_city_is_said_to_be_there(report, omar):
    told = (
        "That's in Los Angeles. We can only take reports for locations in Santa Monica. "
        "Call Los Angeles at 3-1-1 or 213-473-3231."
    )
    asked = report.post_location(text="149 Miller St, Los Angeles")
    assert asked.status_code == 422
    assert f"<span>{told}" in unescape(asked.text), "in the alert"
    assert f">{told}</p>" not in unescape(asked.text), "and not a second time"
    found = report.get("where", find="1", text="149 Miller St, Los Angeles")
    assert f">{told}</p>" in unescape(found.text)
    listed = omar.get(reverse("places"), {"q": "149 Miller St, Los Angeles"}, headers=HTMX)
    assert told in unescape(listed.text)


@pytest.mark.parametrize(
    "end", ["Los Angeles", "LA", "West LA, CA 90025", "Venice, California, USA"]
)
def test_a_typed_address_of_a_neighbor_city_offers_that_citys_number_as_a_pin_there_does(
    report, end
):
    pinned = report.post_location(latitude="33.99", longitude="-118.46")
    typed = report.post_location(text=f"149 Miller St, {end}")
    for page in (pinned, typed):
        assert page.status_code == 422
        assert 'href="tel:+12134733231"' in page.text
        assert "Call Los Angeles, 3-1-1 or 213-473-3231" in page.text


def test_an_address_of_a_neighbor_that_no_agency_names_offers_no_number(report):
    typed = report.post_location(text="149 Miller St, Culver City")
    assert "That's in Culver City." in unescape(typed.text)
    assert 'href="tel:+1213' not in typed.text


@pytest.mark.parametrize("end", ["", ", California", ", CA 90404, USA"])
def test_a_house_number_that_only_a_park_has_is_asked_about(report, end):
    asked = report.post_location(text=f"2600 Clover Park{end}")
    assert asked.status_code == 422
    assert "This isn't number 2600." in unescape(asked.text)


def test_the_desk_finds_an_address_however_its_street_is_written(omar):
    row = make.filed(location_text="149 Miller St")
    make.filed(by=make.bob(), location_text="149 Post Rd")
    for words in ("149 miller street", "149 Miller St.", "149 miller"):
        page = omar.get(reverse("desk"), {"q": words}).text
        assert row.reference in page, words
        assert "149 Post Rd" not in page, words
