"""Many who send the same at the same time: a person looks at it before it goes on.

Three people or thirty who say alike within a week may all be right (`routing.desk.queue.flags`
marks them). Ten browsers within one hour are a campaign, a joke or a program: what comes after
them is held.
"""

from datetime import timedelta

from requests_app.models import Photo, ServiceRequest, text_digest
from requests_app.status import ReviewReason, Verb
from santa311.lib import clock

MANY = 10  # browsers, besides the one that sends
WITHIN = timedelta(hours=1)


def reason_to_hold(device, description, photos) -> str:
    """A ReviewReason where MANY other browsers filed these words or a photo within the hour.

    Two short queries at the most: both are looked up by an index, and stop at MANY.
    """
    since = clock.now() - WITHIN
    if digest := text_digest.digest_of(description):
        alike = ServiceRequest.objects.filter(words_digest=digest, filed_at__gte=since)
        if _are_many(alike, device):
            return ReviewReason.WORDS
    digests = [photo.digest for photo in photos]
    if digests:
        same = Photo.objects.filter(kind=Photo.Kind.REPORT, digest__in=digests)
        of_photos = ServiceRequest.objects.filter(
            filed_at__gte=since, pk__in=same.values("service_request")
        )
        if _are_many(of_photos, device):
            return ReviewReason.PHOTO
    return ""


def _are_many(rows, device):
    filings = rows.filter(events__verb=Verb.FILE, events__device__isnull=False)
    others = filings.exclude(events__device=device).order_by().values("events__device")
    return len(others.distinct()[:MANY]) >= MANY
