"""Where somebody is, so that they see what is near: told by their phone, or typed."""

from decimal import Decimal

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from city import geo
from city.jurisdiction import MAX_DISTANCE_M, other_city_message
from city.models import City
from lib.http import is_own_path, require_get_or_post
from requests_app.actions.forms import list_form_errors
from requests_app.browsing import position as reader_position
from requests_app.filing.forms import LocationForm
from requests_app.filing.place import find_location_by_text


@require_get_or_post
@never_cache
def position(request) -> HttpResponse:
    if request.method != "POST":
        return _page(request, LocationForm())
    answer = redirect(_onward(request.POST))
    if "forget" in request.POST:
        reader_position.forget(answer)
        return answer
    form = LocationForm(request.POST)
    if point := _point(form):
        reader_position.remember(answer, *point)
        return answer
    return _page(request, form, status=422)


def _point(form) -> tuple[Decimal, Decimal] | None:
    """(latitude, longitude), or None, and the form says why."""
    if not form.is_valid():
        return None
    found = form.cleaned_data["point"]
    if not found and (named := find_location_by_text(form.cleaned_data["text"])):
        found = named.latitude, named.longitude
    if not found:
        unknown = _("We can't find this location. Try a corner or a landmark.")
        form.add_error("text", other_city_message(form.cleaned_data["text"]) or unknown)
    elif geo.metres_outside(*found) > MAX_DISTANCE_M:
        message = _("This location is far from %(city)s.")
        form.add_error("text", message % {"city": City.current().name})
    else:
        return found
    return None


def _onward(query) -> str:
    """A page of ours that the form goes back to; the list, nearest first, for any other."""
    onward = query.get("next", "")
    return onward if is_own_path(onward) else f"{reverse('requests')}?sort=near"


def _page(request, form, status=200) -> HttpResponse:
    context = {
        "form": form,
        "problems": list_form_errors(form),
        "next": _onward(request.POST or request.GET),
        "is_known": reader_position.of(request) is not None,
    }
    return render(request, "requests_app/nearest/position.html", context, status=status)
