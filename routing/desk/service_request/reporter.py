"""What else the same person reported, for agents: they may see how to reach a reporter."""

from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Case, Count, Q, When, Window

from lib.email_addresses import normalize_email
from requests_app.models import Contact, ReporterSession, ServiceRequest
from requests_app.models.contact import EndsWithDigits, find_phone_ending
from requests_app.status import OPEN, Wording
from requests_app.timeline.badge import for_others

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
    email, phone = _keys_of(contact)
    return _first_of(_by_the_same(service_request.pk, email, phone))


def earlier_of(email: str, phone: str) -> OtherRequests:
    """Return what somebody reported who left this email address or phone number.

    Both are as somebody typed them; what is no address or no number finds nothing. One query, or
    none.
    """
    email, phone = _normalized(email), _pattern(phone)
    if not email and not phone:
        return OtherRequests([])
    return _first_of(_by_the_same(NOBODY, email, phone))


NOBODY = 0  # the id of no request


def _normalized(email: str) -> str:
    return normalize_email(email) if "@" in email else ""


def _keys_of(contact) -> tuple[str, str]:
    """The normalized address and the pattern of the phone number; empty where there is none."""
    return (contact.email_normalized, _pattern(contact.phone)) if contact else ("", "")


def _pattern(phone: str) -> str:
    ending = find_phone_ending(phone)
    return EndsWithDigits.pattern(ending) if ending else ""


def _first_of(rows) -> OtherRequests:
    shown = list(rows)
    total = shown[0].of_all if shown else 0
    return OtherRequests([Reported(row, for_others(row)) for row in shown], total - len(shown))


def _by_the_same(pk, email="", phone=""):
    return (
        ServiceRequest.objects.filter(_by_browser(pk) | _by_contact(email, phone))
        .exclude(pk=pk)
        .annotate(of_all=Window(Count("pk")))
        .order_by(Case(When(status__in=OPEN, then=0), default=1), "-filed_at", "-pk")[:MOST]
    )


def all_with(contact):
    """Every request with this contact's e-mail address or phone number; none without a contact."""
    same = _by_contact(*_keys_of(contact))
    return ServiceRequest.objects.filter(same) if same else ServiceRequest.objects.none()


def _by_browser(pk) -> Q:
    devices = ReporterSession.objects.filter(service_request=pk).values("device")
    sessions = ReporterSession.objects.filter(device__in=devices)
    return Q(pk__any=sessions.values("service_request"))


def _by_contact(email, phone) -> Q:
    same = Q()
    if email:
        same |= Q(email_normalized=email)
    if phone:
        same |= Q(EndsWithDigits("phone", phone))
    if not same:
        return Q()
    return Q(pk__any=Contact.objects.filter(same).values("service_request"))
