"""Tests for GeoReport service discovery."""

from datetime import datetime

import pytest
from django.test.utils import override_settings

from city.models import City
from lib import clock
from tests.open311.door import convert_to_text, get_api, get_json, parse_xml

pytestmark = pytest.mark.django_db


@override_settings(BASE_URL="https://311.example.org")
def test_discovery_names_each_endpoint_with_its_formats():
    found = get_json("discovery.json")
    assert list(found) == ["changeset", "contact", "key_service", "endpoints"]
    assert [(one["url"], one["type"]) for one in found["endpoints"]] == [
        ("https://311.example.org/open311/v2", "production"),
        ("https://311.example.org/open311/test/v2", "test"),
    ]
    for one in found["endpoints"]:
        assert one["specification"] == "http://wiki.open311.org/GeoReport_v2"
        assert one["formats"] == ["text/xml", "application/json"]


def test_its_changesets_are_moments_of_the_past():
    found = get_json("discovery.json")
    for one in [found, *found["endpoints"]]:
        moment = datetime.fromisoformat(one["changeset"])
        assert moment.tzinfo
        assert moment < clock.now()


def test_it_says_how_to_reach_the_city_and_who_gives_out_keys():
    found, city = get_json("discovery.json"), City.current()
    assert city.phone in found["contact"]
    assert city.email in found["contact"]
    assert city.email in found["key_service"]


def test_both_formats_say_the_same():
    assert parse_xml(get_api("discovery.xml")) == convert_to_text(get_json("discovery.json"))


def test_each_endpoint_that_it_names_is_there():
    for one in get_json("discovery.json")["endpoints"]:
        path = one["url"].partition("/open311/")[2]
        assert get_json(f"{path}/services.json")
