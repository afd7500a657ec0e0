"""Access to the overview: the sign-in, and the scope that a user may see."""

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache

from accounts.sign_in import redirect_to_sign_in
from accounts.signed_in_request import SignedInRequest
from staff_portal.overview import scope as scopes
from staff_portal.overview.scope import Scope


def sign_in_required(view: Callable) -> Callable:
    """Redirect strangers to the sign-in page; a form that they sent gets a 403.

    The view itself checks the scope by `find_scope`.
    """

    @wraps(view)
    @never_cache
    def enter(request, *args, **kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_sign_in(request, onward=reverse("inbox"))
        return view(request, *args, **kwargs)

    return enter


def find_scope(request: SignedInRequest, *, is_city: bool) -> Scope:
    """Return the scope of the URL: the user's departments, or the city if `is_city`.

    Raise PermissionDenied if the user supervises no department, or does not oversee the city.
    """
    scope = scopes.find_scope_of_user(request.user, is_city, request.GET)
    if scope is None:
        raise PermissionDenied
    return scope
