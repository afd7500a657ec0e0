"""A stored file as an answer: compressed where the reader takes it so, in parts, or not again."""

import re
import zlib
from collections.abc import Iterator

from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date

from lib import clock
from lib.http import cached, in_parts
from open311.bulk.formats import FORMATS
from open311.bulk.publishing import stored
from open311.models import OpenDataFile

_GZIP = re.compile(r"\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))", re.IGNORECASE)
_WITH_HEADER = 31  # of zlib: a gzip file


def packed(request: HttpRequest, file: OpenDataFile) -> HttpResponse:
    """Answer with the .gz itself. Raise OSError if the storage does not have it, or is away."""
    headers = _headers(file, f"{file.format}.gz", f'"{file.digest[:32]}"')
    headers["Content-Type"] = "application/gzip"
    return _unchanged(request, file, headers) or _compressed(request, file, headers)


def plain(request: HttpRequest, file: OpenDataFile) -> HttpResponse:
    """Answer with the file, in the stored compression if the reader accepts it."""
    is_compressed = bool(_GZIP.search(request.headers.get("Accept-Encoding", "")))
    coding = "gzip" if is_compressed else "plain"
    headers = _headers(file, file.format, f'"{file.digest[:32]}-{coding}"')
    headers["Content-Type"] = FORMATS[file.format].content_type
    if is_compressed:
        headers["Content-Encoding"] = "gzip"
    answer = _compressed if is_compressed else _unpacked
    response = _unchanged(request, file, headers) or answer(request, file, headers)
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def _headers(file: OpenDataFile, suffix: str, etag: str) -> dict[str, str]:
    day = clock.local(file.edition.began_at).date()
    return {
        "ETag": etag,
        "Last-Modified": http_date(file.edition.began_at.timestamp()),
        "Content-Disposition": f'attachment; filename="requests-{day}.{suffix}"',
        "Access-Control-Allow-Origin": "*",
    }


def _compressed(request: HttpRequest, file: OpenDataFile, headers: dict[str, str]) -> HttpResponse:
    def make(part: range) -> StreamingHttpResponse:
        return _streamed(_pieces(request, file, part), headers, len(part))

    return in_parts(request, file.packed_bytes, headers["ETag"], make)


def _unpacked(
    request: HttpRequest, file: OpenDataFile, headers: dict[str, str]
) -> StreamingHttpResponse:
    pieces = _pieces(request, file, range(file.packed_bytes))
    response = _streamed(_unzipped(pieces), headers, file.bytes)
    response["Accept-Ranges"] = "none"
    return response


def _pieces(request: HttpRequest, file: OpenDataFile, wanted: range) -> Iterator[bytes]:
    if request.method == "HEAD":
        return iter(())
    return default_storage.pieces(stored(file), wanted.start, len(wanted))


def _streamed(
    pieces: Iterator[bytes], headers: dict[str, str], length: int
) -> StreamingHttpResponse:
    response = StreamingHttpResponse(pieces, headers=headers)
    response["Content-Length"] = length
    return cached(response)


def _unzipped(pieces: Iterator[bytes]) -> Iterator[bytes]:
    unpacking = zlib.decompressobj(_WITH_HEADER)
    for piece in pieces:
        yield unpacking.decompress(piece)
    yield unpacking.flush()


def _unchanged(
    request: HttpRequest, file: OpenDataFile, headers: dict[str, str]
) -> HttpResponse | None:
    """Return 304 or 412 where the reader has the file or wanted another one, else None."""
    bare = cached(HttpResponse(headers=headers))
    moment = int(file.edition.began_at.timestamp())
    answer = get_conditional_response(request, headers["ETag"], moment, bare)
    return None if answer is bare else answer
