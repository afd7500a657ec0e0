"""The deletion of personal data after the city's retention period.

It works in batches, each in a transaction of its own, so that it blocks nobody and can be resumed.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from city.models import City, UploadedSheet
from lib import clock
from lib.security_log import Kind, record_action
from requests_app.models import (
    AccessLink,
    Alert,
    ContentReport,
    DataLink,
    Device,
    Draft,
    Follower,
    FollowerLink,
    Photo,
    PhotoFileChange,
    ServiceRequest,
    UndoPoint,
)
from requests_app.photos import uploading
from requests_app.push.endpoints import delete_unused_endpoints
from requests_app.status import Status
from requests_app.tracking.private_links import earliest_linked_closing
from requests_app.workflow import erasure

BATCH_SIZE = 200
MAX_DEVICES_PER_RUN = 1000

type Action = Callable[[list[int], datetime], None]
"""A function that deletes data of the requests with these ids."""


def apply_retention() -> int:
    """Delete all personal data past its retention period; return the number of requests changed.

    Details and private texts of a request count as one each. The security log records it if any
    request changed.
    """
    city, now = City.current(), clock.now()
    contact_ends = now - timedelta(days=city.contact_kept_days)
    words_end = now - timedelta(days=city.private_words_kept_days)
    rows = ServiceRequest.objects
    count = _apply_in_batches(rows.with_details_to_delete(contact_ends), _erase_details)
    count += _apply_in_batches(
        rows.with_private_words_to_delete(words_end), erasure.erase_private_words
    )
    old = ContentReport.objects.filter(made_at__lt=contact_ends)
    erasure.erase_content_reports(old.exclude(device=None, text=""))
    idle = Device.objects.filter(created_at__lt=contact_ends).order_by("pk")
    with transaction.atomic():
        erasure.forget_unused_devices(idle, limit=MAX_DEVICES_PER_RUN)
    if count:
        record_action(Kind.DATA_DELETED, target="data:retention")
    return count


def _apply_in_batches(rows: QuerySet[ServiceRequest], act: Action) -> int:
    """Call `act` for batches of `rows` until none is left; return the number of rows."""
    count = 0
    while done := _apply_to_batch(rows, act):
        count += done
    return count


@transaction.atomic
def _apply_to_batch(rows: QuerySet[ServiceRequest], act: Action) -> int:
    """Lock a batch of at most BATCH_SIZE, call `act` on its ids, and return its size.

    Rows locked by others are skipped until the next night; 0 if no row is left.
    """
    locked = rows.select_for_update(skip_locked=True, of=("self",)).order_by("closed_at")
    ids = list(locked.values_list("pk", flat=True)[:BATCH_SIZE])
    if ids:
        act(ids, clock.now())
    return len(ids)


def _erase_details(ids: list[int], now: datetime) -> None:
    """Delete the reporters and followers of the requests, and set `forgotten_at`."""
    erasure.erase_reporters(ids)
    erasure.erase_followers(ids)
    ServiceRequest.objects.filter(pk__in=ids).update(forgotten_at=now)


DRAFT_LIFETIME = timedelta(days=7)
# How long a phone may send the report again (`lifetime` in static/js/outbox/reports.js), and a day
# more, since its clock may be slow.
SENT_DRAFT_LIFETIME = timedelta(days=61)
UNATTACHED_PHOTO_LIFETIME = timedelta(days=7)
SHEET_LIFETIME = timedelta(hours=1)
UNDO_POINT_LIFETIME = timedelta(hours=1)
UNCONFIRMED_FOLLOWER_LIFETIME = timedelta(days=7)
UNCONFIRMED_ALERT_LIFETIME = timedelta(days=7)
PHOTO_FILE_CHANGE_LIFETIME = timedelta(days=2)
"""Names are not needed for longer, as all files are compared with the copy every night. Without a
copy, nothing else deletes the names."""


def delete_expired() -> None:
    """Delete what is older than its lifetime.

    Drafts, photos without a request, undo points, unconfirmed followers and alerts, links, uploaded
    sheets, addresses for notifications and names of photos' files that are not copied have one. A
    sent draft is kept for SENT_DRAFT_LIFETIME.
    """
    now = clock.now()
    for photo in Photo.objects.unattached().filter(uploaded_at__lt=now - UNATTACHED_PHOTO_LIFETIME):
        uploading.delete_loose_photo(photo)
    drafts = Draft.objects.filter(changed_at__lt=now - DRAFT_LIFETIME)
    drafts.filter(service_request=None).delete()
    drafts.filter(changed_at__lt=now - SENT_DRAFT_LIFETIME).delete()
    UndoPoint.objects.filter(created_at__lt=now - UNDO_POINT_LIFETIME).delete()
    unconfirmed = Follower.objects.filter(device=None, address__confirmed_at=None)
    unconfirmed.filter(created_at__lt=now - UNCONFIRMED_FOLLOWER_LIFETIME).delete()
    old_alerts = Alert.objects.filter(confirmed_at=None)
    old_alerts.filter(created_at__lt=now - UNCONFIRMED_ALERT_LIFETIME).delete()
    for links in find_expired_links():
        links.delete()
    DataLink.objects.filter(created_at__lt=now - DataLink.LIFETIME).delete()
    delete_unused_endpoints()
    UploadedSheet.objects.filter(uploaded_at__lt=now - SHEET_LIFETIME).delete()
    PhotoFileChange.objects.filter(changed_at__lt=now - PHOTO_FILE_CHANGE_LIFETIME).delete()


def find_expired_links() -> list[QuerySet[Any]]:
    """Return querysets of reporters' and followers' links to requests closed long ago.

    Links expire DAYS_A_LINK_LIVES_AFTER_CLOSING after the closing.
    """
    last = earliest_linked_closing()
    closed = Q(service_request__status=Status.CLOSED, service_request__closed_at__lt=last)
    followed = Follower.objects.filter(closed)
    return [AccessLink.objects.filter(closed), FollowerLink.objects.filter(follower__in=followed)]
