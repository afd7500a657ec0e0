"""Tests with clients by other authors, each in its own process, against the live application."""

from datetime import timedelta

import pytest

from city.models import City
from lib import clock
from open311.models import RemotePhoto
from requests_app import reference
from requests_app.models import ServiceRequest
from requests_app.status import Status
from tests import make
from tests.open311.clients.environment import environment, run
from tests.open311.door import convert_to_text, matches_schema

__all__ = ["environment", "run"]
pytestmark = [pytest.mark.stack, pytest.mark.django_db(transaction=True)]
PHOTO = "https://photos.example.org/hole.jpg"


@pytest.fixture
def told():
    """Create an open and a closed request; return their ids, and the dates around their filing."""
    first = make.filed()
    make.route(first)
    second = make.service_request(
        Status.CLOSED, category=make.category(service_code="graffiti-public")
    )
    start, end = (f"{clock.now() + timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}" for days in (-2, 1))
    return {
        "ids": [first.reference, second.reference],
        "jurisdiction": City.current().jurisdiction_id,
        "start": start,
        "end": end,
    }


def ids(entries):
    return {entry["service_request_id"] for entry in entries}


def test_georeport(run, told):
    found = run("with_georeport", **told)
    json, xml = found["json"], found["xml"]
    for name, schema in [("services", "services"), ("definition", "service_definition"),
                         ("requests", "requests"), ("named", "requests"),
                         ("narrowed", "requests")]:  # fmt: skip
        matches_schema(schema, json[name])
    matches_schema("requests", [json["one"]])
    for name in ("requests", "named", "narrowed"):
        assert ids(json[name]) == ids(xml[name]) == set(told["ids"])
    assert json["one"]["service_request_id"] == told["ids"][0]
    assert {name: value or "" for name, value in xml["one"].items()} == convert_to_text(json["one"])
    assert len(xml["services"]) == len(json["services"])
    attributes = xml["definition"]["attributes"]["attribute"]
    assert [one["code"] for one in attributes] == [
        one["code"] for one in json["definition"]["attributes"]
    ]


def test_boston311(run, told):
    found = run("with_boston311", **told)
    first, second = told["ids"]
    assert found["code"] == "pothole"
    assert {"pothole", "graffiti-public"} <= set(found["services"])
    assert found["one"]["service_request_id"] == first
    assert found["one"]["address"]
    assert set(found["requests"]) == set(found["since"]) == {first, second}
    assert found["narrowed"] == [first]


def more_of(row, number):
    """Create `number` copies of a request, filed at the same time; return their references."""
    copies = []
    for _ in range(number):
        copy = ServiceRequest.objects.get(pk=row.pk)
        copy.pk, copy.reference = None, reference.new_reference("SM")
        copies.append(copy)
    ServiceRequest.objects.bulk_create(copies)
    return {copy.reference for copy in copies}


def test_chicagorequests(run, told):
    copies = more_of(ServiceRequest.objects.get(reference=told["ids"][0]), 230)
    everything = copies | set(told["ids"])
    found = run("with_chicagorequests", **told)
    for name in ("days", "updated", "printed", "changed"):
        matches_schema("requests", found[name])
        assert len(found[name]) == len(everything), name
        assert ids(found[name]) == everything, name
    assert ids(found["kind"]) == {told["ids"][1]}
    assert all("notes" in one for one in found["days"])


def test_civicbot(run, told):
    make.front_end("civicbot")
    attributes = make.least_answers(make.pothole())
    found = run(
        "with_civicbot",
        **told,
        key=make.secret_of("civicbot"),
        lat=float(make.CITY_HALL[0]),
        long=float(make.CITY_HALL[1]),
        address="1685 Main Street",
        attributes={code: values[0] for code, values in attributes.items()},
        photo=PHOTO,
    )
    first, second = told["ids"]
    matches_schema("services", found["services"])
    matches_schema("service_definition", found["definition"])
    for name in ("requests", "narrowed", "named"):
        matches_schema("requests", found[name])
    assert len(found["requests"]) == 1
    assert first in ids(found["narrowed"])
    assert second not in ids(found["narrowed"])
    assert ids(found["named"]) == {first, second}
    assert found["one"]["service_request_id"] == first
    matches_schema("tokens", found["token"])
    assert len(found["missing"]) == len(attributes)
    matches_schema("filed", found["filed"])
    matches_schema("filed", found["by_address"])
    row = ServiceRequest.objects.get(reference=found["filed"][0]["service_request_id"])
    assert found["seen"]["description"] == "A hole at the bend.\nIt is deep."
    assert (row.contact.name, row.contact.email) == ("Ana Ruiz", "ana@example.org")
    assert RemotePhoto.objects.filter(url=PHOTO, event__service_request=row).exists()
    for name, status in (("unknown", 404), ("wrong_key", 403)):
        assert found[name]["status"] == status
        matches_schema("errors", found[name]["body"])
