"""One line of a list of requests, and everything it shows in two queries."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from lib import clock
from requests_app.models import Photo, ServiceRequest
from requests_app.status import StatusWording
from requests_app.timeline import badge


@dataclass(frozen=True)
class Row:
    """One line of a list: the request, how it stands, and its first photo if it has one. In a list
    by the latest update (`is_by_update`) that is the time it shows.
    """

    service_request: ServiceRequest
    badge: StatusWording
    photo: Photo | None
    is_by_update: bool = False

    @property
    def when(self) -> str:
        row = self.service_request
        if self.is_by_update and row.changed_at > row.filed_at:
            return _("updated %(when)s") % {"when": clock.format_relative_datetime(row.changed_at)}
        return _("reported %(when)s") % {"when": clock.format_relative_datetime(row.filed_at)}

    @property
    def place(self) -> str:
        row = self.service_request
        return row.location_phrase or row.reference


def ready(requests) -> list[ServiceRequest]:
    """With everything a row shows, in two queries."""
    rows = list(requests)
    photos = defaultdict(list)
    if rows:
        for photo in _photos([row.pk for row in rows]):
            photos[photo.service_request_id].append(photo)
    for row in rows:
        row.shown_photos = photos[row.pk]
        for photo in row.shown_photos:
            photo.service_request = row
    return rows


def in_order(ids) -> list[ServiceRequest]:
    """Those of `ids` that everybody may look at, ready and in this order.

    Found first, read then: which they are is in an index, and what is read of them is asked for
    in the same words whatever they were found by.
    """
    public = ServiceRequest.objects.public().filter(pk__any=ids).order_by()
    found = {row.pk: row for row in ready(public)} if ids else {}
    return [found[pk] for pk in ids if pk in found]


def _photos(ids) -> QuerySet:
    """Of those requests, in the order in which they are shown."""
    photos = Photo.objects.visible_report_photos().filter(service_request__any=ids)
    return photos.order_by("position", "uploaded_at")


def row(service_request, badge_of=badge.public_badge, is_by_update=True) -> Row:
    """The line of a request that came by way of `ready`; `badge_of` gives its badge."""
    photos = service_request.shown_photos
    photo = photos[0] if photos else None
    return Row(service_request, badge_of(service_request), photo, is_by_update)


def latest_news(requests) -> QuerySet:
    return requests.order_by("-changed_at", "-pk")


def row_of(service_request) -> Row:
    """One request that was loaded without its photos, as a list shows it to everyone."""
    [fresh] = ready(ServiceRequest.objects.filter(pk=service_request.pk))
    return row(fresh, is_by_update=False)
