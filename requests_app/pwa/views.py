"""The web app manifest, icons and the service worker."""

import json
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from city.models import City
from lib.http import make_cacheable
from requests_app.pwa import assets
from requests_app.pwa import icon as drawing

_DEEP, _SUN, _SAND = "#0b4650", "#ffd34d", "#f7f5ef"  # as in tokens.css
_MAX_SHORT_NAME_LENGTH = 12  # characters under an icon


@require_safe
@cache_control(private=True, max_age=300)
def manifest(request) -> JsonResponse:
    """Return the web app manifest, with the city's names and colors, in the visitor's language."""
    city = City.current()
    content = {
        "id": "/",
        "name": city.service_name,
        "short_name": _build_short_name(city),
        "description": _("Report a problem to the city and follow what happens."),
        "lang": get_language(),
        "dir": "rtl" if get_language_bidi() else "ltr",
        "start_url": reverse("home"),
        "scope": "/",
        "display": "standalone",
        "theme_color": city.accent_deep or _DEEP,
        "background_color": _SAND,
        "categories": ["government", "utilities"],
        "icons": _list_icons(city),
        "shortcuts": [
            _build_shortcut(city, _("Report a problem"), _("Report"), "report"),
            _build_shortcut(city, _("My requests"), _("My requests"), "my_requests"),
        ],
        "share_target": {
            "action": reverse("report_shared"),
            "method": "POST",
            "enctype": "multipart/form-data",
            "params": {"files": [{"name": "photos", "accept": ["image/*", ".heic", ".heif"]}]},
        },
    }
    return JsonResponse(content, content_type="application/manifest+json")


def _build_short_name(city: City) -> str:
    """Return the service's name, or a shorter one of at most _MAX_SHORT_NAME_LENGTH."""
    if len(city.service_name) <= _MAX_SHORT_NAME_LENGTH:
        return city.service_name
    return f"{city.reference_prefix} {city.brand[1]}"[:_MAX_SHORT_NAME_LENGTH].strip()


def _list_icons(city: City) -> list[dict[str, str]]:
    """Return the manifest's icons: four PNGs (two kinds, two sizes) and the logo."""
    drawn = [
        {"src": icon_url(city, kind, size), "sizes": f"{size}x{size}", "type": "image/png"}
        | {"purpose": kind}
        for kind in ("any", "maskable")
        for size in (192, 512)
    ]
    logo = {"src": logo_url(city), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}
    return [*drawn, logo]


def _build_shortcut(city: City, name: str, short_name: str, view: str) -> dict[str, Any]:
    """Return a shortcut of the manifest to the URL named `view`."""
    icon = {"src": icon_url(city, "any", 96), "sizes": "96x96", "type": "image/png"}
    return {"name": name, "short_name": short_name, "url": reverse(view), "icons": [icon]}


def icon_url(city: City, kind: str, size: int) -> str:
    """Return the icon's URL, which contains its colors, so that it can be cached for ever."""
    colors = "-".join(color.lstrip("#") for color in _icon_colors(city))
    return f"{reverse('icon', args=[kind, size])}?v={colors}"


def logo_url(city: City) -> str:
    """Return the URL of the city's logo; that of the default icon without a logo."""
    return reverse("logo") if city.logo else static("icons/favicon.svg")


def _icon_colors(city: City) -> tuple[str, str]:
    """Return the colors of the ground and of the dot as #rrggbb, of the city or the defaults."""
    return city.accent_deep or _DEEP, city.sun or _SUN


@require_safe
def icon(request, kind: str, size: int) -> HttpResponse:
    """Return the icon as PNG, cached for ever at the URL of `icon_url`, else for five minutes.

    Raise Http404 for an unknown kind or size.
    """
    if kind not in drawing.ICON_KINDS or size not in drawing.ICON_SIZES:
        raise Http404
    city = City.current()
    response = HttpResponse(
        drawing.render_icon(kind, size, *_icon_colors(city)), content_type="image/png"
    )
    return make_cacheable(
        response, is_immutable=request.get_full_path() == icon_url(city, kind, size)
    )


@require_safe
def logo(request) -> HttpResponse:
    """Return the city's logo as an SVG file; the pages contain it inline.

    Raise Http404 if the city has none.
    """
    drawn = City.current().logo
    if not drawn:
        raise Http404
    if "xmlns=" not in drawn:
        drawn = drawn.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    return make_cacheable(HttpResponse(drawn, content_type="image/svg+xml"))


@require_safe
@cache_control(no_cache=True)
def service_worker(request) -> HttpResponse:
    """Return the service worker, whose text changes with the version, so that phones update.

    With OFFLINE=0 it is a worker that deletes the caches of earlier ones and unregisters itself.
    """
    text = (
        _build_worker_script() if settings.OFFLINE else render_to_string("requests_app/pwa/gone.js")
    )
    response = HttpResponse(text, content_type="text/javascript; charset=utf-8")
    response["Service-Worker-Allowed"] = "/"
    return response


def _build_worker_script() -> str:
    """Return the JavaScript module that runs the service worker with its cache's content."""
    kept = {
        "version": assets.compute_version(),
        "files": assets.offline_file_urls(),
        "crew": assets.crew_file_urls(),
        "pages": assets.offline_page_urls(),
        "start": reverse("report"),
        "shared": reverse("report_shared"),
        "push": {
            "endpoints": reverse("push_endpoints"),
            "signOut": reverse("staff_notifications_end"),
            "token": reverse("report_token"),
            "key": settings.VAPID_PUBLIC_KEY,
            "icon": icon_url(City.current(), "any", 192),
        },
    }
    script = json.dumps(static(assets.WORKER_FILE))
    return f"import {{ run }} from {script};\n\nrun({json.dumps(kept)});\n"
