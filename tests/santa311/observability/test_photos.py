"""Tests for the count of photos by the time from upload until ready."""

from datetime import timedelta

import pytest

from lib import clock
from requests_app import tasks
from requests_app.models import Photo
from requests_app.photos import processing
from santa311.observability import photos
from tests import make

pytestmark = pytest.mark.django_db


def read_counts() -> dict[str, float]:
    (family,) = photos.collect_counters()
    return {sample.labels["pace"]: sample.value for sample in family.samples}


def make_ready(photo: Photo) -> None:
    tasks.make_photo_sizes.apply([str(photo.pk)], throw=True)
    photo.refresh_from_db()
    assert photo.is_ready


def test_the_task_is_the_one_that_makes_sizes():
    assert photos.MAKE_SIZES == processing.MAKE_SIZES


def test_photos_are_counted_once_by_their_time():
    assert read_counts() == {"in_time": 0, "late": 0}
    first = make.photo(device=make.ana())
    make_ready(first)
    make_ready(first)  # the same message, delivered twice
    with clock.freeze_time(clock.now() - timedelta(seconds=61)):
        late = make.photo(color="red", device=make.ana())
    make_ready(late)
    assert read_counts() == {"in_time": 1, "late": 1}


def test_a_photo_that_is_redacted_later_is_not_counted_again():
    with clock.freeze_time(clock.now() - timedelta(days=1)):
        photo = make.photo(device=make.ana())
    Photo.objects.filter(pk=photo.pk).update(redactions=[[0.1, 0.1, 0.2, 0.2]])
    make_ready(photo)
    assert read_counts() == {"in_time": 0, "late": 0}


def test_without_the_cache_nothing_is_counted_down_to_zero(settings):
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1"}}
    assert read_counts() == {}
