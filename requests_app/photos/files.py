"""The storage of photos' files: a folder or a bucket, as configured."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any, Protocol, cast

from django.core.files.base import File
from django.core.files.storage import default_storage


class StoredFile(File):
    """A file of the storage; in a bucket, `etag` identifies its content."""

    etag: str


class PhotoFiles(Protocol):
    """The methods of `lib.file_storage.Folder` and `lib.s3.Bucket` that photos need.

    `build_upload_form` and `move` are those of a bucket with a `public_endpoint`.
    """

    public_endpoint: str

    @property
    def is_unavailable(self) -> bool: ...
    def open(self, name: str) -> StoredFile: ...
    def save(self, name: str, content: File) -> str: ...
    def delete(self, name: str) -> None: ...
    def exists(self, name: str) -> bool: ...
    def size(self, name: str) -> int: ...
    def delete_permanently(self, names: Collection[str], *, keep: str = "") -> None: ...
    def list_files(self, prefix: str) -> Iterator[tuple[str, datetime]]: ...
    def move(self, name: str, new_name: str, etag: str) -> None: ...
    def build_upload_form(self, name: str, content_type: str, max_bytes: int) -> dict[str, Any]: ...


photo_files = cast("PhotoFiles", default_storage)  # a lazy object, which has these methods
