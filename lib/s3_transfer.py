"""Transfers of a file's content to and from a bucket, with a deadline."""

import io
import time

from botocore.exceptions import ReadTimeoutError
from botocore.response import StreamingBody

TRANSFER_SECONDS = 10  # for all bytes of a file: a slow trickle would meet no other time-out
CHUNK_BYTES = 256 * 1024


class DeadlineBytesIO(io.BytesIO):
    """Bytes to upload that raise TimeoutError if they are read for longer than TRANSFER_SECONDS."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self._ends = time.monotonic() + TRANSFER_SECONDS

    def read(self, size=-1) -> bytes:
        """Return the next bytes. Raise TimeoutError more than TRANSFER_SECONDS after creation."""
        if time.monotonic() > self._ends:
            raise TimeoutError("the bucket takes this file too slowly")
        return super().read(size)


def read_body(body: StreamingBody) -> bytes:
    """Return the whole content. Raise ReadTimeoutError after TRANSFER_SECONDS."""
    ends = time.monotonic() + TRANSFER_SECONDS
    pieces = []
    for piece in body.iter_chunks(CHUNK_BYTES):
        pieces.append(piece)
        if time.monotonic() > ends:
            body.close()
            raise ReadTimeoutError(endpoint_url="the bucket, file by drops")
    return b"".join(pieces)
