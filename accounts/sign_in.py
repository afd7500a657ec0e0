"""Whoever is signed out where staff work: signs in first, and loses nothing that was typed."""

from django.contrib.auth.views import redirect_to_login
from django.shortcuts import render

from santa311.lib.http import typed_in


def sign_in_first(request, onward):
    """To the sign-in page and back; to the address `onward` where this one only takes forms.

    A session that ended must not cost what somebody typed: it can be sent again from here.
    """
    if typed := typed_in(request):
        return render(request, "account/signed_out.html", {"typed": typed}, status=403)
    return redirect_to_login(request.get_full_path() if request.method == "GET" else onward)
