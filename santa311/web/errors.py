"""Error pages that offer a submitted form again."""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.security_log.middleware import record_refused_form
from lib.form_encoding import UnreadableText
from lib.http import list_form_values
from open311 import formats


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Return a 403 page for a wrong CSRF token; a form of our own pages may be sent again.

    The refusal is recorded by record_refused_form().
    """
    record_refused_form(request, reason)
    context = {"form_values": list_own_form_values(request)}
    return render(request, "errors/stale_form.html", context, status=403)


def list_own_form_values(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the (name, value) pairs of a form of our own pages, except sign-in forms.

    Return [] for another site's form, and for one with a password.
    """
    if not _is_own_form(request) or request.path_info.startswith("/accounts/"):
        return []
    return list_form_values(request)


def _is_own_form(request: HttpRequest) -> bool:
    """Return True if the form comes from a page of ours, by its token or by its headers."""
    return (
        getattr(request, "csrf_processing_done", False)  # it had the token of a page of ours
        or request.headers.get("Sec-Fetch-Site") == "same-origin"
        or request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return the 400 page (handler400) with its reason, or the API's error response."""
    if formats.is_api_request(request):
        refused = formats.build_refusal(exception) or formats.RequestRefused(400)
        return formats.render_refusal(request, refused)
    reasons = {
        TooManyFilesSent: "too_many",
        RequestDataTooBig: "too_big",
        UnreadableText: "unreadable",
    }
    context = {"reason": reasons.get(type(exception), ""), "most_photos": settings.MAX_PHOTOS}
    return render(request, "errors/bad_request.html", context, status=400)
