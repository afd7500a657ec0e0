"""Tests that forms that are not UTF-8 are refused, and never stored with U+FFFD."""

from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory

from lib.form_encoding import UnreadableText, refuse_unreadable_text
from requests_app.models import Comment, ServiceRequest
from requests_app.status import Status
from tests import make
from tests.visitors import browser

URLENCODED = "application/x-www-form-urlencoded"
BROKEN = [b"caf\xe9", b"\xff\xfe", b"\xed\xa0\x80", b"\xc0\xaf"]


def multipart(fields: dict[str, bytes], boundary=b"x"):
    """Return the body of a multipart form, and its content type."""
    parts = [
        b'--%b\r\nContent-Disposition: form-data; name="%b"\r\n\r\n%b\r\n'
        % (boundary, name.encode(), value)
        for name, value in fields.items()
    ]
    body = b"".join(parts) + b"--" + boundary + b"--\r\n"
    return body, f"multipart/form-data; boundary={boundary.decode()}"


def urlencoded(fields: dict[str, bytes]):
    return urlencode(fields).encode(), URLENCODED


def read(request):
    refuse_unreadable_text(request)
    return request.POST


FORMS = pytest.mark.parametrize("form", [urlencoded, multipart])


@FORMS
@pytest.mark.parametrize("text", BROKEN)
def test_a_form_that_is_not_utf_8_is_unreadable(form, text):
    body, kind = form({"words": text})
    request = RequestFactory().generic("POST", "/", body, content_type=kind)
    with pytest.raises(UnreadableText):
        read(request)


@FORMS
@pytest.mark.parametrize("text", ["año", "🚲", "\ufffd", "", "100 % +1"])
def test_a_form_in_utf_8_is_read_as_it_is(form, text):
    body, kind = form({"words": text.encode()})
    request = RequestFactory().generic("POST", "/?q=%C3%B1", body, content_type=kind)
    refuse_unreadable_text(request)
    assert request.POST["words"] == text
    assert request.GET["q"] == "ñ"
    assert request.POST.copy().urlencode() == urlencode({"words": text})


def test_files_are_none_of_this():
    photo = SimpleUploadedFile("a.jpg", b"\xff\xd8\xff")
    request = RequestFactory().post("/", {"photos": photo, "words": "año"})
    refuse_unreadable_text(request)
    assert request.FILES["photos"].read() == b"\xff\xd8\xff"
    assert request.POST["words"] == "año"


@pytest.mark.django_db
@FORMS
def test_a_page_says_that_nothing_was_saved(form):
    body, kind = form({"email": b"ana\xe9@example.org"})
    response = browser("bob").post("/your-data/", body, content_type=kind)
    assert response.status_code == 400
    assert "nothing was saved" in response.content.decode()


@pytest.mark.django_db
@FORMS
@pytest.mark.parametrize("suffix", ["json", "xml"])
def test_another_system_is_told_and_nothing_is_filed(form, suffix):
    key = make.secret_of(make.front_end().name).encode()
    row = make.service_request(Status.ROUTED)
    client = Client(raise_request_exception=False)
    report = {"api_key": key, "service_code": b"pothole", "description": b"caf\xe9"}
    update = {"api_key": key, "service_request_id": row.reference.encode(),
              "description": b"caf\xe9"}  # fmt: skip
    for noun, fields in (("requests", report), ("servicerequestupdates", update)):
        body, kind = form(fields)
        response = client.post(f"/open311/v2/{noun}.{suffix}", body, content_type=kind)
        assert response.status_code == 400
        assert "UTF-8" in response.content.decode()
    assert ServiceRequest.objects.count() == 1
    assert not Comment.objects.filter(body__contains="\ufffd").exists()


@pytest.mark.django_db
@FORMS
def test_a_member_of_staff_is_told_too(form, client):
    client.force_login(make.omar())
    body, kind = form({"name": b"\xff"})
    response = client.post("/desk/views/", body, content_type=kind)
    assert response.status_code == 400
