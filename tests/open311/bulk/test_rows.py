"""Tests that the open data contains only public requests and no personal data."""

from datetime import datetime
from decimal import Decimal

import pytest

from city import cache
from city.models import Category
from city.search import find_block_at
from lib import clock
from open311.bulk import requests
from open311.bulk.requests import RequestFilter
from requests_app import workflow
from requests_app.models import ServiceRequest
from requests_app.status import Outcome, Status
from tests import make
from tests.open311.bulk import read

pytestmark = pytest.mark.django_db

WORDS = "A hole where Ana Alvarez fell, call 310-555-0142"
ON_MAIN_STREET = (Decimal("34.009820"), Decimal("-118.490120"))
ON_THE_BEACH = (Decimal("34.009430"), Decimal("-118.497180"))


def one_of_each():
    """Return requests of every state and kind, including private and hidden ones."""
    rows = [make.service_request(status) for status in Status]
    rows += [make.filed(category=each) for each in Category.objects.active()]
    hidden = make.filed()
    make.act(workflow.hide, hidden, make.omar(), words="Shows a face.")
    rows += [hidden, make.filed(held_for="words"), make.imported()]
    return rows


@pytest.mark.parametrize("found", [read.export_csv_rows, read.export_features])
def test_they_are_the_public_ones_and_no_other(found):
    one_of_each()
    public = set(ServiceRequest.objects.public().values_list("reference", flat=True))
    everything = set(ServiceRequest.objects.values_list("reference", flat=True))
    assert public < everything
    assert set(found()) == public


@pytest.mark.parametrize("found", [read.export_csv_rows, read.export_features])
def test_a_category_made_private_takes_its_older_requests_along(found):
    row, other = make.filed(), make.filed(category=make.category(service_code="street-sign"))
    Category.objects.filter(pk=row.category.pk).update(is_private=True)
    cache.invalidate_cache()
    assert row in ServiceRequest.objects.public()
    assert set(found()) == {other.reference}


@pytest.mark.parametrize("name", ["csv", "geojson"])
def test_nobodys_words_contact_name_or_note_is_in_it(name):
    photo = make.photo(device=make.ana())
    row = make.filed(
        description=WORDS,
        location_note="Ring at Mrs Alvarez",
        contact={"name": "Ana Alvarez", "email": "ana@example.org", "phone": "310-555-0142"},
        photos=[photo],
    )
    make.route(row)
    make.complete(row, note="Filled for Mrs Alvarez.")
    make.act(workflow.dispute, row, make.ana(), words="Still there, says Alvarez.")
    content = read.export(name).decode()
    assert row.reference in content
    for secret in ("Alvarez", "0142", "example.org", "wes", "omar", photo.key, "Filled"):
        assert secret not in content


@pytest.mark.parametrize("typed", ["ana@example.org", "Ana, 310-555-0142", "3105550142 home"])
def test_a_location_with_contact_details_is_the_area_alone(typed):
    row = make.filed(location_text=typed)
    assert read.export_csv_rows()[row.reference]["address"] == row.zone.name
    assert read.export_features()[row.reference]["properties"]["address"] == row.zone.name


def sensitive(**columns):
    """Make the locations of potholes sensitive, and return a pothole at a private address."""
    Category.objects.filter(service_code="pothole").update(is_location_sensitive=True)
    cache.invalidate_cache()
    return make.filed(location_text="My home, 1685 Main St, Apt 4", **columns)


def test_a_sensitive_one_stands_at_its_block():
    row = sensitive(at=ON_MAIN_STREET)
    block = find_block_at(*map(float, ON_MAIN_STREET))
    line, feature = read.export_csv_rows()[row.reference], read.export_features()[row.reference]
    assert block.hundred % 100 == 0
    assert line["address"] == f"{block.hundred} block of {block.street}"
    assert (float(line["lat"]), float(line["long"])) == (round(block.lat, 6), round(block.lng, 6))
    assert feature["properties"]["address"] == line["address"]
    assert feature["geometry"]["coordinates"] == [float(line["long"]), float(line["lat"])]
    assert feature["properties"]["lat"] == float(line["lat"])


def test_two_neighbors_of_a_block_cannot_be_told_apart():
    lat, lng = ON_MAIN_STREET
    one, other = sensitive(at=ON_MAIN_STREET), sensitive(at=(lat, lng + Decimal("0.00002")))
    found = read.export_csv_rows()
    places = [
        [found[row.reference][name] for name in ("address", "lat", "long")] for row in (one, other)
    ]
    assert places[0] == places[1]


@pytest.mark.parametrize("name", ["csv", "geojson"])
def test_the_spot_of_a_sensitive_one_is_nowhere(name):
    rows = [sensitive(at=at) for at in (make.CITY_HALL, ON_MAIN_STREET, ON_THE_BEACH)]
    content = read.export(name).decode()
    for row in rows:
        for number in (row.latitude, row.longitude):
            assert str(number.normalize()) not in content
    assert "1685" not in content


def test_where_there_are_no_houses_a_sensitive_one_is_in_its_area():
    make.no_addresses()
    row = sensitive(at=ON_MAIN_STREET)
    line = read.export_csv_rows()[row.reference]
    assert line["address"] == row.zone.name
    assert (line["lat"], line["long"]) == ("34.010000", "-118.490000")
    geometry = read.export_features()[row.reference]["geometry"]
    assert geometry["coordinates"] == [-118.49, 34.01]


def test_a_sensitive_one_without_coordinates_is_in_its_area():
    row = sensitive()
    ServiceRequest.objects.filter(pk=row.pk).update(latitude=None, longitude=None)
    line, feature = read.export_csv_rows()[row.reference], read.export_features()[row.reference]
    assert (line["address"], line["lat"], line["long"]) == (row.zone.name, "", "")
    assert feature["geometry"] is None
    assert feature["properties"]["address"] == row.zone.name


def filed_at(text):
    with clock.freeze_time(datetime.fromisoformat(text)):
        return make.filed()


def test_kinds_are_asked_for_by_their_codes():
    pothole, sign = make.filed(), make.filed(category=make.category(service_code="street-sign"))
    make.filed(category=make.category(service_code="streetlight"))
    wanted = RequestFilter(service_codes=("pothole", "street-sign", "no-such-kind"))
    assert set(read.export_csv_rows(wanted)) == {pothole.reference, sign.reference}
    assert read.export_csv_rows(RequestFilter(service_codes=("person-in-need",))) == {}


def test_every_request_is_read_once_also_where_many_were_reported_at_one_moment(monkeypatch):
    monkeypatch.setattr(requests, "CHUNK_SIZE", 2)
    rows = [filed_at("2026-03-01T08:00:00-08:00") for _ in range(5)]
    rows += [filed_at("2026-03-02T08:00:00-08:00") for _ in range(2)]
    assert list(read.export_csv_rows()) == [row.reference for row in rows]
    assert len(read.export_features()) == 7


def test_a_chunk_costs_four_statements_however_many_requests_it_has(django_assert_num_queries):
    one_of_each()
    make.service_request(Status.CLOSED, Outcome.DUPLICATE)
    read.export_csv_rows()  # now the city's configuration is in memory
    with django_assert_num_queries(1 + 4 + 1):  # public categories first, an empty chunk last
        assert len(read.export_csv_rows()) > 20
