"""Who may come to the desk."""

from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers


def agents_only(view):
    """Strangers sign in first, other staff get a 403. A poll whose session has ended gets a 401:
    a sign-in page must not appear inside a page.
    """

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not request.user.is_authenticated:
            return HttpResponse(status=401) if request.htmx else _sign_in_first(request)
        if not request.user.is_agent:
            raise PermissionDenied
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        patch_vary_headers(response, ["HX-Request", "HX-Target"])
        return response

    return guarded


def _sign_in_first(request):
    """A session that ended must not cost what somebody typed: it can be sent again from here."""
    typed = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name != "csrfmiddlewaretoken"
    ]
    if typed:
        return render(request, "desk/signed_out.html", {"typed": typed}, status=403)
    onward = request.get_full_path() if request.method == "GET" else reverse("desk")
    return redirect_to_login(onward)
