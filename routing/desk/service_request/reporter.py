"""What else the same person reported, for agents: they may see how to reach a reporter."""

from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Case, Count, Q, QuerySet, When, Window

from lib.email_addresses import normalize_email
from requests_app.models import Contact, ReporterSession, ServiceRequest
from requests_app.models.contact import find_phone_ending
from requests_app.status import OPEN_STATUSES, StatusWording
from requests_app.timeline.badge import for_others

MOST = 5


class Reported(NamedTuple):
    service_request: ServiceRequest
    badge: StatusWording


@dataclass(frozen=True)
class OtherRequests:
    """The first of them, open ones before closed ones, the newest first; `more` are left out."""

    shown: list[Reported]
    more: int = 0

    @property
    def count(self) -> int:
        return len(self.shown) + self.more


def others_by(service_request: ServiceRequest, contact: Contact | None) -> OtherRequests:
    """Return those by the same e-mail, phone or browser. One query.

    `contact` is what the person who asks may see of it: None, and only the browser counts.
    """
    return _first_of(_by_browser(service_request) | _by_contact(contact), service_request.pk)


def earlier_of(email: str, phone: str) -> OtherRequests:
    """Return what somebody reported who left this email address or phone number.

    Both are as somebody typed them; what is no address or no number finds nothing. One query, or
    none.
    """
    email = normalize_email(email) if "@" in email else ""
    same = _by_contact(Contact(email_normalized=email, phone=phone))
    return _first_of(same) if same else OtherRequests([])


def all_with(contact: Contact | None) -> QuerySet[ServiceRequest]:
    """Return every request with this contact's e-mail address or phone number."""
    same = _by_contact(contact)
    return ServiceRequest.objects.filter(same) if same else ServiceRequest.objects.none()


def _first_of(where: Q, but: int | None = None) -> OtherRequests:
    """Return the first requests of which `where` is true, without the one with the id `but`."""
    rows = ServiceRequest.objects.filter(where).annotate(of_all=Window(Count("pk")))
    is_open = Case(When(status__in=OPEN_STATUSES, then=0), default=1)
    rows = rows.exclude(pk=but) if but else rows
    shown = list(rows.order_by(is_open, "-filed_at", "-pk")[:MOST])
    total = shown[0].of_all if shown else 0
    return OtherRequests([Reported(row, for_others(row)) for row in shown], total - len(shown))


def _by_browser(service_request: ServiceRequest) -> Q:
    devices = ReporterSession.objects.filter(service_request=service_request).values("device")
    sessions = ReporterSession.objects.filter(device__in=devices)
    return Q(pk__any=sessions.values("service_request"))


def _by_contact(contact: Contact | None) -> Q:
    """Return the condition of the same address or number; empty where there is neither."""
    same = Q()
    if contact and contact.email_normalized:
        same |= Q(email_normalized=contact.email_normalized)
    if contact and (ending := find_phone_ending(contact.phone)):
        same |= Q(phone_ending__startswith=ending)
    found = Contact.objects.with_phone_ending().filter(same).values("service_request")
    return Q(pk__any=found) if same else same
