"""Step 2: the place, by this phone, by the photo, on the map or in words alone."""

from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from city import geo, search
from city.base_map import drawing
from city.base_map.sources import map_sources
from city.jurisdiction import FAR, responsible_in, said_of_another_city
from city.models import City
from lib.http import own_page, page_with_form
from lib.text import clean_line
from requests_app.actions.forms import list_form_errors
from requests_app.filing import drafts
from requests_app.filing.forms import LocationForm
from requests_app.filing.place import find_posted_location, format_button_value
from requests_app.filing.steps import danger_stop, outside
from requests_app.filing.steps.duplicates import url_after_location
from requests_app.filing.steps.sequence import (
    LOCATION_STEP,
    find_draft,
    redirect_to_needed_step,
    render_step,
)

_METRES_PER_PIXEL = 1.4
_ERROR_ANCHORS = {"latitude": "id_text", "longitude": "id_text"}  # the two are hidden


@page_with_form
@own_page
def location_step(request, draft_id) -> HttpResponse:
    draft = find_draft(request, draft_id)
    if elsewhere := redirect_to_needed_step(draft, draft_id, LOCATION_STEP):
        return elsewhere
    if request.method == "POST":
        return _process_form(request, draft)
    text = clean_line(request.GET.get("text", draft.location_phrase))
    return _render_page(request, draft, text=text, is_search="find" in request.GET)


def _process_form(request, draft) -> HttpResponse:
    form = LocationForm(request.POST)
    form.is_valid()
    typed = form["text"].value() or ""
    if "find" in request.POST:
        query = {"find": 1, "text": typed}
        return redirect(LOCATION_STEP.url(draft.pk, query=query, fragment="places"))
    if stop := danger_stop.render_danger_stop(request, LOCATION_STEP, draft, typed):
        return stop
    found = find_posted_location(request.POST, draft, form)
    if found is None:
        problems = list_form_errors(form, _ERROR_ANCHORS) or [
            ("id_text", describe_missing_location(typed))
        ]
        return _render_page(request, draft, text=typed, is_search=True, problems=problems)
    drafts.save_columns(draft, build_location_changes(draft, found))
    if not geo.in_service_area(draft.latitude, draft.longitude):
        return outside.render_outside_page(request, draft)
    return redirect(url_after_location(draft))


def describe_missing_location(typed) -> str:
    if elsewhere := said_of_another_city(typed):
        return elsewhere
    places = search.find_places(typed) if typed else []
    if places and places[0].note:
        return _("%(note)s Select it in the list, or move the map.") % {"note": places[0].note}
    if typed and not places:
        words = _("We can't find “%(place)s”. Move the map to it, or try another address.")
        return words % {"place": typed}
    if typed:
        return _("Choose one of the locations in the list, or move the map.")
    return _("Tell us where: use your location, move the map, or type an address.")


def build_location_changes(draft, found) -> dict:
    """Return what changes where the place is another one: other requests are nearby there.

    A place just outside the city line is snapped inside.
    """
    if point := geo.snap_inside(found.latitude, found.longitude):
        found = replace(found, latitude=point.latitude, longitude=point.longitude)
    is_moved = (draft.latitude, draft.longitude) != (found.latitude, found.longitude)
    return {
        "latitude": found.latitude,
        "longitude": found.longitude,
        "location_text": found.text,
        "not_these": [] if is_moved else draft.not_these,
    }


def _render_page(request, draft, *, text, is_search, problems=()) -> HttpResponse:
    city = City.current()
    is_further = not request.htmx or "further" in request.GET  # sent, not only typed
    center = float(draft.latitude or city.center_lat), float(draft.longitude or city.center_lng)
    context = {
        "text": text,
        "center": center,
        "scale": _METRES_PER_PIXEL,
        "offer": _suggest_photo_location(draft),
        "places": _list_place_buttons(text, is_further) if is_search and text else [],
        "is_search": is_search,
        "not_here": said_of_another_city(text),
        "agencies_there": responsible_in(search.find_neighbor_city(text)),
        "may_ask_geocoder": search.is_geocoder_configured() and not is_further,
        "drawing": drawing.svg(
            center=center, metres_per_px=_METRES_PER_PIXEL, width=560, height=640
        ),
        "map_sources": map_sources(),
        "problems": problems,
    }
    template = "requests_app/filing/where.html#places" if request.htmx else None
    return render_step(request, LOCATION_STEP, draft, context, template=template)


def _list_place_buttons(text, is_further) -> list[tuple]:
    """What the list shows, each with what its button carries."""
    find = search.find_places_or_geocode if is_further else search.find_places
    return [(hit, format_button_value(hit.lat, hit.lng, hit.name)) for hit in find(text)]


def _suggest_photo_location(draft) -> dict[str, Any] | None:
    """The first photo that knows where it was taken, here or next door; None without one."""
    for photo in draft.photos.all():
        point = photo.latitude, photo.longitude
        if photo.latitude is not None and point != (draft.latitude, draft.longitude):
            if geo.snap_inside(*point):
                return {"photo": photo, "text": search.describe_point(*map(float, point))}
            if geo.metres_outside(*point) < FAR:
                words = _("a location outside %(city)s") % {"city": City.current().name}
                return {"photo": photo, "text": words}
    return None
