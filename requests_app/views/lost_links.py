"""Private links that were lost: mailed again to the address they belong to."""

from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from requests_app import letters
from requests_app.errors import TooOften
from requests_app.forms.address import AddressForm
from requests_app.middleware import device_of

LINKS = "links"  # the letter


@require_http_methods(["GET", "HEAD", "POST"])
def lost_links(request):
    """The answer is the same whatever the address is known for."""
    if request.method != "POST":
        return _page(request, AddressForm())
    form = AddressForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    address = form.cleaned_data["email"]
    try:
        letters.owe(LINKS, to=address, language=get_language(), asked_by=device_of(request))
    except TooOften as refused:
        return _page(request, form, refused, status=refused.status_code)
    return redirect(f"{request.path}?asked=1")


def _page(request, form, refused=None, *, status=200):
    context = {"form": form, "refused": refused, "is_asked": "asked" in request.GET}
    response = render(request, "requests/links.html", context, status=status)
    response["Cache-Control"] = "private, no-store"
    if refused:
        response["Retry-After"] = refused.retry_after
    return response
