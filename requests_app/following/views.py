"""Following another person's request on this device or by email."""

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt

from lib.http import private_page, require_get_or_post
from requests_app import workflow
from requests_app.browsing.rows import load_row
from requests_app.errors import TooManyAttempts
from requests_app.following import followers
from requests_app.mail import show_entered_address
from requests_app.middleware import get_or_create_device, refuse_staff, set_error_status
from requests_app.models import Follower
from requests_app.tracking.access import RequestAccess, get_request_access
from requests_app.tracking.forms import EmailForm
from requests_app.tracking.views import find_next_page

_PAGES_AFTER_OPENING = {"dispute"}
_END_TEMPLATE = "requests_app/following/following_end.html"


@require_get_or_post
@private_page
def following(request, reference: str) -> HttpResponse:
    """Show the form, or follow or unfollow the request.

    `want` is "yes" to follow on this device, "mail" to follow by email, "no-mail" to stop the
    emails to the address that was confirmed on this device, anything else to unfollow. Raise
    Http404 for a request that this person may not see, and NotAllowed for a POST of staff.
    """
    access = get_request_access(request, reference)
    if request.method != "POST":
        return _render_page(request, access, EmailForm())
    refuse_staff(request)
    want = request.POST.get("want", "")
    if want == "mail":
        return _follow_by_mail(request, access)
    if want == "no-mail":
        return _stop_mails(request, access)
    return _change_on_device(request, access, want)


def _change_on_device(request, access: RequestAccess, want: str) -> HttpResponseRedirect:
    """Follow ("yes") or unfollow the request on this device, and redirect to its live page.

    Do nothing for an unfollow of a request that the device does not follow.
    """
    device, row = get_or_create_device(request), access.service_request
    if want == "yes":
        workflow.follow(row, by=device)
    elif device.follows(row):
        workflow.unfollow(row, by=device)
    query = {"following": "yes" if want == "yes" else "no"}
    return redirect(reverse("service_request", args=[row.reference], query=query))


def _follow_by_mail(request, access: RequestAccess) -> HttpResponse:
    """Mail a confirmation link. The answer does not tell whether the address follows already.

    Return the form with an error for an invalid address (422) and for TooManyAttempts (429). Raise
    NotAllowed if the request is not public.
    """
    form = EmailForm(request.POST)
    if not form.is_valid():
        return _render_page(request, access, form, status=422)
    row = access.service_request
    address = form.cleaned_data["email"]
    try:
        followers.request_confirmation(row, address, by=get_or_create_device(request))
    except TooManyAttempts as error:
        return set_error_status(_render_page(request, access, form, error), error)
    show_entered_address(request, address)
    return redirect(f"{request.path}?asked=1")


def _stop_mails(request, access: RequestAccess) -> HttpResponseRedirect:
    """Delete the address that was confirmed on this device, if any, and redirect to the form."""
    address = followers.find_address_of_device(access.service_request, request.device)
    if address:
        workflow.stop_mails(address.follower)
    return redirect(f"{request.path}?stopped=1#mail")


def _render_page(request, access, form, error=None, *, status=200) -> HttpResponse:
    near = access.service_request.location_text
    context = {
        "access": access,
        "service_request": access.service_request,
        "alert_url": reverse("new_alert", query={"near": near} if near else {}),
        "row": load_row(access.service_request),
        "form": form,
        "refused": error,
        "is_asked": "asked" in request.GET,
        "address": followers.find_address_of_device(access.service_request, request.device),
        "is_confirmed": "confirmed" in request.GET and access.is_followed,
        "is_stopped": "stopped" in request.GET,
    }
    return render(request, "requests_app/following/following.html", context, status=status)


@require_get_or_post
@private_page
def follower_link(request, reference: str, token: str) -> HttpResponse:
    """Show a page with one button; its POST confirms the address and lets this device follow.

    A GET changes nothing, as mail programs open links; on a device that follows already it
    redirects at once. A first confirmation redirects to the “following” page, a later one to the
    page named by `to`. Raise Http404 for wrong and expired tokens and those of other requests, and
    NotAllowed for a POST of staff.
    """
    follower = followers.find_follower_by_token(reference, token)
    if follower is None:
        raise Http404
    row = follower.service_request
    next_page = find_next_page(row, request.GET.get("to", ""), _PAGES_AFTER_OPENING)
    if request.method == "POST":
        refuse_staff(request)
        is_new = not _is_confirmed(follower)
        workflow.follow_by_link(follower, by=get_or_create_device(request))
        if is_new:
            there = reverse("following", args=[row.reference])
            return redirect(f"{there}?confirmed=1#mail")
        return redirect(*next_page)
    if _is_confirmed(follower) and request.person.follows(row):
        return redirect(*next_page)
    return _render_link_page(request, "requests_app/following/follower_link.html", follower)


@csrf_exempt
@require_get_or_post
@private_page
def end_following(request, reference: str, token: str) -> HttpResponse:
    """Stop the mails to an address by POST; a GET shows a page with a button.

    The token is the permission, as mail programs send this POST without a session (RFC 8058). An
    unknown token is a 404 that says that no mail is sent by it.
    """
    follower = followers.find_follower_by_token(reference, token)
    if follower is None:
        return render(request, _END_TEMPLATE, {"is_unknown_link": True}, status=404)
    if request.method != "POST":
        return _render_link_page(request, _END_TEMPLATE, follower)
    workflow.stop_mails(follower)
    context = {"is_done": True, "service_request": follower.service_request}
    return render(request, _END_TEMPLATE, context)


def _is_confirmed(follower: Follower) -> bool:
    """Return True if the follower has no address (follows on a device), or a confirmed one."""
    address = getattr(follower, "address", None)
    return address is None or address.confirmed_at is not None


def _render_link_page(request, template: str, follower: Follower) -> HttpResponse:
    """Return the page of a link in a mail, without its URL in the Referer sent to other sites."""
    context = {
        "service_request": follower.service_request,
        "row": load_row(follower.service_request),
        "is_confirmed": _is_confirmed(follower),
    }
    response = render(request, template, context)
    # Other sites do not get the URL; "no-referrer" would also hide the origin, which CSRF needs.
    response["Referrer-Policy"] = "strict-origin"
    return response
