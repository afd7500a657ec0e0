"""The live page of a request, its poll, and the private link that opens it on another device."""

import hashlib
import re
from collections.abc import Collection
from functools import cache

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from lib import clock, polling
from lib.http import PRIVATE_CACHE_CONTROL, private_page, require_get_or_post
from requests_app.middleware import allow_offline_copy, get_or_create_device, refuse_staff
from requests_app.models import AccessLink, ReporterSession, ServiceRequest
from requests_app.push.endpoints import is_push_on
from requests_app.status import Verb
from requests_app.timeline.lines import TimelineLine
from requests_app.tracking.access import RequestAccess, get_request_access
from requests_app.tracking.page import build_live_context
from requests_app.tracking.private_links import is_link_expired
from requests_app.tracking.reporter_emails import find_email_contact
from requests_app.tracking.sharing import build_share_context

PUBLIC_CACHE = "public, max-age=1"
PAGES_AFTER_OPENING = {"confirmation", "dispute", "answer"}
VERSION_COLUMNS = ("version", "replies_public_from", "is_private", "is_hidden")
MAX_SECONDS_OF_OPEN_PAGE = 5  # a visible page polls every 3 seconds while work is under way
_LIVE_PAGE = re.compile(r"(\d{1,15});(\d{1,9})", re.ASCII)
ORIGINAL = "original"  # value of `to` for the request of which this one is a duplicate


@require_safe
def service_request(request, reference) -> HttpResponse:
    """Show the live page; redirect a reference in another spelling to its usual URL.

    Raise Http404 if the person who asks may not see the request.
    """
    access = get_request_access(request, reference)
    if reference not in request.path:  # typed in small letters, or without dashes
        return redirect("service_request", reference, permanent=True)
    row = access.service_request
    context = build_live_context(access)
    context |= build_share_context(request, row, context["before"])
    context["email_contact"] = find_email_contact(row) if access.is_reporter else None
    context["has_changed_following"] = _has_changed_following(request, access)
    context["can_get_push"] = is_push_on() and (access.is_reporter or access.is_followed)
    response = render(request, "requests_app/tracking/service_request.html", context)
    response["Cache-Control"] = (
        "private, no-cache" if _is_public_view(access) else PRIVATE_CACHE_CONTROL
    )
    if access.is_reporter:
        allow_offline_copy(request, response)
    return response


def _has_changed_following(request, access: RequestAccess) -> bool:
    """Return True if the form to follow was just sent, which leads here with `following`.

    The parameter is ignored in a link that somebody else shared or that is out of date.
    """
    is_own = bool(request.device_key)
    return is_own and request.GET.get("following") == ("yes" if access.is_followed else "no")


@polling.mark_as_poll
@require_safe
def service_request_live(request, reference: str) -> HttpResponse:
    """Answer the poll of the live page: the new page, or no content for an unchanged one.

    An unchanged page costs one cache lookup, or two for a request that is not public.
    """
    shown = request.GET.get("v", "")[:20]
    look = cache(lambda: get_request_access(request, reference))
    poll = polling.Poll(
        name=reference,
        shown_version=shown,
        load_version=lambda: _store_version(request, look()),
        peek_version=lambda: _read_public_version(reference),
        render_news=lambda: _render_live(request, look()),
        is_also_current=lambda: _was_shown_version(request, reference, shown),
        render_no_news=lambda: polling.no_content_response(
            PRIVATE_CACHE_CONTROL if shown.endswith("p") else PUBLIC_CACHE
        ),
    )
    return polling.answer_poll(poll)


def _read_public_version(reference: str) -> str | None:
    """Read the version of a public request from a few columns, and cache it; None if not public.

    Most open pages poll too rarely to find the version in the cache.
    """
    row = ServiceRequest.objects.public().filter(reference=reference).only(*VERSION_COLUMNS).first()
    if row is None:
        return None
    polling.cache_version(reference, row.live_version, row.seconds_to_next_reply)
    return row.live_version


def _was_shown_version(request, reference: str, version: str) -> bool:
    """Return True if the version is public or the one cached last for this browser.

    A public version has no "p" at its end. An earlier version of a request that is not public gives
    False, as does an expired cache.
    """
    return (
        not version.endswith("p")
        or polling.get_cached_version(_private_cache_name(request, reference)) == version
    )


def _store_version(request, access: RequestAccess) -> str:
    """Cache and return the version; of a request that is not public for this browser alone.

    The cached version expires at the latest when the next reply becomes public.
    """
    row, version = access.service_request, access.version
    lasts = row.seconds_to_next_reply
    polling.cache_version(row.reference, version, lasts)
    if not access.is_public:
        polling.announce_version(_private_cache_name(request, row.reference), version, lasts)
    return version


def _private_cache_name(request, reference: str) -> str:
    """Return a cache name for this request and this browser, without a database query."""
    session = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    browser = hashlib.sha256(f"{request.device_key}:{session}".encode()).hexdigest()
    return f"{reference}:{browser}"


def _render_live(request, access: RequestAccess) -> HttpResponse:
    """Return the page's live part, with its version in the header `Live-Version`."""
    context = build_live_context(access)
    response = render(request, "requests_app/tracking/service_request.html#live", context)
    response.seconds_until_seen = _seconds_until_seen(  # type: ignore[attr-defined]
        request, context["timeline"]
    )
    response["Cache-Control"] = PUBLIC_CACHE if _is_public_view(access) else PRIVATE_CACHE_CONTROL
    response["Live-Version"] = access.version
    patch_vary_headers(response, ["Cookie", "Accept-Language"])
    return response


def _seconds_until_seen(request, lines: list[TimelineLine]) -> float | None:
    """Return the seconds from the newest event in `lines` until this response.

    Return None if the page's last answer is more than MAX_SECONDS_OF_OPEN_PAGE old (the page was
    hidden, or polls rarely), if the page shows the newest event already, or if that event is a
    comment, which is published later than it is written. The header `Live-Page` has the id of the
    last event that the page shows, and the seconds since its last answer.
    """
    told = _LIVE_PAGE.fullmatch(request.headers.get("Live-Page", ""))
    if not told or int(told[2]) > MAX_SECONDS_OF_OPEN_PAGE or not lines:
        return None
    newest = lines[0].event
    if newest.pk <= int(told[1]) or newest.verb == Verb.COMMENT:
        return None
    return (clock.now() - newest.at).total_seconds()


def _is_public_view(access: RequestAccess) -> bool:
    """Return True if the page is the same for all residents who have no relation to the request."""
    return access.is_public and not (access.staff or access.is_reporter or access.is_followed)


@require_get_or_post
@private_page
def private_link(request, reference: str, token: str) -> HttpResponse:
    """Show a page with one button; its POST makes this device a reporter of the request.

    A GET changes nothing, as mail programs open links; on a device that is a reporter already it
    redirects at once. Wrong and expired tokens and those of other requests are a 404. The parameter
    `to` names the next page (see `find_next_page`). A POST of staff raises NotAllowed.
    """
    row = _get_request_by_token(reference, token)
    next_page = find_next_page(row, request.GET.get("to", ""), PAGES_AFTER_OPENING)
    if request.method == "POST":
        refuse_staff(request)
        device = get_or_create_device(request)
        ReporterSession.objects.get_or_create(device=device, service_request=row)
        return redirect(*next_page)
    if request.person.has_reported(row):
        return redirect(*next_page)
    response = render(request, "requests_app/tracking/private_link.html", {"service_request": row})
    # Other sites do not get the URL; "no-referrer" would also hide the origin, which CSRF needs.
    response["Referrer-Policy"] = "strict-origin"
    return response


def find_next_page(row: ServiceRequest, to: str, pages: Collection[str]) -> tuple[str, str]:
    """Return the URL name and the reference to redirect to.

    `to` may be ORIGINAL or one of `pages`; anything else leads to the live page.
    """
    if to == ORIGINAL and row.duplicate_of:
        return "service_request", row.duplicate_of.reference
    return to if to in pages else "service_request", row.reference


def _get_request_by_token(reference: str, token: str) -> ServiceRequest:
    """Return the request of a private link. Raise Http404 for a wrong or expired one."""
    links = AccessLink.objects.select_related("service_request__duplicate_of")
    row = get_object_or_404(links, token_hash=AccessLink.hash_token(token)).service_request
    if row.reference != reference or is_link_expired(row):
        raise Http404
    return row
