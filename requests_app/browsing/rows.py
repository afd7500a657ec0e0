"""Rows of lists of requests, loaded with their photos in two queries."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from lib import clock
from requests_app.models import Photo, ServiceRequest
from requests_app.models.supporters import count_supporters, format_supporters
from requests_app.status import StatusWording
from requests_app.timeline import badge


@dataclass(frozen=True)
class RequestRow:
    """A row of a list: the request, its badge and its first photo, if any.

    The row shows when the request was updated if `is_by_update`, else when it was filed.
    """

    service_request: ServiceRequest
    badge: StatusWording
    photo: Photo | None
    is_by_update: bool = False

    @property
    def formatted_time(self) -> str:
        """Return “updated 2 hours ago” for `is_by_update` and a change since filing.

        Otherwise return “reported 2 hours ago”.
        """
        row = self.service_request
        if self.is_by_update and row.changed_at > row.filed_at:
            return _("updated %(when)s") % {"when": clock.format_relative_datetime(row.changed_at)}
        return _("reported %(when)s") % {"when": clock.format_relative_datetime(row.filed_at)}

    @property
    def location(self) -> str:
        """The location in words, or the reference of a request without any."""
        row = self.service_request
        return row.location_phrase or row.reference

    @property
    def formatted_supporters(self) -> str:
        """Return “3 neighbors follow this”, or "" without a follower."""
        return format_supporters(self.service_request)


def annotate_supporters(requests: QuerySet[ServiceRequest]) -> QuerySet[ServiceRequest]:
    """Annotate requests with their number of `supporters`."""
    return requests.annotate(supporters=count_supporters())


def load_with_photos(requests: Iterable[ServiceRequest]) -> list[ServiceRequest]:
    """Return the requests with their public photos as the list `shown_photos`. Two queries.

    The order stays; each photo has its `service_request`.
    """
    rows = list(requests)
    photos = defaultdict(list)
    if rows:
        for photo in _find_photos([row.pk for row in rows]):
            photos[photo.service_request_id].append(photo)
    for row in rows:
        row.shown_photos = photos[row.pk]
        for photo in row.shown_photos:
            photo.service_request = row
    return rows


def load_in_id_order(ids: Sequence[int]) -> list[ServiceRequest]:
    """Return the public requests among `ids` in the order of `ids`, with their photos.

    Loading by id keeps the query the same for every way in which the ids were found.
    """
    public = annotate_supporters(ServiceRequest.objects.public()).filter(pk__any=ids).order_by()
    found = {row.pk: row for row in load_with_photos(public)} if ids else {}
    return [found[pk] for pk in ids if pk in found]


def _find_photos(ids: list[int]) -> QuerySet[Photo]:
    """Return the public photos of these requests in the order in which they are shown."""
    photos = Photo.objects.visible_report_photos().filter(service_request__any=ids)
    return photos.order_by("position", "uploaded_at")


def build_row(
    service_request: ServiceRequest,
    badge_of: Callable[[ServiceRequest], StatusWording] = badge.public_badge,
    is_by_update: bool = True,
) -> RequestRow:
    """Return the row of a request from `load_with_photos`; `badge_of` returns its badge.

    The request must have its number of supporters, by `annotate_supporters`.
    """
    photos = service_request.shown_photos
    photo = photos[0] if photos else None
    return RequestRow(service_request, badge_of(service_request), photo, is_by_update)


def order_by_latest_update(requests: QuerySet[ServiceRequest]) -> QuerySet[ServiceRequest]:
    return requests.order_by("-changed_at", "-pk")


def load_row(service_request: ServiceRequest) -> RequestRow:
    """Return the row of a request that was loaded without its photos, with the public badge."""
    rows = annotate_supporters(ServiceRequest.objects.filter(pk=service_request.pk))
    [fresh] = load_with_photos(rows)
    return build_row(fresh, is_by_update=False)
