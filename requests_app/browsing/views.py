"""The home page, this device's requests, and the public list with its map."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from lib.http import PRIVATE_CACHE_CONTROL, private_page
from lib.text import clean_line
from requests_app.browsing import position
from requests_app.browsing.cursor import StaleCursor
from requests_app.browsing.filters import Filters
from requests_app.browsing.home import home_page, mine_page
from requests_app.browsing.map_view import map_answer
from requests_app.browsing.page import list_page
from requests_app.errors import InvalidInput
from requests_app.middleware import allow_offline_copy
from requests_app.tracking.lookup import may_open, meant


@require_safe
def requests(request) -> HttpResponse:
    wanted = meant(clean_line(request.GET.get("q", "")[:200]))
    if wanted and may_open(request, wanted):
        return redirect("service_request", wanted)
    try:
        context = list_page(request.GET, position.of(request))
    except StaleCursor:
        way_back = Filters.from_query(request.GET).query()
        return render(
            request, "requests_app/browsing/stale_page.html", {"query": way_back}, status=400
        )
    feed_path = reverse("requests_feed") + context["feed_query"]
    context["feed_address"] = request.build_absolute_uri(feed_path)
    return render(request, "requests_app/browsing/list.html", context)


@require_safe
def requests_map(request) -> JsonResponse:
    try:
        answer = map_answer(request.GET)
    except InvalidInput as problem:
        return JsonResponse({"message": str(problem.message)}, status=problem.status_code)
    return JsonResponse(answer, headers={"Cache-Control": "private, max-age=20"})


@require_safe
def home(request) -> HttpResponse:
    page = home_page(request, position.of(request))
    response = render(request, "requests_app/browsing/home.html", page)
    is_somebodys = request.device_key or request.user.is_authenticated
    response["Cache-Control"] = PRIVATE_CACHE_CONTROL if is_somebodys else "private, no-cache"
    return response


@require_safe
@private_page
def my_requests(request) -> HttpResponse:
    response = render(request, "requests_app/browsing/my_requests.html", mine_page(request))
    allow_offline_copy(request, response)
    return response


@require_safe
def accessibility(request) -> HttpResponse:
    return render(request, "requests_app/browsing/accessibility.html")
