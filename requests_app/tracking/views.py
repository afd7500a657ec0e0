"""The live page of a request, its poll, and the private link that opens it on another device."""

import hashlib
from functools import cache
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from city.translation import list_offered_languages
from lib import cookies, polling
from lib.http import PRIVATE_CACHE_CONTROL, private_page, require_get_or_post
from requests_app.middleware import allow_offline_copy, get_or_create_device, refuse_staff
from requests_app.models import AccessLink, ReporterSession, ServiceRequest
from requests_app.tracking.access import get_request
from requests_app.tracking.page import live_page
from requests_app.tracking.private_links import is_over
from requests_app.tracking.sharing import shared

SHARED = "public, max-age=1"
AFTER_OPENING = {"confirmation", "dispute", "answer"}
OF_VERSION = ("version", "replies_public_from", "is_private", "is_hidden")
LANGUAGE = "django_language"  # Django's cookie
ORIGINAL = "original"  # of a duplicate, whose news its reporter is told


@require_safe
def service_request(request, reference) -> HttpResponse:
    found = get_request(request, reference)
    if reference not in request.path:  # typed in small letters, or without dashes
        return redirect("service_request", reference, permanent=True)
    context = live_page(found)
    context |= shared(request, found.service_request, context["before"])
    context["has_changed_following"] = _has_changed_following(request, found)
    response = render(request, "requests_app/tracking/service_request.html", context)
    response["Cache-Control"] = (
        "private, no-cache" if _is_for_everyone(found) else PRIVATE_CACHE_CONTROL
    )
    if found.is_reporter:
        allow_offline_copy(request, response)
    return response


def _has_changed_following(request, found) -> bool:
    """Return whether the form to follow was just sent, which leads here with `following`.

    A link with this parameter that somebody else passed on, or that is out of date, is ignored.
    """
    is_own = bool(request.device_key)
    return is_own and request.GET.get("following") == ("yes" if found.is_followed else "no")


@polling.mark_as_poll
@require_safe
def service_request_live(request, reference) -> HttpResponse:
    """The poll. Nothing new costs one look into the cache, or two where not everyone may look."""
    shown = request.GET.get("v", "")[:20]
    look = cache(lambda: get_request(request, reference))
    poll = polling.Poll(
        name=reference,
        shown_version=shown,
        load_version=lambda: _remembered(request, look()),
        peek_version=lambda: _glanced_at(reference),
        render_news=lambda: _news(request, look()),
        is_also_current=lambda: _may_know(request, reference, shown),
        render_no_news=lambda: polling.no_content_response(
            PRIVATE_CACHE_CONTROL if shown.endswith("p") else SHARED
        ),
    )
    return polling.answer_poll(poll)


def _glanced_at(reference) -> int | None:
    """The version of what everybody may see, from a few columns of its row: most pages that are
    open ask too rarely for the cache to know it still.
    """
    row = ServiceRequest.objects.public().filter(reference=reference).only(*OF_VERSION).first()
    if row is None:
        return None
    polling.cache_version(reference, row.live_version, row.seconds_to_next_reply)
    return row.live_version


def _may_know(request, reference, version) -> bool:
    """Whether this browser was shown this very version; for public requests everybody may."""
    return (
        not version.endswith("p")
        or polling.get_cached_version(_own_name(request, reference)) == version
    )


def _remembered(request, found) -> str:
    row, version = found.service_request, found.version
    lasts = row.seconds_to_next_reply
    polling.cache_version(row.reference, version, lasts)
    if not found.is_public:
        polling.announce_version(_own_name(request, row.reference), version, lasts)
    return version


def _own_name(request, reference) -> str:
    """Names this browser without asking the database who it is."""
    session = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    browser = hashlib.sha256(f"{request.device_key}:{session}".encode()).hexdigest()
    return f"{reference}:{browser}"


def _news(request, found) -> HttpResponse:
    response = render(request, "requests_app/tracking/service_request.html#live", live_page(found))
    response["Cache-Control"] = SHARED if _is_for_everyone(found) else PRIVATE_CACHE_CONTROL
    response["Live-Version"] = found.version
    patch_vary_headers(response, ["Cookie", "Accept-Language"])
    return response


def _is_for_everyone(found) -> bool:
    return found.is_public and not (found.staff or found.is_reporter or found.is_followed)


@require_get_or_post
@private_page
def private_link(request, reference, token) -> HttpResponse:
    """A page with one button: looking at it changes nothing, pressing it makes this device yours.

    A wrong, an expired and somebody else's token are the same 404. `to` in the query names the
    page to go on to.
    """
    row = _opened_by(reference, token)
    speak(request, row)
    if request.method == "POST":
        refuse_staff(request)
        device = get_or_create_device(request)
        ReporterSession.objects.get_or_create(device=device, service_request=row)
        return keep(request, redirect(*onward(row, request.GET.get("to", ""), AFTER_OPENING)))
    response = render(request, "requests_app/tracking/private_link.html", {"service_request": row})
    # Nobody is told the address; "no-referrer" would hide the form's origin too, and CSRF needs it.
    response["Referrer-Policy"] = "strict-origin"
    return response


def onward(row, to, pages) -> tuple[str, Any]:
    """The name of the page and the reference to go on to; `pages` are those that `to` may name."""
    if to == ORIGINAL and row.duplicate_of:
        return "service_request", row.duplicate_of.reference
    return to if to in pages else "service_request", row.reference


def _opened_by(reference, token) -> ServiceRequest:
    links = AccessLink.objects.select_related("service_request__duplicate_of")
    row = get_object_or_404(links, token_hash=AccessLink.hash_token(token)).service_request
    if row.reference != reference or is_over(row):
        raise Http404
    return row


def speak(request, service_request) -> None:
    """Answer in the language of the report, unless this browser has chosen one."""
    if not _has_chosen(request) and service_request.language in list_offered_languages():
        translation.activate(service_request.language)
        request.LANGUAGE_CODE = service_request.language


def keep(request, response) -> HttpResponse:
    """Let the pages that follow speak like this one: as if it had been chosen here."""
    if not _has_chosen(request):
        cookies.set_cookie(response, LANGUAGE, translation.get_language())
    return response


def _has_chosen(request) -> bool:
    return cookies.read_cookie(request, LANGUAGE) in list_offered_languages()
