"""The other requests of a reporter, found by email address, phone number or browser."""

from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Case, Count, Q, QuerySet, When, Window

from lib import clock
from lib.email_addresses import normalize_email
from requests_app.models import Contact, ReporterSession, ServiceRequest
from requests_app.models.contact import parse_phone_ending
from requests_app.status import OPEN_STATUSES, StatusWording
from requests_app.timeline.badge import public_badge

MAX_SHOWN = 5


class OtherRequest(NamedTuple):
    service_request: ServiceRequest
    badge: StatusWording

    @property
    def summary(self) -> str:
        """Return the request's location (if known), day of filing and status, joined by “ · ”."""
        row = self.service_request
        day = clock.format_relative_datetime(row.filed_at)
        return " · ".join(filter(None, [row.short_location_phrase, day, str(self.badge.words)]))


@dataclass(frozen=True)
class OtherRequests:
    """The first requests of a reporter, open ones first, then the newest.

    `more_count` are left out.
    """

    shown: list[OtherRequest]
    more_count: int = 0

    @property
    def count(self) -> int:
        """Return the number of all requests, shown or not."""
        return len(self.shown) + self.more_count


def find_other_requests(service_request: ServiceRequest, contact: Contact | None) -> OtherRequests:
    """Return the other requests with the same email address, phone number or browser. One query.

    `contact` is None if the agent may not see it; then only the browser counts.
    """
    return _list_first_requests(
        _build_browser_condition(service_request) | _build_contact_condition(contact),
        service_request.pk,
    )


def find_requests_of_caller(email: str, phone: str) -> OtherRequests:
    """Return the requests whose reporter left this email address or phone number.

    Address and number are as typed; invalid ones find nothing. One query, or none.
    """
    email = normalize_email(email) if "@" in email else ""
    same = _build_contact_condition(Contact(email_normalized=email, phone=phone))
    return _list_first_requests(same) if same else OtherRequests([])


def filter_by_contact(contact: Contact | None) -> QuerySet[ServiceRequest]:
    """Return all requests with this contact's email address or phone number; none for None.

    Also none for a contact with neither. The contact's own request is included.
    """
    same = _build_contact_condition(contact)
    return ServiceRequest.objects.filter(same) if same else ServiceRequest.objects.none()


def _list_first_requests(where: Q, but: int | None = None) -> OtherRequests:
    """Return the first requests that match `where`, without the one with the id `but`.

    One query. `more_count` does not count the one left out.
    """
    rows = ServiceRequest.objects.filter(where).annotate(of_all=Window(Count("pk")))
    is_open = Case(When(status__in=OPEN_STATUSES, then=0), default=1)
    rows = rows.exclude(pk=but) if but else rows
    shown = list(rows.order_by(is_open, "-filed_at", "-pk")[:MAX_SHOWN])
    total = shown[0].of_all if shown else 0
    return OtherRequests(
        [OtherRequest(row, public_badge(row)) for row in shown], total - len(shown)
    )


def _build_browser_condition(service_request: ServiceRequest) -> Q:
    """Return the condition of requests reported from a browser that reported this request."""
    devices = ReporterSession.objects.filter(service_request=service_request).values("device")
    sessions = ReporterSession.objects.filter(device__in=devices)
    return Q(pk__any=sessions.values("service_request"))


def _build_contact_condition(contact: Contact | None) -> Q:
    """Return the condition for requests with the contact's address or number.

    Return an empty Q if the contact is None or has neither.
    """
    same = Q()
    if contact and contact.email_normalized:
        same |= Q(email_normalized=contact.email_normalized)
    if contact and (ending := parse_phone_ending(contact.phone)):
        same |= Q(phone_ending__startswith=ending)
    found = Contact.objects.alias_phone_ending().filter(same).values("service_request")
    return Q(pk__any=found) if same else same
