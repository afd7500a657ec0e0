"""Hearing what happens with somebody else's request: on this device, or by mail."""

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt

from lib.http import private_page, require_get_or_post
from requests_app import workflow
from requests_app.browsing.rows import row_of
from requests_app.errors import TooManyAttempts
from requests_app.following import followers
from requests_app.middleware import get_or_create_device, refuse_staff, set_error_status
from requests_app.tracking.access import get_request
from requests_app.tracking.forms import AddressForm
from requests_app.tracking.views import onward

_AFTER_OPENING = {"dispute"}
_END = "requests_app/following/following_end.html"


@require_get_or_post
@private_page
def following(request, reference) -> HttpResponse:
    """`want` says what: `yes` on this device, `mail` by mail, anything else no news any more."""
    found = get_request(request, reference)
    if request.method != "POST":
        return _page(request, found, AddressForm())
    refuse_staff(request)
    want = request.POST.get("want", "")
    return _by_mail(request, found) if want == "mail" else _on_device(request, found, want)


def _on_device(request, found, want) -> HttpResponseRedirect:
    device, row = get_or_create_device(request), found.service_request
    if want == "yes":
        workflow.follow(row, by=device)
    elif device.follows(row):
        workflow.unfollow(row, by=device)
    query = {"following": "yes" if want == "yes" else "no"}
    return redirect(reverse("service_request", args=[row.reference], query=query))


def _by_mail(request, found) -> HttpResponse:
    """The answer is the same whether the address follows already or not."""
    form = AddressForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form, status=422)
    row = found.service_request
    try:
        followers.ask(row, form.cleaned_data["email"], by=get_or_create_device(request))
    except TooManyAttempts as error:
        return set_error_status(_page(request, found, form, error), error)
    return redirect(f"{request.path}?asked=1")


def _page(request, found, form, error=None, *, status=200) -> HttpResponse:
    context = {
        "found": found,
        "service_request": found.service_request,
        "row": row_of(found.service_request),
        "form": form,
        "refused": error,
        "is_asked": "asked" in request.GET,
        "is_confirmed": "confirmed" in request.GET and found.is_followed,
    }
    return render(request, "requests_app/following/following.html", context, status=status)


@require_get_or_post
@private_page
def follower_link(request, reference, token) -> HttpResponse:
    """A page with one button, for whoever reads the mail of an address.

    Looking at it changes nothing; its POST confirms the address and lets this device follow.
    Wrong, expired and another request's tokens are the same 404. `to` in the query names the page
    to go on to.
    """
    follower = followers.opened_by(reference, token)
    if follower is None:
        raise Http404
    if request.method == "POST":
        refuse_staff(request)
        is_new = not _is_confirmed(follower)
        workflow.follow_by_link(follower, by=get_or_create_device(request))
        if is_new:
            there = reverse("following", args=[follower.service_request.reference])
            return redirect(f"{there}?confirmed=1#mail")
        return redirect(
            *onward(follower.service_request, request.GET.get("to", ""), _AFTER_OPENING)
        )
    return _link_page(request, "requests_app/following/follower_link.html", follower)


@csrf_exempt
@require_get_or_post
@private_page
def end(request, reference, token) -> HttpResponse:
    """No more mails. The token is the permission: mail programs post here by themselves (RFC 8058).

    A link that is known no more says so, and that no mail comes by it.
    """
    follower = followers.opened_by(reference, token)
    if follower is None:
        return render(request, _END, {"is_over": True}, status=404)
    if request.method != "POST":
        return _link_page(request, _END, follower)
    workflow.stop_mails(follower)
    context = {"is_done": True, "service_request": follower.service_request}
    return render(request, _END, context)


def _is_confirmed(follower) -> bool:
    address = getattr(follower, "address", None)
    return address is None or address.confirmed_at is not None


def _link_page(request, template, follower) -> HttpResponse:
    context = {
        "service_request": follower.service_request,
        "row": row_of(follower.service_request),
        "is_confirmed": _is_confirmed(follower),
    }
    response = render(request, template, context)
    # As at a private link: nobody is told the address, and the form keeps its origin.
    response["Referrer-Policy"] = "strict-origin"
    return response
