"""Tests for permanent deletion if the S3 service does not know versions or does not list them."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.files.base import ContentFile

from lib import s3 as buckets
from lib.s3 import BucketStorage, VersionsRefused
from lib.storage import default_storage

NAMES = ["originals/1.jpg", "originals/1.webp", "originals/1.heic"]
LISTING = b"""<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>photos</Name>
<IsTruncated>false</IsTruncated>
<Contents><Key>originals/1.jpg</Key><LastModified>2026-11-30T10:00:00.000Z</LastModified></Contents>
<Contents><Key>originals/1.tif</Key><LastModified>2026-11-30T10:00:00.000Z</LastModified></Contents>
<Contents><Key>originals/1.webp</Key><LastModified>2026-11-30T10:00:00.000Z</LastModified></Contents>
</ListBucketResult>"""


def make_refusal(code):
    return f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>no</Message></Error>".encode()


@pytest.fixture
def bucket_that_refuses_versions(serve):
    """Return a function that builds a storage whose service refuses to list versions."""

    def start(status, code):
        def answer(handler):
            query = parse_qs(urlsplit(handler.path).query, keep_blank_values=True)
            if "versions" in query:
                handler.send(status, make_refusal(code), Connection="close")
            else:
                handler.send(200, LISTING, Content_Type="application/xml", Connection="close")

        server = serve(answer)
        return server, BucketStorage(
            bucket_name="photos", endpoint_url=server.url, region_name="us-west-2",
            access_key="a", secret_key="b", addressing_style="path",
        )  # fmt: skip

    yield start
    buckets.s3_breaker.close()


def list_deleted(server):
    return [urlsplit(path).path for method, path, *_more in server.calls if method == "DELETE"]


@pytest.mark.parametrize("code", ["NotImplemented", "MethodNotAllowed"])
def test_where_the_service_knows_no_versions_the_files_are_deleted(
    bucket_that_refuses_versions, code
):
    server, storage = bucket_that_refuses_versions(501, code)
    storage.delete_permanently(NAMES, keep="originals/1.webp")
    assert list_deleted(server) == ["/photos/originals/1.jpg"]


def test_a_missing_right_is_told_and_is_no_sign_of_a_bucket_that_is_away(
    bucket_that_refuses_versions,
):
    server, storage = bucket_that_refuses_versions(403, "AccessDenied")
    for _time in range(10):
        with pytest.raises(VersionsRefused):
            storage.delete_permanently(NAMES)
    assert list_deleted(server) == []
    assert not storage.is_unavailable


def test_in_a_folder_the_files_of_one_name_are_deleted():
    for name in ("erasing/1.jpg", "erasing/1.webp", "erasing/12.jpg"):
        default_storage.save(name, ContentFile(b"x"))
    default_storage.delete_permanently(["erasing/1.jpg", "erasing/1.webp", "erasing/1.heic"],
                          keep="erasing/1.webp")  # fmt: skip
    assert not default_storage.exists("erasing/1.jpg")
    assert default_storage.exists("erasing/1.webp")
    assert default_storage.exists("erasing/12.jpg")
