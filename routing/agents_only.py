"""The decorator that restricts a view to agents."""

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django_htmx.middleware import HtmxDetails

from accounts.sign_in import redirect_to_sign_in
from accounts.signed_in_request import SignedInRequest
from lib.http import PRIVATE_CACHE_CONTROL


class AgentRequest(SignedInRequest):
    """A request by an agent, which `agents_only` has checked. For annotations only."""

    htmx: HtmxDetails


def agents_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Restrict `view` to agents; visitors are sent to sign in, other staff get a 403.

    The view raises PermissionDenied for users who are not agents. An htmx request without a session
    gets a 401, because a sign-in page must not be swapped into a page. Responses of the view are
    private and not stored, and vary by HX-Request and HX-Target.
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
