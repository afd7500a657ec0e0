"""Photos in a real S3 server: private originals, public sizes, the same code as on a disk."""

import json
import socket
import sys
from contextlib import closing
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest
from django.core.files.storage import default_storage

from requests_app import uploads
from requests_app.models import Photo
from santa311.embedded import Child
from tests import make
from tests.visitors import browser

pytestmark = pytest.mark.django_db

KEYS = {"accessKey": "santa311", "secretKey": "only-for-tests"}
ACTIONS = ["Admin", "Read", "Write", "List", "Tagging"]


def free_port():
    """SeaweedFS also takes each port plus 10000, so both must be free."""
    for _attempt in range(50):
        with closing(socket.socket()) as low, closing(socket.socket()) as high:
            low.bind(("127.0.0.1", 0))
            port = low.getsockname()[1]
            if port < 55000:
                high.bind(("127.0.0.1", port + 10000))
                return port
    raise AssertionError("no two ports are free")


@pytest.fixture(scope="session")
def s3_endpoint(tmp_path_factory):
    folder = tmp_path_factory.mktemp("s3")
    config = folder / "s3.json"
    identity = {"name": "app", "credentials": [KEYS], "actions": ACTIONS}
    config.write_text(json.dumps({"identities": [identity]}))
    s3, master, volume, filer = (free_port() for _ in range(4))
    command = [
        Path(sys.executable).with_name("weed"), "server", "-ip=127.0.0.1", "-ip.bind=127.0.0.1",
        f"-dir={folder}", "-s3", f"-s3.port={s3}", f"-s3.config={config}",
        f"-master.port={master}", f"-volume.port={volume}", f"-filer.port={filer}",
        "-s3.port.iceberg=0", "-master.volumeSizeLimitMB=64", "-volume.max=50",
    ]  # fmt: skip
    child = Child("SeaweedFS", [str(part) for part in command], log=folder / "weed.log")
    endpoint = f"http://127.0.0.1:{s3}"
    try:
        child.wait_until(lambda: _answers(endpoint), 60)
        yield endpoint
    finally:
        child.stop()


def _answers(endpoint):
    try:
        return status_of(endpoint) in {200, 403}
    except URLError:
        return False


def status_of(address):
    try:
        with urlopen(address, timeout=5) as response:
            return response.status
    except HTTPError as error:
        with error:
            return error.code


@pytest.fixture
def bucket(s3_endpoint, settings):
    """Django's photo storage in a bucket, set up as the settings do it from the environment."""
    options = {
        "bucket_name": "photos",
        "endpoint_url": s3_endpoint,
        "region_name": "us-west-2",
        "access_key": KEYS["accessKey"],
        "secret_key": KEYS["secretKey"],
        "addressing_style": "path",
        "signature_version": "s3v4",
        "querystring_expire": 300,
        "file_overwrite": True,
        "default_acl": None,
    }
    storage = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
    settings.STORAGES = {**settings.STORAGES, "default": storage}
    client = default_storage.connection.meta.client
    if "photos" not in [each["Name"] for each in client.list_buckets()["Buckets"]]:
        client.create_bucket(Bucket="photos")
    return f"{s3_endpoint}/photos"


def test_a_photo_goes_through_the_bucket_and_comes_back_to_the_page(bucket):
    photo = make.photo(device=make.ana())
    uploads.make_sizes(photo.pk)
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
    uploads.make_sizes(photo.pk)
    photo.refresh_from_db()
    names = [photo.original, *(photo.stored(size) for size in Photo.SIZES)]
    assert all(default_storage.exists(name) for name in names)
    uploads.remove(photo)
    assert not any(default_storage.exists(name) for name in names)
