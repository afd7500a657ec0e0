"""Step 2 of a report: the location, from the phone, a photo, the map or a text."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from city import geo, search
from city.base_map import drawing
from city.base_map.sources import build_map_sources
from city.jurisdiction import MAX_DISTANCE_M, find_agencies_of_city, other_city_message
from city.models import City
from city.search.place_hit import PlaceHit
from lib.http import private_page, require_get_or_post
from lib.text import clean_line
from requests_app.actions.forms import list_form_errors
from requests_app.filing import drafts
from requests_app.filing.forms import LocationForm
from requests_app.filing.place import Location, find_posted_location, format_button_value
from requests_app.filing.steps import danger_stop, outside
from requests_app.filing.steps.duplicates import url_after_location
from requests_app.filing.steps.sequence import (
    LOCATION_STEP,
    render_step,
    require_steps_before,
)
from requests_app.models import Draft

_METRES_PER_PIXEL = 1.4
_ERROR_ANCHORS = {"latitude": "id_text", "longitude": "id_text"}  # both inputs are hidden


@require_get_or_post
@private_page
@require_steps_before(LOCATION_STEP)
def location_step(request, draft: Draft) -> HttpResponse:
    """Show the form, with the places found for `text` if `find` is in the URL; or save a POST.

    A POST redirects to a search or to the next step. A missing or ambiguous location, one outside
    the city, and a danger in the text are answered by a page with 422.
    """
    if request.method == "POST":
        return _process_form(request, draft)
    text = clean_line(request.GET.get("text", draft.location_phrase))
    return _render_page(request, draft, text=text, is_search="find" in request.GET)


def _process_form(request, draft) -> HttpResponse:
    """Redirect to a search for the text ("find"), or save the location and go to the next step.

    A location outside the city is saved, too, and answered by a page with the agencies there.
    Without a location, return the form with an error (422). A danger in the text returns its page.
    """
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
    if not geo.is_in_service_area(draft.latitude, draft.longitude):
        return outside.render_outside_page(request, draft)
    return redirect(url_after_location(draft))


def describe_missing_location(typed: str) -> str:
    """Return the error message for a text (or "") that does not mean a single place."""
    if elsewhere := other_city_message(typed):
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


def build_location_changes(draft: Draft, found: Location) -> dict[str, object]:
    """Return the draft's columns to change for the location `found`.

    A point just outside the city line is snapped inside. Another point than before resets the
    rejected duplicates.
    """
    if point := geo.snap_to_service_area(found.latitude, found.longitude):
        found = replace(found, latitude=point.latitude, longitude=point.longitude)
    is_moved = (draft.latitude, draft.longitude) != (found.latitude, found.longitude)
    return {
        "latitude": found.latitude,
        "longitude": found.longitude,
        "location_text": found.text,
        "not_these": [] if is_moved else draft.not_these,
    }


def _render_page(
    request,
    draft,
    *,
    text: str,
    is_search: bool,
    problems: Sequence[tuple[str, str]] = (),
) -> HttpResponse:
    """Return the page of the location step; to htmx only the list of places found.

    `problems` are (anchor, message) pairs. The geocoder is asked only for a text that was sent,
    not while somebody types.
    """
    city = City.current()
    may_geocode = not request.htmx or "further" in request.GET
    center = float(draft.latitude or city.center_lat), float(draft.longitude or city.center_lng)
    context = {
        "text": text,
        "center": center,
        "metres_per_pixel": _METRES_PER_PIXEL,
        "photo_location": _suggest_photo_location(draft),
        "places": _list_place_buttons(text, may_geocode) if is_search and text else [],
        "is_search": is_search,
        "other_city_message": other_city_message(text),
        "other_city_agencies": find_agencies_of_city(search.find_neighbor_city(text)),
        "may_ask_geocoder": search.is_geocoder_configured() and not may_geocode,
        "drawing": drawing.render_svg(
            center=center, metres_per_px=_METRES_PER_PIXEL, width=560, height=640
        ),
        "map_sources": build_map_sources(),
        "problems": problems,
    }
    template = "requests_app/filing/where.html#places" if request.htmx else None
    return render_step(request, LOCATION_STEP, draft, context, template=template)


def _list_place_buttons(text: str, may_geocode: bool) -> list[tuple[PlaceHit, str]]:
    """Return the places found for `text`, each with the value of its button."""
    find = search.find_places_or_geocode if may_geocode else search.find_places
    return [(hit, format_button_value(hit.lat, hit.lng, hit.name)) for hit in find(text)]


def _suggest_photo_location(draft: Draft) -> dict[str, Any] | None:
    """Return the first `photo` taken in or near the city, and the `text` for its location.

    The text describes the point, or is “a location outside <city>”. Photos taken where the draft's
    location is are ignored. Return None if there is no such photo.
    """
    for photo in draft.photos.all():
        point = photo.latitude, photo.longitude
        if photo.latitude is not None and point != (draft.latitude, draft.longitude):
            if geo.snap_to_service_area(*point):
                return {"photo": photo, "text": search.describe_point(*map(float, point))}
            if geo.metres_outside(*point) < MAX_DISTANCE_M:
                words = _("a location outside %(city)s") % {"city": City.current().name}
                return {"photo": photo, "text": words}
    return None
