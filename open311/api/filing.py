"""POST requests: what another system reports goes the road of every report."""

from functools import partial
from types import SimpleNamespace

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from city import danger
from open311 import media
from open311.api.report import keep_phone, read
from open311.formats import Listing, answer
from open311.keys import Sending, authenticate, log_use
from requests_app import workflow
from requests_app.filing import flooding
from requests_app.models import ApiKey, Channel, Photo
from requests_app.status import Verb
from santa311.lib import clock

WARNING = "X-Warning"


def create(request: HttpRequest) -> HttpResponse:
    """File a report, or answer what is wrong with it, all at once; warn of a field left out."""
    return _with_warning(request, _create(request))


def _create(request: HttpRequest) -> HttpResponse:
    key = authenticate(request)
    with log_use(key, Verb.FILE) as use:
        sending = Sending(request, key, alike=_alike(request))
        if before := sending.before():
            return before
        report = read(request.POST, key)
        photos = media.photos_in(request, Photo.Kind.REPORT)
        urls = media.named_in(request.POST)
        return sending.once(partial(_file, request, report, photos, urls, key, use))


def _with_warning(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Name the field that was not kept as it came, also where the report came before."""
    if warning := keep_phone(request.POST.get("phone", "")).warning:
        response[WARNING] = warning
    return response


def try_out(request: HttpRequest) -> HttpResponse:
    """Read and check a report as any other, and forget it: for the endpoint of type test."""
    return _with_warning(request, _try_out(request))


def _try_out(request: HttpRequest) -> HttpResponse:
    key = authenticate(request)
    with log_use(key, "try"), transaction.atomic():
        media.named_in(request.POST)
        row = _filed(read(request.POST, key), key, ())
        response = _answer(request, row, _("This is a test: nothing was filed."))
        transaction.set_rollback(True)
        return response


def _alike(request):
    """What makes two reports of one device the same within a minute, where no key tells."""
    device = request.POST.get("device_id", "").strip()
    said = [request.POST.get(name, "") for name in ("service_code", "description")]
    return [device, *said] if device else None


@transaction.atomic
def _file(
    request: HttpRequest,
    report: dict,
    photos: list[Photo],
    urls: list[str],
    key: ApiKey,
    use: SimpleNamespace,
) -> HttpResponse:
    held_for = flooding.reason_to_hold(None, report["description"], photos)
    row = _filed(report | {"held_for": held_for}, key, photos)
    if urls:
        media.owe(row.events.get(verb=Verb.FILE), urls)
    use.reference = row.reference
    return _answer(request, row, _notice(row))


def _filed(report, key, photos):
    return workflow.file(by=key, channel=Channel.API, photos=photos, **report)


def _notice(row):
    if advice := danger.advice(row.danger):
        call = _("In an emergency, call %(phone)s.") % {"phone": advice.phone}
        return f"{advice.text} {call}"
    if row.held_for:
        return _("Many reports like this came in, so a person reviews it before it's public.")
    if row.due_at is None:
        return ""
    day = clock.said_day(clock.local(row.due_at).date())
    return _("We expect to finish this by %(day)s.") % {"day": day}


def _answer(request, row, notice):
    filed = {
        "service_request_id": row.reference,
        "service_notice": notice or None,
        "account_id": None,
    }
    return answer(request, Listing("service_requests", "request", [filed]))
