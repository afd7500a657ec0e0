"""Whom we wrote to is forgotten with them; that we wrote, and when, stays."""

from django.db.models import CharField, F, Q, Value
from django.db.models.functions import Cast, Concat

from lib.email_addresses import normalize_email
from notifications.models import STAFF_KINDS, Delivery

ERASED_PREFIX = "deleted-"


def erase_recipients(request_ids, addresses=None) -> None:
    """Replace residents' addresses in messages about these requests, or only those in `addresses`.

    Named in FORGETTERS. Who reported a duplicate was told of the original, so that counts too. Each
    keeps an address of its own, which is none, since there is one message per address. What is
    still to be sent finds no private link any more, and is dropped.
    """
    about = Q(event__service_request__in=request_ids)
    if addresses is not None:
        about |= Q(event__service_request__duplicates__in=request_ids)
        about |= Q(event=None)  # the mails they asked for
        about &= Q(recipient__in=list(map(normalize_email, addresses)))
    told = Delivery.objects.filter(about).exclude(kind__in=STAFF_KINDS)
    ids = told.exclude(recipient__startswith=ERASED_PREFIX).values("pk")
    Delivery.objects.filter(pk__in=ids).update(
        recipient=Concat(Value(ERASED_PREFIX), Cast(F("pk"), CharField())), answer=""
    )
