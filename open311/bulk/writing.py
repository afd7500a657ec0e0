"""An export with gzip, and what is known of it once it is written."""

import gzip
import hashlib

_LEVEL = 6  # of gzip: a higher one takes three times as long for a fiftieth less


def pack(export, file) -> dict:
    """Write `export` into an open binary file, with gzip; the same bytes for the same rows. What an
    OpenDataFile says of it.
    """
    counted = _Counted(file)
    with gzip.GzipFile(filename="", mode="wb", fileobj=counted, compresslevel=_LEVEL, mtime=0) as z:
        plain = export.write(z)
    digest = counted.digest.hexdigest()
    return {"bytes": plain, "packed_bytes": counted.bytes, "digest": digest}


class _Counted:
    def __init__(self, file):
        self.file, self.bytes, self.digest = file, 0, hashlib.sha256()

    def write(self, data):
        self.bytes += len(data)
        self.digest.update(data)
        return self.file.write(data)

    def flush(self):
        self.file.flush()
