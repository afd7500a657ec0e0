"""The page of the open data, its files, and parts of them."""

import logging
from collections.abc import Callable
from datetime import date

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_safe

from lib.http import make_cacheable, prefers_text
from open311.bulk import metadata, selection, serving
from open311.bulk.export import FORMATS
from open311.bulk.page import build_open_data_context
from open311.models import OpenDataEdition, OpenDataFile

log = logging.getLogger(__name__)


@require_safe
def open_data_page(request: HttpRequest) -> HttpResponse:
    return _render_page(request)


@require_safe
def metadata_document(request: HttpRequest, describe: Callable) -> HttpResponse:
    """Return `describe(current edition)` as JSON in the language of the files.

    The edition may be None.
    """
    with override(settings.LANGUAGE_CODE):
        content = describe(OpenDataEdition.objects.current())
    return _share_with_everybody(JsonResponse(content, json_dumps_params={"indent": 1}))


@require_safe
def checksums(request: HttpRequest) -> HttpResponse:
    """Return the checksums of the current files as plain text, empty before the first edition."""
    text = metadata.format_checksums(OpenDataEdition.objects.current())
    return _share_with_everybody(HttpResponse(text, content_type="text/plain; charset=utf-8"))


def _share_with_everybody[Response: HttpResponseBase](response: Response) -> Response:
    """Let caches keep the response, and scripts of other sites read it; return it."""
    response["Access-Control-Allow-Origin"] = "*"
    return make_cacheable(response)


@require_safe
def edition_file(request: HttpRequest, day: str, name: str) -> HttpResponseBase:
    """Serve the compressed file of the edition of a day; 404 if it is not stored.

    Clients that prefer plain text get the 404 as text; others by Http404. A file that cannot be
    read is a 503.
    """
    try:
        edition = OpenDataEdition.objects.made_on_day(date.fromisoformat(day))
    except (ValueError, OverflowError):
        edition = None
    return _serve_stored_file(request, edition, name, serving.serve_compressed_file)


@require_safe
def compressed_file(request: HttpRequest, name: str) -> HttpResponseBase:
    """Serve the compressed file of the current edition.

    A 404 before the first edition (text or Http404), a 503 if the file cannot be read.
    """
    return _serve_stored_file(
        request, OpenDataEdition.objects.current(), name, serving.serve_compressed_file
    )


@require_safe
def current_file(request: HttpRequest, name: str) -> HttpResponseBase:
    """Serve the file of the current edition, compressed if accepted.

    A 404 before the first edition (text or Http404), a 503 if the file cannot be read.
    """
    return _serve_stored_file(request, OpenDataEdition.objects.current(), name, serving.serve_file)


def _serve_stored_file(
    request: HttpRequest,
    edition: OpenDataEdition | None,
    name: str,
    serve: Callable[[HttpRequest, OpenDataFile], HttpResponseBase],
) -> HttpResponseBase:
    """Return the response of `serve` with the edition's file; 404 without an edition.

    The 404 is a line of text for clients that prefer it, else Http404. If the file cannot be read,
    return the page with a 503.
    """
    if edition is None:
        if prefers_text(request):
            return _build_text_response(_("This file isn't here. Files are made every night."), 404)
        raise Http404
    try:
        return serve(request, edition.files.select_related("edition").get(format=name))
    except OSError as error:
        log.error("the open data of %s can't be read: %s", edition.began_at, error)
        words = _("We can't get this file right now. Try again in a few minutes.")
        return _render_page(request, selection.SelectionRefused(words, status_code=503))


@require_safe
def selected_requests(request: HttpRequest, name: str) -> HttpResponse | FileResponse:
    """Return a file of the requests of some days and categories, as they are now.

    A refused selection gets the page, or a line of text, with the refusal.
    """
    try:
        asked = selection.parse_filter(request.GET)
        file = selection.write_selection(FORMATS[name], asked)
    except selection.SelectionRefused as refused:
        return _render_page(request, refused)
    days = f"{asked.first or 'first'}-to-{asked.last or 'today'}"
    response = FileResponse(file, as_attachment=True, filename=f"requests-{days}.{name}")
    response["Content-Type"] = FORMATS[name].content_type
    return _share_with_everybody(response)


def _render_page(
    request: HttpRequest, refused: selection.SelectionRefused | None = None
) -> HttpResponse:
    """Return the page; with a refusal it has its message and its status (200 without).

    With a refusal, clients that prefer plain text get only "field: words". A 503 has Retry-After.
    """
    status = refused.status_code if refused else 200
    if refused and prefers_text(request):
        named = f"{refused.field}: {refused.words}" if refused.field else refused.words
        response = _build_text_response(named, status)
    else:
        context = build_open_data_context(request.GET, refused)
        response = render(request, "open311/open_data.html", context, status=status)
    if status == 503:
        response["Retry-After"] = str(selection.RETRY_AFTER_SECONDS)
    if refused:
        patch_vary_headers(response, ["Accept"])
    return response


def _build_text_response(words: str, status: int) -> HttpResponse:
    """Return `words` as one line of plain text, which scripts of other sites may read, too."""
    response = HttpResponse(f"{words}\n", status=status, content_type="text/plain; charset=utf-8")
    response["Access-Control-Allow-Origin"] = "*"
    return response
