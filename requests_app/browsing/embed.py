"""The list or the map for the city's own site, which shows it in a frame.

The same for everybody: no cookie is read or set, and the parameter `lang` alone chooses the
language. The sites in EMBED_ORIGINS may frame it.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from city.base_map.sources import build_map_sources
from city.translation import list_offered_languages
from requests_app.browsing.filters import Filters
from requests_app.browsing.listing import choose_order, select_ids
from requests_app.browsing.map_view import answer_map_data
from requests_app.browsing.page import build_title
from requests_app.browsing.rows import build_row, load_in_id_order
from requests_app.browsing.static_map import build_static_map

MAX_ROWS = 10


@require_safe
def embed(request: HttpRequest) -> HttpResponse:
    """Show the list, or the map for the parameter `view=map`; the list's filters narrow both."""
    return _answer_in_frame(request, _render_page)


@require_safe
def embed_map_data(request: HttpRequest) -> HttpResponse:
    """Return the data of the map as JSON, or 422 with a `message`."""
    return _answer_in_frame(request, answer_map_data)


def _answer_in_frame(
    request: HttpRequest, answer: Callable[[HttpRequest], HttpResponse]
) -> HttpResponse:
    """Return the answer in the language of `lang`, which allowed sites may frame.

    Another `lang` than the city's languages means the city's own. Caches keep it for a minute.
    """
    if origins := settings.EMBED_ORIGINS:
        policy: dict[str, Any] = settings.SECURE_CSP | {"frame-ancestors": origins}
        answer = xframe_options_exempt(csp_override(policy)(answer))
    code = request.GET.get("lang", "")
    if code not in list_offered_languages():
        code = settings.LANGUAGE_CODE
    with translation.override(code):
        response = answer(request)
    response["Content-Language"] = code
    response["Cache-Control"] = "public, max-age=60"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _render_page(request: HttpRequest) -> HttpResponse:
    is_map = request.GET.get("view") == "map"
    filters = Filters.from_query(request.GET)
    language = {"lang": translation.get_language()}
    context: dict[str, Any] = {
        "filters": filters,
        "title": build_title(filters),
        "is_map": is_map,
        "language_query": f"?lang={language['lang']}",
        "site_url": _build_url("requests", filters, {"view": "map"} if is_map else {}, language),
        "report_url": reverse("report", query=language),
    }
    if is_map:
        everywhere = filters.replace(area=None)
        context |= {
            "static_map": build_static_map(filters),
            "map_sources": build_map_sources(),
            "marks_url": _build_url("embed_map", everywhere, language),
            "list_url": _build_url("requests", everywhere, language),
            "list_query": context["site_url"],
            "has_closed": filters.show in ("closed", "all"),
        }
    else:
        ids = select_ids(filters, choose_order(filters, None), MAX_ROWS, None)
        context["rows"] = [build_row(one) for one in load_in_id_order(ids)]
    return render(request, "requests_app/browsing/embed.html", context)


def _build_url(name: str, filters: Filters, *more: dict[str, str]) -> str:
    """Return the URL of the view `name` with the filters and further parameters."""
    query = {key: str(value) for key, value in filters.query_pairs()}
    for each in more:
        query |= each
    return reverse(name, query=query)
