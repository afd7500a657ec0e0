"""The public requests of the open data, read from the database in chunks of short statements."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Min, Q

from city.models import Category
from city.search import SharedLocation
from city.translation import translate_name
from lib import clock
from open311.representation.loading import find_events
from requests_app.models import ServiceRequest
from requests_app.models.queries import ServiceRequestQuerySet
from requests_app.status import Verb

CHUNK_SIZE = 500
_FIELDS = (
    "reference", "category", "latitude", "longitude", "location_text", "location_relation", "zone",
    "status", "outcome", "channel", "department", "scheduled_for", "hold_reason", "decline_reason",
    "agency", "completed_by", "filed_at", "due_at", "completed_at", "closed_at", "changed_at",
    "duplicate_of",
)  # fmt: skip
_HISTORY = {
    "first_routed_at": Min("at", filter=Q(verb=Verb.ROUTE)),
    "first_started_at": Min("at", filter=Q(verb=Verb.START)),
    "reopened_count": Count("pk", filter=Q(verb=Verb.REOPEN)),
    "disputed_count": Count("pk", filter=Q(verb=Verb.DISPUTE)),
    "resolution_codes": ArrayAgg("code", filter=Q(verb=Verb.COMPLETE), order_by="-pk"),
}
_HISTORY_VERBS = (Verb.ROUTE, Verb.START, Verb.REOPEN, Verb.DISPUTE, Verb.COMPLETE)
# An email address, or seven digits in a row.
_CONTACT_DETAIL = re.compile(r"[^ ]@[^ ]|([0-9][ ().-]*){7}", re.ASCII)


@dataclass(frozen=True)
class RequestFilter:
    """The days (local, both included) and category codes to include; None and () include all."""

    first: date | None = None
    last: date | None = None
    service_codes: tuple[str, ...] = ()


ALL_REQUESTS = RequestFilter()


class History(NamedTuple):
    """Figures of a request's events, without undone ones. The latest code comes first."""

    first_routed_at: datetime | None = None
    first_started_at: datetime | None = None
    reopened_count: int = 0
    disputed_count: int = 0
    resolution_codes: list[str] | None = None


class Row(NamedTuple):
    """A request with all that its columns need.

    `original` is the reference of the request of which it is a duplicate, or None where that one is
    not in the open data.
    """

    service_request: ServiceRequest
    location: SharedLocation
    history: History
    original: str | None


def find_public_requests(asked: RequestFilter = ALL_REQUESTS) -> ServiceRequestQuerySet:
    """Return the public requests of public categories that `asked` includes, unordered.

    Deactivated categories are included.
    """
    categories = Category.objects.filter(is_private=False)
    if asked.service_codes:
        categories = categories.filter(service_code__any=asked.service_codes)
    keys = sorted(categories.values_list("pk", flat=True))
    requests = ServiceRequest.objects.public().filter(category__any=keys).order_by()
    if asked.first:
        requests = requests.filter(filed_at__gte=clock.start_of_day(asked.first))
    if asked.last:
        requests = requests.filter(filed_at__lt=clock.start_of_day(asked.last + timedelta(days=1)))
    return requests


def read_chunks(asked: RequestFilter = ALL_REQUESTS) -> Iterator[list[Row]]:
    """Yield the rows in lists of at most CHUNK_SIZE, oldest first. At most four statements each.

    A request that is filed, hidden or changed meanwhile is read as it stands when its chunk is
    read. No request comes twice: the time of filing and the id do not change.
    """
    requests = find_public_requests(asked).only(*_FIELDS).order_by("filed_at", "pk")
    chunk = list(requests[:CHUNK_SIZE])
    while chunk:
        yield _load_rows(chunk)
        last = chunk[-1]
        is_later = Q(filed_at__gt=last.filed_at) | Q(pk__gt=last.pk)
        chunk = list(requests.filter(is_later, filed_at__gte=last.filed_at)[:CHUNK_SIZE])


def _load_rows(chunk: list[ServiceRequest]) -> list[Row]:
    """Return the rows of the requests in their order, with at most two queries for all."""
    histories = _load_histories([one.pk for one in chunk])
    originals = _load_originals([one.duplicate_of_id for one in chunk if one.duplicate_of_id])
    return [
        Row(
            one,
            _shared_location(one),
            histories.get(one.pk, History()),
            originals.get(one.duplicate_of_id or 0),
        )
        for one in chunk
    ]


def _load_histories(ids: list[int]) -> dict[int, History]:
    """Return the History of each request by id.

    Requests without an event of _HISTORY_VERBS are missing. Undone events do not count.
    """
    events = find_events(_HISTORY_VERBS).filter(service_request__any=ids, undone_by=None)
    grouped = events.order_by().values("service_request_id").annotate(**_HISTORY)
    lines = grouped.values_list("service_request_id", *_HISTORY)
    return {pk: History(*values) for pk, *values in lines}


def _load_originals(ids: list[int]) -> dict[int, str]:
    """Return the references of the requests with these ids, by id; only of public ones."""
    if not ids:
        return {}
    return dict(find_public_requests().filter(pk__any=ids).values_list("pk", "reference"))


def _shared_location(one: ServiceRequest) -> SharedLocation:
    """Return the location that other systems read, with the area in place of contact details."""
    location = one.shared_location()
    if one.category.is_location_sensitive or not _CONTACT_DETAIL.search(one.location_text):
        return location
    return location._replace(text=translate_name(one.zone))
