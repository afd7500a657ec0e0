"""Tests for the log of stored, replaced and deleted files that `deploy/copy_photos` reads."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile

from lib import clock
from lib.storage import default_storage
from requests_app import workflow
from requests_app.models import Photo, PhotoCopy, PhotoFileChange
from requests_app.photos import uploading
from requests_app.privacy import retention
from santa311.observability import backlog
from tests import make

pytestmark = pytest.mark.django_db


def take_changes() -> set[str]:
    """Return the names in the log, and empty the log."""
    names = set(PhotoFileChange.objects.values_list("name", flat=True))
    PhotoFileChange.objects.all().delete()
    return names


def list_sizes(photo) -> set[str]:
    return {photo.storage_name(size) for size in Photo.SIZES}


def test_each_file_of_a_photo_is_noted_once_it_is_stored():
    photo = make.photo(device=make.ana())
    assert str(PhotoFileChange.objects.get()) == photo.original
    assert take_changes() == {photo.original}
    uploading.make_sizes(photo.pk)
    assert take_changes() == {photo.original} | list_sizes(photo)
    assert all(default_storage.exists(name) for name in list_sizes(photo))


def test_the_sizes_of_before_a_redaction_are_noted_with_those_of_after():
    photo = make.photo(device=make.ana())
    row = make.filed(photos=[photo])
    uploading.make_sizes(photo.pk)
    photo.refresh_from_db()
    old = list_sizes(photo)
    boxes = [(0, 0, 0.5, 0.5)]
    workflow.redact(
        row, by=make.omar(), seen=make.last_event_id(row), words="A face.", photo=photo, boxes=boxes
    )
    take_changes()
    uploading.make_sizes(photo.pk)
    photo.refresh_from_db()
    assert old | list_sizes(photo) < take_changes()
    assert not old & list_sizes(photo)


@pytest.mark.parametrize("delete", [uploading.delete_loose_photo, uploading.delete_files])
def test_a_deleted_photo_is_noted_with_every_file(delete):
    photo = make.photo(device=make.ana())
    take_changes()
    delete(photo)
    assert take_changes() == {photo.original} | list_sizes(photo)


def test_a_clean_original_is_noted_with_the_one_that_it_replaces():
    photo = make.photo(device=make.ana())
    uploading.make_sizes(photo.pk)
    photo.refresh_from_db()
    take_changes()
    uploading.replace_original(photo, ContentFile(b"a clean copy"))
    assert {photo.original, f"originals/{photo.pk}.webp"} < take_changes()


def test_what_changes_no_file_is_not_noted():
    photo = make.photo(device=make.ana())
    take_changes()
    Photo.objects.filter(pk=photo.pk).update(is_hidden=True, attempts=1)
    assert take_changes() == set()


def test_names_that_nobody_copies_are_forgotten_after_two_days():
    photo = make.photo(device=make.ana())
    retention.delete_expired()
    assert take_changes() == {photo.original}
    PhotoFileChange.objects.create(name="old", changed_at=clock.now() - timedelta(days=2, hours=1))
    retention.delete_expired()
    assert take_changes() == set()


def read_age() -> list[float]:
    found = {family.name: family for family in backlog.collect_gauges()}
    return [sample.value for sample in found["santa311_photos_copy_age_seconds"].samples]


def test_the_age_of_the_copy_is_shown_where_there_is_one():
    assert read_age() == []
    copy = PhotoCopy.objects.create(copied_until=clock.now() - timedelta(seconds=400))
    assert read_age() == [pytest.approx(400, abs=30)]
    assert str(copy) == f"until {copy.copied_until:%Y-%m-%d %H:%M:%S}"
