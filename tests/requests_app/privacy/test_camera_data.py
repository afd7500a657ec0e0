"""Tests for deleting the position, time and camera of a photo from all its copies."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.db import connection, transaction
from PIL import Image

from lib import clock
from lib.storage import default_storage
from open311 import media
from open311.models import RemotePhoto
from requests_app import workflow
from requests_app.models import Photo, SpooledOriginal
from requests_app.photos import uploading
from requests_app.photos.clean_originals import clean_originals
from requests_app.privacy import retention
from requests_app.status import Status, Verb
from tests import make, pictures
from tests.bucket import APPLICATION_KEYS
from tests.visitors import browser

pytestmark = pytest.mark.django_db

GPS = {1: "N", 2: (34.0, 0.0, 42.5), 3: "W", 4: (118.0, 29.0, 30.1), 7: (18.0, 3.0, 11.0),
       29: "2026:11:20"}  # fmt: skip
DETAILS = {0x9003: "2026:11:20 10:03:11", 0x9011: "-08:00"}


def camera_photo(kind=Photo.Kind.REPORT, file_format="JPEG", **owner):
    """Return a processed photo that has all metadata that a phone writes."""
    owner = owner or {"device": make.ana()}
    exif = pictures.exif(gps=GPS, details=DETAILS)
    data = pictures.written(pictures.corners(), file_format, exif=exif)
    photo = uploading.keep_photo(ContentFile(data, name="photo"), kind=kind, **owner)
    assert photo.latitude is not None
    assert photo.taken_at is not None
    return photo


def filed_report(**given):
    photo = camera_photo(**given)
    uploading.make_sizes(photo.pk)
    return make.filed(photos=[Photo.objects.get(pk=photo.pk)]), Photo.objects.get(pk=photo.pk)


def assert_clean(photo):
    """Assert that no row and no file has the position, time or camera of the photo."""
    photo.refresh_from_db()
    assert (photo.latitude, photo.longitude, photo.taken_at) == (None, None, None)
    assert not photo.must_clean_original
    files = [name for name, _written in default_storage.list_files("originals/")
             if str(photo.pk) in name]  # fmt: skip
    assert files == [photo.original]
    with default_storage.open(photo.original) as original:
        content = original.read()
    assert not Image.open(BytesIO(content)).getexif()
    with default_storage.open(photo.storage_name(1920)) as copy:
        assert content == copy.read()


@pytest.mark.parametrize("file_format", ["JPEG", "WEBP"])
def test_place_and_time_of_the_camera_go_when_the_reporter_deletes_their_data(file_format):
    row, photo = filed_report(file_format=file_format)
    workflow.forget(row, by=make.ana())
    photo.refresh_from_db()
    assert (photo.latitude, photo.longitude, photo.taken_at) == (None, None, None)
    clean_originals()
    assert_clean(photo)
    assert browser().get(photo.large).status_code == 200


def test_place_and_time_of_the_camera_go_when_the_citys_period_is_over():
    photo = camera_photo()
    row = make.service_request(Status.CLOSED, photos=[photo])
    uploading.make_sizes(photo.pk)
    with clock.freeze_time(clock.now() + timedelta(days=181)):
        assert retention.apply_retention() == 1
    clean_originals()
    assert_clean(photo)
    row.refresh_from_db()
    assert row.photos.visible_report_photos().count() == 1


def test_photos_of_open_requests_and_of_finished_work_keep_what_the_camera_wrote():
    _row, photo = filed_report()
    proof = camera_photo(kind=Photo.Kind.COMPLETION, user=make.wes())
    clean_originals()
    for each in (photo, proof):
        each.refresh_from_db()
        assert each.latitude is not None
        assert default_storage.exists(each.original)


@pytest.mark.parametrize("step", ['SET "original"', 'SET "must_clean_original"'])
def test_a_run_that_broke_off_is_completed_by_the_next(step):
    row, photo = filed_report()
    workflow.forget(row, by=make.ana())

    def crash(execute, sql, params, many, context):
        if step in sql:
            raise ConnectionError("the machine stopped")
        return execute(sql, params, many, context)

    with pytest.raises(ConnectionError), connection.execute_wrapper(crash):
        clean_originals()
    transaction.set_rollback(False)  # keep what was committed before the crash
    photo.refresh_from_db()
    assert photo.must_clean_original
    clean_originals()
    assert_clean(photo)


def test_a_photo_without_sizes_is_cleaned_once_they_are_made():
    photo = camera_photo()
    row = make.filed(photos=[photo])
    workflow.forget(row, by=make.ana())
    clean_originals()
    photo.refresh_from_db()
    assert photo.must_clean_original
    uploading.make_sizes(photo.pk)
    clean_originals()
    assert_clean(photo)


def test_sizes_that_were_lost_are_made_before_the_original_goes():
    row, photo = filed_report()
    workflow.forget(row, by=make.ana())
    default_storage.delete(photo.storage_name(1920))
    clean_originals()
    photo.refresh_from_db()
    assert photo.state == Photo.State.WAITING
    uploading.make_sizes(photo.pk)
    clean_originals()
    assert_clean(photo)


def test_an_original_that_cannot_be_read_is_deleted():
    row, photo = filed_report()
    Photo.objects.filter(pk=photo.pk).update(state=Photo.State.UNREADABLE)
    workflow.forget(row, by=make.ana())
    clean_originals()
    assert not default_storage.exists(photo.original)
    photo.refresh_from_db()
    assert (photo.original, photo.must_clean_original) == ("", False)


def test_an_original_on_its_way_into_the_storage_is_cleaned_once_it_is_there():
    row, photo = filed_report()
    with default_storage.open(photo.original) as original:
        SpooledOriginal.objects.create(photo=photo, content=original.read(), bytes=1)
    workflow.forget(row, by=make.ana())
    clean_originals()
    photo.refresh_from_db()
    assert photo.must_clean_original
    SpooledOriginal.objects.all().delete()
    clean_originals()
    assert_clean(photo)


def test_what_was_blacked_out_is_black_in_the_clean_original():
    row, photo = filed_report()
    workflow.redact(row, by=make.omar(), seen=make.last_event_id(row), words="A face.", photo=photo,
                    boxes=[[0.0, 0.0, 0.4, 0.4]])  # fmt: skip
    uploading.make_sizes(photo.pk)
    workflow.forget(row, by=make.ana())
    clean_originals()
    assert_clean(photo)
    with default_storage.open(photo.original) as original:
        assert pictures.opened(original.read()).convert("RGB").getpixel((60, 60)) == (0, 0, 0)


def test_a_photo_that_arrives_after_its_reporter_was_forgotten_is_cleaned_too():
    row = make.filed()
    workflow.forget(row, by=make.ana())
    event = row.events.get(verb=Verb.FILE)
    remote = RemotePhoto.objects.create(event=event, url="https://photos.example.org/1.jpg")
    photo = camera_photo(kind=Photo.Kind.REPORT)
    media.addresses._attach_photo(remote, photo)
    uploading.make_sizes(photo.pk)
    clean_originals()
    assert_clean(photo)


def list_versions(photo):
    page = default_storage.client.list_object_versions(
        Bucket="photos", Prefix=f"originals/{photo.pk}"
    )
    return page.get("Versions", []), page.get("DeleteMarkers", [])


@pytest.fixture
def versioned_bucket(bucket):
    def switch(status):
        default_storage.client.put_bucket_versioning(
            Bucket="photos", VersioningConfiguration={"Status": status}
        )

    switch("Enabled")
    yield bucket
    switch("Suspended")


@pytest.mark.parametrize("file_format", ["JPEG", "WEBP"])
def test_earlier_versions_in_a_bucket_go_too(versioned_bucket, file_format):
    row, photo = filed_report(file_format=file_format)
    default_storage.save(photo.original, default_storage.open(photo.original))
    workflow.forget(row, by=make.ana())
    clean_originals()
    assert_clean(photo)
    versions, markers = list_versions(photo)
    assert [each["Key"] for each in versions] == [photo.original]
    assert markers == []


def clean_as_application(settings):
    """Clean a photo with the storage key of the application."""
    row, photo = filed_report()
    workflow.forget(row, by=make.ana())
    described = settings.STORAGES["default"]
    keys = {"access_key": APPLICATION_KEYS["accessKey"],
            "secret_key": APPLICATION_KEYS["secretKey"]}  # fmt: skip
    described = {**described, "OPTIONS": {**described["OPTIONS"], **keys}}
    settings.STORAGES = {**settings.STORAGES, "default": described}
    clean_originals()
    assert_clean(photo)
    return photo


def test_the_applications_own_key_may_clean_a_bucket(bucket, settings):
    clean_as_application(settings)


def test_the_applications_own_key_may_delete_versions(versioned_bucket, settings):
    photo = clean_as_application(settings)
    assert [each["Key"] for each in list_versions(photo)[0]] == [photo.original]


def test_a_bucket_without_versions_is_cleaned_as_a_folder_is(bucket):
    row, photo = filed_report()
    workflow.forget(row, by=make.ana())
    clean_originals()
    assert_clean(photo)


def test_a_photo_that_is_taken_out_of_a_draft_leaves_no_version(versioned_bucket):
    photo = camera_photo()
    uploading.delete_loose_photo(photo)
    assert list_versions(photo) == ([], [])
