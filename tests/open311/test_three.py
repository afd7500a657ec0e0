"""Tests with the request bodies of `three` 0.8, which runs only on Python 2."""

import json

import pytest
from django.test import Client

from requests_app.models import ServiceRequest
from tests import make

pytestmark = pytest.mark.django_db
BOUNDARY = "8d1fc1bd5b4a4b3f9a0d7a1c4e5f6a7b"
ROOT = "/open311/v2"


def part(name, value):
    return f'Content-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + value


def recorded(fields, picture):
    """Return the body that Three.post sends for a photo: the file comes last and has no type."""
    parts = [part(name, value.encode()) for name, value in fields]
    parts.append(part('media"; filename="photo.jpg', picture))
    lines = b"".join(b"--" + BOUNDARY.encode() + b"\r\n" + each + b"\r\n" for each in parts)
    return lines + f"--{BOUNDARY}--\r\n".encode()


def test_its_post_with_a_photo_is_filed():
    make.front_end("three")
    answers = make.least_answers(make.pothole())
    body = recorded(
        [
            ("address_string", "1685 Main Street"),
            ("phone", "310-555-0142"),
            ("description", "My issue description."),
            ("service_code", "pothole"),
            ("first_name", "Zach"),
            ("last_name", "Williams"),
            ("api_key", make.secret_of("three")),
            *((f"attribute[{code}]", values[0]) for code, values in answers.items()),
        ],
        make.picture().read(),
    )
    response = Client().post(
        f"{ROOT}/requests.json", body, content_type=f"multipart/form-data; boundary={BOUNDARY}"
    )
    assert response.status_code == 200, response.content
    [entry] = json.loads(response.content)
    row = ServiceRequest.objects.get(reference=entry["service_request_id"])
    assert row.contact.name == "Zach Williams"
    assert row.photos.count() == 1


def test_its_other_calls_are_answered():
    """`three` looks for discovery below the endpoint unless it has a separate address for it."""
    row = make.filed()
    client = Client(headers={"User-Agent": "python-requests/2.3.0"})
    span = {"start_date": "2026-01-01T00:00:00Z", "end_date": "2026-01-31T00:00:00Z"}
    for path, query in (
        ("discovery", {}),
        ("services", {}),
        ("services/pothole", {}),
        ("requests", {"service_code": "pothole", "page_size": "5"}),
        ("requests", span),
        (f"requests/{row.reference}", {}),
        (f"tokens/{row.reference}", {}),
    ):
        response = client.get(f"{ROOT}/{path}.json", query)
        assert response.status_code == 200, path
        assert json.loads(response.content) is not None
    listed = client.get(f"{ROOT}/requests.json", {"service_code": "pothole"}).json()
    assert [one["service_request_id"] for one in listed] == [row.reference]
