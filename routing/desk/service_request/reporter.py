"""What else the same person reported, for agents: they may see how to reach a reporter."""

from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from django.db.models import Case, Count, Q, When, Window

from requests_app.models import Contact, ReporterSession, ServiceRequest
from requests_app.status import OPEN, Wording
from requests_app.timeline.badge import for_others
from santa311.lib.postgresql.any_of import IsAnyOf
from santa311.lib.postgresql.built_once import BuiltOnce

MOST = 5


class Reported(NamedTuple):
    service_request: ServiceRequest
    badge: Wording


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
    email, phone = (contact.email_normalized, contact.phone) if contact else ("", "")
    rows = _others(bool(email), bool(phone))
    shown = list(rows.with_values(pk=service_request.pk, email=email, phone=phone))
    total = shown[0].of_all if shown else 0
    return OtherRequests([Reported(row, for_others(row)) for row in shown], total - len(shown))


@cache
def _others(has_email, has_phone):
    """BuiltOnce for each combination of what is known."""
    known = {"email": "the sample of an address"} if has_email else {}
    known |= {"phone": "the sample"} if has_phone else {}
    return BuiltOnce(_by_the_same, pk=-1, **known)


def _by_the_same(pk, email="", phone=""):
    return (
        ServiceRequest.objects.filter(_by_browser(pk) | _by_contact(email, phone))
        .exclude(pk=pk)
        .annotate(of_all=Window(Count("pk")))
        .order_by(Case(When(status__in=OPEN, then=0), default=1), "-filed_at", "-pk")[:MOST]
    )


def all_with(contact):
    """Every request with this contact's e-mail address or phone number; none without a contact."""
    same = _by_contact(contact.email_normalized, contact.phone) if contact else Q()
    return ServiceRequest.objects.filter(same) if same else ServiceRequest.objects.none()


def _by_browser(pk) -> Q:
    devices = ReporterSession.objects.filter(service_request=pk).values("device")
    sessions = ReporterSession.objects.filter(device__in=devices)
    return Q(IsAnyOf("pk", sessions.values("service_request")))


def _by_contact(email, phone) -> Q:
    same = Q()
    if email:
        same |= Q(email_normalized=email)
    if phone:
        same |= Q(phone=phone)
    if not same:
        return Q()
    return Q(IsAnyOf("pk", Contact.objects.filter(same).values("service_request")))
