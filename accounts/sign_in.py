"""Whoever is signed out where staff work: signs in first, and loses nothing that was typed."""

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts import sessions
from accounts.models import User
from lib import cookies
from lib.http import typed_in

END_REASON_COOKIE = "signed_out"  # the cookie that says why a session ended


class SignedInRequest(HttpRequest):
    """The type of a request whose user is signed in, as a decorator of its view has checked."""

    user: User


def redirect_to_sign_in(request, onward) -> HttpResponse:
    """Lead to the sign-in page and back; to `onward` where this address only takes forms.

    A session that ended must not cost what somebody typed: it can be sent again from here.
    """
    if typed := typed_in(request):
        context = {"typed": typed, "signed_out_because": format_signed_out_reason(request)}
        return render(request, "account/signed_out.html", context, status=403)
    return redirect_to_login(request.get_full_path() if request.method == "GET" else onward)


def format_signed_out_reason(request) -> str:
    """Return why the session of this browser ended, in a sentence; "" where it did not."""
    return sessions.format_end_reason(
        getattr(request, "signed_out", "") or cookies.read(request, END_REASON_COOKIE)
    )
