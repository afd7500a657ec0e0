"""The page on which anybody makes a poster and prints it."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from city.base_map import drawing
from city.base_map.sources import build_map_sources
from city.models import Category, City
from city.translation import list_offered_languages
from requests_app.actions.forms import list_form_errors
from requests_app.filing.place import Location
from requests_app.posters.forms import PosterForm
from requests_app.posters.qr_code import draw_qr_code

_METRES_PER_PIXEL = 1.4


@require_safe
@never_cache
def poster(request: HttpRequest) -> HttpResponse:
    """Show the form and, below it, the poster that the page prints.

    Without input the poster is about any problem anywhere. Invalid input is answered with 422 and
    without a poster.
    """
    form = PosterForm(request.GET)
    is_valid = form.is_valid()
    given = form.cleaned_data
    location = given.get("location")
    if location and not given["text"]:
        form.data = request.GET.dict() | {"text": location.text}
    context = {"form": form, "problems": list_form_errors(form, {"text": "id_text"})}
    context |= _build_map_context(location)
    if is_valid:
        context |= _build_poster_context(given["category"], location, given["paper"])
    template = "requests_app/posters/poster.html"
    return render(request, template, context, status=200 if is_valid else 422)


def _build_poster_context(
    category: Category | None, location: Location | None, paper: str
) -> dict[str, Any]:
    """Return what the poster shows: `category`, `location`, `qr_code`, `short_url`, languages.

    `short_url` is the address to type, which starts a report without category and location.
    """
    return {
        "category": category,
        "location": location,
        "paper": paper,
        "short_url": build_report_url(None, None).partition("://")[2],
        "qr_code": draw_qr_code(build_report_url(category, location)),
        "offered_languages": list_offered_languages(),
    }


def build_report_url(category: Category | None, location: Location | None) -> str:
    """Return the absolute URL that starts a report with this category and location."""
    given = {
        "category": category and category.service_code,
        "at": location and location.link_value,
    }
    pairs = {name: value for name, value in given.items() if value}
    query = f"?{urlencode(pairs, safe=',')}" if pairs else ""
    return f"{settings.BASE_URL}{reverse('report')}{query}"


def _build_map_context(location: Location | None) -> dict[str, Any]:
    """Return the map on which a location is chosen, at `location` or in the middle of the city."""
    city = City.current()
    center = city.center_lat, city.center_lng
    if location:
        center = float(location.latitude), float(location.longitude)
    return {
        "is_placed": location is not None,
        "center": center,
        "metres_per_pixel": _METRES_PER_PIXEL,
        "drawing": drawing.render_svg(
            center=center, metres_per_px=_METRES_PER_PIXEL, width=560, height=320
        ),
        "map_sources": build_map_sources(),
    }
