"""The public list with its map, the map's answers, and its feed."""

from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from requests_app import browsing
from requests_app.browsing import list_page, position
from requests_app.browsing.cursor import StaleCursor
from requests_app.errors import InvalidInput
from requests_app.tracking.lookup import may_open, meant
from santa311.lib.text import clean_line


@require_safe
def requests(request):
    wanted = meant(clean_line(request.GET.get("q", "")[:200]))
    if wanted and may_open(request, wanted):
        return redirect("service_request", wanted)
    try:
        context = list_page(request.GET, position.of(request))
    except StaleCursor:
        way_back = browsing.Filters.from_query(request.GET).query()
        return render(
            request, "requests_app/browsing/stale_page.html", {"query": way_back}, status=400
        )
    return render(request, "requests_app/browsing/list.html", context)


@require_safe
def requests_map(request):
    try:
        answer = browsing.map_answer(request.GET)
    except InvalidInput as problem:
        return JsonResponse({"message": str(problem.message)}, status=problem.status_code)
    response = JsonResponse(answer)
    response["Cache-Control"] = "private, max-age=20"
    return response
