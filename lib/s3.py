"""A storage for files in an S3 bucket, with short time-outs and a circuit breaker.

boto3 waits more than a minute for a bucket that does not answer. Here a call fails after about four
seconds, and at once after five failures, with `Unavailable`, an OSError.
"""

import logging
import mimetypes
import os
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import ContentFile
from storages.backends.s3 import S3Storage

from lib import clock_offsets
from lib.breaker import CircuitBreaker, Unavailable
from lib.s3_transfer import CHUNK_BYTES, DeadlineBytesIO, read_body
from lib.storage import DurableStorage

log = logging.getLogger(__name__)
CONNECT_SECONDS = 1
ANSWER_SECONDS = 3

# Amazon refuses form fields that the policy does not name; other services accept and store them
# with the file. So the policy names these fields, with the only values that are allowed.
_FIXED_FORM_FIELDS = {
    "success_action_status": "201",
    "success_action_redirect": "",
    "Cache-Control": "private, no-store",
    "Content-Disposition": "attachment",
    "Content-Encoding": "identity",
    "Expires": "Thu, 01 Jan 1970 00:00:00 GMT",
}

# Error codes of services that do not implement versions.
_UNSUPPORTED_CODES = {"NotImplemented", "MethodNotAllowed"}

s3_breaker = CircuitBreaker(
    "s3", is_failure=lambda error: isinstance(error, BotoCoreError | ClientError)
)
_client_lock = threading.Lock()


def _guess_content_type(name: str) -> str:
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


class VersionsRefused(OSError):
    """The keys may not list or delete earlier versions. The bucket answers other calls."""


class ClockSkewed(Unavailable):
    """The bucket refuses signatures, because this machine's clock is wrong."""


class BucketStorage(DurableStorage, S3Storage):
    """A storage in an S3 bucket; `public_endpoint` is its URL for browsers, "" for none.

    Saving under an existing name replaces the file. A missing file raises FileNotFoundError.
    """

    # Set by the base class, from OPTIONS and get_default_settings()
    bucket_name: str
    endpoint_url: str | None
    region_name: str
    access_key: str
    secret_key: str
    addressing_style: str
    querystring_expire: int
    answer_seconds: float

    def get_default_settings(self) -> dict[str, Any]:
        """Return django-storages' defaults, and those of our two additional options."""
        extra = {"public_endpoint": "", "answer_seconds": ANSWER_SECONDS}
        return super().get_default_settings() | extra

    @property
    def client(self) -> Any:
        """Return the client that all threads share; creating one takes 0.1 s."""
        with _client_lock:
            return self._client

    @cached_property
    def _client(self) -> Any:
        return self._build_client(self.endpoint_url)

    @cached_property
    def _public_client(self) -> Any:
        """Return a client that signs URLs for browsers. It makes no requests itself."""
        return self._build_client(self.public_endpoint or self.endpoint_url)

    def _build_client(self, endpoint: str | None) -> Any:
        """Return a client of `endpoint` (None: Amazon) without retries, with short time-outs."""
        client = boto3.Session().client(
            "s3",
            endpoint_url=endpoint,
            region_name=self.region_name,
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key,
            config=Config(
                signature_version="s3v4",
                s3={"addressing_style": self.addressing_style},
                connect_timeout=CONNECT_SECONDS,
                read_timeout=self.answer_seconds,
                retries={"total_max_attempts": 1, "mode": "standard"},
                max_pool_connections=32,
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )
        client.meta.events.register("after-call.s3", _record_server_time)
        return client

    @property
    def is_unavailable(self) -> bool:
        """Return True if the breaker refuses calls now."""
        return s3_breaker.is_open

    @contextmanager
    def _guarded_request(self) -> Iterator[dict[str, Any]]:
        """Yield {"Bucket": name} inside the breaker. Raise Unavailable or FileNotFoundError."""
        with s3_breaker.guard():
            try:
                yield {"Bucket": self.bucket_name}
            except ClientError as error:
                if _is_missing(error):
                    raise FileNotFoundError(str(error)) from error
                log.warning("refused by the bucket: %s", error)
                if _error_code(error) == "RequestTimeTooSkewed":
                    raise ClockSkewed("s3") from error
                raise

    def _open(self, name: str, mode: str = "rb") -> "BucketFile":
        """Return the whole content with its ETag, so that a broken transfer is an error here."""
        with self._guarded_request() as bucket:
            found = self.client.get_object(**bucket, Key=name)
            return BucketFile(read_body(found["Body"]), name, found["ETag"])

    def _save(self, name, content) -> str:
        """Upload the content, replacing a file of that name, and return the name."""
        content.seek(0)
        body = DeadlineBytesIO(content.read())
        with self._guarded_request() as bucket:
            self.client.put_object(
                **bucket, Key=name, Body=body, ContentType=_guess_content_type(name)
            )
        return name

    def save_file(self, name: str, path: Path, content_type: str) -> None:
        """Upload a large local file in parts. The old file is served until the last part."""
        with path.open("rb") as file, self._guarded_request() as bucket:
            self.client.upload_fileobj(
                file,
                bucket["Bucket"],
                name,
                ExtraArgs={"ContentType": content_type},
                Config=TransferConfig(use_threads=False),
            )

    def read_range(self, name: str, first: int, length: int) -> Iterator[bytes]:
        """Return at most `length` bytes from `first` in chunks. Raise FileNotFoundError at once."""
        span = f"bytes={first}-{first + length - 1}"
        with self._guarded_request() as bucket:
            found = self.client.get_object(**bucket, Key=name, Range=span)
        return found["Body"].iter_chunks(CHUNK_BYTES)

    def delete(self, name) -> None:
        """Delete the file if there is one, not its earlier versions. Raise Unavailable."""
        with self._guarded_request() as bucket:
            self.client.delete_object(**bucket, Key=name)

    def delete_permanently(self, names: Collection[str], *, keep: str = "") -> None:
        """Delete the files with these names, including earlier versions. Missing files are ignored.

        The current version of the file `keep` stays. The names should have a common prefix, by
        which they are listed. Raise VersionsRefused if the keys may not list or delete versions.
        """
        beginning = os.path.commonprefix(list(names))  # noqa: RUF071 - a prefix of characters
        for name, version, is_current in list(self._list_versions(beginning)):
            if name in names and not (is_current and name == keep):
                self._delete_version(name, version)

    def _list_versions(self, prefix: str) -> Iterator[tuple[str, str, bool]]:
        """Yield (name, version, is_current) for each version and delete marker.

        The version is "" if the service has no versions. Raise VersionsRefused without permission.
        """
        after: dict[str, str] = {}
        while True:
            with self._guarded_request() as bucket, _raise_versions_refused():
                page = self._fetch_versions_page(**bucket, Prefix=prefix, **after)
            if page is None:
                yield from ((name, "", True) for name, _written in self.list_files(prefix))
                return
            for each in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]:
                yield each["Key"], each["VersionId"], each["IsLatest"]
            if not page.get("IsTruncated"):
                return
            after = {"KeyMarker": page["NextKeyMarker"]}
            if marker := page.get("NextVersionIdMarker"):
                after["VersionIdMarker"] = marker

    def _fetch_versions_page(self, **asked: str) -> dict | None:
        """Return one page of versions; None if the service has no versions."""
        try:
            return self.client.list_object_versions(**asked)
        except ClientError as error:
            if _error_code(error) in _UNSUPPORTED_CODES:
                return None
            raise

    def _delete_version(self, name: str, version: str) -> None:
        which = {"VersionId": version} if version else {}
        with self._guarded_request() as bucket, _raise_versions_refused():
            self.client.delete_object(**bucket, Key=name, **which)

    def exists(self, name) -> bool:
        """Return True if the bucket has the file. Raise Unavailable if the bucket fails."""
        try:
            self._head(name)
        except FileNotFoundError:
            return False
        return True

    def size(self, name) -> int:
        """Return the size in bytes. Raise FileNotFoundError or Unavailable."""
        return self._head(name)["ContentLength"]

    def _head(self, name) -> dict[str, Any]:
        """Return boto3's description of the file. Raise FileNotFoundError or Unavailable."""
        with self._guarded_request() as bucket:
            return self.client.head_object(**bucket, Key=name)

    def url(self, name, parameters=None, expire=None, http_method=None) -> str:
        """Return a signed URL, valid for `expire` seconds, by default `querystring_expire`."""
        return self._public_client.generate_presigned_url(
            "get_object",
            Params={"Bucket": self.bucket_name, "Key": name, **(parameters or {})},
            ExpiresIn=expire or self.querystring_expire,
            HttpMethod=http_method,
        )

    def move(self, name: str, new_name: str, etag: str) -> None:
        """Move a file without its metadata. Raise FileNotFoundError if its ETag differs."""
        with self._guarded_request() as bucket:
            copied = self.client.copy_object(
                **bucket,
                Key=new_name,
                CopySource={**bucket, "Key": name},
                CopySourceIfMatch=etag,
                MetadataDirective="REPLACE",
                ContentType=_guess_content_type(new_name),
            )
        self._delete_version(name, copied.get("CopySourceVersionId", ""))

    def list_files(self, prefix: str) -> Iterator[tuple[str, datetime]]:
        """Yield the name and the modification time of each file whose name has the prefix."""
        after = ""
        while True:
            with self._guarded_request() as bucket:
                page = self.client.list_objects_v2(**bucket, Prefix=prefix, StartAfter=after)
            found = page.get("Contents", [])
            yield from ((each["Key"], each["LastModified"]) for each in found)
            if not page.get("IsTruncated"):
                return
            after = found[-1]["Key"]

    def build_upload_form(self, name: str, content_type: str, max_bytes: int) -> dict[str, Any]:
        """Return the URL and fields of a form that uploads one file, for `querystring_expire` s.

        The signature fixes the name, content type, all headers, and a size of 1 to `max_bytes`.
        """
        bound = {"Content-Type": content_type, **_FIXED_FORM_FIELDS}
        return self._public_client.generate_presigned_post(
            self.bucket_name,
            name,
            Fields=dict(bound),
            Conditions=[
                *({key: value} for key, value in bound.items()),
                ["content-length-range", 1, max_bytes],
            ],
            ExpiresIn=self.querystring_expire,
        )


class BucketFile(ContentFile):
    """The content of a file, with its ETag."""

    def __init__(self, content: bytes, name: str, etag: str) -> None:
        super().__init__(content, name=name)
        self.etag = etag


@contextmanager
def _raise_versions_refused() -> Iterator[None]:
    """Raise VersionsRefused for a missing permission, which is no failure of the bucket."""
    try:
        yield
    except ClientError as error:
        if _error_code(error) not in {"AccessDenied", "403"}:
            raise
        log.error("the bucket's keys may not list or delete versions: %s", error)
        raise VersionsRefused(str(error)) from error


def _is_missing(error: ClientError) -> bool:
    """Return True if the error says that there is no such file, or that its ETag differs."""
    return _error_code(error) in {"404", "NoSuchKey", "PreconditionFailed", "412"}


def _error_code(error: ClientError) -> str:
    """Return the code of the error, such as "NoSuchKey" or "404". Raise KeyError without one."""
    return error.response["Error"]["Code"]


def _record_server_time(parsed, **_) -> None:
    """Record the bucket's time from the Date header of each response, also of refusals."""
    if date := parsed.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("date"):
        clock_offsets.record_server_time("storage", parsedate_to_datetime(date).timestamp())
