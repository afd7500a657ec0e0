"""To a request by its reference, however sloppily it was typed."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from city.models import City
from requests_app import pages, reference
from santa311.lib.words import clean_line

LONGEST = 100


@require_safe
def look_up(request):
    """To the request whose reference was typed, or kind words."""
    typed = clean_line(request.GET.get("reference", ""))[:LONGEST]
    if not typed:
        return render(request, "requests/find.html", {"typed": ""})
    found = meant(typed)
    if found and may_open(request, found):
        return redirect("service_request", found)
    context = {"typed": typed, "reference": found}
    return render(request, "requests/find.html", context, status=404)


def meant(typed) -> str | None:
    """The reference in these words; people often leave out the city's letters in front."""
    prefix = City.objects.current().reference_prefix
    return reference.tidy(typed) or reference.tidy(f"{prefix}-{typed}")


def may_open(request, wanted) -> bool:
    try:
        pages.find(request, wanted)
    except Http404:
        return False
    return True
