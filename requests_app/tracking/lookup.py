"""To a request by its reference, however sloppily it was typed."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from city.models import City
from lib.http import private_page, require_get_or_post
from lib.text import clean_line
from requests_app import mail, reference
from requests_app.errors import TooManyAttempts
from requests_app.middleware import get_or_create_device, set_error_status
from requests_app.models import ServiceRequest
from requests_app.tracking.access import get_request
from requests_app.tracking.forms import AddressForm

LONGEST = 100
MOST_FORMER = 5  # older systems that gave the same number


@require_safe
def look_up(request) -> HttpResponse:
    """To the request whose reference was typed, or kind words."""
    typed = clean_line(request.GET.get("reference", ""))[:LONGEST]
    if not typed:
        return render(request, "requests_app/tracking/look_up.html", {"typed": ""})
    found = meant(typed)
    for wanted in filter(None, [found, *_formerly(typed)]):
        if may_open(request, wanted):
            return redirect("service_request", wanted)
    context = {"typed": typed, "reference": found}
    return render(request, "requests_app/tracking/look_up.html", context, status=404)


def meant(typed) -> str | None:
    """The reference in these words, with or without this city's letters in front."""
    return reference.parse_reference(typed, City.current().reference_prefix)


def _formerly(typed) -> list[str]:
    """References of the requests that had this number in an older system; one or none mostly."""
    rows = ServiceRequest.objects.with_former_number(typed).order_by("-filed_at")
    return list(rows.values_list("reference", flat=True)[:MOST_FORMER])


def may_open(request, wanted) -> bool:
    try:
        get_request(request, wanted)
    except Http404:
        return False
    return True


LINKS = "links"  # the letter


@require_get_or_post
@private_page
def lost_links(request) -> HttpResponse:
    """The answer is the same whatever the address is known for."""
    if request.method != "POST":
        return _page(request, AddressForm())
    form = AddressForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    address = form.cleaned_data["email"]
    try:
        mail.request_mail(LINKS, to=address, asked_by=get_or_create_device(request))
    except TooManyAttempts as error:
        return set_error_status(_page(request, form, error), error)
    return redirect(f"{request.path}?asked=1")


def _page(request, form, error=None, *, status=200) -> HttpResponse:
    context = {"form": form, "refused": error, "is_asked": "asked" in request.GET}
    return render(request, "requests_app/tracking/lost_links.html", context, status=status)
