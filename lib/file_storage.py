"""A storage for files in a folder of one machine, with atomic and durable writes."""

import os
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from django.core.files import File
from django.core.files.storage import FileSystemStorage

from lib.storage import DurableStorage

UNFINISHED_SUFFIX = ".part"
CHUNK_BYTES = 256 * 1024


class FolderStorage(DurableStorage, FileSystemStorage):
    """Django's file storage with atomic writes: a power cut leaves no partial file."""

    def _save(self, name, content) -> str:
        """Write the file atomically and durably, and return its name. An old file is replaced."""
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        with write_atomically(path, self.file_permissions_mode or 0o644) as part:
            for piece in content.chunks():
                part.write(piece)
        _sync_folder(path.parent)
        return name

    def save_file(self, name: str, path: Path, content_type: str) -> None:
        """Copy a local file into the storage. `content_type` is ignored."""
        with path.open("rb") as file:
            self.save(name, File(file))

    def delete_permanently(self, names: Collection[str], *, keep: str = "") -> None:
        """Delete the files with these names except `keep`. Missing files are ignored."""
        for name in names:
            if name != keep:
                self.delete(name)

    def read_range(self, name: str, first: int, length: int) -> Iterator[bytes]:
        """Return at most `length` bytes from offset `first`, in chunks of at most CHUNK_BYTES.

        Raise FileNotFoundError at once.
        """
        path = Path(self.path(name))
        path.stat()  # raises FileNotFoundError now, and not when the first chunk is read
        return _read_range(path, first, length)

    def list_files(self, prefix: str) -> Iterator[tuple[str, datetime]]:
        """Yield the name and modification time (UTC) of each file below the folder `prefix`.

        A missing folder has none. Unfinished files (UNFINISHED_SUFFIX) are included.
        """
        for folder, _folders, names in os.walk(self.path(prefix)):
            for name in names:
                path = Path(folder, name)
                written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
                yield path.relative_to(self.location).as_posix(), written


@contextmanager
def write_atomically(path: Path, mode: int = 0o644) -> Iterator[IO[bytes]]:
    """Yield a binary file whose content replaces the file at `path` when the block ends.

    The content is flushed to the disk first. If the block raises an exception, the old file stays.
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


def _read_range(path: Path, first: int, length: int) -> Iterator[bytes]:
    """Yield at most `length` bytes from offset `first`, in chunks of at most CHUNK_BYTES."""
    with path.open("rb") as file:
        file.seek(first)
        while length > 0 and (piece := file.read(min(CHUNK_BYTES, length))):
            length -= len(piece)
            yield piece


def _sync_folder(path: Path) -> None:
    """Flush the folder's entries to the disk, so that a new name survives a power cut."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
