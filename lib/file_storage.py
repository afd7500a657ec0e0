"""Files in a folder, for a city on one machine: whole or not there, and on the disk for good."""

import os
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from django.core.files import File
from django.core.files.storage import FileSystemStorage

UNFINISHED = ".part"
PIECE = 256 * 1024


class Folder(FileSystemStorage):
    """As Django's, but that a power cut or a full disk leaves no half file under a real name."""

    is_away = False
    public_endpoint = ""

    def _save(self, name, content) -> str:
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole(path, self.file_permissions_mode or 0o644) as part:
            for piece in content.chunks():
                part.write(piece)
        _sync_folder(path.parent)
        return name

    def save_file(self, name, path: Path, content_type) -> None:
        """A large file, in the place of what was there; `content_type` is what a bucket keeps."""
        with path.open("rb") as file:
            self.save(name, File(file))

    def erase(self, names: Collection[str], *, keep: str = "") -> None:
        """Delete the files with these names, as far as they are there, except the file `keep`."""
        for name in names:
            if name != keep:
                self.delete(name)

    def pieces(self, name, first, length) -> Iterator[bytes]:
        """`length` bytes from the byte `first` on. Raises FileNotFoundError at once."""
        path = Path(self.path(name))
        path.stat()
        return _pieces(path, first, length)

    def listing(self, prefix) -> Iterator[tuple[str, datetime]]:
        """(name, when it was written) of everything below `prefix`, which ends with a slash."""
        for folder, _folders, names in os.walk(self.path(prefix)):
            for name in names:
                path = Path(folder, name)
                written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
                yield path.relative_to(self.location).as_posix(), written


@contextmanager
def whole(path: Path, mode=0o644) -> Iterator:
    """A binary file to write into; what was at `path` before is there until it is complete."""
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=UNFINISHED, delete=False) as part:
        try:
            yield part
            part.flush()
            os.fchmod(part.fileno(), mode)
            os.fsync(part.fileno())
            os.replace(part.name, path)
        except BaseException:
            Path(part.name).unlink(missing_ok=True)
            raise


def _pieces(path, first, length) -> Iterator:
    with path.open("rb") as file:
        file.seek(first)
        while length > 0 and (piece := file.read(min(PIECE, length))):
            length -= len(piece)
            yield piece


def _sync_folder(path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
