"""A place the city does not look after: who may, and how to come back. Nothing is lost."""

from django.http import HttpResponse

from city import geo, search
from city.base_map import drawing
from city.jurisdiction import FAR, responsible_at
from requests_app.filing.place import format_button_value
from requests_app.filing.steps.sequence import LOCATION_STEP, render_step

_MAX_PIXELS_TO_CITY_LINE = 80  # on the drawing, so that the city is in sight on a wide screen too


def render_outside_page(request, draft) -> HttpResponse:
    """422 with the place on a map, its distance from the city line and who may be responsible."""
    point = draft.latitude, draft.longitude
    metres = geo.metres_outside(*point)
    is_far = metres > FAR
    context = {
        "is_far": is_far,
        "distance": geo.said_distance(metres),
        "agencies": [] if is_far else responsible_at(*point),
        "guess": _suggest_corrected_point(*point),
        "drawing": None if is_far else _render_map(point, metres),
    }
    template = "requests_app/filing/out_of_area.html"
    return render_step(request, LOCATION_STEP, draft, context, template=template, status=422)


def _suggest_corrected_point(latitude, longitude) -> dict[str, str] | None:
    """Another reading of the two numbers that lies in the city, signs or order mixed up: the first
    of the likely ones, with the `value` of its button.
    """
    readings = [(latitude, -longitude), (-latitude, longitude), (-latitude, -longitude)]
    if abs(longitude) <= 90:
        readings.append((longitude, latitude))
    for reading in readings:
        if geo.in_service_area(*reading):
            text = search.describe_point(*map(float, reading))
            return {"value": format_button_value(*reading, text), "text": text}
    return None


def _render_map(point, metres) -> str:
    center = tuple(map(float, point))
    scale = max(6, metres / _MAX_PIXELS_TO_CITY_LINE)
    return drawing.svg(
        center=center,
        metres_per_px=scale,
        width=840,
        height=660,
        pins=[(*center, "selected")],
    )
