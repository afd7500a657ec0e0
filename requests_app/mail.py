"""Requests for mails that a person asks for on a page, passed on to `settings.MAIL_REQUESTS`."""

from typing import NamedTuple

from django.conf import settings
from django.contrib import messages
from django.core.mail import EmailAttachment
from django.http import HttpRequest
from django.utils.module_loading import import_string
from django.utils.translation import get_language

from lib import clock
from lib.email_addresses import normalize_email
from requests_app.models import Contact, Device, ServiceRequest


class ReportContent(NamedTuple):
    """The content of the mail of a scheduled report.

    `name` is what the report is about, `days` its period, `facts` (label, value) of the figures.
    `attachment` is None if the file of its requests is too large: it is at `csv_url`.
    """

    to: str
    is_monthly: bool
    name: str
    days: str
    facts: list[tuple[str, str]]
    url: str
    csv_url: str
    stop_url: str
    attachment: EmailAttachment | None


def show_entered_address(request: HttpRequest, address: str) -> None:
    """Show the address on the next page, so that a person notices a mistyped one.

    The page has to include components/entered_address.html.
    """
    messages.info(request, address, extra_tags="address")


def request_mail(
    kind: str,
    *,
    to: str,
    language: str = "",
    asked_by: Device | None = None,
    about: dict[str, object] | None = None,
) -> None:
    """Queue the mail `kind` to the address `to`; it is sent within seconds.

    `language` defaults to the language of the page. `about` is a dict of ids and codes for the
    mail's text, never a person's words. `asked_by` is the Device that asked. Whether the mail has
    any content is decided when it is sent, so that the page does not reveal what an address is
    known for. Raise TooManyAttempts after three mails of one kind within an hour to one address or
    from one device.
    """
    import_string(settings.MAIL_REQUESTS)(
        kind, to=to, language=language or get_language(), asked_by=asked_by, about=about or {}
    )


def record_bounce(service_request: ServiceRequest, address: str) -> None:
    """Mark `address` as bounced in the contact of the request, if it is the contact's address.

    Staff see the mark, and the reporter no longer counts as reachable by mail.
    """
    contacts = Contact.objects.filter(
        service_request=service_request, email_normalized=normalize_email(address)
    )
    contacts.update(bounced_at=clock.now())
