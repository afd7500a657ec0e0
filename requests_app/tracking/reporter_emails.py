"""The emails about a request to its reporter: stop them, and turn them on again."""

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from lib import clock
from lib.http import private_page, require_get_or_post
from requests_app.middleware import refuse_staff
from requests_app.models import AccessLink, Contact, ServiceRequest
from requests_app.tracking.access import get_request_access

_TEMPLATE = "requests_app/tracking/reporter_emails.html"


def find_email_contact(service_request: ServiceRequest) -> Contact | None:
    """Return the contact if it has an email address that did not bounce, else None. One query."""
    contacts = Contact.objects.filter(service_request=service_request, bounced_at=None)
    return contacts.exclude(email="").first()


def set_emails(service_request: ServiceRequest, *, is_on: bool) -> None:
    """Stop the emails to the reporter, or turn them on again. Requested emails are sent anyway."""
    contacts = Contact.objects.filter(service_request=service_request)
    if is_on:
        contacts.update(emails_stopped_at=None)
    else:
        contacts.filter(emails_stopped_at=None).update(emails_stopped_at=clock.now())


@require_POST
@private_page
def reporter_emails(request, reference: str) -> HttpResponseRedirect:
    """Turn the emails on if the posted `want` is "yes", else stop them, on the reporter's device.

    Raise Http404 for other residents, and NotAllowed for staff.
    """
    refuse_staff(request)
    access = get_request_access(request, reference)
    if not access.is_reporter:
        raise Http404
    set_emails(access.service_request, is_on=request.POST.get("want") == "yes")
    return redirect(reverse("service_request", args=[reference]) + "#emails")


@csrf_exempt
@require_get_or_post
@private_page
def reporter_emails_link(request, reference: str, token: str) -> HttpResponse:
    """Stop the emails by POST, or turn them on again with `want` "yes"; a GET shows a button.

    The token is the permission, as mail programs send this POST without a session (RFC 8058). The
    link works as long as there is a private link. An unknown token is a 404 that says that no mail
    is sent by it.
    """
    links = AccessLink.objects.select_related("service_request")
    link = links.filter(token_hash=AccessLink.hash_token(token)).first()
    if link is None or link.service_request.reference != reference:
        return render(request, _TEMPLATE, {"is_unknown_link": True}, status=404)
    row = link.service_request
    if request.method == "POST":
        set_emails(row, is_on=request.POST.get("want") == "yes")
    contact = find_email_contact(row)
    is_stopped = contact is None or contact.emails_stopped_at is not None
    context = {
        "service_request": row,
        "is_done": is_stopped,
        "is_on_again": request.method == "POST" and not is_stopped,
        "can_turn_on": contact is not None,
    }
    response = render(request, _TEMPLATE, context)
    # Other sites do not get the URL; "no-referrer" would also hide the origin, which CSRF needs.
    response["Referrer-Policy"] = "strict-origin"
    return response
