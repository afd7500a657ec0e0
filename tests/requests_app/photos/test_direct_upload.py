"""Tests for uploads that go directly to the bucket and are validated afterwards."""

from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from django.core.files.base import ContentFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import reverse

from lib import s3 as buckets
from lib.storage import default_storage
from requests_app.models import Photo
from requests_app.photos import direct_upload, uploading
from tests import make
from tests.bucket import point_to
from tests.requests_app.filing.report import Report
from tests.visitors import browser, signed_in

pytestmark = pytest.mark.django_db
JPEG = "image/jpeg"


def make_picture(color="red"):
    return make.picture(color).read()


def get_upload_form(client, kind=JPEG):
    response = client.post("/photos/incoming/", {"kind": kind})
    assert response.status_code == 201, response.content
    return response.json()


def post_to_bucket(offer, content, **changes):
    """Post `content` to the bucket as a browser does, and return the status code."""
    file = ContentFile(content, name="photo.jpg")
    body = encode_multipart(BOUNDARY, offer["fields"] | changes | {"file": file})
    headers = {"Content-Type": MULTIPART_CONTENT, "Origin": "http://testserver"}
    try:
        with urlopen(Request(offer["url"], body, headers), timeout=30) as answer:
            assert answer.headers["Access-Control-Allow-Origin"] == "http://testserver"
            return answer.status
    except HTTPError as refused:
        with refused:
            return refused.code


def upload_to_bucket(report, content, kind=JPEG):
    """Upload `content` to the bucket for this report, and return the name of the file."""
    offer = get_upload_form(report.client, kind)
    assert post_to_bucket(offer, content) == 201
    return offer["name"]


def list_incoming_files():
    return [name for name, _written in default_storage.list_files("incoming/")]


@pytest.fixture(autouse=True)
def nothing_is_left(bucket):
    yield
    buckets.s3_breaker.close()
    for name in list_incoming_files():
        default_storage.delete(name)


def test_a_photo_sent_to_the_bucket_becomes_one_of_the_report():
    report = Report()
    name = upload_to_bucket(report, make_picture())
    assert not Photo.objects.exists()
    response = report.post("photos", incoming=name)
    assert response.status_code == 201
    photo = Photo.objects.get()
    assert str(photo.pk) in response.content.decode()
    assert list_incoming_files() == []
    kept = default_storage._head(photo.original)
    assert kept["ContentType"] == JPEG
    assert "ContentDisposition" not in kept  # the header of the upload is not kept
    with default_storage.open(photo.original) as original:
        assert original.read() == make_picture()
    uploading.make_sizes(photo.pk)
    photo.refresh_from_db()
    assert photo.is_ready


def test_what_is_no_photo_is_refused_in_words_and_deleted():
    report = Report()
    response = report.post("photos", incoming=upload_to_bucket(report, b"<html>hello</html>"))
    assert response.status_code == 422
    assert "not a photo" in response.json()["problems"][0]
    assert list_incoming_files() == []


def test_the_bucket_takes_nothing_but_what_was_offered():
    report = Report()
    offer = get_upload_form(report.client)
    name = offer["fields"]["key"]
    assert post_to_bucket(offer, make_picture(), key="originals/mine.jpg") == 403
    assert post_to_bucket(offer, make_picture(), key=name + "x") == 403
    assert post_to_bucket(offer, make_picture(), **{"Content-Type": "text/html"}) == 403
    assert post_to_bucket(offer, b"") == 400
    assert post_to_bucket(offer, b"x" * (25 * 2**20 + 1)) == 400
    assert list_incoming_files() == []


@pytest.mark.parametrize(
    "field",
    [
        "Cache-Control", "Content-Disposition", "Content-Encoding", "Expires",
        "success_action_redirect", "success_action_status", "x-amz-meta-note",
    ],
)  # fmt: skip
def test_nothing_is_said_of_a_file_that_was_not_offered(field):
    offer = get_upload_form(Report().client)
    assert post_to_bucket(offer, make_picture(), **{field: "http://127.0.0.1:1/"}) == 403
    assert list_incoming_files() == []


def test_an_offer_is_over_after_its_time(settings):
    settings.STORAGES["default"]["OPTIONS"]["querystring_expire"] = -1
    settings.STORAGES = {**settings.STORAGES}
    assert post_to_bucket(get_upload_form(Report().client), make_picture()) == 403


@pytest.mark.parametrize("kind", ["", "text/html", "image/svg+xml", "image/gif"])
def test_other_kinds_of_files_go_by_the_other_way(kind):
    assert Report().client.post("/photos/incoming/", {"kind": kind}).status_code == 204


def test_a_name_is_of_use_to_its_owner_alone():
    name = upload_to_bucket(Report("ana"), make_picture())
    for thief in (Report("bob"), Report(client=browser())):
        assert thief.post("photos", incoming=name).status_code == 410
    assert not Photo.objects.exists()


@pytest.mark.parametrize("name", ["x", "\0", "../originals/x", "a" * 64, "é" * 64])
def test_a_name_that_was_not_given_out_is_not_there(name):
    response = Report().post("photos", incoming=name)
    assert response.status_code == 410
    assert "didn't arrive" in response.json()["problems"][0]


def test_what_never_came_is_not_there_and_takes_nothing_with_it():
    report = Report()
    name = get_upload_form(report.client)["name"]
    response = report.post_category(
        "pothole", incoming=[name, upload_to_bucket(report, make_picture())]
    )
    assert response.status_code == 422
    assert "didn&#x27;t arrive" in response.content.decode()
    assert Photo.objects.get().draft.category.service_code == "pothole"


def test_the_same_picture_twice_is_one_however_it_comes():
    report = Report()
    report.post("photos", photos=make.picture("red"))
    response = report.post("photos", incoming=upload_to_bucket(report, make_picture("red")))
    assert response.status_code == 201
    assert Photo.objects.count() == 1
    assert list_incoming_files() == []


def test_a_bucket_that_is_gone_by_then_asks_for_the_file_itself(settings):
    report = Report()
    name = upload_to_bucket(report, make_picture())
    there = default_storage.endpoint_url
    point_to("http://127.0.0.1:1", settings)
    assert report.post("photos", incoming=name).status_code == 503
    point_to(there, settings)
    buckets.s3_breaker.close()
    assert report.post("photos", incoming=name).status_code == 201


def test_while_the_breaker_is_open_nobody_is_sent_to_the_bucket(settings):
    there = default_storage.endpoint_url
    point_to("http://127.0.0.1:1", settings)
    for n in range(5):
        make.photo(device=make.ana(), color=(n, 0, 0))
    point_to(there, settings)
    assert Report().client.post("/photos/incoming/", {"kind": JPEG}).status_code == 204


def test_photos_of_a_reply_and_of_a_crew_go_to_the_bucket_too():
    row = make.filed()
    make.route(row)
    make.complete(row)
    ana = browser("ana")
    name = get_upload_form(ana)
    assert post_to_bucket(name, make_picture("blue")) == 201
    seen = row.events.last().pk
    given = {"seen": seen, "words": "It broke again.", "incoming": name["name"]}
    response = ana.post(f"/requests/{row.reference}/dispute/", given)
    assert response.status_code == 302, response.content.decode()
    assert row.photos.get(kind=Photo.Kind.DISPUTE).digest
    crew = signed_in(make.wes())
    name = get_upload_form(crew)
    assert post_to_bucket(name, make_picture("green")) == 201
    job = make.filed()
    make.route(job)
    address = reverse("completion_photos", args=[job.reference])
    response = crew.post(address, {"incoming": name["name"]})
    assert response.status_code == 200, response.content.decode()
    assert Photo.objects.filter(kind=Photo.Kind.COMPLETION, service_request=None).count() == 1
    assert list_incoming_files() == []


def test_pages_say_where_photos_can_go_only_where_they_can(settings):
    with_bucket = Report().get("what").content.decode()
    assert 'data-straight="/photos/incoming/"' in with_bucket
    settings.STORAGES["default"]["OPTIONS"]["public_endpoint"] = ""
    settings.STORAGES = {**settings.STORAGES}
    assert "data-straight" not in Report().get("what").content.decode()
    assert not direct_upload.is_direct_upload_possible()
