"""Tests for the pictures of the demo's story: one file per place, before and after the work."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from PIL import Image

from requests_app.models import Photo
from requests_app.photos.processing import check_photo
from requests_app.photos.sandbox.inspection import inspect
from tools.demo.story import plain, words
from tools.demo.story.pictures import FOLDER, SEEDS, SIZE, View, camera

MOST = 7_000_000  # bytes


def subjects_that_the_story_names():
    named = set(plain.PICTURES.values())
    for topic in words.topics(Path(settings.CITY_PACK) / "demo").values():
        named |= {*topic.pictures, *topic.after, *(saying.picture for saying in topic.sayings)}
    return named - {"", words.NO_PICTURE}


def test_every_picture_that_the_story_names_is_there_and_no_other():
    views = [View(subject, seed) for subject in subjects_that_the_story_names() for seed in SEEDS]
    named = {view.picture(fixed=fixed) for view in views for fixed in (False, True)}
    assert named == set(FOLDER.iterdir())


def test_the_pictures_are_small():
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) <= MOST


def test_every_picture_is_a_plain_public_size_that_the_sandbox_can_open():
    for path in sorted(FOLDER.iterdir()):
        found = inspect(path.read_bytes())
        assert (found["format"], found["size"], found["place"]) == ("WEBP", SIZE, None), path.name
        with Image.open(path) as picture:
            assert not {"exif", "icc_profile", "xmp"} & set(picture.info), path.name


def test_a_picture_passes_as_an_upload():
    assert check_photo(View("sofa", 1).picture(fixed=False).read_bytes()).format == "WEBP"


@pytest.mark.django_db
def test_the_photo_of_a_view_has_the_sizes_of_an_upload():
    with camera() as photos:
        photo = photos.photo(View("sofa", 1), fixed=True, kind=Photo.Kind.COMPLETION)
    for longest in Photo.SIZES:
        with default_storage.open(photo.storage_name(longest)) as file, Image.open(file) as picture:
            assert (picture.format, max(picture.size)) == ("WEBP", min(longest, max(SIZE)))
