"""Tests with FixMyStreet as a front end: its requests, and the responses that it reads."""

from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lib import clock
from open311.models import RemotePhoto
from requests_app.models import ServiceRequest
from requests_app.status import Status, Verb
from tests import make

pytestmark = pytest.mark.django_db
NAME = "FixMyStreet"


def written(moment):
    return moment.isoformat(timespec="seconds")


def get(noun, **query):
    response = Client().get(f"/open311/v2/{noun}.xml", query)
    assert response.status_code == 200, response.content
    assert response["Content-Type"] == "text/xml; charset=utf-8"
    return ElementTree.fromstring(response.content)


def post(noun, **fields):
    """Send a POST as FixMyStreet does, with an empty jurisdiction_id and the key."""
    make.front_end(NAME)
    given = {"jurisdiction_id": "", "api_key": make.secret_of(NAME)} | fields
    return Client().post(f"/open311/v2/{noun}.xml", given)


def report(**more):
    latitude, longitude = make.CITY_HALL
    answers = make.least_answers(make.pothole())
    return post(
        "requests",
        **{
            "service_code": "pothole",
            "lat": str(latitude),
            "long": str(longitude),
            "address_string": "",
            "email": "ana@example.org",
            "first_name": "Ana",
            "last_name": "Ruiz de la Vega",
            "phone": "",
            "deviceid": "a1b2",
            "description": "A hole.\r\n\r\nIt is deep.",
            "attribute[title]": "A hole",
            "attribute[fixmystreet_id]": "4711",
            "attribute[report_url]": "https://www.fixmystreet.com/report/4711",
            **{f"attribute[{code}]": values for code, values in answers.items()},
            **more,
        },
    )


def filed(response):
    assert response.status_code == 200, response.content
    root = ElementTree.fromstring(response.content)
    assert root.tag == "service_requests"
    return ServiceRequest.objects.get(reference=root.findtext("request/service_request_id"))


def test_it_reads_what_can_be_reported_and_what_is_asked():
    services = get("services", jurisdiction_id="")
    codes = [each.findtext("service_code") for each in services.findall("service")]
    assert "pothole" in codes
    assert {each.findtext("metadata") for each in services} <= {"true", "false"}
    attributes = get("services/pothole").findall("attributes/attribute")
    for attribute in attributes:
        assert attribute.findtext("variable") == "true"
        for value in attribute.findall("values/value"):
            assert value.findtext("key")
            assert value.findtext("name")


def test_it_reports_with_attributes_that_only_it_knows():
    row = filed(report())
    assert row.description == "A hole.\n\nIt is deep."
    assert (row.contact.name, row.contact.email) == ("Ana Ruiz de la Vega", "ana@example.org")
    assert row.events.get().key.name == NAME


def test_it_reports_with_photos():
    first, second = (
        SimpleUploadedFile(f"{n}.jpeg", make.picture(color).read(), "image/jpeg")
        for n, color in enumerate(["red", "blue"])
    )
    row = filed(report(photo1=first, photo2=second))
    assert row.photos.count() == 2


def test_it_reports_with_several_addresses_of_photos():
    urls = [f"https://www.fixmystreet.com/photo/4711.{n}.jpeg" for n in range(2)]
    row = filed(report(media_url=urls))
    assert list(RemotePhoto.objects.order_by("pk").values_list("url", flat=True)) == urls
    assert {each.event.service_request for each in RemotePhoto.objects.all()} == {row}


def test_it_is_told_what_is_wrong():
    response = report(service_code="zeppelin", lat="0")
    assert response.status_code == 404
    error = ElementTree.fromstring(response.content).find("error")
    assert error.findtext("code") == "404"
    assert "zeppelin" in error.findtext("description")


def test_it_takes_over_the_requests_of_a_span_of_time():
    row, now = make.filed(), clock.now()
    found = get(
        "requests",
        start_date=written(now - timedelta(hours=1)),
        end_date=written(now + timedelta(hours=1)),
    )
    [request] = found.findall("request")
    assert request.findtext("service_request_id") == row.reference
    assert float(request.findtext("lat"))
    assert float(request.findtext("long"))
    assert request.findtext("updated_datetime") == f"{row.changed_at:%Y-%m-%dT%H:%M:%SZ}"


def test_it_reads_the_updates_of_a_span_of_time():
    row = filed(report())
    make.route(row)
    make.complete(row)
    now = clock.now()
    updates = get(
        "servicerequestupdates",
        jurisdiction_id="",
        api_key=make.secret_of(NAME),
        start_date=written(now - timedelta(hours=1)),
        end_date=written(now + timedelta(hours=1)),
    ).findall("request_update")
    assert {each.findtext("service_request_id") for each in updates} == {row.reference}
    assert updates[-1].findtext("status") == "FIXED"
    for each in updates:
        assert each.findtext("update_id").isdigit()
        assert each.findtext("description")
        moment = each.findtext("updated_datetime")
        assert written(now - timedelta(hours=1)) < moment.replace("Z", "+00:00") <= written(now)


def update(row, **more):
    return post(
        "servicerequestupdates",
        **{
            "service_request_id": row.reference,
            "update_id": "99",
            "updated_datetime": written(clock.now()),
            "status": "OPEN",
            "description": "It's bigger now.",
            "email": "bob@example.org",
            "first_name": "Bob",
            "last_name": "Stone",
            "title": "",
            "public_anonymity_required": "FALSE",
            **more,
        },
    )


def test_it_sends_what_people_write_there_once():
    row = filed(report())
    first, again = update(row), update(row)
    assert first.status_code == 200, first.content
    assert first.content == again.content
    [entry] = ElementTree.fromstring(first.content).findall("request_update")
    event = row.events.get(verb=Verb.COMMENT)
    assert entry.findtext("update_id") == str(event.pk)
    assert event.words.body == "It's bigger now."


def test_it_says_that_the_reporter_is_content():
    row = filed(report())
    make.route(row)
    make.complete(row)
    response = update(row, status="FIXED", description="Thank you.")
    assert response.status_code == 200, response.content
    row.refresh_from_db()
    assert row.status == Status.CLOSED
