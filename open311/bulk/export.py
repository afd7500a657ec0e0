"""The open data as bytes: a file of any size in little memory."""

import gzip
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import override

from open311.bulk.formats import Format
from open311.bulk.requests import ALL, RequestFilter, read_chunks

_GZIP_LEVEL = 6  # a higher one takes three times as long for a fiftieth less


class Busy(Exception):
    """Another process holds the lock."""


class TookTooLong(Exception):
    """The export did not end within its seconds."""


@contextmanager
def hold_lock(number: int) -> Iterator[None]:
    """Let one process at a time run what is inside, in a transaction. Raise Busy for the second."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        if not cursor.fetchone()[0]:
            raise Busy
        yield


def write_export(
    out: BinaryIO, written: Format, asked: RequestFilter = ALL, *, seconds: float
) -> int:
    """Write the requests into `out` and return their number. Raise TookTooLong after `seconds`.

    The words are in the product's own language, whoever asks: a file has one.
    """
    ends_at = time.monotonic() + seconds
    count = 0
    with override(settings.LANGUAGE_CODE):
        out.write(written.head)
        for rows in read_chunks(asked):
            out.write((written.separator if count else b"") + written.write_rows(rows))
            count += len(rows)
            if time.monotonic() > ends_at:
                raise TookTooLong
        out.write(written.tail)
    return count


def open_gzip(file: BinaryIO) -> gzip.GzipFile:
    """Return a file that compresses into `file`; the same bytes for the same content."""
    return gzip.GzipFile(filename="", mode="wb", fileobj=file, compresslevel=_GZIP_LEVEL, mtime=0)
