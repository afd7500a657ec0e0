"""Which reports of the overview somebody may open."""

from functools import wraps

from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.views.decorators.cache import never_cache

from accounts.sign_in import sign_in_first
from staff_portal.overview import scope as scopes


def overview_only(view):
    """For supervisors, of their departments; with `is_city`, for those who oversee the city.

    The view is given the Scope that the address asks for. Other staff get a 403.
    """

    @wraps(view)
    @never_cache
    def enter(request, *args, is_city, **kwargs):
        if not request.user.is_authenticated:
            return sign_in_first(request, onward=reverse("inbox"))
        scope = scopes.of(request.user, is_city, request.GET)
        if scope is None:
            raise PermissionDenied
        return view(request, scope, *args, **kwargs)

    return enter
