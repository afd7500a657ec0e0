"""Public data of the city for maps and search fields; no response depends on the person."""

import re
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
from city.jurisdiction import other_city_message
from city.models import City
from city.models.city import COLOR_PATTERN
from city.translation import list_offered_languages, translate, translate_name
from lib import clock
from lib.http import make_cacheable
from lib.text import clean_line

MAX_QUERY_LENGTH = 200  # characters of a search that are looked at
MAX_PLACES = 8
_COLORS = ("accent", "accent_strong", "accent_deep", "accent_tint", "accent_line", "sun")


def _version_etag(request: HttpRequest, **kwargs) -> str:
    """Return the quoted version of the city's configuration."""
    return f'"{cache.current_version()}"'


def _danger_etag(request: HttpRequest, **kwargs) -> str:
    """Return the quoted version of the table of danger."""
    return f'"{danger.table_version()}"'


def _layers_etag(request: HttpRequest) -> str:
    """Return the quoted hash of the base map's layers in the active language."""
    return f'"{layers.load_layers()[0]}"'


@require_safe
@condition(etag_func=_layers_etag)
def basemap(request: HttpRequest) -> HttpResponse:
    """Return the base map's layers as JSON.

    Browsers may cache the response for ever if `?v=` is the hash of the layers.
    """
    content_hash, text = layers.load_layers()
    response = HttpResponse(text, content_type="application/json")
    return make_cacheable(response, is_immutable=request.GET.get("v") == content_hash)


@require_safe
@condition(etag_func=_version_etag)
def headline_picture(request: HttpRequest, size: str) -> HttpResponse:
    """Return the home page's picture as SVG. Raise Http404 for a size that headline.SIZES lacks.

    Browsers may cache the response for ever if `?v=` is the city's version.
    """
    if size not in headline.SIZES:
        raise Http404
    response = HttpResponse(headline.render_headline(size), content_type="image/svg+xml")
    return make_cacheable(response, is_immutable=request.GET.get("v") == cache.current_version())


@require_safe
@condition(etag_func=_danger_etag)
def danger_words(request: HttpRequest, language: str) -> HttpResponse:
    """Return JSON for danger-words.js: the `table`, and the `advice` by kind in `language`.

    Raise Http404 for a language that is not offered. Browsers may cache the response for ever if
    `?v=` is the table's version.
    """
    if language not in list_offered_languages():
        raise Http404
    with translation.override(language):
        advice = {
            kind: _serialize_advice(known)
            for kind in danger.list_kinds()
            if (known := danger.advice_for_kind(kind))
        }
    response = JsonResponse({"table": danger.load_table().as_json, "advice": advice})
    return make_cacheable(response, is_immutable=request.GET.get("v") == danger.table_version())


def _serialize_advice(advice: danger.Advice) -> dict[str, Any]:
    """Return the advice's text and second number as a dict: `text`, `label`, `phone`, `tel`."""
    return {
        "text": advice.text,
        "label": advice.second_label,
        "phone": advice.second_phone,
        "tel": advice.second_phone_tel,
    }


_SECURITY_TXT_VALIDITY = timedelta(days=300)  # RFC 9116: less than a year


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Return the contact for security reports (RFC 9116) as text, valid for 300 days.

    The contact is the city's security contact, else its email.
    """
    city = City.current()
    contact = city.security_contact or city.email
    until = (clock.now() + _SECURITY_TXT_VALIDITY).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    lines = [
        f"Contact: {contact if '://' in contact else f'mailto:{contact}'}",
        f"Expires: {until.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {', '.join(list_offered_languages())}",
        f"Canonical: {settings.BASE_URL}{request.path}",
        "",
    ]
    return make_cacheable(HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8"))


_DISALLOWED_PATHS = ("/desk/", "/staff/", "/admin/", "/accounts/", "/open-data/selection.")


@require_safe
def robots_txt(request: HttpRequest) -> HttpResponse:
    """Return the paths that search engines must not visit (RFC 9309), as text.

    Private links are not listed: their pages have `noindex`, and a list would reveal them.
    """
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in _DISALLOWED_PATHS), ""]
    return make_cacheable(HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8"))


@require_safe
@cache_control(private=True, max_age=300)
def point_description(request: HttpRequest) -> JsonResponse:
    """Return `?lat=&lng=` as JSON `{text, inside, zone}`; 400 with `{error}` if invalid.

    `text` is "" if nothing is near. A point up to 25 m outside the city counts as inside; `zone` is
    the translated name of its zone, "" outside.
    """
    try:
        latitude, longitude = parse_point(request.GET.get("lat", ""), request.GET.get("lng", ""))
    except BadCoordinate as problem:
        return JsonResponse({"error": str(problem)}, status=400)
    served = geo.snap_to_service_area(latitude, longitude)
    zone = geo.zone_at(*served) if served else None
    text = search.describe_point(float(latitude), float(longitude))
    return JsonResponse({"text": text, "inside": bool(zone), "zone": translate_name(zone)})


@require_safe
@cache_control(private=True, max_age=300)
def places(request: HttpRequest) -> HttpResponse:
    """Return places named like `q`: JSON for programs, an HTML list for pages; at most MAX_PLACES.

    `field` names another parameter than `q`, so that a form's field keeps its name. With `further`,
    the geocoding service is asked too. The list also names the agency of a neighbor city, and
    whether the service may be asked.
    """
    typed = request.GET.get(request.GET.get("field", "q"), "")
    text = clean_line(typed[: MAX_QUERY_LENGTH * 5])[:MAX_QUERY_LENGTH]
    is_further = "further" in request.GET
    find = search.find_places_or_geocode if is_further else search.find_places
    hits = find(text, limit=MAX_PLACES)
    if _prefers_html(request):
        not_here = other_city_message(text)
        may = bool(text) and search.is_geocoder_configured() and not is_further and not not_here
        context = {"places": hits, "text": text, "not_here": not_here, "may_ask_geocoder": may}
        response = render(request, "city/places.html", context)
    else:
        response = JsonResponse({"places": [_serialize_hit(hit) for hit in hits]})
    patch_vary_headers(response, ["Accept", "HX-Request"])
    return response


def _prefers_html(request) -> bool:
    """Return True for a request of htmx, and if `Accept` prefers HTML to JSON."""
    preferred = request.get_preferred_type(["application/json", "text/html"])
    return bool(request.htmx) or preferred == "text/html"


def _serialize_hit(hit: search.PlaceHit) -> dict[str, Any]:
    """Return {name, kind, lat, lng, zone, note} of a hit, the zone in the active language."""
    return {
        "name": hit.name, "kind": hit.kind, "lat": hit.lat, "lng": hit.lng,
        "zone": translate(hit.zone_name),
        "note": hit.note,
    }  # fmt: skip


@require_safe
@condition(etag_func=_version_etag)
def colors(request: HttpRequest) -> HttpResponse:
    """Return the city's colors as a style sheet with custom properties: `--city-accent: #00687d;`.

    A blank color is left out.
    """
    city = City.current()
    lines = [
        f"  --city-{name.replace('_', '-')}: {color};"
        for name in _COLORS
        if re.match(COLOR_PATTERN, color := getattr(city, name))
    ]
    text = "\n".join([":root {", *lines, "}\n"])
    return make_cacheable(HttpResponse(text, content_type="text/css; charset=utf-8"))
