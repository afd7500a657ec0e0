"""Tests for reports filed by other systems through the API."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from city import geo
from city.models import AddressRange, Choice
from notifications.models import Delivery
from open311.models import RemotePhoto
from requests_app.models import Contact, IdempotencyRecord, Photo, ServiceRequest
from requests_app.status import Status
from requests_app.workflow import outbox
from tests import make
from tests.city.test_geo import beside_the_line

pytestmark = pytest.mark.django_db
URL = "/open311/v2/requests.json"
LAT, LONG = map(str, make.CITY_HALL)


@pytest.fixture
def key():
    return make.front_end()


def fields(**more):
    least = {
        "api_key": make.secret_of("FixMyStreet"),
        "service_code": "pothole",
        "lat": LAT,
        "long": LONG,
        "description": "A hole as wide as a bucket.",
    }
    answers = make.least_answers(make.pothole())
    least |= {f"attribute[{code}]": values for code, values in answers.items()}
    return {name: value for name, value in (least | more).items() if value is not None}


def post(client, url=URL, headers=None, **more):
    return client.post(url, fields(**more), headers=headers or {})


def filed(response) -> ServiceRequest:
    assert response.status_code == 200, response.content
    [entry] = json.loads(response.content)
    return ServiceRequest.objects.get(reference=entry["service_request_id"])


def problems(response) -> str:
    entries = json.loads(response.content)
    assert all(entry["code"] == response.status_code for entry in entries)
    return " ".join(entry["description"] for entry in entries)


@pytest.mark.usefixtures("key")
def test_a_position_just_outside_the_city_line_is_snapped_inside(client):
    latitude, longitude = beside_the_line(20)
    row = filed(post(client, lat=str(latitude), long=str(longitude)))
    assert (row.latitude, row.longitude) == geo.snap_to_service_area(latitude, longitude)
    assert row.zone == geo.zone_at(row.latitude, row.longitude)


def test_a_report_is_filed_by_its_key(client, key):
    row = filed(post(client, first_name="Ana", last_name="Ruiz", email="ana@example.org"))
    assert (row.status, row.channel) == (Status.FILED, "api")
    assert row.events.get().key == key
    assert (row.contact.name, row.contact.email) == ("Ana Ruiz", "ana@example.org")
    assert row.description == "A hole as wide as a bucket."


def test_the_answer_has_every_element_in_both_formats(client, key):
    [entry] = json.loads(post(client).content)
    assert list(entry) == ["service_request_id", "service_notice", "account_id"]
    assert entry["account_id"] is None
    assert "We expect to finish this by" in entry["service_notice"]
    xml = post(client, url="/open311/v2/requests.xml").text
    assert xml.startswith('<?xml version="1.0" encoding="utf-8"?>')
    assert "<service_requests><request><service_request_id>" in xml
    assert "<account_id></account_id></request></service_requests>" in xml


def test_it_is_routed_by_the_same_rules_and_its_reporter_gets_the_receipt(client, key):
    row = filed(post(client, email="ana@example.org"))
    outbox.deliver_all_pending_events()
    row.refresh_from_db()
    by_device = make.filed()
    outbox.deliver_all_pending_events()
    by_device.refresh_from_db()
    assert (row.status, row.department) == (by_device.status, by_device.department)
    assert Delivery.objects.get(event__service_request=row, kind="receipt").recipient == (
        "ana@example.org"
    )


def test_it_is_seen_on_the_same_page(client, key):
    row = filed(post(client))
    page = client.get(f"/requests/{row.reference}/")
    assert "It was reported through FixMyStreet." in page.text


@pytest.mark.parametrize(
    ("given", "status", "words"),
    [
        ({"api_key": None}, 403, "api_key"),
        ({"api_key": "s311_wrong"}, 403, "unknown or was revoked"),
        ({"service_code": None}, 400, "service_code is missing"),
        ({"service_code": "no-such"}, 404, "no-such"),
        ({"lat": None, "long": None}, 400, "Say where it is"),
        ({"lat": "34.01", "long": None}, 400, "Both are needed"),
        ({"lat": "nan", "long": "1e400"}, 400, "isn’t a coordinate|isn't a coordinate"),
        ({"lat": "0", "long": "0"}, 400, "outside the city's service area"),
        ({"email": "ana"}, 400, "@"),
        ({"description": "x" * 4001}, 400, "4,000"),
        ({"jurisdiction_id": "boston.gov"}, 404, "boston.gov"),
        ({"lat": None, "long": None, "address_string": "Nowhere at all 99"}, 400, "address_string"),
        ({"lat": None, "long": None, "address_id": "0123"}, 400, "address_id"),
    ],
)
def test_what_is_wrong_is_said_in_words(client, key, given, status, words):
    response = post(client, **given)
    assert response.status_code == status
    said = problems(response)
    assert any(each in said for each in words.split("|")), said
    assert not ServiceRequest.objects.exists()


def test_everything_that_is_wrong_is_said_at_once(client, key):
    response = post(client, email="ana", lat="nan", location_note="x" * 201)
    assert len(json.loads(response.content)) == 3


@pytest.mark.parametrize(
    ("typed", "kept", "warning"),
    [
        ("310-458-8411", "310-458-8411", None),
        ("", "", None),
        ("(310) 458-8411 x12", "(310) 458-8411", "without its extension"),
        ("310.458.8411, ext. 12", "310.458.8411", "without its extension"),
        ("555-5555", "", "left out"),
        ("none", "", "left out"),
        ("none x12", "", "left out"),
        ("x" * 5000, "", "left out"),
    ],
)
@pytest.mark.parametrize("endpoint", ["v2", "test/v2"])
def test_a_phone_that_is_no_number_never_stops_a_report(
    client, key, endpoint, typed, kept, warning
):
    given = {"phone": typed, "email": "ana@example.org"}
    url = f"/open311/{endpoint}/requests.json"
    for _time in range(2):  # a repeated key gets the same response
        response = post(client, url, {"Idempotency-Key": "7f1a"}, **given)
        assert response.status_code == 200
        if warning is None:
            assert "X-Warning" not in response
        else:
            assert "phone" in response["X-Warning"]
            assert warning in response["X-Warning"]
    if endpoint == "v2":
        assert filed(response).contact.phone == kept


def test_attributes_answer_the_categorys_questions(client, key):
    choice = Choice.objects.active().filter(question__datatype="multivaluelist", effect="").first()
    question = choice.question
    answers = make.least_answers(question.category) | {question.code: [choice.key]}
    given = {f"attribute[{code}][]": values for code, values in answers.items()}
    row = filed(post(client, service_code=question.category.service_code, **given))
    assert row.answers.get(question=question).values == [choice.key]


def test_an_attribute_that_makes_no_sense_is_named(client, key):
    choice = Choice.objects.active().filter(question__category=make.pothole()).first()
    code = choice.question.code
    response = post(client, **{f"attribute[{code}]": "no-such-answer"})
    assert response.status_code == 400
    assert f"attribute[{code}]" in problems(response)


def test_an_answer_that_stops_a_report_names_whom_to_call(client, key):
    choice = Choice.objects.active().filter(stop_kind="other_agency").first()
    category = choice.question.category
    answers = make.least_answers(category) | {choice.question.code: [choice.key]}
    given = {f"attribute[{code}]": values for code, values in answers.items()}
    response = post(client, service_code=category.service_code, **given)
    assert response.status_code == 400
    assert choice.agency.name in problems(response)
    assert not ServiceRequest.objects.exists()


def test_words_of_danger_are_filed_flagged_and_answered_with_the_emergency_number(client, key):
    response = post(client, description="There is a strong smell of gas here")
    row = filed(response)
    assert (row.danger, row.priority) == ("gas", "urgent")
    assert "911" in json.loads(response.content)[0]["service_notice"]


@pytest.mark.parametrize("end", ["California", "CA, USA", "California 90401, United States"])
def test_an_address_with_the_state_is_filed_at_its_house(client, key, end):
    address = f"1685 Main St, Santa Monica, {end}"
    row = filed(post(client, lat=None, long=None, address_string=address))
    assert row.location_text == "1685 Main St"
    assert geo.distance_m((row.latitude, row.longitude), make.CITY_HALL) < 100


ASKED_ABOUT = {
    "1685 Heritage Square, California": "This isn't number 1685.",
    "14 Wilshire, Santa Monica, CA": "This isn't number 14.",
    "9999 Main St, Santa Monica, California": "Number 9999 isn't on our map.",
    "1685 Main St, Los Angeles, California": "Call Los Angeles at 3-1-1 or 213-473-3231.",
}


@pytest.mark.parametrize(("address", "words"), ASKED_ABOUT.items())
def test_a_house_number_is_filed_at_no_corner_and_no_landmark(client, key, address, words):
    answer = post(client, lat=None, long=None, address_string=address)
    assert answer.status_code == 400
    assert words in problems(answer)
    assert not ServiceRequest.objects.exists()


def test_an_address_in_words_is_a_place(client, key):
    row = filed(post(client, lat=None, long=None, address_string="1685 Main Street"))
    assert "Main" in row.location_text
    assert row.coordinates is not None


def test_the_id_of_a_block_is_a_place(client, key):
    blocks = AddressRange.objects.order_by("pk")
    block = next(each for each in blocks if geo.zone_at(*each.line[len(each.line) // 2]))
    row = filed(post(client, lat=None, long=None, address_id=block.fingerprint))
    assert row.coordinates is not None


@pytest.mark.parametrize("name", ["media", "media[]", "photo1", "file_0"])
def test_photos_come_under_any_name(client, key, name):
    row = filed(post(client, **{name: make.picture("olive")}))
    photo = row.photos.get()
    assert (photo.kind, photo.event) == (Photo.Kind.REPORT, row.events.get())


def test_what_is_no_photo_is_refused_by_its_name(client, key):
    broken = SimpleUploadedFile("b.jpg", b"not a picture at all", "image/jpeg")
    response = post(client, media=broken)
    assert response.status_code == 400
    assert "b.jpg" in problems(response)
    assert not ServiceRequest.objects.exists()


@pytest.mark.parametrize(
    "given", [{"media": "/9j/4AAQ" * 60}, {"media_url": "data:image/jpeg;base64,/9j/4AAQ"}]
)
def test_base64_is_refused_with_words(client, key, given):
    response = post(client, **given)
    assert response.status_code == 400
    assert "base64" in problems(response)


def test_addresses_of_photos_are_fetched_later(client, key):
    urls = ["https://example.org/a.jpg", "https://example.org/b.jpg"]
    row = filed(post(client, media_url=urls))
    owed = RemotePhoto.objects.order_by("pk")
    assert [each.url for each in owed] == urls
    assert {each.event for each in owed} == {row.events.get()}


def test_one_idempotency_key_counts_for_both_formats(client, key):
    headers = {"Idempotency-Key": "7f1a"}
    row = filed(post(client, headers=headers))
    again = post(client, "/open311/v2/requests.xml", headers)
    assert again["Content-Type"].startswith("text/xml")
    assert f"<service_request_id>{row.reference}</service_request_id>" in again.text
    assert filed(post(client, headers=headers)) == row
    assert ServiceRequest.objects.count() == 1


def test_a_photo_is_part_of_what_is_the_same(client, key):
    headers = {"Idempotency-Key": "7f1a"}
    first = post(client, headers=headers, media=make.picture("olive"))
    again = post(client, headers=headers, media=make.picture("olive"))
    assert again.content == first.content
    assert ServiceRequest.objects.count() == 1
    # without the photo it is a different request
    assert post(client, headers=headers).status_code == 400


def test_another_report_with_the_same_idempotency_key_is_refused(client, key):
    headers = {"Idempotency-Key": "7f1a"}
    post(client, headers=headers)
    response = post(client, headers=headers, description="Something else.")
    assert response.status_code == 400
    assert "Idempotency-Key" in problems(response)
    assert ServiceRequest.objects.count() == 1


def test_what_was_refused_may_be_mended_and_sent_with_its_key(client, key):
    headers = {"Idempotency-Key": "7f1a"}
    assert post(client, headers=headers, email="ana").status_code == 400
    assert filed(post(client, headers=headers, email="ana@example.org"))


def test_two_systems_may_have_the_same_idempotency_key(client, key):
    make.front_end("Another app")
    headers = {"Idempotency-Key": "7f1a"}
    post(client, headers=headers)
    post(client, headers=headers, api_key=make.secret_of("Another app"))
    assert ServiceRequest.objects.count() == 2


def test_one_device_saying_the_same_within_a_minute_is_one_report(client, key):
    post(client, device_id="phone-1")
    post(client, device_id="phone-1")
    post(client, device_id="phone-2")
    post(client, device_id="phone-1", description="Another hole.")
    assert ServiceRequest.objects.count() == 3
    IdempotencyRecord.objects.update(created_at=make.A_QUIET_MONDAY)
    post(client, device_id="phone-1")
    assert ServiceRequest.objects.count() == 4


def test_a_key_files_within_its_scope_alone(client):
    make.department_system()
    response = post(client, api_key=make.secret_of("Work orders"))
    assert response.status_code == 403
    assert not ServiceRequest.objects.exists()


def test_the_test_endpoint_checks_everything_and_files_nothing(client, key):
    response = post(client, url="/open311/test/v2/requests.json", email="ana@example.org")
    assert response.status_code == 200
    assert "nothing was filed" in json.loads(response.content)[0]["service_notice"]
    assert not ServiceRequest.objects.exists()
    assert not Contact.objects.exists()
    wrong = post(client, url="/open311/test/v2/requests.json", lat="nan")
    assert wrong.status_code == 400


def test_it_needs_no_cookie_and_sets_none(key):
    response = post(Client(enforce_csrf_checks=True))
    assert response.status_code == 200
    assert not response.cookies


def test_the_same_words_of_many_users_are_reviewed_before_they_are_public(client, key):
    for _each in range(10):
        assert not filed(post(client)).held_for
    response = post(client)
    row = filed(response)
    assert row.held_for == "words"
    assert not row.is_public
    assert "a person reviews it" in json.loads(response.content)[0]["service_notice"]
    assert filed(post(client, description="Another hole, by the school.")).is_public


def test_characters_that_no_text_has_do_no_harm(client, key):
    nul = "a\0b"
    given = dict.fromkeys(("service_code", "address_id", "device_id", "media_url", "name"), nul)
    assert post(client, **given).status_code == 404
    row = filed(post(client, media_url=f"https://example.org/{nul}", device_id=nul))
    assert RemotePhoto.objects.get().url == "https://example.org/ab"
    assert row.description


def test_a_report_costs_a_bounded_number_of_statements(client, key):
    post(client)
    with CaptureQueriesContext(connection) as asked:
        filed(post(client, media_url="https://example.org/a.jpg", email="ana@example.org"))
    assert len(asked) <= 24, "\n".join(each["sql"][:120] for each in asked)
