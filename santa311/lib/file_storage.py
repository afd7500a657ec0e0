"""Files in a folder, for a city on one machine: whole or not there, and on the disk for good."""

import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from django.core.files.storage import FileSystemStorage

UNFINISHED = ".part"


class Folder(FileSystemStorage):
    """As Django's, but that a power cut or a full disk leaves no half file under a real name."""

    is_away = False
    public_endpoint = ""

    def _save(self, name, content):
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=UNFINISHED, delete=False) as part:
            try:
                for piece in content.chunks():
                    part.write(piece)
                part.flush()
                os.fchmod(part.fileno(), self.file_permissions_mode or 0o644)
                os.fsync(part.fileno())
                os.replace(part.name, path)
            except BaseException:
                Path(part.name).unlink(missing_ok=True)
                raise
        _sync_folder(path.parent)
        return name

    def listing(self, prefix):
        """(name, when it was written) of everything below `prefix`, which ends with a slash."""
        for folder, _folders, names in os.walk(self.path(prefix)):
            for name in names:
                path = Path(folder, name)
                written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
                yield path.relative_to(self.location).as_posix(), written


def _sync_folder(path):
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
