"""Tests for unavailable photo storage: a photo is kept for later, or the user gets an error."""

import time
from datetime import timedelta

import pytest

from lib import breaker
from lib import s3 as buckets
from lib.storage import default_storage
from requests_app.errors import ServerBusy
from requests_app.models import Photo, SpooledOriginal
from requests_app.photos import storage, uploading
from requests_app.tasks import retry_photos
from tests import make
from tests.bucket import point_to
from tests.requests_app.filing.report import Report
from tests.visitors import browser

pytestmark = pytest.mark.django_db
NOWHERE = "http://127.0.0.1:1"


@pytest.fixture
def no_bucket(settings):
    """Configure an S3 address at which no server answers."""
    point_to(NOWHERE, settings)
    yield
    buckets.s3_breaker.close()


def make_sizes_once_it_is_back(photo):
    """Make the sizes; retry, because the restarted server needs some time to find its files."""
    deadline = time.monotonic() + 60
    while True:
        buckets.s3_breaker.close()
        try:
            return uploading.make_sizes(photo.pk)
        except breaker.Unavailable:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def test_a_photo_is_kept_in_the_database_while_the_storage_is_away(no_bucket):
    report = Report()
    response = report.post("photos", photos=make.picture("red"))
    assert response.status_code == 201
    photo = Photo.objects.get()
    assert storage.read_original(photo) == make.picture("red").read()
    assert photo.spooled.bytes == len(make.picture("red").read())


def test_what_was_kept_is_moved_when_the_storage_is_back(no_bucket, s3_server, settings):
    photo = make.photo(device=make.ana())
    with pytest.raises(breaker.Unavailable):
        uploading.make_sizes(photo.pk)
    photo.refresh_from_db()
    assert (photo.state, photo.attempts) == (Photo.State.WAITING, 0)
    s3_server.start()
    point_to(s3_server.endpoint, settings)
    buckets.s3_breaker.close()
    uploading.make_sizes(photo.pk)
    photo.refresh_from_db()
    assert photo.is_ready
    assert default_storage.exists(photo.original)
    assert not SpooledOriginal.objects.exists()


def test_after_five_failures_nobody_asks_the_storage_any_more(no_bucket):
    for n in range(breaker.DEFAULT_FAILURES):
        make.photo(device=make.ana(), color=(n * 20, 0, 0))
    assert buckets.s3_breaker.is_open
    make.photo(device=make.ana())
    assert SpooledOriginal.objects.count() == breaker.DEFAULT_FAILURES + 1


def test_a_server_that_stops_in_between_costs_no_photo(bucket, s3_server):
    before = make.photo(device=make.ana(), color="red")
    s3_server.stop()
    during = make.photo(device=make.ana(), color="blue")
    assert [row.photo for row in SpooledOriginal.objects.all()] == [during]
    s3_server.start()
    for photo in (before, during):
        make_sizes_once_it_is_back(photo)
    assert Photo.objects.filter(state=Photo.State.READY).count() == 2
    assert not SpooledOriginal.objects.exists()


def test_what_waits_is_enqueued_again_however_often_the_storage_was_away(no_bucket):
    photo = make.photo(device=make.ana())
    for _try in range(2 * uploading.MAX_ATTEMPTS):
        with pytest.raises(breaker.Unavailable):
            uploading.make_sizes(photo.pk)
    later = photo.uploaded_at + timedelta(days=365)
    assert list(uploading.find_waiting_ids(later)) == [photo.pk]
    retry_photos()


def test_there_is_a_most_that_the_database_keeps(no_bucket, settings):
    settings.MAX_SPOOLED_BYTES = 10
    report = Report()
    response = report.post("photos", photos=make.picture("red"))
    assert response.status_code == ServerBusy.status_code
    assert "can&#x27;t save photos right now" in response.content.decode()
    assert not Photo.objects.exists()
    assert report.post_category(photos=make.picture("red")).status_code == ServerBusy.status_code
    assert report.post_category().status_code == 302


def test_a_photo_that_cannot_be_shown_now_says_so(no_bucket):
    photo = make.photo(device=make.ana())
    make.filed(photos=[photo])
    Photo.objects.update(state=Photo.State.READY)
    response = browser().get(photo.small)
    assert response.status_code == 503
    assert response["Retry-After"]
    assert b"can&#x27;t be" in response.content


def test_a_photo_is_taken_out_again_while_the_storage_is_away(no_bucket):
    photo = make.photo(device=make.ana())
    uploading.delete_loose_photo(photo)
    assert not Photo.objects.exists()
    assert not SpooledOriginal.objects.exists()


def test_a_photo_whose_original_vanished_is_given_up_in_words():
    photo = make.photo(device=make.ana())
    row = make.filed(photos=[photo])
    default_storage.delete(photo.original)
    uploading.make_sizes(photo.pk)
    photo.refresh_from_db()
    assert photo.state == Photo.State.UNREADABLE
    response = browser().get(photo.small)
    assert response.status_code == 404
    assert b"couldn&#x27;t be" in response.content
    assert browser().get(f"/requests/{row.reference}/").status_code == 200
