"""What makes the site an app on a phone: its manifest, its icons, and the worker that keeps it."""

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
_LONGEST_SHORT_NAME = 12  # characters under an icon


@require_safe
@cache_control(private=True, max_age=300)
def manifest(request) -> JsonResponse:
    """The web app manifest, from the pack's names and colors and in the visitor's language."""
    city = City.current()
    content = {
        "id": "/",
        "name": city.service_name,
        "short_name": _short_name(city),
        "description": _("Report a problem to the city and follow what happens."),
        "lang": get_language(),
        "dir": "rtl" if get_language_bidi() else "ltr",
        "start_url": reverse("home"),
        "scope": "/",
        "display": "standalone",
        "theme_color": city.accent_deep or _DEEP,
        "background_color": _SAND,
        "categories": ["government", "utilities"],
        "icons": _icons(city),
        "shortcuts": [
            _shortcut(city, _("Report a problem"), _("Report"), "report"),
            _shortcut(city, _("My requests"), _("My requests"), "my_requests"),
        ],
        "share_target": {
            "action": reverse("report_shared"),
            "method": "POST",
            "enctype": "multipart/form-data",
            "params": {"files": [{"name": "photos", "accept": ["image/*", ".heic", ".heif"]}]},
        },
    }
    return JsonResponse(content, content_type="application/manifest+json")


def _short_name(city) -> str:
    if len(city.service_name) <= _LONGEST_SHORT_NAME:
        return city.service_name
    return f"{city.reference_prefix} {city.brand[1]}"[:_LONGEST_SHORT_NAME].strip()


def _icons(city) -> list[dict[str, str]]:
    drawn = [
        {"src": icon_address(city, kind, size), "sizes": f"{size}x{size}", "type": "image/png"}
        | {"purpose": kind}
        for kind in ("any", "maskable")
        for size in (192, 512)
    ]
    logo = {"src": logo_address(city), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}
    return [*drawn, logo]


def _shortcut(city, name, short_name, view) -> dict[str, Any]:
    icon = {"src": icon_address(city, "any", 96), "sizes": "96x96", "type": "image/png"}
    return {"name": name, "short_name": short_name, "url": reverse(view), "icons": [icon]}


def icon_address(city, kind, size) -> str:
    """With the colors in it: other colors are another address, which is asked for anew."""
    colors = "-".join(color.lstrip("#") for color in _colors(city))
    return f"{reverse('icon', args=[kind, size])}?v={colors}"


def logo_address(city) -> str:
    return reverse("logo") if city.logo else static("icons/favicon.svg")


def _colors(city) -> tuple[str, str]:
    return city.accent_deep or _DEEP, city.sun or _SUN


@require_safe
def icon(request, kind, size) -> HttpResponse:
    if kind not in drawing.KINDS or size not in drawing.SIZES:
        raise Http404
    city = City.current()
    response = HttpResponse(drawing.png(kind, size, *_colors(city)), content_type="image/png")
    return make_cacheable(
        response, is_immutable=request.get_full_path() == icon_address(city, kind, size)
    )


@require_safe
def logo(request) -> HttpResponse:
    """The pack's logo as a picture of its own; in the pages it stands as it is."""
    drawn = City.current().logo
    if not drawn:
        raise Http404
    if "xmlns=" not in drawn:
        drawn = drawn.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    return make_cacheable(HttpResponse(drawn, content_type="image/svg+xml"))


@require_safe
@cache_control(no_cache=True)
def worker(request) -> HttpResponse:
    """The service worker: another text for each version, so that a phone notices by itself.

    With OFFLINE=0 it is one that clears away what earlier ones kept, and then itself.
    """
    text = _keeper() if settings.OFFLINE else render_to_string("requests_app/pwa/gone.js")
    response = HttpResponse(text, content_type="text/javascript; charset=utf-8")
    response["Service-Worker-Allowed"] = "/"
    return response


def _keeper() -> str:
    kept = {
        "version": assets.version(),
        "files": assets.files(),
        "crew": assets.crew_files(),
        "pages": assets.pages(),
        "start": reverse("report"),
        "shared": reverse("report_shared"),
    }
    return (
        f"import {{ run }} from {json.dumps(static(assets.WORKER))};\n\nrun({json.dumps(kept)});\n"
    )
