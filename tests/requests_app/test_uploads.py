import pytest
from django.core.files.storage import default_storage

from requests_app import uploads
from requests_app.models import Photo
from tests import make

pytestmark = pytest.mark.django_db


def test_a_loose_photo_goes_with_its_file():
    photo = make.photo(device=make.ana())
    uploads.remove(photo)
    assert not Photo.objects.exists()
    assert not default_storage.exists(photo.original)


def test_a_photo_that_was_sent_meanwhile_stays():
    photo = make.photo(device=make.ana())
    as_it_was = Photo.objects.get(pk=photo.pk)
    make.filed(photos=[photo])
    uploads.remove(as_it_was)
    assert Photo.objects.get().service_request is not None
    assert default_storage.exists(photo.original)
