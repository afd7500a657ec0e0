"""Who may enter the overview, and the scope that somebody may look at there."""

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache

from accounts.sign_in import sign_in_first
from staff_portal.overview import scope as scopes
from staff_portal.overview.scope import Scope


def sign_in_required(view) -> Callable:
    """Ask strangers to sign in. The view checks by `find_scope` what the person may look at."""

    @wraps(view)
    @never_cache
    def enter(request, *args, **kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return sign_in_first(request, onward=reverse("inbox"))
        return view(request, *args, **kwargs)

    return enter


def find_scope(request: HttpRequest, *, is_city: bool) -> Scope:
    """Return the scope that the address asks for: a supervisor's departments, or the city.

    Raise PermissionDenied for somebody who supervises no department, or who does not oversee the
    city.
    """
    scope = scopes.find_scope_of_user(request.user, is_city, request.GET)
    if scope is None:
        raise PermissionDenied
    return scope
