"""The default storage, typed with the methods that its two classes have besides Django's."""

from collections.abc import Collection, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from django.core.files import storage
from django.core.files.base import File


class StoredFile(File):
    """A file of the storage; in a bucket, `etag` identifies its content."""

    etag: str


class DurableStorage(storage.Storage):
    """The interface of lib.file_storage.FolderStorage and lib.s3.BucketStorage.

    Abstract methods raise NotImplementedError; FolderStorage leaves those of buckets abstract.
    """

    public_endpoint = ""

    @property
    def is_unavailable(self) -> bool:
        """Return True if calls are refused now, because the storage did not answer."""
        return False

    def save_file(self, name: str, path: Path, content_type: str) -> None:
        """Copy a large local file into the storage, and replace a file of that name (abstract)."""
        raise NotImplementedError

    def read_range(self, name: str, first: int, length: int) -> Iterator[bytes]:
        """Return at most `length` bytes from offset `first`, in chunks (abstract).

        Raise FileNotFoundError at once.
        """
        raise NotImplementedError

    def delete_permanently(self, names: Collection[str], *, keep: str = "") -> None:
        """Delete the files with these names except `keep`; ignore missing ones (abstract)."""
        raise NotImplementedError

    def list_files(self, prefix: str) -> Iterator[tuple[str, datetime]]:
        """Yield (name, modification time) of each file below the folder `prefix` (abstract)."""
        raise NotImplementedError

    def build_upload_form(self, name: str, content_type: str, max_bytes: int) -> dict[str, Any]:
        """Return `url` and `fields` of a form for an upload to a bucket (abstract).

        A browser uploads the file by it. A FolderStorage has no such form.
        """
        raise NotImplementedError

    def move(self, name: str, new_name: str, etag: str) -> None:
        """Move a file of a bucket (abstract). Raise FileNotFoundError if its ETag differs."""
        raise NotImplementedError


default_storage = cast("DurableStorage", storage.default_storage)
