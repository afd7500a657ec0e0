"""What a list of jobs shows of each: its photo, its time, and its point on a map."""

from dataclasses import dataclass

from django.db.models import QuerySet

from city.base_map import request_maps
from city.base_map.sources import build_map_sources
from requests_app.models import Photo, ServiceRequest
from requests_app.status import Status
from staff_portal import due, progress

_DISPUTE = Photo.Kind.DISPUTE


@dataclass(frozen=True)
class Card:
    """A job in a list: `number` is its place there, the same on the map, and `distance` how far it
    is from the phone, or from the job before it.
    """

    row: ServiceRequest
    number: int
    photo: Photo | None
    distance: str

    @property
    def due(self) -> due.Due | None:
        return due.due(self.row)

    @property
    def plan(self) -> str:
        return due.plan(self.row)

    @property
    def is_pressing(self) -> bool:
        return progress.is_pressing(self.row)


def photos_of(rows) -> dict[int, Photo]:
    """One photo for each job, by the request's id: what a dispute shows, else the report's first.

    One query.
    """
    by_pk = {row.pk: row for row in rows}
    photos = _photos(list(by_pk)) if rows else ()
    found = {}
    # The last one counts: the report's first, then of the disputes the latest.
    for photo in sorted(photos, key=_weight):
        row = by_pk[photo.service_request_id]
        if photo.kind != _DISPUTE or row.status == Status.DISPUTED:
            photo.service_request = row  # which its link asks for
            found[row.pk] = photo
    return found


def _weight(photo) -> int:
    return photo.event_id if photo.kind == _DISPUTE else 0


def _photos(ids) -> QuerySet:
    kinds = (Photo.Kind.REPORT, _DISPUTE)
    photos = Photo.objects.filter(service_request__any=ids, kind__in=kinds)
    return photos.exclude(state=Photo.State.UNREADABLE).order_by("-position", "-uploaded_at")


def map_of(cards) -> dict:
    """The map of a list of cards: its pins, [latitude, longitude, number, name, is pressing], the
    drawing that stands until it runs, and what it loads."""
    placed = [card for card in cards if card.row.coordinates]
    pins = [
        [*card.row.coordinates, card.number, card.row.category.name, card.is_pressing]
        for card in placed
    ]
    drawing = request_maps.render_city_map([(*card.row.coordinates, "working") for card in placed])
    return {
        "pins": pins,
        "unplaced": len(cards) - len(placed),
        "drawing": drawing,
        "map_sources": build_map_sources(),
    }
