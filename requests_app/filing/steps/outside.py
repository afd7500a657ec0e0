"""The page for a location outside the city: who may be responsible, and how to go back."""

from decimal import Decimal

from django.http import HttpResponse

from city import geo, search
from city.base_map import drawing
from city.jurisdiction import MAX_DISTANCE_M, find_responsible_agencies
from requests_app.filing.place import format_button_value
from requests_app.filing.steps.sequence import LOCATION_STEP, render_step

_MAX_PIXELS_TO_CITY_LINE = 80  # on the map, so that it shows a part of the city


def render_outside_page(request, draft) -> HttpResponse:
    """Return a 422 with the location on a map, its distance from the city and the agencies there.

    A location farther away than MAX_DISTANCE_M is shown without map and agencies.
    """
    point = draft.latitude, draft.longitude
    metres = geo.metres_outside(*point)
    is_far = metres > MAX_DISTANCE_M
    context = {
        "is_far": is_far,
        "distance": geo.format_distance(metres),
        "agencies": [] if is_far else find_responsible_agencies(*point),
        "suggestion": _suggest_corrected_point(*point),
        "drawing": None if is_far else _render_map(point, metres),
    }
    template = "requests_app/filing/out_of_area.html"
    return render_step(request, LOCATION_STEP, draft, context, template=template, status=422)


def _suggest_corrected_point(latitude: Decimal, longitude: Decimal) -> dict[str, str] | None:
    """Return the point inside the city that results from other signs or swapped coordinates.

    The dict has its description as `text` and its button's `value`. Return None if no such point
    is inside the city.
    """
    readings = [(latitude, -longitude), (-latitude, longitude), (-latitude, -longitude)]
    if abs(longitude) <= 90:
        readings.append((longitude, latitude))
    for reading in readings:
        if geo.is_in_service_area(*reading):
            text = search.describe_point(*map(float, reading))
            return {"value": format_button_value(*reading, text), "text": text}
    return None


def _render_map(point: tuple[Decimal, Decimal], metres: float) -> str:
    """Return an SVG map around `point`, which is `metres` away from the city line."""
    center = tuple(map(float, point))
    scale = max(6, metres / _MAX_PIXELS_TO_CITY_LINE)
    return drawing.render_svg(
        center=center,
        metres_per_px=scale,
        width=840,
        height=660,
        pins=[(*center, "selected")],
    )
