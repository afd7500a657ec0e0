"""Cards of jobs: the photo, due date and map pin that a list shows of each."""

from collections.abc import Collection, Sequence
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
    """A job in a list.

    `number` is its position in the list and on the map, from 1. `distance` is a text: how far the
    job is from the phone, or in a day plan from the stop before it.
    """

    row: ServiceRequest
    number: int
    photo: Photo | None
    distance: str

    @property
    def due(self) -> due.DueNotice | None:
        """Return the notice about the job's due date, or None if nothing is due."""
        return due.due_notice(self.row)

    @property
    def planned_day(self) -> str:
        """Return "Planned for <day>" if the job is scheduled, else ""."""
        return due.format_planned_day(self.row)

    @property
    def is_pressing(self) -> bool:
        """Return True if the job is disputed or urgent."""
        return progress.is_pressing(self.row)


def find_card_photos(rows: Collection[ServiceRequest]) -> dict[int, Photo]:
    """Return one photo per request, by the request's id, in one query.

    It is the latest photo of an open dispute, else the first photo of the report. Requests
    without a readable photo are left out.
    """
    by_pk = {row.pk: row for row in rows}
    photos = _candidate_photos(list(by_pk)) if rows else ()
    found = {}
    # Later photos replace earlier ones: the report's first photo, then those of disputes.
    for photo in sorted(photos, key=_photo_sort_key):
        row = by_pk[photo.service_request_id]
        if photo.kind != _DISPUTE or row.status == Status.DISPUTED:
            photo.service_request = row  # so that the photo's URL needs no query
            found[row.pk] = photo
    return found


def _photo_sort_key(photo: Photo) -> int:
    """Return the event id of a dispute's photo, or 0 for a photo of the report."""
    return (photo.event_id or 0) if photo.kind == _DISPUTE else 0


def _candidate_photos(ids: list[int]) -> QuerySet:
    """Return photos of reports and disputes of these requests, the first position last.

    Unreadable ones are left out.
    """
    kinds = (Photo.Kind.REPORT, _DISPUTE)
    photos = Photo.objects.filter(service_request__any=ids, kind__in=kinds)
    return photos.exclude(state=Photo.State.UNREADABLE).order_by("-position", "-uploaded_at")


def build_map_context(cards: Sequence[Card]) -> dict:
    """Return `pins`, `unplaced`, `drawing` and `map_sources`, the context of a map of cards.

    A pin is [latitude, longitude, number, category name, is_pressing]. `drawing` is an SVG that
    is shown until the map's script runs, `unplaced` the number of cards without coordinates.
    """
    placed = [(card, point) for card in cards if (point := card.row.coordinates)]
    pins = [
        [*point, card.number, card.row.category.name, card.is_pressing] for card, point in placed
    ]
    drawing = request_maps.render_city_map([(*point, "working") for _card, point in placed])
    return {
        "pins": pins,
        "unplaced": len(cards) - len(placed),
        "drawing": drawing,
        "map_sources": build_map_sources(),
    }
