"""Deletion of incoming emails: after their time, and with a person's data."""

from collections.abc import Collection
from datetime import timedelta

from django.db.models import Q

from lib import clock
from lib.email_addresses import normalize_email
from notifications.models import IncomingMail

RAW_LIFETIME = timedelta(days=7)
ROW_LIFETIME = timedelta(days=30)


def delete_expired_mails() -> None:
    """Delete what was received before RAW_LIFETIME, and after ROW_LIFETIME all about it."""
    now = clock.now()
    rows = IncomingMail.objects
    rows.filter(received_at__lt=now - ROW_LIFETIME).delete()
    rows.filter(received_at__lt=now - RAW_LIFETIME, raw__isnull=False).update(raw=None)


def list_mails_of(address: str) -> list[IncomingMail]:
    """Return the incoming emails of a normalized address, newest first, without their content."""
    return list(IncomingMail.objects.filter(sender=address).defer("raw").order_by("-received_at"))


def delete_mails_of(request_ids: Collection[int], addresses: Collection[str] | None = None) -> None:
    """Delete the incoming emails about these requests; with `addresses`, all emails from those.

    This function is in settings.FORGETTERS.
    """
    mails = Q(delivery__event__service_request__in=request_ids)
    if addresses is not None:
        mails = Q(sender__in=list(map(normalize_email, addresses)))
    IncomingMail.objects.filter(mails).delete()
