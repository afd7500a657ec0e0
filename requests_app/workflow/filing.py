"""How a request comes to be."""

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from city import danger, geo
from city.models import City
from city.search import recognized
from requests_app import likeness, reference
from requests_app.errors import InvalidInput, NotAllowed, OutsideServiceArea
from requests_app.models import (
    Answer,
    Channel,
    Contact,
    Device,
    Priority,
    ReporterSession,
    ServiceRequest,
)
from requests_app.status import Status, Verb
from requests_app.workflow.act import Act
from requests_app.workflow.danger import flag

_TRIES = 5


@transaction.atomic
def file(
    *,
    by,
    category,
    latitude,
    longitude,
    location_text="",
    location_note="",
    description="",
    answers=(),
    contact=None,
    photos=(),
    channel=Channel.WEB,
    language="en",
    key=None,
    held_for="",
) -> ServiceRequest:
    """A new request, Status.FILED, with its receipt owed.

    `by` is the reporter's Device, an agent on behalf of a caller, or SYSTEM for a key holder.
    `latitude`, `longitude`: Decimal degrees WGS 84 inside the service area. `location_text` may be
    what `city.search.describe` says of them in any language: it is kept as data. `answers` are
    `requests_app.questions.Given`; `contact` a dict with name, email, phone. The same `key` (a
    UUID of the sender's making) is the same request: sent again it is answered with what was
    filed. `held_for` (a Held) keeps it from the public and from every department until an agent
    releases it. Words of danger in it flag it and make it urgent. Raises InvalidInput
    (OutsideServiceArea) or NotAllowed.
    """
    if isinstance(by, User) and not by.is_agent:
        raise NotAllowed
    if key and (filed := _filed_with(key)):
        return filed
    if not category.is_active:
        raise InvalidInput("category", _("This kind of request can no longer be reported."))
    words = recognized(location_text, float(latitude), float(longitude))
    named = danger.find(description, location_text, location_note, *_own_words(answers))
    priority = Priority.URGENT if _is_urgent(answers) else Priority.NORMAL
    row = _new(
        category=category,
        latitude=latitude,
        longitude=longitude,
        location_text=words.text,
        location_relation=words.relation,
        location_note=location_note,
        description=description,
        channel=channel,
        language=language,
        zone=_zone_of(latitude, longitude),
        status=Status.FILED,
        priority=Priority.URGENT if named else priority,
        is_private=category.is_private,
        is_hidden=bool(held_for),
        held_for=held_for,
        words_digest=likeness.digest_of(description),
        filing_key=key,
    )
    _keep_answers(row, answers)
    _keep_contact(row, contact)
    if isinstance(by, Device):
        ReporterSession.objects.create(device=by, service_request=row)
    act = Act.of_birth(Verb.FILE, row, by)
    row.filed_at = row.clock_started_at = act.now
    event = act.finish(photos=photos)
    if named:
        flag(row, named.kind, cause=event, before=priority)
    return row


def _filed_with(key):
    """What was filed with this key; whoever else is filing with it just now is waited for."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key.int % 2**63])
    return ServiceRequest.objects.filter(filing_key=key).first()


def _zone_of(latitude, longitude):
    zone = geo.zone_at(latitude, longitude)
    if zone is None:
        raise OutsideServiceArea
    return zone


def _is_urgent(answers):
    return any(given.is_urgent for given in answers)


def _own_words(answers):
    """What was typed, and not chosen."""
    return [given.said for given in answers if not given.choices]


def _new(**columns):
    """A row under a reference that nobody has; one that is taken is drawn again."""
    for _attempt in range(_TRIES - 1):
        try:
            return _create(columns)
        except IntegrityError:
            continue
    return _create(columns)


@transaction.atomic
def _create(columns):
    prefix = City.objects.current().reference_prefix
    return ServiceRequest.objects.create(reference=reference.new(prefix), **columns)


def _keep_answers(row, answers):
    Answer.objects.bulk_create(
        Answer(service_request=row, question=given.question, values=given.values, said=given.said)
        for given in answers
    )


def _keep_contact(row, contact):
    if contact and any(contact.values()):
        Contact.objects.create(service_request=row, **contact)
