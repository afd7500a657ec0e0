"""POST requests: reports of other systems, filed by the same workflow as every report."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial, wraps
from types import SimpleNamespace

from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _

from city import danger
from lib import clock
from open311 import media
from open311.api.report import extract_phone, read_report
from open311.formats import Listing, render_document
from open311.keys import IdempotentRequest, authenticate, log_use
from requests_app import workflow
from requests_app.filing import flooding
from requests_app.models import ApiKey, Photo, ServiceRequest
from requests_app.status import Verb


def add_phone_warning(view: Callable[[HttpRequest], HttpResponse]) -> Callable:
    """Return the view, wrapped to add X-Warning if the phone was not kept as it was sent."""

    @wraps(view)
    def warn(request: HttpRequest) -> HttpResponse:
        response = view(request)
        if warning := extract_phone(request.POST.get("phone", "")).warning:
            response["X-Warning"] = warning
        return response

    return warn


@add_phone_warning
def file_report(request: HttpRequest) -> HttpResponse:
    """File a report and return its entry; a repeated report gets the earlier response.

    Raise RequestRefused with all problems of its fields, else of its photos, else of its URLs.
    Raise InvalidKey, RateLimitExceeded, KeyReused, InvalidInput for a long Idempotency-Key, and
    NotAllowed if the key may not report the service. Photos at URLs are fetched later.
    """
    key = authenticate(request)
    with log_use(key, Verb.FILE) as use:
        alike = _find_duplicate_values(request.POST)
        sending = IdempotentRequest(
            request, key, name="service_requests", item="request", alike=alike
        )
        if before := sending.find_previous_response():
            return before
        report = read_report(request.POST, key)
        report = replace(report, photos=media.store_photos(request, Photo.Kind.REPORT))
        urls = media.parse_media_urls(request.POST)
        return sending.run_once(partial(_file_report, report, urls, key, use))


@add_phone_warning
def try_report(request: HttpRequest) -> HttpResponse:
    """Return a response with the entry a report would get; nothing is filed (rolled back).

    The entry has a notice that says so. Photos in the form are ignored, but the URLs in
    media_url are validated. Raise RequestRefused, InvalidKey, RateLimitExceeded, and NotAllowed
    if the key may not report the service.
    """
    key = authenticate(request)
    with log_use(key, "try"), transaction.atomic():
        media.parse_media_urls(request.POST)
        row = workflow.file(read_report(request.POST, key), by=key)
        entry = _build_entry(row, _("This is a test: nothing was filed."))
        transaction.set_rollback(True)
        return render_document(request, Listing("service_requests", "request", [entry]))


def _find_duplicate_values(posted: QueryDict) -> list[str] | None:
    """Return the values by which two reports of one device within a minute are duplicates.

    Return None if the report names no device.
    """
    device = posted.get("device_id", "").strip()
    if not device:
        return None
    return [device, posted.get("service_code", ""), posted.get("description", "")]


@transaction.atomic
def _file_report(
    report: workflow.Report, urls: list[str], key: ApiKey, use: SimpleNamespace
) -> dict:
    """File the report, and return the entry for the response.

    A flood of similar reports is held for review. Set `use.reference`.
    """
    held_for = flooding.find_hold_reason(None, report.description, report.photos)
    row = workflow.file(replace(report, held_for=held_for), by=key)
    if urls:
        media.schedule_fetches(row.events.get(verb=Verb.FILE), urls)
    use.reference = row.reference
    return _build_entry(row, _format_notice(row))


def _format_notice(row) -> str:
    """Return advice for a danger, that it is held, or the due day; "" without all of these."""
    if advice := danger.advice_for_kind(row.danger):
        call = _("In an emergency, call %(phone)s.") % {"phone": advice.phone}
        return f"{advice.text} {call}"
    if row.held_for:
        return _("Many reports like this came in, so a person reviews it before it's public.")
    if row.due_at is None:
        return ""
    day = clock.format_relative_date(clock.localtime(row.due_at).date())
    return _("We expect to finish this by %(day)s.") % {"day": day}


def _build_entry(row: ServiceRequest, notice: str) -> dict:
    """Return the entry: service_request_id, service_notice (None if blank), account_id (None)."""
    return {
        "service_request_id": row.reference,
        "service_notice": str(notice) or None,
        "account_id": None,
    }
