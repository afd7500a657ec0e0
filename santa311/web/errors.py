"""Pages for what went wrong, in the visitor's words; nothing typed is lost."""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.http import HttpResponse
from django.shortcuts import render

from accounts.security_log.middleware import record_refused_form
from lib.form_encoding import UnreadableText
from lib.http import list_form_values
from open311 import formats


def csrf_failure(request, reason="") -> HttpResponse:
    """Answer a form with a wrong token. Our own can be sent again, that of another site cannot."""
    record_refused_form(request, reason)
    context = {"again": fields_of_our_own(request)}
    return render(request, "errors/stale_form.html", context, status=403)


def fields_of_our_own(request) -> list[tuple[str, str]]:
    """Return the (name, value) pairs that were typed into our own form; none of signing in."""
    if not _is_our_own(request) or request.path_info.startswith("/accounts/"):
        return []
    return list_form_values(request)


def _is_our_own(request) -> bool:
    return (
        getattr(request, "csrf_processing_done", False)  # it had the token of a page of ours
        or request.headers.get("Sec-Fetch-Site") == "same-origin"
        or request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
    )


def bad_request(request, exception) -> HttpResponse:
    if formats.is_asked(request):
        return formats.refusal(request, formats.refused_by(exception))
    reasons = {
        TooManyFilesSent: "too_many",
        RequestDataTooBig: "too_big",
        UnreadableText: "unreadable",
    }
    context = {"reason": reasons.get(type(exception), ""), "most_photos": settings.MAX_PHOTOS}
    return render(request, "errors/bad_request.html", context, status=400)
