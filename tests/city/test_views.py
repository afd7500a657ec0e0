"""Tests for the views used by maps and search fields: base map, descriptions, places, colors."""

import gzip
import json
from urllib.parse import quote

import pytest
from django.urls import reverse

from city import geo
from city.base_map import layers
from city.models import City
from tests.city.test_geo import beside_the_line

pytestmark = pytest.mark.django_db
CITY_HALL = {"lat": "34.0118", "lng": "-118.4917"}


def body(response):
    return (
        gzip.decompress(response.content) if response.get("Content-Encoding") else response.content
    )


def test_the_base_map_may_be_kept_for_ever_under_its_hash(client):
    address = f"{reverse('basemap')}?v={layers.load_layers()[0]}"
    response = client.get(address, headers={"accept-encoding": "gzip"})
    assert response["Content-Encoding"] == "gzip"
    assert response["Content-Type"] == "application/json"
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Cookie" not in response.get("Vary", "")
    assert not response.cookies
    assert json.loads(body(response))["outline"]


@pytest.mark.parametrize("query", ["", "?v=0123456789abcdef", "?v=%00", "?v=" + "x" * 9000])
def test_the_base_map_under_another_name_is_asked_for_again(client, query):
    response = client.get(reverse("basemap") + query)
    assert response.status_code == 200
    assert response["Cache-Control"] == "public, max-age=300"


def test_an_unchanged_base_map_is_not_sent_again(client):
    etag = client.get(reverse("basemap"), headers={"accept-encoding": "gzip"})["ETag"]
    for known in (etag, etag.removeprefix("W/")):
        answer = client.get(reverse("basemap"), headers={"if-none-match": known})
        assert answer.status_code == 304
        assert not answer.content


def test_a_warm_base_map_costs_no_query(client, django_assert_num_queries):
    client.get(reverse("basemap"))
    with django_assert_num_queries(0):
        client.get(reverse("basemap"))


def test_a_point_is_described(client):
    response = client.get(reverse("describe"), CITY_HALL)
    zone = geo.zone_at(34.0118, -118.4917).name
    assert response.json() == {"text": "City Hall", "inside": True, "zone": zone}
    assert "private" in response["Cache-Control"]


def test_a_point_outside_is_reported_as_outside(client):
    response = client.get(reverse("describe"), {"lat": "33.99", "lng": "-118.46"})
    assert response.json()["inside"] is False
    assert response.json()["zone"] == ""


@pytest.mark.parametrize(
    "bad",
    [
        "", " ", "nan", "inf", "-inf", "1e400", "1_0", "0x10", "\u0663\u0664.\u0660", "34,01",
        "34.0\0", "9" * 10_000, "<b>", "--1", "999", "181",
    ],
)  # fmt: skip
@pytest.mark.parametrize("name", ["lat", "lng"])
def test_an_invalid_coordinate_is_refused_with_a_message(client, name, bad):
    response = client.get(reverse("describe"), CITY_HALL | {name: bad})
    assert response.status_code == 400
    assert len(response.json()["error"]) > 20


def test_swapped_numbers_are_recognised(client):
    response = client.get(reverse("describe"), {"lat": "-118.4917", "lng": "34.0118"})
    assert "swapped" in response.json()["error"]


def test_a_missing_coordinate_is_refused(client):
    assert client.get(reverse("describe")).status_code == 400
    assert client.get(reverse("describe") + "?lat=%ED%A0%80&lng=%FF").status_code == 400


def test_places_are_returned_as_json(client):
    hit = client.get(reverse("places"), {"q": "city hall"}).json()["places"][0]
    assert (hit["name"], hit["kind"]) == ("City Hall", "landmark")
    assert hit["zone"] == geo.zone_at(hit["lat"], hit["lng"]).name
    assert abs(hit["lat"] - 34.0118) < 0.01
    assert abs(hit["lng"] + 118.4917) < 0.01


@pytest.mark.parametrize("headers", [{"hx-request": "true"}, {"accept": "text/html"}])
def test_places_are_returned_as_html(client, headers):
    response = client.get(reverse("places"), {"q": "wilshire & 14th"}, headers=headers)
    assert response["Content-Type"].startswith("text/html")
    assert "Wilshire Blvd &amp; 14th St" in response.text
    assert 'data-lat="34.0' in response.text
    assert {"Accept", "HX-Request"} <= set(response["Vary"].split(", "))


def test_a_search_without_places_shows_a_message(client):
    response = client.get(reverse("places"), {"q": "xyzzy"}, headers={"hx-request": "true"})
    assert "Nothing found" in response.text


@pytest.mark.parametrize(
    "text",
    ["", "\0", "pier\0", "a" * 10_000, "é" * 10_000, "<script>", "%_\\'\"", "\u202e", "😀" * 99],
)
def test_no_text_breaks_the_search_for_places(client, text):
    for headers in ({}, {"hx-request": "true"}):
        response = client.get(f"{reverse('places')}?q={quote(text)}", headers=headers)
        assert response.status_code == 200
        assert "<script>" not in response.text


def test_the_packs_colors_become_custom_properties(client):
    City.objects.update(accent="#123456", accent_deep="#abcdef", sun="", version="colors")
    response = client.get(reverse("city_colors"))
    assert response["Content-Type"] == "text/css; charset=utf-8"
    assert "  --city-accent: #123456;\n" in response.text
    assert "  --city-accent-deep: #abcdef;\n" in response.text
    assert "--city-sun" not in response.text
    again = client.get(reverse("city_colors"), headers={"if-none-match": response["ETag"]})
    assert again.status_code == 304


def test_an_invalid_color_never_reaches_the_style_sheet(client):
    City.objects.update(accent="red;}*", version="bad")
    assert "red" not in client.get(reverse("city_colors")).text


@pytest.mark.parametrize("name", ["basemap", "describe", "places", "city_colors"])
def test_only_get_is_allowed(client, name):
    for method in (client.post, client.put, client.delete, client.patch):
        assert method(reverse(name), CITY_HALL).status_code == 405
    assert client.head(reverse(name), CITY_HALL).status_code == 200


def test_a_point_just_outside_the_line_is_described_as_inside(client):
    latitude, longitude = beside_the_line(20)
    told = client.get(reverse("describe"), {"lat": latitude, "lng": longitude}).json()
    assert told["inside"]
    assert told["zone"]
