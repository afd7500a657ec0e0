"""Many who send the same at the same time: a person looks at it before it goes on.

Three people or thirty who say alike within a week may all be right (`routing.desk.queue.flags`
marks them). Ten browsers within one hour are a campaign, a joke or a program: what comes after
them is held. Of what another system files, each report counts as one of its users.
"""

from datetime import timedelta

from django.db.models import F, Q
from django.db.models.functions import Coalesce

from lib import clock
from requests_app.models import Photo, ServiceRequest, text_digest
from requests_app.status import ReviewReason, Verb

MIN_OTHER_SENDERS = 10  # senders, besides the one that sends
FLOOD_WINDOW = timedelta(hours=1)


def find_hold_reason(device, description, photos) -> str:
    """A ReviewReason where MANY other senders filed these words or a photo within the hour.

    `device` is the browser that sends, or None where another system does. Two short queries at the
    most: both are looked up by an index, and stop at MANY.
    """
    since = clock.now() - FLOOD_WINDOW
    if digest := text_digest.digest_of(description):
        alike = ServiceRequest.objects.filter(words_digest=digest, filed_at__gte=since)
        if _has_many_senders(alike, device):
            return ReviewReason.WORDS
    if digests := [photo.digest for photo in photos]:
        same = Photo.objects.filter(kind=Photo.Kind.REPORT, digest__in=digests)
        of_photos = ServiceRequest.objects.filter(
            filed_at__gte=since, pk__in=same.values("service_request")
        )
        if _has_many_senders(of_photos, device):
            return ReviewReason.PHOTO
    return ""


def _has_many_senders(rows, device) -> bool:
    sent = Q(events__device__isnull=False) | Q(events__key__isnull=False)
    filings = rows.filter(sent, events__verb=Verb.FILE)
    senders = filings.annotate(sender=Coalesce("events__device", -F("pk")))
    others = senders.exclude(sender=device.pk) if device else senders
    return (
        len(others.order_by().values("sender").distinct()[:MIN_OTHER_SENDERS]) >= MIN_OTHER_SENDERS
    )
