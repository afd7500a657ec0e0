"""Whoever is signed out where staff work: signs in first, and loses nothing that was typed."""

from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse
from django.shortcuts import render

from accounts import sessions
from lib import cookies
from lib.http import list_form_values

WHY = "signed_out"  # the cookie that says why a session ended


def sign_in_first(request, onward) -> HttpResponse:
    """Lead to the sign-in page and back; to `onward` where this address only takes forms.

    A session that ended must not cost what somebody typed: it can be sent again from here.
    """
    if typed := list_form_values(request):
        context = {"typed": typed, "signed_out_because": signed_out_because(request)}
        return render(request, "account/signed_out.html", context, status=403)
    return redirect_to_login(request.get_full_path() if request.method == "GET" else onward)


def signed_out_because(request) -> str:
    """Return why the session of this browser ended, in a sentence; "" where it did not."""
    return sessions.because(getattr(request, "signed_out", "") or cookies.read_cookie(request, WHY))
