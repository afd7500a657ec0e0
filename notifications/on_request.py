"""Mails that a person requested on a page.

They are sent and retried like every other message; `wording.on_request` has their texts. Lower
packages call `request_mail` through `requests_app.mail`.
"""

from datetime import timedelta
from typing import Any

from django.db import transaction

from lib import clock, enqueue
from lib.email_addresses import normalize_email
from lib.postgresql.transactions import lock_name
from notifications.delivery import SEND_TASK
from notifications.models import Delivery
from notifications.wording.on_request import COMPOSERS
from requests_app.errors import TooManyAttempts
from requests_app.models import Device

MAX_PER_HOUR = 3  # of a kind within HOUR, to one address and from one browser
HOUR = timedelta(hours=1)
RETENTION = timedelta(days=30)
# The page's rate limits count the first two, and do not lock out the owner of the address: see
# accounts/throttle. A user has a limited number of reports, each sent weekly or monthly.
LIMITED_ELSEWHERE = {
    Delivery.Kind.PASSWORD_RESET,
    Delivery.Kind.SIGN_IN_CODE,
    Delivery.Kind.REPORT,
}


@transaction.atomic
def request_mail(
    kind: Delivery.Kind, *, to: str, language: str, asked_by: Device | None, about: dict[str, Any]
) -> Delivery:
    """Create a requested mail to the normalized address, enqueue it, and return it.

    Raise TooManyAttempts above MAX_PER_HOUR, except for kinds in LIMITED_ELSEWHERE, and KeyError
    for a kind that cannot be requested. Simultaneous requests are counted one after the other.
    """
    if kind not in COMPOSERS:
        raise KeyError(kind)
    address = normalize_email(to)
    if kind not in LIMITED_ELSEWHERE:
        _lock_address_and_device(address, asked_by)
        _check_limits(kind, address, asked_by)
    delivery = Delivery.objects.create(
        kind=kind, recipient=address, language=language, asked_by=asked_by, about=about
    )
    enqueue.enqueue_on_commit(SEND_TASK, delivery.pk)
    return delivery


def delete_expired_mails() -> None:
    """Delete requested mails older than RETENTION, except those still to be sent."""
    old = Delivery.objects.filter(event=None, created_at__lt=clock.now() - RETENTION)
    old.exclude(state=Delivery.State.DUE).delete()


def _lock_address_and_device(address: str, device: Device | None) -> None:
    """Take advisory locks on the address and the device until the transaction ends."""
    names = [f"letters:{address}", *([f"letters:device:{device.pk}"] if device else [])]
    for name in sorted(names):
        lock_name(name)


def _check_limits(kind: Delivery.Kind, address: str, device: Device | None) -> None:
    """Raise TooManyAttempts above MAX_PER_HOUR mails of a kind to an address or from a device."""
    lately = Delivery.objects.filter(event=None, kind=kind, created_at__gt=clock.now() - HOUR)
    if lately.filter(recipient=address).count() >= MAX_PER_HOUR:
        raise TooManyAttempts
    if device and lately.filter(asked_by=device).count() >= MAX_PER_HOUR:
        raise TooManyAttempts
