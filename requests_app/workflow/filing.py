"""How a request comes to be."""

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
    Photo,
    Priority,
    ReporterSession,
    ServiceRequest,
    text_digest,
)
from requests_app.models.answer import Answered
from requests_app.models.locks import lock, touch
from requests_app.status import Verb
from requests_app.workflow.act import Actor, Change, attach, register
from requests_app.workflow.danger import flag_danger

_TRIES = 5
# What a request says in the report's own words.
_AS_GIVEN = (
    "category", "latitude", "longitude", "location_note", "description", "channel", "language",
    "held_for",
)  # fmt: skip


@dataclass(frozen=True)
class Report:
    """What is filed.

    `latitude`, `longitude`: Decimal degrees WGS 84 inside the service area. `location_text` may be
    the result of `city.search.describe_point` in any language: it is kept as data. `answers` are
    `requests_app.models.answer.Answered`; `contact` a dict with name, email, phone. The same `key`
    (a UUID of the sender's making) is the same request. `held_for` (a ReviewReason) keeps it from
    the public and from every department until an agent releases it.
    """

    category: Category
    latitude: Decimal
    longitude: Decimal
    location_text: str = ""
    location_note: str = ""
    description: str = ""
    answers: Sequence[Answered] = ()
    contact: dict | None = None
    photos: Sequence[Photo] = ()
    channel: str = Channel.WEB
    language: str = "en"
    key: UUID | None = None
    held_for: str = ""

    @property
    def priority(self) -> Priority:
        """As the answers make it."""
        is_urgent = any(given.is_urgent for given in self.answers)
        return Priority.URGENT if is_urgent else Priority.NORMAL

    @property
    def texts(self) -> list[str]:
        """What was typed, and not chosen."""
        own = [given.said for given in self.answers if not given.choices]
        return [self.description, self.location_text, self.location_note, *own]


@register(Verb.FILE, is_atomic=False)
def file(report: Report, *, by: Actor) -> ServiceRequest:
    """Return a new request, Status.FILED, with its receipt owed.

    `by` is the reporter's Device, an agent on behalf of a caller, or the ApiKey of a system that
    files for its users. What is sent again with its key is answered with what was filed. Words of
    danger flag it and make it urgent. Raises InvalidInput (OutsideServiceArea) or NotAllowed, also
    where the key is that of a request of which the device `by` is not the reporter, or not any
    more.
    """
    for _attempt in range(_TRIES - 1):
        with suppress(IntegrityError):  # somebody has its reference: it is drawn again
            return _file(report, by)
    return _file(report, by)


@transaction.atomic
def _file(report, by) -> ServiceRequest:
    if not _may_file(by, report.category):
        raise NotAllowed
    if report.key and (filed := _filed_with(report.key)):
        if isinstance(by, Device) and not by.reported(filed):
            raise NotAllowed
        return filed
    words = _("This kind of request can no longer be reported.")
    require(report.category.is_offered, "category", words)
    named = danger.find_danger(*report.texts)
    priority = Priority.URGENT if named else report.priority
    row = ServiceRequest(**_columns(report), priority=priority)
    row.reference = reference.new(City.current().reference_prefix)
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


def _may_file(by, category) -> bool:
    if isinstance(by, ApiKey):
        return Verb.FILE in by.verbs and by.is_for(category.pk)
    return by.is_agent or isinstance(by, Device)


def _filed_with(key) -> ServiceRequest | None:
    """What was filed with this key; whoever else is filing with it just now is waited for."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key.int % 2**63])
    return ServiceRequest.objects.filter(filing_key=key).first()


def _columns(report) -> dict[str, Any]:
    point = require_served(report.latitude, report.longitude)
    words = recognize_description(report.location_text, *map(float, point))
    return {name: getattr(report, name) for name in _AS_GIVEN} | {
        "latitude": point.latitude,
        "longitude": point.longitude,
        "location_text": words.text,
        "location_relation": words.relation,
        "zone": geo.zone_at(*point),
        "words_digest": text_digest.digest_of(report.description),
        "is_private": report.category.is_private,
        "is_hidden": bool(report.held_for),
        "filing_key": report.key,
    }


def require_served(latitude: Decimal, longitude: Decimal) -> geo.ServedPoint:
    """Return the point, snapped inside where it lies just outside the city line.

    Raises OutsideServiceArea.
    """
    point = geo.snap_to_service_area(latitude, longitude)
    if point is None:
        raise OutsideServiceArea
    return point


@transaction.atomic
def add_photo(event, photo) -> None:
    """A loose photo that came after the report or the words that it belongs to."""
    row = lock(event.service_request)
    attach([photo], row, event, first=event.photos.count())
    touch(row)
