"""Tests that invalid requests get an error response in the requested format."""

import inspect
import json
import time
from functools import wraps

import pytest
from django.test import Client

from open311.models import RemotePhoto
from requests_app.models import Contact, ServiceRequest
from tests import make
from tests.bad_inputs.test_requests import ODD
from tests.open311.door import list_problems

pytestmark = pytest.mark.django_db
KINDS = ["json", "xml"]
LAT, LONG = map(str, make.CITY_HALL)
BOMB = """<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;">
<!ENTITY file SYSTEM "file:///etc/passwd">]><request><service_code>&b;&file;</service_code>
</request>"""
NUMBERS = [
    "NaN",
    "inf",
    "-inf",
    "1e400",
    "1_0",
    "0x10",
    "\u0663\u0664.\u0660",
    "\uff19\uff10",
    "34,01",
    "1e5",
]


def in_each_format(test):
    """Run a test for each response format, passed as `kind`."""

    @wraps(test)
    def run(**given):
        for kind in KINDS:
            test(kind=kind, **given)

    asked = inspect.signature(test)
    others = [each for name, each in asked.parameters.items() if name != "kind"]
    run.__signature__ = asked.replace(parameters=others)
    return run


def get(path, **query):
    return Client(raise_request_exception=False).get(f"/open311/v2/{path}", query)


def post(path, content=None, kind=None, **fields):
    """Send a POST with a valid key; `content` is the raw body."""
    make.front_end()
    bearer = {"Authorization": f"Bearer {make.secret_of('FixMyStreet')}"}
    client = Client(raise_request_exception=False, headers=bearer)
    if content is not None:
        return client.post(f"/open311/v2/{path}", content, content_type=kind)
    return client.post(f"/open311/v2/{path}", fields)


def report(kind, **more):
    answers = make.least_answers(make.pothole())
    least = {"service_code": "pothole", "lat": LAT, "long": LONG, "description": "A hole."}
    least |= {f"attribute[{code}]": values for code, values in answers.items()}
    return post(f"requests.{kind}", **(least | more))


def refused(response, *statuses):
    assert response.status_code in statuses, (response.status_code, response.content[:300])
    said = list_problems(response)
    assert all(code == str(response.status_code) for code, _words in said)
    assert all(words for _code, words in said)
    return " ".join(words for _code, words in said)


@in_each_format
@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"page": "1000000000"}, "page goes up to 100"),
        ({"page": "9" * 40}, "page isn't a whole number"),
        ({"page": "-1"}, "page isn't a whole number"),
        ({"page_size": "0"}, "page_size"),
        ({"page_size": "1e9"}, "page_size isn't a whole number"),
        ({"start_date": "2026-11-30", "end_date": "2026-11-01"}, "later than"),
        ({"updated_after": "2026-11-30", "updated_before": "2026-11-01"}, "later than"),
        ({"start_date": "0000-00-00"}, "isn't a date"),
        ({"start_date": "9999-12-31T23:59:59Z"}, "isn't a date"),
        ({"start_date": "1"}, "isn't a date"),
        ({"start_date": "<script>"}, "<script>"),
        ({"status": "open' OR 1=1--"}, "status is open or closed"),
        ({"sort": "requested_datetime; DROP TABLE"}, "sort is one of"),
        ({"extensions": "maybe"}, "extensions"),
        ({"bbox": "1,2,3"}, "bbox"),
        ({"bbox": "NaN,NaN,NaN,NaN"}, "bbox"),
        ({"lat": LAT}, "go together"),
        ({"lat": LAT, "long": LONG, "radius": "1e9"}, "radius"),
        ({"lat": LAT, "long": LONG, "radius": "-1"}, "radius"),
        ({"lat": "91", "long": LONG, "radius": "9"}, ""),
        ({"q": "x" * 101}, "q is too long"),
        ({"q": "(" * 50}, "q has no words"),
        ({"service_request_id": ",".join(f"SM-{n}" for n in range(1001))}, "1000 ids"),
    ],
)
def test_a_list_cannot_be_asked_for_so(kind, query, words):
    assert words in refused(get(f"requests.{kind}", **query), 400)


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_of_a_thousand_millions_is_one_of_a_thousand(kind):
    make.filed()
    response = get(f"requests.{kind}", page_size=10**9)
    assert response.status_code == 200
    assert response["X-Total-Count"] == "1"


@in_each_format
@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_is_written_in_plain_digits(kind, number):
    refused(get(f"requests.{kind}", lat=number, long=LONG, radius="100"), 400)
    refused(get(f"requests.{kind}", lat=LAT, long=LONG, radius=number), 400)
    refused(get(f"requests.{kind}", page=number), 400)
    assert "lat, long" in refused(report(kind, lat=number), 400)


@pytest.mark.parametrize(
    ("lat", "long"),
    [(LONG, LAT), ("0", "0"), ("90", "180"), ("-90", "-180"), ("34.0", "-119.5"), (LAT, "")],
)
def test_a_place_elsewhere_is_refused(lat, long):
    for kind in KINDS:
        said = refused(report(kind, lat=lat, long=long), 400)
        assert "lat, long" in said or "outside the city" in said
    assert not ServiceRequest.objects.exists()


def test_many_digits_are_rounded():
    assert report("json", lat=f"{LAT}123456789").status_code == 200
    [row] = ServiceRequest.objects.all()
    assert str(row.latitude) == LAT


@pytest.mark.parametrize("odd", ODD)
def test_odd_values_break_no_list_and_no_report(odd):
    text = odd.decode("latin-1") if isinstance(odd, bytes) else odd
    for name in ("service_request_id", "q", "start_date"):
        response = get("requests.json", **{name: odd})
        assert response.status_code in {200, 400, 404}, (name, response.content)
        if response.status_code != 200:
            list_problems(response)
    nowhere = {"lat": "", "long": "", "address_id": text, "address_string": text}
    refused(report("xml", **nowhere, email=text, **{"attribute[place]": text}), 400)
    free = dict.fromkeys(
        ["description", "first_name", "device_id", "media_url", "account_id"], text
    )
    assert report("xml", **free).status_code in {200, 400}


@pytest.mark.parametrize(
    "found", ["1 or 1=1", "9" * 30, "0" * 3000, "%27--", "..%2f..%2fetc", "a%0d%0ab", "x" * 41]
)
def test_an_id_that_nobody_has_is_not_found(found):
    for kind in KINDS:
        for noun in ("services", "requests", "request", "tokens"):
            refused(get(f"{noun}/{found}.{kind}"), 404)
        refused(post(f"servicerequestupdates.{kind}", service_request_id=found), 404)


@in_each_format
@pytest.mark.parametrize(
    "field", ["description", "service_code", "email", "first_name", "address_string",
              "location_note", "attribute[place]"],
)  # fmt: skip
def test_a_field_of_900_kilobytes_is_too_long(kind, field):
    refused(report(kind, **{field: "x" * 900_000}), 400, 404)


@in_each_format
@pytest.mark.parametrize("digit", ["x", "5"])
def test_a_phone_of_900_kilobytes_is_left_out_at_once(kind, digit):
    started = time.process_time()
    answer = report(kind, phone=digit * 900_000)
    assert answer.status_code == 200
    assert "phone" in answer["X-Warning"]
    assert not Contact.objects.exists()
    assert time.process_time() - started < 2


@in_each_format
def test_more_than_can_be_read_at_once_is_a_413(kind):
    body = "service_code=pothole&description=" + "x" * 2_000_000
    form = "application/x-www-form-urlencoded"
    refused(post(f"requests.{kind}", body, form), 413)


@in_each_format
def test_too_many_fields_are_refused(kind):
    body = "&".join(f"f{n}=1" for n in range(1500))
    refused(post(f"requests.{kind}", body, "application/x-www-form-urlencoded"), 400)


@in_each_format
@pytest.mark.parametrize(
    ("content", "sent_as"),
    [
        (BOMB, "text/xml"),
        (BOMB, "application/xml"),
        (json.dumps({"service_code": "pothole", "lat": LAT, "long": LONG}), "application/json"),
        ("\ud800".encode("utf-8", "surrogatepass"), "text/plain"),
        ("", "application/x-www-form-urlencoded"),
        ("x=1", "multipart/form-data"),
        ("x=1", "multipart/form-data; boundary=" + "b" * 300),
        (
            "--b\r\nContent-Disposition: form-data; name=x\r\n\r\n",
            "multipart/form-data; boundary=b",
        ),
    ],
)
def test_a_body_that_is_no_form_says_nothing(kind, content, sent_as):
    said = refused(post(f"requests.{kind}", content, sent_as), 400)
    assert "root:" not in said
    assert "lol" not in said
    refused(post(f"servicerequestupdates.{kind}", content, sent_as), 400)


@in_each_format
@pytest.mark.parametrize("text", ["\0", "a\0b"])
def test_a_nul_is_refused(kind, text):
    for field in ("description", "first_name", "address_string", "location_note"):
        refused(report(kind, **{field: text}), 400)
    refused(get(f"requests.{kind}", q=text), 400)


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "gopher://127.0.0.1:6379/_x",
        "http://127.0.0.1/a.jpg",
        "http://[::1]/a.jpg",
        "http://169.254.169.254/latest/meta-data",
        "http://2130706433/",
        "https://user@example.org@127.0.0.1/a.jpg",
        "javascript:alert(1)",
    ],
)
def test_an_address_of_a_photo_that_nobody_may_call_is_refused_by_its_field(address, no_network):
    for kind in KINDS:
        said = refused(report(kind, media_url=["https://example.org/a.jpg", address]), 400)
        assert "media_url: " in said
        assert address[:30] in said
    assert not ServiceRequest.objects.exists()


@pytest.mark.parametrize("address", ["https://127.0.0.1/a.jpg", "https://localhost/a.jpg"])
def test_no_address_of_a_photo_is_opened_while_somebody_waits(address, no_network):
    assert report("json", media_url=address).status_code == 200
    assert RemotePhoto.objects.get().url == address


def test_more_addresses_of_photos_than_are_taken_are_refused(settings):
    urls = [f"https://example.org/{n}.jpg" for n in range(settings.MAX_PHOTOS + 1)]
    assert "media_url: " in refused(report("json", media_url=urls), 400)


def test_the_test_endpoint_refuses_an_address_that_nobody_may_call(client):
    fields = {"media_url": "file:///etc/passwd", "api_key": make.secret_of(make.front_end().name)}
    response = client.post("/open311/test/v2/requests.json", fields)
    assert "media_url: " in refused(response, 400)


@pytest.fixture
def no_network(monkeypatch):
    def refuse(*_given, **_more):
        raise AssertionError("something was opened")

    for name in ("fetch", "post"):
        monkeypatch.setattr(f"lib.outbound.{name}", refuse, raising=False)


@pytest.mark.parametrize("method", ["put", "patch", "delete", "trace"])
def test_there_are_no_other_methods(method):
    client = Client(raise_request_exception=False)
    for kind in KINDS:
        response = getattr(client, method)(f"/open311/v2/requests.{kind}")
        assert "GET, POST" in refused(response, 405)


@in_each_format
def test_without_a_key_or_with_a_wrong_one_nothing_is_sent(kind):
    client = Client(raise_request_exception=False)
    for noun in ("requests", "servicerequestupdates"):
        for given in ({}, {"api_key": ""}, {"api_key": "\0"}, {"api_key": "x" * 5000}):
            refused(client.post(f"/open311/v2/{noun}.{kind}", given), 403)
    assert not ServiceRequest.objects.exists()


def test_headers_that_nobody_sends_change_nothing():
    for headers in (
        {"X-Forwarded-For": "127.0.0.1, <script>"},
        {"Idempotency-Key": "x" * 256},
        {"Accept-Language": "x" * 10_000},
        {"Authorization": "Basic Og=="},
        {"Cookie": "sessionid=\udcff"},
        {"HX-Request": "true"},
        {"X-HTTP-Method-Override": "DELETE"},
    ):
        response = Client(headers=headers).get("/open311/v2/services.json")
        assert response.status_code == 200, headers
