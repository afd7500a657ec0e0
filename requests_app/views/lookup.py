"""To a request by its reference, however sloppily it was typed."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from city.models import City
from requests_app import pages, reference
from requests_app.models import ServiceRequest
from santa311.lib.words import clean_line

LONGEST = 100
MOST_FORMER = 5  # older systems that gave the same number


@require_safe
def look_up(request):
    """To the request whose reference was typed, or kind words."""
    typed = clean_line(request.GET.get("reference", ""))[:LONGEST]
    if not typed:
        return render(request, "requests/find.html", {"typed": ""})
    found = meant(typed)
    for wanted in filter(None, [found, *_formerly(typed)]):
        if may_open(request, wanted):
            return redirect("service_request", wanted)
    context = {"typed": typed, "reference": found}
    return render(request, "requests/find.html", context, status=404)


def _formerly(typed) -> list[str]:
    """References of the requests that had this number in an older system; one or none mostly."""
    rows = ServiceRequest.objects.formerly(typed).order_by("-filed_at")
    return list(rows.values_list("reference", flat=True)[:MOST_FORMER])


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
