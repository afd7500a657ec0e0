"""The home page, this device's requests, looking one up, and the public list."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from city.models import City
from requests_app import pages, reference
from santa311.lib.words import clean_line

LONGEST = 100


@require_safe
def home(request):
    return _own(render(request, "home.html", pages.home_page(request)))


@require_safe
def my_requests(request):
    return _own(render(request, "requests/mine.html", pages.mine_page(request)))


@require_safe
def look_up(request):
    """To the request whose reference was typed, however sloppily, or kind words."""
    typed = clean_line(request.GET.get("reference", ""))[:LONGEST]
    if not typed:
        return render(request, "requests/find.html", {"typed": ""})
    found = _meant(typed)
    if found and _may_open(request, found):
        return redirect("service_request", found)
    context = {"typed": typed, "reference": found}
    return render(request, "requests/find.html", context, status=404)


def _meant(typed):
    """The reference in these words; people often leave out the city's letters in front."""
    prefix = City.objects.current().reference_prefix
    return reference.tidy(typed) or reference.tidy(f"{prefix}-{typed}")


def _may_open(request, wanted):
    try:
        pages.find(request, wanted)
    except Http404:
        return False
    return True


@require_safe
def requests(request):
    words = clean_line(request.GET.get("q", ""))[:LONGEST]
    wanted = _meant(words)
    if wanted and _may_open(request, wanted):
        return redirect("service_request", wanted)
    return render(request, "requests/list.html", pages.list_page(request.GET, words))


def _own(response):
    """It shows what this device reported."""
    response["Cache-Control"] = "private, no-cache"
    return response
