"""Tests for the check of photo rows against stored files, in a folder and in a bucket."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command

from lib import clock
from lib.storage import default_storage
from requests_app.models import Photo
from requests_app.photos import audit, uploading
from tests import make
from tests.visitors import browser

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def empty_storage(request, settings, tmp_path):
    """Use an empty folder as storage, or empty the bucket if the test uses it."""
    if "bucket" not in request.fixturenames:
        options = {"location": str(tmp_path), "allow_overwrite": True}
        folder = {"BACKEND": "lib.file_storage.FolderStorage", "OPTIONS": options}
        settings.STORAGES = {**settings.STORAGES, "default": folder}
        yield
        return
    request.getfixturevalue("bucket")
    for name, _written in default_storage.list_files(""):
        default_storage.delete(name)
    yield


@pytest.fixture
def two_days_later(monkeypatch):
    def pass_time():
        then = clock.now() + timedelta(days=2)
        monkeypatch.setattr(clock, "now", lambda: then)

    return pass_time


def file_with_photo():
    photo = make.photo(device=make.ana())
    uploading.make_sizes(photo.pk)
    make.filed(photos=[Photo.objects.get(pk=photo.pk)])
    return Photo.objects.get(pk=photo.pk)


def list_stored_names():
    return {name for folder in ("originals/", "sizes/", "incoming/")
            for name, _written in default_storage.list_files(folder)}  # fmt: skip


def store_unknown_files():
    strangers = [
        "incoming/abandoned",
        "originals/00000000-0000-4000-8000-000000000000.jpg",
        "originals/no-uuid.jpg",
        "sizes/nobodys-320.webp",
        "sizes/half-written.part",
    ]
    for name in strangers:
        default_storage.save(name, ContentFile(b"left behind"))
    return set(strangers)


def check_photos(*options):
    """Run check_photos; return its output, and True if it found no difference."""
    try:
        call_command("check_photos", *options)
    except CommandError:
        return False
    return True


def test_each_difference_is_named_below_its_kind(two_days_later, capsys):
    file_with_photo()
    store_unknown_files()
    two_days_later()
    assert not check_photos()
    lines = capsys.readouterr().out.splitlines()
    at = lines.index("Files older than a day that no photo knows: 5")
    assert all(line.startswith("  ") for line in lines[at + 1 : at + 6])
    assert lines[at + 6] == "Photos whose original is gone: 0"


def assert_orphans_are_deleted(two_days_later):
    photo = file_with_photo()
    strangers = store_unknown_files()
    assert audit.delete_unknown_files() == 0
    assert check_photos()
    two_days_later()
    assert not check_photos()
    assert audit.delete_unknown_files() == len(strangers)
    assert list_stored_names() == {
        photo.original,
        *(photo.storage_name(size) for size in Photo.SIZES),
    }
    assert check_photos()


def test_files_without_a_row_are_swept_after_a_day(two_days_later):
    assert_orphans_are_deleted(two_days_later)


def test_files_without_a_row_are_swept_from_a_bucket_too(bucket, two_days_later):
    assert_orphans_are_deleted(two_days_later)


def test_sizes_that_vanished_are_made_again(capsys):
    photo = file_with_photo()
    default_storage.delete(photo.storage_name(960))
    assert browser().get(photo.medium).status_code == 404
    assert not check_photos()
    assert "Ready photos that lack a size: 1" in capsys.readouterr().out
    assert check_photos("--mend")
    uploading.make_sizes(photo.pk)
    assert browser().get(photo.medium).status_code == 200
    assert check_photos()


def test_an_original_that_vanished_can_only_be_reported():
    photo = file_with_photo()
    default_storage.delete(photo.original)
    assert not check_photos()
    assert not check_photos("--mend")
    assert browser().get(photo.small).status_code == 200


def test_a_photo_of_which_nothing_is_left_is_said_to_be_gone():
    photo = file_with_photo()
    for name in list_stored_names():
        default_storage.delete(name)
    assert not check_photos()
    assert check_photos("--mend")
    photo.refresh_from_db()
    assert photo.state == Photo.State.UNREADABLE
    page = browser().get(f"/requests/{photo.service_request.reference}/")
    assert page.status_code == 200
    assert browser().get(photo.small).status_code == 404


def test_a_database_that_knows_hardly_any_file_deletes_none(two_days_later, monkeypatch, capsys):
    monkeypatch.setattr(audit, "MAX_PLAUSIBLE_UNKNOWN", 1)
    store_unknown_files()
    two_days_later()
    audit.delete_unknown_files()
    assert "incoming/abandoned" not in list_stored_names()
    assert len(list_stored_names()) == 4
    assert not check_photos("--mend")
    assert "may be the wrong one" in capsys.readouterr().err
