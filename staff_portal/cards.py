"""What a list of jobs shows of each: its photo, its time, and its point on a map."""

from dataclasses import dataclass

from city.base_map import pins_page
from requests_app.models import Photo, ServiceRequest
from requests_app.status import Status
from santa311.lib.postgresql.any_of import IsAnyOf
from santa311.lib.postgresql.built_once import BuiltOnce
from staff_portal import due, progress


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
    disputed = {row.pk for row in rows if row.status == Status.DISPUTED}
    found = {}
    for photo in _PHOTOS.with_values(ids=list(by_pk)) if rows else ():
        is_dispute = photo.kind == Photo.Kind.DISPUTE
        if is_dispute and photo.service_request_id not in disputed:
            continue
        weight = photo.event_id if is_dispute else 0  # of two disputes the later one counts
        before = found.get(photo.service_request_id)
        if before is None or weight >= before[0]:
            photo.service_request = by_pk[photo.service_request_id]  # which its link asks for
            found[photo.service_request_id] = (weight, photo)
    return {pk: photo for pk, (_weight, photo) in found.items()}


def _photos(ids):
    kinds = (Photo.Kind.REPORT, Photo.Kind.DISPUTE)
    photos = Photo.objects.filter(IsAnyOf("service_request", ids), kind__in=kinds)
    return photos.exclude(state=Photo.State.UNREADABLE).order_by("-position", "-uploaded_at")


_PHOTOS = BuiltOnce(_photos, ids=[-1])


def map_of(cards) -> dict:
    """The map of a list of cards: its pins, [latitude, longitude, number, name, is pressing], and
    the drawing that stands until it runs."""
    placed = [card for card in cards if card.row.coordinates]
    pins = [
        [*card.row.coordinates, card.number, card.row.category.name, card.is_pressing]
        for card in placed
    ]
    drawing = pins_page.of_city([(*card.row.coordinates, "working") for card in placed])
    return {"pins": pins, "unplaced": len(cards) - len(placed), "drawing": drawing}
