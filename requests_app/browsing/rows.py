"""One line of a list of requests, and everything it shows in two queries."""

from dataclasses import dataclass

from django.db.models import Prefetch

from requests_app.models import Photo, ServiceRequest
from requests_app.timeline import badge
from requests_app.timeline.badge import Badge
from santa311.lib.postgresql.any_of import IsAnyOf


@dataclass(frozen=True)
class Row:
    """One line of a list: the request, how it stands, and its first photo if there is one."""

    service_request: ServiceRequest
    badge: Badge
    photo: Photo | None

    @property
    def latitude(self) -> str:
        return "" if self.service_request.latitude is None else str(self.service_request.latitude)

    @property
    def longitude(self) -> str:
        return "" if self.service_request.longitude is None else str(self.service_request.longitude)


def ready(requests):
    """With everything a row shows, in two queries."""
    photos = Photo.objects.of_reports().order_by("position", "uploaded_at")
    return requests.prefetch_related(Prefetch("photos", photos, to_attr="shown_photos"))


def in_order(ids) -> list[ServiceRequest]:
    """Those of `ids` that everybody may look at, ready and in this order.

    Found first, read then: which they are is in an index, and what is read of them is asked for
    in the same words whatever they were found by.
    """
    wanted = list(ids)
    rows = ready(ServiceRequest.objects.public().filter(IsAnyOf("pk", wanted)))
    found = {one.pk: one for one in rows} if wanted else {}
    return [found[pk] for pk in wanted if pk in found]


def row(service_request, badge_of=badge.for_others) -> Row:
    """The line of a request that came by way of `ready`; `badge_of` gives its badge."""
    photos = service_request.shown_photos
    return Row(service_request, badge_of(service_request), photos[0] if photos else None)


def latest_news(requests):
    return requests.order_by("-changed_at", "-pk")


def row_of(service_request) -> Row:
    """One request that was loaded without its photos, as a list shows it to everyone."""
    return row(ready(ServiceRequest.objects.filter(pk=service_request.pk)).get())
