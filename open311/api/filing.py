"""POST requests: what another system reports goes the road of every report."""

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
from open311.api.report import keep_phone, read
from open311.formats import Listing, answer
from open311.keys import Sending, authenticate, log_use
from requests_app import workflow
from requests_app.filing import flooding
from requests_app.models import ApiKey, Photo, ServiceRequest
from requests_app.status import Verb


def warn_of_phone(view: Callable[[HttpRequest], HttpResponse]) -> Callable:
    """Name the field that was not kept as it came, also where the report came before."""

    @wraps(view)
    def warn(request: HttpRequest) -> HttpResponse:
        response = view(request)
        if warning := keep_phone(request.POST.get("phone", "")).warning:
            response["X-Warning"] = warning
        return response

    return warn


@warn_of_phone
def create(request: HttpRequest) -> HttpResponse:
    """File a report, or answer what is wrong with it, all at once; warn of a field left out."""
    key = authenticate(request)
    with log_use(key, Verb.FILE) as use:
        alike = _alike(request.POST)
        sending = Sending(request, key, name="service_requests", item="request", alike=alike)
        if before := sending.before():
            return before
        report = read(request.POST, key)
        report = replace(report, photos=media.photos_in(request, Photo.Kind.REPORT))
        urls = media.named_in(request.POST)
        return sending.once(partial(_file, report, urls, key, use))


@warn_of_phone
def try_out(request: HttpRequest) -> HttpResponse:
    """Read and check a report as any other, and forget it: for the endpoint of type test."""
    key = authenticate(request)
    with log_use(key, "try"), transaction.atomic():
        media.named_in(request.POST)
        row = workflow.file(read(request.POST, key), by=key)
        entry = _entry(row, _("This is a test: nothing was filed."))
        transaction.set_rollback(True)
        return answer(request, Listing("service_requests", "request", [entry]))


def _alike(posted: QueryDict) -> list[str] | None:
    """Return what makes two reports of one device the same within a minute, where no key tells."""
    device = posted.get("device_id", "").strip()
    if not device:
        return None
    return [device, posted.get("service_code", ""), posted.get("description", "")]


@transaction.atomic
def _file(report: workflow.Report, urls: list[str], key: ApiKey, use: SimpleNamespace) -> dict:
    """File the report, and return the entry that answers it."""
    held_for = flooding.find_hold_reason(None, report.description, report.photos)
    row = workflow.file(replace(report, held_for=held_for), by=key)
    if urls:
        media.owe(row.events.get(verb=Verb.FILE), urls)
    use.reference = row.reference
    return _entry(row, _notice(row))


def _notice(row) -> str:
    if advice := danger.advice(row.danger):
        call = _("In an emergency, call %(phone)s.") % {"phone": advice.phone}
        return f"{advice.text} {call}"
    if row.held_for:
        return _("Many reports like this came in, so a person reviews it before it's public.")
    if row.due_at is None:
        return ""
    day = clock.format_relative_date(clock.localtime(row.due_at).date())
    return _("We expect to finish this by %(day)s.") % {"day": day}


def _entry(row: ServiceRequest, notice: str) -> dict:
    return {
        "service_request_id": row.reference,
        "service_notice": str(notice) or None,
        "account_id": None,
    }
