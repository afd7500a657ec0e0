"""The creation of a request from a report."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from city import danger, geo
from city.models import Category, City
from city.search import recognize_description
from requests_app import reference
from requests_app.errors import NotAllowed, OutsideServiceArea, require
from requests_app.models import (
    Answer,
    ApiKey,
    Channel,
    Contact,
    Device,
    Event,
    Photo,
    Priority,
    ReporterSession,
    ServiceRequest,
    text_digest,
)
from requests_app.models.answer import GivenAnswer
from requests_app.models.locks import bump_version, lock_row
from requests_app.status import Verb
from requests_app.workflow.change import Actor, Change, attach_photos, register_verb
from requests_app.workflow.danger import flag_danger

_MAX_ATTEMPTS = 5
_COPIED_FIELDS = (
    "category", "latitude", "longitude", "location_note", "description", "channel", "language",
    "held_for",
)  # fmt: skip


@dataclass(frozen=True)
class Report:
    """The content of a new request.

    `latitude` and `longitude` are Decimal degrees WGS 84 inside the service area. `location_text`
    may be a result of `city.search.describe_point` in any language: it is stored as data. `contact`
    is a dict with name, email and phone. `key` is a UUID chosen by the sender: a second report with
    the same key is the same request. `held_for` is a ReviewReason: the request is hidden from the
    public and from departments until an agent releases it.
    """

    category: Category
    latitude: Decimal
    longitude: Decimal
    location_text: str = ""
    location_note: str = ""
    description: str = ""
    answers: Sequence[GivenAnswer] = ()
    contact: dict | None = None
    photos: Sequence[Photo] = ()
    channel: str = Channel.WEB
    language: str = "en"
    key: UUID | None = None
    held_for: str = ""

    @property
    def priority(self) -> Priority:
        """Return URGENT if one of the answers is urgent, else NORMAL."""
        is_urgent = any(given.is_urgent for given in self.answers)
        return Priority.URGENT if is_urgent else Priority.NORMAL

    @property
    def texts(self) -> list[str]:
        """Return all texts that were typed, not chosen from a list."""
        own = [given.said for given in self.answers if not given.choices]
        return [self.description, self.location_text, self.location_note, *own]


@register_verb(Verb.FILE, is_atomic=False)
def file(report: Report, *, by: Actor) -> ServiceRequest:
    """Create a request from `report` and return it; for a repeated key, return the first request.

    `by` is the reporter's Device, an agent on behalf of a caller, or an ApiKey. A danger named in
    the texts flags the request and makes it urgent. Raise InvalidInput if the category is not
    offered, OutsideServiceArea, and NotAllowed if `by` may not file, or sends the key of another
    reporter's request.
    """
    for _attempt in range(_MAX_ATTEMPTS - 1):
        with suppress(IntegrityError):  # the random reference is taken
            return _create_request(report, by)
    return _create_request(report, by)


@transaction.atomic
def _create_request(report: Report, by: Actor) -> ServiceRequest:
    """Create the request of a report; return the earlier one filed with the report's key.

    Raise NotAllowed, InvalidInput and OutsideServiceArea like `file`, and IntegrityError if the
    random reference is taken.
    """
    if not _may_file(by, report.category):
        raise NotAllowed
    if report.key and (filed := _find_by_filing_key(report.key)):
        if isinstance(by, Device) and not by.has_reported(filed):
            raise NotAllowed
        return filed
    words = _("This kind of request can no longer be reported.")
    require(report.category.is_offered, "category", words)
    named = danger.find_danger(*report.texts)
    priority = Priority.URGENT if named else report.priority
    row = ServiceRequest(**_build_columns(report), priority=priority)
    row.reference = reference.new_reference(City.current().reference_prefix)
    change = Change(Verb.FILE, row, by)
    row.filed_at = row.clock_started_at = change.now
    event = change.finish(photos=report.photos)
    Answer.objects.bulk_create(
        Answer(service_request=row, question=given.question, values=given.values, said=given.said)
        for given in report.answers
    )
    if report.contact and any(report.contact.values()):
        Contact.objects.create(service_request=row, **report.contact)
    if isinstance(by, Device):
        ReporterSession.objects.create(device=by, service_request=row)
    if named:
        flag_danger(row, named.kind, cause=event, before=report.priority)
    return row


def _may_file(by: Actor, category: Category) -> bool:
    """Return whether an agent, a device, or an API key for this category files the report."""
    if isinstance(by, ApiKey):
        return Verb.FILE in by.verbs and by.is_for_category(category.pk)
    return by.is_agent or isinstance(by, Device)


def _find_by_filing_key(key: UUID) -> ServiceRequest | None:
    """Return the request filed with `key`, or None. Concurrent reports with one key run in turn."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key.int % 2**63])
    return ServiceRequest.objects.filter(filing_key=key).first()


def _build_columns(report: Report) -> dict[str, Any]:
    """Return the columns of a new request, without reference and priority.

    Raise OutsideServiceArea.
    """
    point = require_service_area(report.latitude, report.longitude)
    words = recognize_description(report.location_text, *map(float, point))
    return {name: getattr(report, name) for name in _COPIED_FIELDS} | {
        "latitude": point.latitude,
        "longitude": point.longitude,
        "location_text": words.text,
        "location_relation": words.relation,
        "zone": geo.zone_at(*point),
        "words_digest": text_digest.compute_text_digest(report.description),
        "is_private": report.category.is_private,
        "is_hidden": bool(report.held_for),
        "filing_key": report.key,
    }


def require_service_area(latitude: Decimal, longitude: Decimal) -> geo.ServedPoint:
    """Return the point, snapped inside if it lies just outside the city's border.

    Raise OutsideServiceArea if it lies farther outside.
    """
    point = geo.snap_to_service_area(latitude, longitude)
    if point is None:
        raise OutsideServiceArea
    return point


@transaction.atomic
def add_photo(event: Event, photo: Photo) -> None:
    """Attach a photo that was uploaded after its report or comment to the event.

    The photo comes last. Raise InvalidInput if it belongs to a request already.
    """
    row = lock_row(event.service_request)
    attach_photos([photo], row, event, first=event.photos.count())
    bump_version(row)
