"""The import of requests that were opened and closed in an older system."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from city import geo
from city.models import Category, City, Department
from requests_app import reference
from requests_app.errors import InvalidInput, NotAllowed
from requests_app.models import Channel, Event, OlderRecord, ServiceRequest
from requests_app.permissions import SYSTEM
from requests_app.status import Outcome, Status, Verb
from requests_app.workflow.change import Actor, register_verb

_COPIED_FIELDS = (
    "category", "department", "latitude", "longitude", "location_text", "description", "filed_at",
    "closed_at",
)  # fmt: skip


@dataclass(frozen=True)
class ClosedRecord:
    """A closed request of an older system, with its own dates (aware).

    The position (degrees WGS 84) may be unknown or outside the city. `system` and `record_id`
    identify the record in the older system; set both or neither.
    """

    category: Category
    filed_at: datetime
    closed_at: datetime
    department: Department | None = None
    latitude: Decimal | float | None = None
    longitude: Decimal | float | None = None
    location_text: str = ""
    description: str = ""
    system: str = ""
    record_id: str = ""


@register_verb(Verb.IMPORT_CLOSED, is_atomic=False)
def import_closed(record: ClosedRecord, *, by: Actor) -> ServiceRequest:
    """Create the closed request of one record of an older system, and return it.

    The event is not queued for subscribers. Raise NotAllowed unless `by` is SYSTEM, InvalidInput if
    it was closed before it was filed, and IntegrityError if it was imported before.
    """
    return import_closed_records([record], by=by)[0]


@transaction.atomic
def import_closed_records(records: Sequence[ClosedRecord], *, by: Actor) -> list[ServiceRequest]:
    """Create a request with one event for each record, all or none, and return them in order.

    The events are not queued for subscribers. Raise NotAllowed unless `by` is SYSTEM, InvalidInput
    if a record was closed before it was filed, and IntegrityError if one was imported before.
    """
    if by is not SYSTEM:
        raise NotAllowed
    rows = [_build_row(record) for record in records]
    names = reference.new_references(
        City.current().reference_prefix, len(rows), _find_taken_references
    )
    for row, name in zip(rows, names, strict=True):
        row.reference = name
    ServiceRequest.objects.bulk_create(rows)
    Event.objects.bulk_create(
        Event(
            service_request=row,
            verb=Verb.IMPORT_CLOSED,
            at=row.closed_at,
            status_after=row.status,
            department_id=row.department_id,
        )
        for row in rows
    )
    OlderRecord.objects.bulk_create(
        OlderRecord(service_request=row, system=record.system, record_id=record.record_id)
        for row, record in zip(rows, records, strict=True)
        if record.record_id
    )
    return rows


def _find_taken_references(names: set[str]) -> set[str]:
    """Return those of the references that requests have already."""
    rows = ServiceRequest.objects.filter(reference__in=names)
    return set(rows.values_list("reference", flat=True))


def _build_row(record: ClosedRecord) -> ServiceRequest:
    """Return the unsaved request of a record.

    Raise InvalidInput if it was closed before it was filed.
    """
    if record.closed_at < record.filed_at:
        raise InvalidInput("closed_at", _("It was closed before it was filed."))
    zone = None
    if record.latitude is not None and record.longitude is not None:
        zone = geo.zone_at(record.latitude, record.longitude)
    return ServiceRequest(
        **{name: getattr(record, name) for name in _COPIED_FIELDS},
        zone=zone,
        channel=Channel.IMPORT,
        status=Status.CLOSED,
        outcome=Outcome.IMPORTED,
        is_private=record.category.is_private,
        clock_started_at=record.filed_at,
        changed_at=record.closed_at,
        version=1,
    )
