"""Pages for what went wrong, in the visitor's words; nothing typed is lost."""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.shortcuts import render

from santa311.lib.http import typed_in


def csrf_failure(request, reason=""):
    """Our own form with an old token can be sent again; another site's cannot, or it would win."""
    context = {"again": _fields(request) if _is_our_own(request) else []}
    return render(request, "errors/stale_form.html", context, status=403)


def _is_our_own(request):
    return (
        request.headers.get("Sec-Fetch-Site") == "same-origin"
        or request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
    )


def _fields(request):
    """What was typed, as (name, value) pairs; never a password."""
    fields = typed_in(request)
    return [] if any("password" in name for name, __ in fields) else fields


def not_found(request, exception):
    return render(request, "errors/not_found.html", status=404)


def forbidden(request, exception):
    return render(request, "errors/forbidden.html", status=403)


def bad_request(request, exception):
    reasons = {TooManyFilesSent: "too_many", RequestDataTooBig: "too_big"}
    context = {"reason": reasons.get(type(exception), ""), "most_photos": settings.MAX_PHOTOS}
    return render(request, "errors/bad_request.html", context, status=400)
