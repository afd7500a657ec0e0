"""Photos sent as URLs (`media_url`), which workers fetch; failures are noted in the history."""

import logging
from datetime import timedelta

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import override

from lib import clock, enqueue, outbound
from lib.text import clean_line
from open311.formats import RequestRefused
from open311.models import RemotePhoto
from requests_app import workflow
from requests_app.errors import InvalidInput, ServerBusy
from requests_app.models import Event, Photo
from requests_app.permissions import SYSTEM
from requests_app.photos import uploading
from requests_app.status import Verb
from requests_app.workflow.erasure import erase_camera_data
from requests_app.workflow.filing import add_photo

log = logging.getLogger(__name__)

FETCH_TASK = "open311.fetch_photo"
_FIELD_NAMES = ("media_url", "media_url[]")
# The kind of an event's photos, by its verb.
PHOTO_KINDS = {
    Verb.FILE: Photo.Kind.REPORT,
    Verb.COMMENT: Photo.Kind.COMMENT,
    Verb.CONFIRM: Photo.Kind.COMMENT,
    Verb.DISPUTE: Photo.Kind.DISPUTE,
    Verb.COMPLETE: Photo.Kind.COMPLETION,
}
MAX_SECONDS = 5
MAX_BYTES = 10 * 1024 * 1024
MAX_ATTEMPTS = 5
_TEMPORARY_FAILURES = {"unknown_host", "too_slow", "no_answer", "bad_status"}
_RETRY_INTERVAL = timedelta(minutes=2)  # before the next try; longer than one try can take


def parse_media_urls(posted: QueryDict) -> list[str]:
    """Return the URLs in a form, without duplicates. No network access.

    Raise RequestRefused for a URL that must not be called, and for more URLs than allowed photos.
    """
    typed = [clean_line(url) for name in _FIELD_NAMES for url in posted.getlist(name)]
    urls = list(dict.fromkeys(filter(None, typed)))
    problems = [problem for url in urls if (problem := _find_problem(url))]
    if len(urls) > settings.MAX_PHOTOS:
        words = _("media_url: you can add up to %(n)s photos.")
        problems.append(words % {"n": settings.MAX_PHOTOS})
    if problems:
        raise RequestRefused(400, *problems)
    return urls


def _find_problem(url: str) -> str:
    """Return why the URL is refused, "" if it is allowed."""
    try:
        outbound.parse_destination(url, settings.MEDIA_ALLOWED_HOSTS)
    except outbound.FailedCall as failed:
        words = _("media_url: %(why)s You sent “%(url)s”.")
        return words % {"why": failed.sentence, "url": url[:100]}
    return ""


def schedule_fetches(event: Event, urls: list[str]) -> None:
    """Store the URLs of an event's photos, and enqueue their fetching on commit."""
    rows = [RemotePhoto(event=event, url=url) for url in urls]
    for row in RemotePhoto.objects.bulk_create(rows):
        enqueue.enqueue_on_commit(FETCH_TASK, row.pk)


def enqueue_due_photos(most: int = 200) -> None:
    """Enqueue photos that are due for another attempt, and those whose message was lost.

    The longest due come first, `most` of them. Do nothing if as many tasks wait in the queue.
    """
    due = RemotePhoto.objects.filter(due_at__lte=clock.now()).order_by("due_at")
    enqueue.enqueue_late_again(FETCH_TASK, list(due.values_list("pk", flat=True)[:most]))


def fetch_photo(pk: int) -> None:
    """Try to fetch a photo. Idempotent, and safe for two workers at once.

    The photo is attached to its event and the row deleted. After a temporary failure the row stays
    for another attempt; after another failure or MAX_ATTEMPTS the row is deleted and a note added.
    Do nothing if the row is gone or not due.
    """
    now = clock.now()
    claimed = RemotePhoto.objects.filter(pk=pk, due_at__lte=now)
    if not claimed.update(attempts=F("attempts") + 1, due_at=now + _RETRY_INTERVAL):
        return
    row = RemotePhoto.objects.select_related("event__service_request").get(pk=pk)
    try:
        content = outbound.fetch(
            row.url,
            max_bytes=MAX_BYTES,
            seconds=MAX_SECONDS,
            allowed=settings.MEDIA_ALLOWED_HOSTS,
        )
        photo = uploading.keep_photo(
            ContentFile(content, name=""), kind=PHOTO_KINDS[row.event.verb]
        )
    except ServerBusy:
        return  # temporary and not caused by the photo: it is tried again
    except outbound.FailedCall as failed:
        if failed.code in _TEMPORARY_FAILURES and row.attempts < MAX_ATTEMPTS:
            return
        _drop_with_note(row, failed.sentence)
    except InvalidInput as refused:
        _drop_with_note(row, refused.message)
    else:
        _attach_photo(row, photo)


@transaction.atomic
def _attach_photo(row: RemotePhoto, photo: Photo) -> None:
    """Attach a fetched photo to the event and delete the row.

    If the reporter was forgotten, erase the photo's camera data. If the request's words were
    forgotten, do not attach the photo, which stays stored.
    """
    service_request = row.event.service_request
    if not service_request.words_forgotten_at:
        add_photo(row.event, photo)
        if service_request.forgotten_at:
            erase_camera_data(Photo.objects.by_residents().filter(pk=photo.pk))
    row.delete()


@transaction.atomic
def _drop_with_note(row: RemotePhoto, why: str | Promise) -> None:
    """Add an internal note that a photo is missing, and delete its URL.

    The note omits the URL, which may contain a name or secret: notes outlive the reporter's data.
    """
    with override(settings.LANGUAGE_CODE):
        note = _("A photo that was sent as a web address wasn't added. %(why)s") % {"why": why}
    workflow.comment(row.event.service_request, by=SYSTEM, words=note, is_public=False)
    row.delete()
