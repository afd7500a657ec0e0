"""The default storage, typed with the methods that its two classes have besides Django's."""

from collections.abc import Collection, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from django.core.files import storage


class DurableStorage(storage.Storage):
    """The base class of lib.file_storage.FolderStorage and lib.s3.BucketStorage."""

    public_endpoint = ""

    @property
    def is_unavailable(self) -> bool:
        """Return True if calls are refused now, because the storage did not answer."""
        return False

    def save_file(self, name: str, path: Path, content_type: str) -> None:
        """Copy a large local file into the storage, and replace a file of that name."""
        raise NotImplementedError

    def read_range(self, name: str, first: int, length: int) -> Iterator[bytes]:
        """Return chunks of `length` bytes from offset `first`. Raise FileNotFoundError at once."""
        raise NotImplementedError

    def delete_permanently(self, names: Collection[str], *, keep: str = "") -> None:
        """Delete the files with these names except the file `keep`. Missing files are ignored."""
        raise NotImplementedError

    def list_files(self, prefix: str) -> Iterator[tuple[str, datetime]]:
        """Yield the name and modification time of each file below the folder `prefix`."""
        raise NotImplementedError

    def build_upload_form(self, name: str, content_type: str, max_bytes: int) -> dict[str, Any]:
        """Return `url` and `fields` of a form with which a browser uploads a file to a bucket."""
        raise NotImplementedError

    def move(self, name: str, new_name: str, etag: str) -> None:
        """Move a file of a bucket. Raise FileNotFoundError if its ETag differs."""
        raise NotImplementedError


default_storage = cast("DurableStorage", storage.default_storage)
