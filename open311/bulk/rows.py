"""Which requests are open data, and which of them somebody asks for."""

from dataclasses import dataclass
from datetime import date, timedelta

from city.models import Category
from lib import clock
from requests_app.models import ServiceRequest

_COLUMNS = (
    "id", "reference", "category", "latitude", "longitude", "location_text", "location_relation",
    "zone", "status", "outcome", "channel", "department", "scheduled_for", "hold_reason",
    "decline_reason", "agency", "completed_by", "filed_at", "due_at", "completed_at",
    "closed_at", "changed_at", "duplicate_of",
)  # fmt: skip
ORDER = ("filed_at", "id")


@dataclass(frozen=True)
class Narrowing:
    """Reported on these days of the city's time zone, both included, and of these kinds; None and
    an empty tuple ask for all. `most` is how many rows are read.
    """

    first: date | None = None
    last: date | None = None
    service_codes: tuple[str, ...] = ()
    most: int | None = None


ALL = Narrowing()


def public_rows(asked: Narrowing = ALL):
    """Oldest first. A category that is private leaves out what was public before it was."""
    rows = ServiceRequest.objects.public().filter(category__any=_categories(asked))
    if asked.first:
        rows = rows.filter(filed_at__gte=clock.midnight(asked.first))
    if asked.last:
        rows = rows.filter(filed_at__lt=clock.midnight(asked.last + timedelta(days=1)))
    return rows.order_by(*ORDER).values(*_COLUMNS)[: asked.most]


def _categories(asked):
    """Keys; those of switched-off ones too, which explain old requests."""
    rows = Category.objects.filter(is_private=False)
    if asked.service_codes:
        rows = rows.filter(service_code__any=asked.service_codes)
    return sorted(rows.values_list("pk", flat=True))
