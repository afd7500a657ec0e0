"""Mails that somebody asked for on a page: handed to who writes mails, who lives above."""

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import get_language

from lib import clock
from lib.email_addresses import normalize_email
from requests_app.models import Contact


def request(kind, *, to, language="", asked_by=None, about=None) -> None:
    """Request the mail `kind` to the address `to`, in the `language` of the page or another; it
    goes out within seconds.

    `about` is what its words need: ids and codes as JSON, never anybody's words. `asked_by` is
    the Device that asked. Whether there is anything to say is decided when it is sent, so that the
    page answers alike whatever the address is known for. Raises TooOften after three of a kind
    within the hour, to one address or from one browser.
    """
    import_string(settings.MAIL_REQUESTS)(
        kind, to=to, language=language or get_language(), asked_by=asked_by, about=about or {}
    )


def note_bounce(service_request, address) -> None:
    """The mail server refused `address` for good: staff see it, and nobody waits for an answer."""
    named = {"service_request": service_request, "email_normalized": normalize_email(address)}
    Contact.objects.filter(**named).update(bounced_at=clock.now())
