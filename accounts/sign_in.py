"""A redirect to the sign-in page that keeps a submitted form."""

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts import sessions
from lib import cookies
from lib.http import list_form_values

END_REASON_COOKIE = "signed_out"  # the cookie that says why a session ended


def redirect_to_sign_in(request: HttpRequest, onward: str) -> HttpResponse:
    """Redirect to sign-in, and from there back to the URL of a GET, else to `onward`.

    If a form was sent, return a page with status 403 instead, from which it can be sent again after
    the sign-in.
    """
    if typed := list_form_values(request):
        context = {"typed": typed, "signed_out_because": format_signed_out_reason(request)}
        return render(request, "account/signed_out.html", context, status=403)
    return redirect_to_login(request.get_full_path() if request.method == "GET" else onward)


def format_signed_out_reason(request: HttpRequest) -> str:
    """Return a sentence with the reason why this browser's session ended, or "" without one."""
    return sessions.format_end_reason(
        getattr(request, "signed_out", "") or cookies.read_cookie(request, END_REASON_COOKIE)
    )
