"""What maps and search fields ask about the city. Nothing here knows who asks."""

from datetime import UTC, timedelta
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition, require_safe

from city import cache, danger, geo, search
from city.base_map import headline, layers
from city.coordinates import BadCoordinate, parse_point
from city.jurisdiction import said_of_another_city
from city.models import City
from city.models.city import COLOR
from city.translation import languages, named, translated
from lib import clock
from lib.http import make_cacheable
from lib.text import clean_line

LONGEST = 200  # characters of a search that are looked at
MOST_PLACES = 8
_COLORS = ("accent", "accent_strong", "accent_deep", "accent_tint", "accent_line", "sun")


def _version_etag(request, **kwargs) -> str:
    return f'"{cache.current_version()}"'


def _danger_etag(request, **kwargs) -> str:
    return f'"{danger.version()}"'


def _layers_etag(request) -> str:
    return f'"{layers.layers()[0]}"'


@require_safe
@condition(etag_func=_layers_etag)
def basemap(request) -> HttpResponse:
    """The base map's layers; for ever under the address that carries their hash (`?v=`)."""
    content_hash, text = layers.layers()
    response = HttpResponse(text, content_type="application/json")
    return make_cacheable(response, is_immutable=request.GET.get("v") == content_hash)


@require_safe
@condition(etag_func=_version_etag)
def picture(request, size) -> HttpResponse:
    """The first page's picture; for ever under the address that carries the city's version."""
    if size not in headline.SIZES:
        raise Http404
    response = HttpResponse(headline.svg(size), content_type="image/svg+xml")
    return make_cacheable(response, is_immutable=request.GET.get("v") == cache.current_version())


@require_safe
@condition(etag_func=_danger_etag)
def danger_words(request, language) -> JsonResponse:
    """`table` for danger-words.js, and by kind the advice in `language`."""
    if language not in languages():
        raise Http404
    with translation.override(language):
        advice = {kind: _told(danger.advice(kind)) for kind in danger.kinds()}
    response = JsonResponse({"table": danger.table().as_json, "advice": advice})
    return make_cacheable(response, is_immutable=request.GET.get("v") == danger.version())


def _told(advice) -> dict[str, Any]:
    return {
        "text": advice.text,
        "label": advice.second_label,
        "phone": advice.second_phone,
        "tel": advice.second_phone_tel,
    }


_LASTS = timedelta(days=300)  # RFC 9116: less than a year


@require_safe
def security_txt(request) -> HttpResponse:
    """Whom to tell of a weakness in this site (RFC 9116). Whenever it is read, it is still true
    for months.
    """
    city = City.current()
    contact = city.security_contact or city.email
    until = (clock.now() + _LASTS).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [
        f"Contact: {contact if '://' in contact else f'mailto:{contact}'}",
        f"Expires: {until.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {', '.join(languages())}",
        f"Canonical: {settings.BASE_URL}{request.path}",
        "",
    ]
    return make_cacheable(HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8"))


_NOT_FOR_ROBOTS = ("/desk/", "/staff/", "/admin/", "/accounts/", "/open-data/selection.")


@require_safe
def robots_txt(request: HttpRequest) -> HttpResponse:
    """Name the addresses that search engines leave alone (RFC 9309).

    Private links are not named: their pages say `noindex` themselves, and a list would betray them.
    """
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in _NOT_FOR_ROBOTS), ""]
    return make_cacheable(HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8"))


@require_safe
@cache_control(private=True, max_age=300)
def describe(request) -> JsonResponse:
    """A point in words: `{text, inside, zone}`; 400 with `{error}` for what is no point."""
    try:
        latitude, longitude = parse_point(request.GET.get("lat", ""), request.GET.get("lng", ""))
    except BadCoordinate as problem:
        return JsonResponse({"error": str(problem)}, status=400)
    served = geo.snap_inside(latitude, longitude)
    zone = geo.zone_at(*served) if served else None
    text = search.describe_point(float(latitude), float(longitude))
    return JsonResponse({"text": text, "inside": bool(zone), "zone": named(zone)})


@require_safe
@cache_control(private=True, max_age=300)
def places(request) -> HttpResponse:
    """Places named like `q`: for programs as JSON, for a page as the list it shows.

    `further` says that a person asked for more than the city's own places know.
    """
    text = clean_line(request.GET.get("q", "")[: LONGEST * 5])[:LONGEST]
    is_further = "further" in request.GET
    find = search.find_places_or_geocode if is_further else search.find_places
    hits = find(text, limit=MOST_PLACES)
    if _wants_html(request):
        not_here = said_of_another_city(text)
        may = bool(text) and search.is_geocoder_configured() and not is_further and not not_here
        context = {"places": hits, "text": text, "not_here": not_here, "may_ask_geocoder": may}
        response = render(request, "city/places.html", context)
    else:
        response = JsonResponse({"places": [_as_json(hit) for hit in hits]})
    patch_vary_headers(response, ["Accept", "HX-Request"])
    return response


def _wants_html(request) -> bool:
    preferred = request.get_preferred_type(["application/json", "text/html"])
    return bool(request.htmx) or preferred == "text/html"


def _as_json(hit) -> dict[str, Any]:
    return {
        "name": hit.name, "kind": hit.kind, "lat": hit.lat, "lng": hit.lng,
        "zone": translated(hit.zone_name),
        "note": hit.note,
    }  # fmt: skip


@require_safe
@condition(etag_func=_version_etag)
def colors(request) -> HttpResponse:
    """Return the colors of the pack as custom properties, which the style sheets use."""
    city = City.current()
    lines = [
        f"  --city-{name.replace('_', '-')}: {color};"
        for name in _COLORS
        if COLOR.regex.match(color := getattr(city, name))
    ]
    text = "\n".join([":root {", *lines, "}\n"])
    return make_cacheable(HttpResponse(text, content_type="text/css; charset=utf-8"))
