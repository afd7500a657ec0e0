"""Photos that are named by an address (`media_url`): fetched by a worker, never while somebody
waits, and told in the request's history where they could not be had.
"""

import logging
from datetime import timedelta

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import override

from lib import clock, enqueue, outbound
from lib.text import clean_line
from open311.formats import Refused
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

FETCH = "open311.fetch_photo"
_NAMES = ("media_url", "media_url[]")
# Which kind of photo belongs to which verb.
KINDS = {
    Verb.FILE: Photo.Kind.REPORT,
    Verb.COMMENT: Photo.Kind.COMMENT,
    Verb.CONFIRM: Photo.Kind.COMMENT,
    Verb.DISPUTE: Photo.Kind.DISPUTE,
    Verb.COMPLETE: Photo.Kind.COMPLETION,
}
SECONDS = 5
MOST_BYTES = 10 * 1024 * 1024
TRIES = 5
_MAY_PASS = {"unknown_host", "too_slow", "no_answer", "bad_status"}
_REST = timedelta(minutes=2)  # before the next try; longer than one try can take


def named_in(posted: QueryDict) -> list[str]:
    """Return the addresses in a form, each once. Nothing is looked up or opened.

    Raises Refused, which names the field, for an address that nobody may call and for more
    addresses than a person may add photos: those photos would be lost.
    """
    typed = [clean_line(url) for name in _NAMES for url in posted.getlist(name)]
    urls = list(dict.fromkeys(filter(None, typed)))
    problems = [problem for url in urls if (problem := _problem_of(url))]
    if len(urls) > settings.MAX_PHOTOS:
        words = _("media_url: you can add up to %(n)s photos.")
        problems.append(words % {"n": settings.MAX_PHOTOS})
    if problems:
        raise Refused(400, *problems)
    return urls


def _problem_of(url: str) -> str:
    """Return why this address is refused; empty for one that may be called."""
    try:
        outbound.parse_destination(url, settings.MEDIA_ALLOWED_HOSTS)
    except outbound.FailedCall as failed:
        words = _("media_url: %(why)s You sent “%(url)s”.")
        return words % {"why": failed.sentence, "url": url[:100]}
    return ""


def owe(event: Event, urls: list[str]) -> None:
    """Fetch the photos at these addresses soon, for a report or an update."""
    rows = [RemotePhoto(event=event, url=url) for url in urls]
    for row in RemotePhoto.objects.bulk_create(rows):
        enqueue.enqueue_on_commit(FETCH, row.pk)


def enqueue_due(most=200) -> None:
    """Enqueue again what waits for another try, and what the broker lost."""
    due = RemotePhoto.objects.filter(due_at__lte=clock.now()).order_by("due_at")
    enqueue.enqueue_late_again(FETCH, list(due.values_list("pk", flat=True)[:most]))


def fetch(pk) -> None:
    """Try to fetch a photo. Safe to repeat, and for two workers at once."""
    now = clock.now()
    claimed = RemotePhoto.objects.filter(pk=pk, due_at__lte=now)
    if not claimed.update(attempts=F("attempts") + 1, due_at=now + _REST):
        return
    row = RemotePhoto.objects.select_related("event__service_request").get(pk=pk)
    try:
        content = outbound.fetch(
            row.url,
            max_bytes=MOST_BYTES,
            seconds=SECONDS,
            allowed=settings.MEDIA_ALLOWED_HOSTS,
        )
        photo = uploading.keep(ContentFile(content, name=""), kind=KINDS[row.event.verb])
    except ServerBusy:
        return  # no fault of the photo: it is tried again
    except outbound.FailedCall as failed:
        if failed.code in _MAY_PASS and row.attempts < TRIES:
            return
        _give_up(row, failed.sentence)
    except InvalidInput as refused:
        _give_up(row, refused.message)
    else:
        _add(row, photo)


@transaction.atomic
def _add(row, photo) -> None:
    """Attach a photo that was fetched. Of a forgotten reporter its camera data is deleted."""
    service_request = row.event.service_request
    if not service_request.words_forgotten_at:
        add_photo(row.event, photo)
        if service_request.forgotten_at:
            erase_camera_data(Photo.objects.by_residents().filter(pk=photo.pk))
    row.delete()


@transaction.atomic
def _give_up(row: RemotePhoto, why: str) -> None:
    """Add an internal note that a photo is missing, and delete its address.

    The note says why and not where: an address may name a person or carry a secret, and a note
    stays when the reporter's data are deleted.
    """
    with override(settings.LANGUAGE_CODE):
        note = _("A photo that was sent as a web address wasn't added. %(why)s") % {"why": why}
    workflow.comment(row.event.service_request, by=SYSTEM, words=note, is_public=False)
    row.delete()
