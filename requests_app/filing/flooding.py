"""Detection of mass filing: the same words or photo by many senders within one hour.

After MIN_OTHER_SENDERS, further such reports are held until an agent reviewed them: they may come
from a campaign or a program. Similar reports by some people within a week are not held
(`routing.desk.queue.flags` marks them). Each report of another system counts as a sender.
"""

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from lib import clock
from requests_app.models import Device, Photo, ServiceRequest, text_digest
from requests_app.status import ReviewReason, Verb

MIN_OTHER_SENDERS = 10
FLOOD_WINDOW = timedelta(hours=1)


def find_hold_reason(device: Device | None, description: str, photos: Sequence[Photo]) -> str:
    """Return the ReviewReason for which a report with these words and photos is held; "" for none.

    A report is held if MIN_OTHER_SENDERS others filed the same words or one of the photos within
    FLOOD_WINDOW. `device` sends the report; None for another system. Two queries at most, by
    index and limited to MIN_OTHER_SENDERS rows.
    """
    since = clock.now() - FLOOD_WINDOW
    if digest := text_digest.compute_text_digest(description):
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


def _has_many_senders(rows: QuerySet[ServiceRequest], device: Device | None) -> bool:
    """Return True if at least MIN_OTHER_SENDERS others than `device` filed these requests.

    Each request of another system (an API key) counts as a sender of its own; imported ones do not
    count.
    """
    sent = Q(events__device__isnull=False) | Q(events__key__isnull=False)
    filings = rows.filter(sent, events__verb=Verb.FILE)
    senders = filings.annotate(sender=Coalesce("events__device", -F("pk")))
    others = senders.exclude(sender=device.pk) if device else senders
    found = others.order_by().values("sender").distinct()[:MIN_OTHER_SENDERS]
    return len(found) >= MIN_OTHER_SENDERS
