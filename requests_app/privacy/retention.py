"""When the city's period is over, people are forgotten; what happened and was said in public stays.

In batches, each a transaction of its own, so that eleven years of old records hold nobody up and
what was cut short goes on where it stopped.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from city.models import City, UploadedSheet
from lib import clock
from lib.security_log import Kind, record
from requests_app.models import (
    AccessLink,
    ContentReport,
    DataLink,
    Device,
    Draft,
    Follower,
    FollowerLink,
    Photo,
    ServiceRequest,
    UndoPoint,
)
from requests_app.photos import uploading
from requests_app.status import Status
from requests_app.tracking.private_links import oldest_closing
from requests_app.workflow import erasure

BATCH = 200
DEVICES_AT_A_TIME = 1000


def apply_retention() -> int:
    """Everything that is older than the city keeps it; how many requests were gone through."""
    city, now = City.current(), clock.now()
    contact_ends = now - timedelta(days=city.contact_kept_days)
    words_end = now - timedelta(days=city.private_words_kept_days)
    rows = ServiceRequest.objects
    count = _in_batches(rows.with_details_kept_since(contact_ends), _forget_details)
    count += _in_batches(rows.with_private_words_kept_since(words_end), erasure.erase_private_words)
    old = ContentReport.objects.filter(made_at__lt=contact_ends)
    erasure.erase_content_reports(old.exclude(device=None, text=""))
    idle = Device.objects.filter(created_at__lt=contact_ends).order_by("pk")
    with transaction.atomic():
        erasure.forget_unused_devices(idle, limit=DEVICES_AT_A_TIME)
    if count:
        record(Kind.DATA_DELETED, target="data:retention")
    return count


def _in_batches(rows, act) -> int:
    count = 0
    while done := _batch(rows, act):
        count += done
    return count


@transaction.atomic
def _batch(rows, act) -> int:
    """One that somebody is at work on just now is left for the next night."""
    locked = rows.select_for_update(skip_locked=True, of=("self",)).order_by("closed_at")
    ids = list(locked.values_list("pk", flat=True)[:BATCH])
    if ids:
        act(ids, clock.now())
    return len(ids)


def _forget_details(ids, now) -> None:
    erasure.erase_reporters(ids)
    erasure.erase_followers(ids)
    ServiceRequest.objects.filter(pk__in=ids).update(forgotten_at=now)


DRAFTS_LIVE = timedelta(days=7)
# As long as a phone may send the report again (`lifetime` in static/js/outbox/reports.js), and a
# day more, since its clock may be slow.
SENT_DRAFTS_LIVE = timedelta(days=61)
LOOSE_PHOTOS_LIVE = timedelta(days=7)
SHEETS_LIVE = timedelta(hours=1)
UNDO_POINTS_LIVE = timedelta(hours=1)
QUESTIONS_LIVE = timedelta(days=7)  # whether an address wants the news


def delete_expired() -> None:
    now = clock.now()
    for photo in Photo.objects.loose().filter(uploaded_at__lt=now - LOOSE_PHOTOS_LIVE):
        uploading.remove(photo)
    drafts = Draft.objects.filter(changed_at__lt=now - DRAFTS_LIVE)
    drafts.filter(service_request=None).delete()
    drafts.filter(changed_at__lt=now - SENT_DRAFTS_LIVE).delete()
    UndoPoint.objects.filter(created_at__lt=now - UNDO_POINTS_LIVE).delete()
    unconfirmed = Follower.objects.filter(device=None, address__confirmed_at=None)
    unconfirmed.filter(created_at__lt=now - QUESTIONS_LIVE).delete()
    for links in dead_links():
        links.delete()
    DataLink.objects.filter(created_at__lt=now - DataLink.LIVES).delete()
    UploadedSheet.objects.filter(uploaded_at__lt=now - SHEETS_LIVE).delete()


def dead_links() -> list:
    """Reporters' and followers' links whose request was closed more than
    DAYS_A_LINK_LIVES_AFTER_CLOSING ago.
    """
    last = oldest_closing()
    closed = Q(service_request__status=Status.CLOSED, service_request__closed_at__lt=last)
    followed = Follower.objects.filter(closed)
    return [AccessLink.objects.filter(closed), FollowerLink.objects.filter(follower__in=followed)]
