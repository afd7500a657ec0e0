"""Erasure of residents' addresses from messages; the rows stay."""

from collections.abc import Collection

from django.db.models import CharField, F, Q, Value
from django.db.models.functions import Cast, Concat

from lib.email_addresses import normalize_email
from notifications.models import ALERT_KINDS, STAFF_KINDS, Delivery

ERASED_PREFIX = "deleted-"


def erase_recipients(
    request_ids: Collection[int], addresses: Collection[str] | None = None
) -> None:
    """Replace residents' addresses in messages about these requests by “deleted-<id>”.

    With `addresses`, replace only these, also in messages about the originals of the requests,
    in messages of alerts and in requested mails. Messages to staff are left out. The mail server's
    answer is cleared; links and states are left as they are. This function is in
    settings.FORGETTERS.
    """
    about = Q(event__service_request__in=request_ids)
    if addresses is not None:
        about |= Q(event__service_request__duplicates__in=request_ids)
        about |= Q(event=None)  # the mails they asked for
        about |= Q(kind__in=ALERT_KINDS)
        about &= Q(recipient__in=list(map(normalize_email, addresses)))
    told = Delivery.objects.filter(about).exclude(kind__in=STAFF_KINDS)
    ids = told.exclude(recipient__startswith=ERASED_PREFIX).values("pk")
    Delivery.objects.filter(pk__in=ids).update(
        recipient=Concat(Value(ERASED_PREFIX), Cast(F("pk"), CharField())), answer=""
    )
