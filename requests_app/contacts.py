"""What others must tell the requests about reaching a reporter."""

from requests_app.models import Contact
from santa311.lib import clock


def note_bounce(service_request, address):
    """The mail server refused `address` for good: staff see it, and nobody waits for an answer."""
    contacts = Contact.objects.filter(service_request=service_request, email__iexact=address)
    contacts.update(bounced_at=clock.now())
