"""Responses with a stored file: compressed, decompressed, a range of it, or a 304."""

import re
import zlib
from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date

from lib.http import build_range_response, make_cacheable
from lib.storage import default_storage
from open311.bulk.export import FORMATS
from open311.bulk.publishing import storage_name
from open311.models import OpenDataFile

_GZIP = re.compile(r"\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))", re.IGNORECASE)
_GZIP_WBITS = 31  # of zlib: a gzip file


def serve_compressed_file(request: HttpRequest, file: OpenDataFile) -> HttpResponseBase:
    """Return the .gz file, or a range of it. Raise OSError if the storage fails or lacks it."""
    headers = _build_headers(file, f"{file.format}.gz", "", "application/gzip")
    return _build_response(request, file, headers)


def serve_file(request: HttpRequest, file: OpenDataFile) -> HttpResponseBase:
    """Return the file, in the stored compression if the client accepts it.

    Raise OSError if the storage fails or does not have it. Only compressed files are served by
    range.
    """
    is_compressed = bool(_GZIP.search(request.headers.get("Accept-Encoding", "")))
    coding = "-gzip" if is_compressed else "-plain"
    headers = _build_headers(file, file.format, coding, FORMATS[file.format].content_type)
    if is_compressed:
        headers["Content-Encoding"] = "gzip"
    response = _build_response(request, file, headers, is_unpacked=not is_compressed)
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def _build_headers(
    file: OpenDataFile, suffix: str, coding: str, content_type: str
) -> dict[str, str]:
    """Return ETag, Last-Modified, Content-Disposition, Content-Type and the CORS header."""
    return {
        "ETag": f'"{file.digest[:32]}{coding}"',
        "Last-Modified": http_date(file.edition.began_at.timestamp()),
        "Content-Disposition": f'attachment; filename="requests-{file.edition.day}.{suffix}"',
        "Access-Control-Allow-Origin": "*",
        "Content-Type": content_type,
    }


def _build_response(
    request: HttpRequest, file: OpenDataFile, headers: dict[str, str], *, is_unpacked: bool = False
) -> HttpResponseBase:
    """Return a 304 or 412 by the request's conditions, else the file or a range of it.

    A HEAD gets no content. `is_unpacked` decompresses it, without ranges.
    """

    def stream(part: range) -> StreamingHttpResponse:
        pieces: Iterator[bytes] = iter(())
        if request.method != "HEAD":
            pieces = default_storage.read_range(storage_name(file), part.start, len(part))
        content = _decompress(pieces) if is_unpacked else pieces
        response = make_cacheable(StreamingHttpResponse(content, headers=headers))
        response["Content-Length"] = file.bytes if is_unpacked else len(part)
        return response

    bare = make_cacheable(HttpResponse(headers=headers))
    moment = int(file.edition.began_at.timestamp())
    unchanged = get_conditional_response(request, headers["ETag"], moment, bare)
    if unchanged is not None and unchanged is not bare:
        return unchanged
    if not is_unpacked:
        return build_range_response(request, file.packed_bytes, headers["ETag"], stream)
    response = stream(range(file.packed_bytes))
    response["Accept-Ranges"] = "none"
    return response


def _decompress(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the decompressed pieces of a gzip file."""
    unpacking = zlib.decompressobj(_GZIP_WBITS)
    for piece in pieces:
        yield unpacking.decompress(piece)
    yield unpacking.flush()
