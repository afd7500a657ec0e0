"""Tests for photos in a real S3 server: private originals, public sizes, same code as on a disk."""

from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command

from lib.s3_transfer import DeadlineBytesIO
from lib.storage import default_storage
from requests_app.models import Photo
from requests_app.photos import uploading
from tests import make
from tests.bucket import status_of
from tests.visitors import browser

pytestmark = pytest.mark.django_db


def test_a_photo_goes_through_the_bucket_and_comes_back_to_the_page(bucket):
    photo = make.photo(device=make.ana())
    uploading.make_sizes(photo.pk)
    service_request = make.filed(photos=[Photo.objects.get(pk=photo.pk)])
    photo.refresh_from_db()
    assert photo.is_ready
    assert default_storage.exists(photo.original)
    response = browser("bob").get(photo.small)
    body = b"".join(response) if response.streaming else response.content
    assert response.status_code == 200
    assert body[8:12] == b"WEBP"
    assert service_request.photos.get() == photo


def test_nobody_reads_an_original_from_the_bucket_without_a_signature(bucket):
    photo = make.photo(device=make.ana())
    assert status_of(f"{bucket}/{photo.original}") == 403
    signed = default_storage.url(photo.original)
    assert status_of(signed) == 200
    assert status_of(signed.replace("Signature=", "Signature=0")) == 403


def test_a_photo_that_is_taken_out_again_leaves_nothing_in_the_bucket(bucket):
    photo = make.photo(device=make.ana())
    uploading.make_sizes(photo.pk)
    photo.refresh_from_db()
    names = [photo.original, *(photo.storage_name(size) for size in Photo.SIZES)]
    assert all(default_storage.exists(name) for name in names)
    uploading.delete_loose_photo(photo)
    assert not any(default_storage.exists(name) for name in names)


def test_the_bucket_answers_as_a_folder_does(bucket):
    default_storage.save("a/first", ContentFile(b"one"))
    default_storage.save("a/first", ContentFile(b"three"))
    default_storage.save("a/second", ContentFile(b"2"))
    assert default_storage.size("a/first") == 5
    assert [name for name, _written in default_storage.list_files("a/")] == ["a/first", "a/second"]
    default_storage.delete("a/first")
    default_storage.delete("a/first")
    assert not default_storage.exists("a/first")
    for ask in (default_storage.open, default_storage.size):
        with pytest.raises(FileNotFoundError):
            ask("a/first")
    default_storage.delete("a/second")


def test_what_was_changed_since_it_was_read_is_not_moved(bucket):
    default_storage.save("incoming/x", ContentFile(b"looked at"))
    read = default_storage.open("incoming/x")
    default_storage.save("incoming/x", ContentFile(b"something else"))
    with pytest.raises(FileNotFoundError):
        default_storage.move("incoming/x", "originals/x", read.etag)
    assert not default_storage.exists("originals/x")
    default_storage.delete("incoming/x")


def test_a_file_that_dribbles_is_given_up():
    file = DeadlineBytesIO(b"slow")
    file._ends = 0
    with pytest.raises(TimeoutError):
        file.read()
    assert BytesIO(b"slow").read() == b"slow"


def test_a_bucket_may_be_prepared_again(bucket, capsys):
    call_command("prepare_bucket")
    said = capsys.readouterr().out
    assert "browsers on http://testserver may send photos here" in said
    rules = default_storage.client.get_bucket_cors(Bucket="photos")["CORSRules"]
    assert [rule["AllowedOrigins"] for rule in rules] == [["http://testserver"]]
