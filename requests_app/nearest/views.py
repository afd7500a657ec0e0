"""The form with which visitors give their position, by their phone or as a text."""

from decimal import Decimal

from django.http import HttpResponse, QueryDict
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
def choose_position(request) -> HttpResponse:
    """Show the form, save the position, or delete it ("forget"); then redirect to `next`.

    An unknown position or one far away returns the form with an error (422).
    """
    if request.method != "POST":
        return _render_page(request, LocationForm())
    answer = redirect(_next_url(request.POST))
    if "forget" in request.POST:
        reader_position.delete_position(answer)
        return answer
    form = LocationForm(request.POST)
    if point := _find_point(form):
        reader_position.save_position(answer, *point)
        return answer
    return _render_page(request, form, status=422)


def _find_point(form: LocationForm) -> tuple[Decimal, Decimal] | None:
    """Return (latitude, longitude); None, with an error on the form, if unknown or far away."""
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


def _next_url(query: QueryDict) -> str:
    """Return the form's `next` if it is a path of this site, else the list sorted by distance."""
    onward = query.get("next", "")
    return onward if is_own_path(onward) else f"{reverse('requests')}?sort=near"


def _render_page(request, form: LocationForm, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "problems": list_form_errors(form),
        "next": _next_url(request.POST or request.GET),
        "is_known": reader_position.read_position(request) is not None,
    }
    return render(request, "requests_app/nearest/position.html", context, status=status)
