"""Tests for the way from an original to its public sizes, with failures in between."""

from datetime import timedelta

import pytest
from django.db import connection

from lib.sandbox import parent
from lib.storage import default_storage
from requests_app import workflow
from requests_app.models import Photo
from requests_app.photos import uploading
from tests import make

pytestmark = pytest.mark.django_db


def test_a_loose_photo_goes_with_its_file():
    photo = make.photo(device=make.ana())
    uploading.delete_loose_photo(photo)
    assert not Photo.objects.exists()
    assert not default_storage.exists(photo.original)


def test_a_photo_that_was_sent_meanwhile_stays():
    photo = make.photo(device=make.ana())
    as_it_was = Photo.objects.get(pk=photo.pk)
    make.filed(photos=[photo])
    uploading.delete_loose_photo(as_it_was)
    assert Photo.objects.get().service_request is not None
    assert default_storage.exists(photo.original)


def make_sizes_often(photo, fault):
    """Fail twice as often as allowed; return the state of the photo and the counted attempts."""
    for _try in range(2 * uploading.MAX_ATTEMPTS):
        with pytest.raises(fault):
            uploading.make_sizes(photo.pk)
    photo.refresh_from_db()
    return photo.state, photo.attempts


def test_a_machine_that_starts_no_process_costs_no_photo(monkeypatch):
    photo = make.photo(device=make.ana())
    with monkeypatch.context() as no_python:
        no_python.setattr(parent, "COMMAND", ("/nowhere/python",))
        assert make_sizes_often(photo, OSError) == (Photo.State.WAITING, 0)
    uploading.make_sizes(photo.pk)
    photo.refresh_from_db()
    assert photo.is_ready


def test_a_photo_none_of_whose_tries_ended_is_given_up(monkeypatch):
    """Each attempt kills its worker or raises an unexpected error.

    The photo stays among the waiting ones until it is marked as unreadable.
    """
    photo = make.photo(device=make.ana())
    monkeypatch.setattr(parent, "COMMAND", ("true",))  # a child process that prints nothing
    for _try in range(uploading.MAX_ATTEMPTS):
        with pytest.raises(ValueError, match="Expecting value"):
            uploading.make_sizes(photo.pk)
    later = photo.uploaded_at + timedelta(days=365)
    assert list(uploading.find_waiting_ids(later)) == [photo.pk]
    uploading.make_sizes(photo.pk)
    photo.refresh_from_db()
    assert photo.state == Photo.State.UNREADABLE
    assert not uploading.find_waiting_ids(later)


def test_boxes_that_are_taken_away_while_they_are_drawn_take_no_size_along():
    photo = make.photo(device=make.ana())
    row = make.filed(photos=[photo])
    uploading.make_sizes(photo.pk)
    before = Photo.objects.get(pk=photo.pk)
    redact(row, photo, [(0, 0, 1, 1)])
    others = []

    def meanwhile(execute, sql, params, many, context):
        """Remove the boxes, and make the sizes in another worker, while the first worker draws."""
        answer = execute(sql, params, many, context)
        if 'SET "attempts"' in sql and not others:
            others.append(sql)
            redact(row, photo, [])
            uploading.make_sizes(photo.pk)
        return answer

    with connection.execute_wrapper(meanwhile):
        uploading.make_sizes(photo.pk)
    after = Photo.objects.get(pk=photo.pk)
    assert others
    assert after.is_ready
    assert (after.key, after.redactions) == (before.key, [])
    assert all(default_storage.exists(after.storage_name(size)) for size in Photo.SIZES)


def test_a_picture_that_is_forgotten_while_it_is_made_stays_forgotten():
    photo = make.photo(device=make.ana())
    make.filed(photos=[photo])

    def meanwhile(execute, sql, params, many, context):
        answer = execute(sql, params, many, context)
        if 'SET "attempts"' in sql:
            Photo.objects.filter(pk=photo.pk).update(state=Photo.State.UNREADABLE)
        return answer

    with connection.execute_wrapper(meanwhile):
        uploading.make_sizes(photo.pk)
    photo.refresh_from_db()
    assert photo.state == Photo.State.UNREADABLE
    assert not any(default_storage.exists(photo.storage_name(size)) for size in Photo.SIZES)


def redact(row, photo, boxes):
    now = Photo.objects.get(pk=photo.pk)
    seen = make.last_event_id(row)
    workflow.redact(row, by=make.omar(), seen=seen, words="A face.", photo=now, boxes=boxes)
