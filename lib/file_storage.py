"""A storage for files in a folder, for installations on one machine, with atomic and durable
writes.
"""

import os
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from django.core.files import File
from django.core.files.storage import FileSystemStorage

UNFINISHED_SUFFIX = ".part"
CHUNK_BYTES = 256 * 1024


class FolderStorage(FileSystemStorage):
    """Django's file storage with atomic writes: a power cut leaves no partial file."""

    is_unavailable = False
    public_endpoint = ""

    def _save(self, name, content) -> str:
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        with write_atomically(path, self.file_permissions_mode or 0o644) as part:
            for piece in content.chunks():
                part.write(piece)
        _sync_folder(path.parent)
        return name

    def save_file(self, name, path: Path, content_type) -> None:
        """Copy a large local file into the storage, and replace a file of that name.

        `content_type` is ignored here; a bucket stores it.
        """
        with path.open("rb") as file:
            self.save(name, File(file))

    def delete_permanently(self, names: Collection[str], *, keep: str = "") -> None:
        """Delete the files with these names except the file `keep`. Missing files are ignored."""
        for name in names:
            if name != keep:
                self.delete(name)

    def read_range(self, name, first, length) -> Iterator[bytes]:
        """Return chunks of `length` bytes from offset `first`. Raise FileNotFoundError at once."""
        path = Path(self.path(name))
        path.stat()
        return _read_range(path, first, length)

    def list_files(self, prefix) -> Iterator[tuple[str, datetime]]:
        """Yield the name and modification time of each file below the folder `prefix`."""
        for folder, _folders, names in os.walk(self.path(prefix)):
            for name in names:
                path = Path(folder, name)
                written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
                yield path.relative_to(self.location).as_posix(), written


@contextmanager
def write_atomically(path: Path, mode=0o644) -> Iterator:
    """Yield a binary file whose content replaces the file at `path` when the block ends.

    If the block raises an exception, the old file stays.
    """
    with tempfile.NamedTemporaryFile(
        dir=path.parent, suffix=UNFINISHED_SUFFIX, delete=False
    ) as part:
        try:
            yield part
            part.flush()
            os.fchmod(part.fileno(), mode)
            os.fsync(part.fileno())
            os.replace(part.name, path)
        except BaseException:
            Path(part.name).unlink(missing_ok=True)
            raise


def _read_range(path, first, length) -> Iterator:
    with path.open("rb") as file:
        file.seek(first)
        while length > 0 and (piece := file.read(min(CHUNK_BYTES, length))):
            length -= len(piece)
            yield piece


def _sync_folder(path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
