"""Finding a request by its reference, and mailing lost private links."""

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
from requests_app.tracking.access import get_request_access
from requests_app.tracking.forms import EmailForm

MAX_TYPED_LENGTH = 100
MAX_FORMER_REQUESTS = 5  # older systems that gave the same number


@require_safe
def look_up(request) -> HttpResponse:
    """Redirect to the visible request whose reference or former number was typed; 404 if none.

    Without a text, show the empty form.
    """
    typed = clean_line(request.GET.get("reference", ""))[:MAX_TYPED_LENGTH]
    if not typed:
        return render(request, "requests_app/tracking/look_up.html", {"typed": ""})
    found = parse_reference(typed)
    for wanted in filter(None, [found, *_find_former_references(typed)]):
        if may_open(request, wanted):
            return redirect("service_request", wanted)
    context = {"typed": typed, "reference": found}
    return render(request, "requests_app/tracking/look_up.html", context, status=404)


def parse_reference(typed: str) -> str | None:
    """Return the reference in `typed`, with or without the city's prefix; None if it is none."""
    return reference.parse_reference(typed, City.current().reference_prefix)


def _find_former_references(typed: str) -> list[str]:
    """Return the references of requests with this number in an older system, newest first.

    Public or not; at most MAX_FORMER_REQUESTS.
    """
    rows = ServiceRequest.objects.with_former_number(typed).order_by("-filed_at")
    return list(rows.values_list("reference", flat=True)[:MAX_FORMER_REQUESTS])


def may_open(request, wanted: str) -> bool:
    """Return True if the request with this reference exists and this person may see it."""
    try:
        get_request_access(request, wanted)
    except Http404:
        return False
    return True


LINKS_MAIL = "links"  # the kind of mail with private links


@require_get_or_post
@private_page
def lost_links(request) -> HttpResponse:
    """Mail an address its private links. The answer does not tell whether there are any.

    Return the form with an error for an invalid address (422) and for TooManyAttempts (429).
    """
    if request.method != "POST":
        return _render_page(request, EmailForm())
    form = EmailForm(request.POST)
    if not form.is_valid():
        return _render_page(request, form, status=422)
    address = form.cleaned_data["email"]
    try:
        mail.request_mail(LINKS_MAIL, to=address, asked_by=get_or_create_device(request))
    except TooManyAttempts as error:
        return set_error_status(_render_page(request, form, error), error)
    mail.show_entered_address(request, address)
    return redirect(f"{request.path}?asked=1")


def _render_page(request, form, error=None, *, status=200) -> HttpResponse:
    context = {"form": form, "refused": error, "is_asked": "asked" in request.GET}
    return render(request, "requests_app/tracking/lost_links.html", context, status=status)
