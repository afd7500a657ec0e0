"""Files in an S3 bucket that may be slow, full or away: asked briefly, and through a breaker.

boto3 itself would wait for more than a minute. Here a question to a bucket that says nothing costs
some four seconds, and none once five have failed: `Unavailable`, an OSError, says so at once.
"""

import io
import logging
import mimetypes
import os
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import Any

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ReadTimeoutError
from django.core.files.base import ContentFile
from storages.backends.s3 import S3Storage

from lib import clock_offsets
from lib.breaker import Breaker, Unavailable

log = logging.getLogger(__name__)
CONNECT_SECONDS = 1
ANSWER_SECONDS = 3
WHOLE_SECONDS = 10  # for all bytes of a file: a slow trickle would meet no other time-out
PIECE = 256 * 1024

# What Amazon refuses in a form because its policy does not name it, others take and keep with the
# file: named, it has this value and no other. So does the page that the form would lead to.
_BOUND = {
    "success_action_status": "201",
    "success_action_redirect": "",
    "Cache-Control": "private, no-store",
    "Content-Disposition": "attachment",
    "Content-Encoding": "identity",
    "Expires": "Thu, 01 Jan 1970 00:00:00 GMT",
}

_UNKNOWN = {"NotImplemented", "MethodNotAllowed"}  # from a service without such a function

s3 = Breaker("s3", is_failure=lambda error: isinstance(error, BotoCoreError | ClientError))
_making = threading.Lock()


def _content_type_of(name: str) -> str:
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


class VersionsRefused(OSError):
    """The keys may not list or delete earlier versions; the bucket answers everything else."""


class ClockIsOff(Unavailable):
    """The bucket is there, but takes no signature that was made at this time."""


class Bucket(S3Storage):
    """One of Django's storages. `public_endpoint` is where browsers reach the bucket, if they do.

    Writing a name that exists replaces it, as a whole. What is not there is a FileNotFoundError.
    """

    def get_default_settings(self) -> dict[str, Any]:
        extra = {"public_endpoint": "", "answer_seconds": ANSWER_SECONDS}
        return super().get_default_settings() | extra

    @property
    def client(self) -> Any:
        """One for all threads: making one takes a tenth of a second, and it may be shared."""
        with _making:
            return self._client

    @cached_property
    def _client(self) -> Any:
        return self._client_at(self.endpoint_url)

    @cached_property
    def _outside(self) -> Any:
        """Signs what browsers are given; it never asks anything itself."""
        return self._client_at(self.public_endpoint or self.endpoint_url)

    def _client_at(self, endpoint) -> Any:
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
        client.meta.events.register("after-call.s3", _note_the_time)
        return client

    @property
    def is_away(self) -> bool:
        """Whether nobody asks it now, because it did not answer."""
        return s3.is_open

    @contextmanager
    def _asking(self) -> Iterator[dict[str, Any]]:
        with s3.guard():
            try:
                yield {"Bucket": self.bucket_name}
            except ClientError as error:
                if _is_missing(error):
                    raise FileNotFoundError(str(error)) from error
                log.warning("refused by the bucket: %s", error)
                if _code(error) == "RequestTimeTooSkewed":
                    raise ClockIsOff("s3") from error
                raise

    def _open(self, name, mode="rb") -> ContentFile:
        """All of it, at once: an answer that breaks off is an error here and not in a page."""
        with self._asking() as bucket:
            found = self.client.get_object(**bucket, Key=name)
            content = ContentFile(_read(found["Body"]), name=name)
        content.etag = found["ETag"]
        return content

    def _save(self, name, content) -> str:
        content.seek(0)
        body = _Hurried(content.read())
        with self._asking() as bucket:
            self.client.put_object(
                **bucket, Key=name, Body=body, ContentType=_content_type_of(name)
            )
        return name

    def save_file(self, name, path, content_type) -> None:
        """A large file, sent in parts; what was there before is read until all have arrived."""
        with path.open("rb") as file, self._asking() as bucket:
            self.client.upload_fileobj(
                file,
                bucket["Bucket"],
                name,
                ExtraArgs={"ContentType": content_type},
                Config=TransferConfig(use_threads=False),
            )

    def pieces(self, name, first, length) -> Iterator[bytes]:
        """`length` bytes from the byte `first` on. FileNotFoundError or OSError at once; one that
        comes later breaks the answer off.
        """
        span = f"bytes={first}-{first + length - 1}"
        with self._asking() as bucket:
            found = self.client.get_object(**bucket, Key=name, Range=span)
        return found["Body"].iter_chunks(PIECE)

    def delete(self, name) -> None:
        with self._asking() as bucket:
            self.client.delete_object(**bucket, Key=name)

    def erase(self, names: Collection[str], *, keep: str = "") -> None:
        """Delete the files with these names, as far as they are there, with all earlier versions.

        The current version of the file `keep` stays. The names should begin alike, since they are
        listed by their common beginning. Raises VersionsRefused where the keys may not list or
        delete versions.
        """
        beginning = os.path.commonprefix(list(names))  # noqa: RUF071 - of letters
        for name, version, is_current in list(self._versions(beginning)):
            if name in names and not (is_current and name == keep):
                self._delete_version(name, version)

    def _versions(self, prefix: str) -> Iterator[tuple[str, str, bool]]:
        """Yield the name, the version and whether it is the current one, delete markers included.

        The version is empty where the service knows no versions.
        """
        after = {}
        while True:
            with self._asking() as bucket, _refusing_versions():
                page = self._versions_page(**bucket, Prefix=prefix, **after)
            if page is None:
                yield from ((name, "", True) for name, _written in self.listing(prefix))
                return
            for each in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]:
                yield each["Key"], each["VersionId"], each["IsLatest"]
            if not page.get("IsTruncated"):
                return
            after = {"KeyMarker": page["NextKeyMarker"]}
            if marker := page.get("NextVersionIdMarker"):
                after["VersionIdMarker"] = marker

    def _versions_page(self, **asked: str) -> dict | None:
        """Return one page of versions; None where the service knows no versions."""
        try:
            return self.client.list_object_versions(**asked)
        except ClientError as error:
            if _code(error) in _UNKNOWN:
                return None
            raise

    def _delete_version(self, name: str, version: str) -> None:
        which = {"VersionId": version} if version else {}
        with self._asking() as bucket, _refusing_versions():
            self.client.delete_object(**bucket, Key=name, **which)

    def exists(self, name) -> bool:
        try:
            self._head(name)
        except FileNotFoundError:
            return False
        return True

    def size(self, name) -> int:
        return self._head(name)["ContentLength"]

    def _head(self, name) -> dict[str, Any]:
        with self._asking() as bucket:
            return self.client.head_object(**bucket, Key=name)

    def url(self, name, parameters=None, expire=None, http_method=None) -> str:
        """Signed, and good for `expire` seconds."""
        return self._outside.generate_presigned_url(
            "get_object",
            Params={"Bucket": self.bucket_name, "Key": name, **(parameters or {})},
            ExpiresIn=expire or self.querystring_expire,
            HttpMethod=http_method,
        )

    def move(self, name, new_name, etag) -> None:
        """Move a file without its sender's metadata; FileNotFoundError if its `etag` is another."""
        with self._asking() as bucket:
            copied = self.client.copy_object(
                **bucket,
                Key=new_name,
                CopySource={**bucket, "Key": name},
                CopySourceIfMatch=etag,
                MetadataDirective="REPLACE",
                ContentType=_content_type_of(new_name),
            )
        self._delete_version(name, copied.get("CopySourceVersionId", ""))

    def listing(self, prefix) -> Iterator[tuple]:
        """(name, when it was written) of everything whose name begins so, in the order of names."""
        after = ""
        while True:
            with self._asking() as bucket:
                page = self.client.list_objects_v2(**bucket, Prefix=prefix, StartAfter=after)
            found = page.get("Contents", [])
            yield from ((each["Key"], each["LastModified"]) for each in found)
            if not page.get("IsTruncated"):
                return
            after = found[-1]["Key"]

    def posting(self, name, content_type, largest) -> dict[str, Any]:
        """An address and the fields of a form with which anybody may put this one file here.

        Its size is bound to 1 to `largest` bytes, and all that is said of it; for as long as a link
        is good.
        """
        bound = {"Content-Type": content_type, **_BOUND}
        return self._outside.generate_presigned_post(
            self.bucket_name,
            name,
            Fields=dict(bound),
            Conditions=[
                *({key: value} for key, value in bound.items()),
                ["content-length-range", 1, largest],
            ],
            ExpiresIn=self.querystring_expire,
        )


class _Hurried(io.BytesIO):
    """Bytes to be sent, which run out of patience."""

    def __init__(self, data) -> None:
        super().__init__(data)
        self._ends = time.monotonic() + WHOLE_SECONDS

    def read(self, size=-1) -> bytes:
        if time.monotonic() > self._ends:
            raise TimeoutError("the bucket takes this file too slowly")
        return super().read(size)


@contextmanager
def _refusing_versions() -> Iterator[None]:
    """Raise VersionsRefused for a missing right, which is no sign of a bucket that is away."""
    try:
        yield
    except ClientError as error:
        if _code(error) not in {"AccessDenied", "403"}:
            raise
        log.error("the bucket's keys may not list or delete versions: %s", error)
        raise VersionsRefused(str(error)) from error


def _read(body) -> bytes:
    ends = time.monotonic() + WHOLE_SECONDS
    pieces = []
    for piece in body.iter_chunks(PIECE):
        pieces.append(piece)
        if time.monotonic() > ends:
            body.close()
            raise ReadTimeoutError(endpoint_url="the bucket, file by drops")
    return b"".join(pieces)


def _is_missing(error) -> bool:
    return _code(error) in {"404", "NoSuchKey", "PreconditionFailed", "412"}


def _code(error) -> str:
    return error.response["Error"]["Code"]


def _note_the_time(parsed, **_) -> None:
    """Of every answer, refusals too."""
    if date := parsed.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("date"):
        clock_offsets.note("storage", parsedate_to_datetime(date).timestamp())
