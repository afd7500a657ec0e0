"""Who may come to the desk."""

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import reverse
from django.utils.cache import patch_vary_headers

from accounts.sign_in import redirect_to_sign_in
from lib.http import PRIVATE_CACHE_CONTROL


def agents_only(view) -> Callable:
    """Strangers sign in first, other staff get a 403. A poll whose session has ended gets a 401:
    a sign-in page must not appear inside a page.
    """

    @wraps(view)
    def guarded(request, *args, **kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            if request.htmx:
                return HttpResponse(status=401)
            return redirect_to_sign_in(request, onward=reverse("desk"))
        if not request.user.is_agent:
            raise PermissionDenied
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = PRIVATE_CACHE_CONTROL
        patch_vary_headers(response, ["HX-Request", "HX-Target"])
        return response

    return guarded
