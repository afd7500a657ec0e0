"""Views of the home page, of this device's requests, and of the public list with its map."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from lib.http import PRIVATE_CACHE_CONTROL, private_page
from lib.text import clean_line
from requests_app.browsing import position
from requests_app.browsing.cursor import StaleCursor
from requests_app.browsing.filters import Filters
from requests_app.browsing.home import build_home_context, build_my_requests_context
from requests_app.browsing.map_view import answer_map_data
from requests_app.browsing.page import build_list_context
from requests_app.middleware import allow_offline_copy
from requests_app.tracking.lookup import may_open, parse_reference


@require_safe
def request_list(request) -> HttpResponse:
    """Show the list; a search for the reference of a visible request redirects to it.

    A stale cursor shows a page (400) that leads to the first page.
    """
    wanted = parse_reference(clean_line(request.GET.get("q", "")[:200]))
    if wanted and may_open(request, wanted):
        return redirect("service_request", wanted)
    try:
        context = build_list_context(request.GET, position.read_position(request))
    except StaleCursor:
        way_back = Filters.from_query(request.GET).query_string()
        return render(
            request, "requests_app/browsing/stale_page.html", {"query": way_back}, status=400
        )
    feed_path = reverse("requests_feed") + context["feed_query"]
    context["feed_address"] = request.build_absolute_uri(feed_path)
    return render(request, "requests_app/browsing/list.html", context)


@require_safe
def map_data(request) -> JsonResponse:
    """Return the data of the map as JSON, cached for 20 seconds; 422 with a `message`."""
    response = answer_map_data(request)
    if response.status_code == 200:
        response["Cache-Control"] = "private, max-age=20"
    return response


@require_safe
def home(request) -> HttpResponse:
    """Show the home page, stored by no cache for a browser with a device key or for staff."""
    page = build_home_context(request, position.read_position(request))
    response = render(request, "requests_app/browsing/home.html", page)
    is_somebodys = request.device_key or request.user.is_authenticated
    response["Cache-Control"] = PRIVATE_CACHE_CONTROL if is_somebodys else "private, no-cache"
    return response


@require_safe
@private_page
def my_requests(request) -> HttpResponse:
    """Show this device's own and followed requests, with a copy for use offline."""
    response = render(
        request, "requests_app/browsing/my_requests.html", build_my_requests_context(request)
    )
    allow_offline_copy(request, response)
    return response


@require_safe
def accessibility(request) -> HttpResponse:
    return render(request, "requests_app/browsing/accessibility.html")
