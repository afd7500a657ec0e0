"""What else the same person reported, for agents: they may see how to reach a reporter."""

from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Case, Count, Q, When, Window

from requests_app.models import Contact, ReporterSession, ServiceRequest
from requests_app.status import OPEN
from requests_app.timeline.badge import Badge, for_others
from santa311.lib.postgresql.any_of import IsAnyOf

MOST = 5


class Reported(NamedTuple):
    service_request: ServiceRequest
    badge: Badge


@dataclass(frozen=True)
class OtherRequests:
    """The first of them, open ones before closed ones, the newest first; `more` are left out."""

    shown: list[Reported]
    more: int = 0

    @property
    def count(self) -> int:
        return len(self.shown) + self.more


def others_by(service_request, contact) -> OtherRequests:
    """By the same e-mail, phone or browser. One query.

    `contact` is what the person who asks may see of it: None, and only the browser counts.
    """
    same = _by_browser(service_request) | _by_contact(contact)
    rows = (
        ServiceRequest.objects.filter(same)
        .exclude(pk=service_request.pk)
        .annotate(of_all=Window(Count("pk")))
        .order_by(Case(When(status__in=OPEN, then=0), default=1), "-filed_at", "-pk")
    )
    shown = list(rows[:MOST])
    total = shown[0].of_all if shown else 0
    return OtherRequests([Reported(row, for_others(row)) for row in shown], total - len(shown))


def all_with(contact):
    """Every request with this contact's e-mail address or phone number; none without a contact."""
    same = _by_contact(contact)
    return ServiceRequest.objects.filter(same) if same else ServiceRequest.objects.none()


def _by_browser(service_request) -> Q:
    devices = ReporterSession.objects.filter(service_request=service_request).values("device")
    sessions = ReporterSession.objects.filter(device__in=devices)
    return Q(IsAnyOf("pk", sessions.values("service_request")))


def _by_contact(contact) -> Q:
    same = Q()
    if contact and contact.email:
        same |= Q(email__iexact=contact.email)
    if contact and contact.phone:
        same |= Q(phone=contact.phone)
    if not same:
        return Q()
    return Q(IsAnyOf("pk", Contact.objects.filter(same).values("service_request")))
