"""An export with gzip, and what is known of it once it is written."""

import gzip
import hashlib
from dataclasses import dataclass

_LEVEL = 6  # of gzip: a higher one takes three times as long for a fiftieth less


@dataclass(frozen=True)
class Packed:
    """What `pack` wrote: bytes before and after, and the SHA-256 of what it wrote."""

    bytes: int
    packed_bytes: int
    digest: str


def pack(export, file) -> Packed:
    """Write `export` into an open binary file, with gzip; the same bytes for the same rows."""
    counted = _Counted(file)
    with gzip.GzipFile(filename="", mode="wb", fileobj=counted, compresslevel=_LEVEL, mtime=0) as z:
        plain = export.write(z)
    return Packed(plain, counted.bytes, counted.digest.hexdigest())


class _Counted:
    def __init__(self, file):
        self.file, self.bytes, self.digest = file, 0, hashlib.sha256()

    def write(self, data):
        self.bytes += len(data)
        self.digest.update(data)
        return self.file.write(data)

    def flush(self):
        self.file.flush()
