"""One request as GeoReport tells it, field by field in the order of its specification."""

from django.utils.translation import gettext as _

from city.models import City
from city.translation import named
from open311.formats import Listing
from open311.representation import states
from open311.representation.values import moment, photo_url, told
from requests_app import timeline
from requests_app.models import ApiKey, Event, ServiceRequest
from requests_app.permissions import Audience
from requests_app.status import Outcome


def listing(
    rows: list[ServiceRequest], *, is_extended: bool = False, key: ApiKey | None = None
) -> Listing:
    """Return what `rows_of` found, as the holder of `key` reads it, or everybody.

    The extensions cost five statements more.
    """
    more = list_extensions(rows, key) if is_extended else {}
    entries = [fields_of(row, key) | more.get(row.pk, {}) for row in rows]
    return Listing("service_requests", "request", entries)


def fields_of(one: ServiceRequest, key: ApiKey | None = None) -> dict:
    """Return the fields of one request, as the holder of `key` reads it, or everybody.

    `updated_datetime` is the latest public change: the closing, unless more was added since.
    """
    location = one.shared_location(is_exact=key is not None and key.may_locate(one))
    return {
        "service_request_id": one.reference,
        "status": states.status_of(one),
        "status_notes": states.notes(one),
        "service_name": named(one.category),
        "service_code": one.category.service_code,
        "description": one.description,
        "agency_responsible": agency_responsible(one),
        "service_notice": _notice(one),
        "requested_datetime": moment(one.filed_at),
        "updated_datetime": moment(one.changed_at),
        "expected_datetime": _expected(one),
        "address": location.text,
        "address_id": None,
        "zipcode": None,
        "lat": location.latitude,
        "long": location.longitude,
        "media_url": next((photo_url(photo) for photo in one.shown_photos), None),
    }


def agency_responsible(service_request: ServiceRequest) -> str:
    """Return the name of the agency to contact, else of the department that finished or has it."""
    if service_request.outcome == Outcome.TRANSFERRED and service_request.agency:
        return named(service_request.agency)
    if service_request.is_done and service_request.completed_by:
        return named(service_request.completed_by)
    return timeline.holder_name(service_request)


def _notice(service_request) -> str | None:
    """Return the notice of an emergency, which its page shows everybody; None without one."""
    if not service_request.needs_emergency_number:
        return None
    return _("In an emergency, call %(phone)s.") % {"phone": City.current().emergency_phone}


def _expected(service_request) -> str | None:
    """Return the due date of running work; on pause nobody knows yet by how much it moves."""
    is_running = service_request.is_open and not service_request.is_paused
    return moment(service_request.due_at) if is_running else None


def list_extensions(rows: list[ServiceRequest], key: ApiKey | None = None) -> dict[int, dict]:
    """Return what `extensions=true` adds, by the id of the request: the finer status, the public
    history and all photos, as the holder of `key` reads them, or everybody. Costs five statements.

    Answers to the city's questions are not among it: residents are told that only the city reads
    them.
    """
    logs = timeline.load_events_by_request(rows)
    return {row.pk: _extensions(row, logs.get(row.pk, []), key) for row in rows}


def _extensions(one: ServiceRequest, events: list[Event], key: ApiKey | None) -> dict:
    lines = timeline.build_timeline(events, Audience.OTHERS)[::-1]
    is_exact = not one.category.is_location_sensitive or (key is not None and key.may_locate(one))
    return {
        "detailed_status": states.detailed(one),
        "extended_attributes": {
            "state": states.own(one),
            "closed_datetime": moment(one.closed_at),
            "duplicate_of": one.original,
            "area": one.zone.slug if one.zone else None,
            "location_note": one.location_note if is_exact and one.location_note else None,
        },
        "notes": Listing("notes", "note", [_note(line) for line in lines]),
        "photos": Listing("photos", "photo", _list_photos(lines)),
    }


def _note(line: timeline.TimelineLine) -> dict:
    return {"datetime": moment(line.at), "type": line.event.verb, "description": told(line)}


def _list_photos(lines: list[timeline.TimelineLine]) -> list[dict]:
    """List the reporter's photos and those of the history, each once, whose sizes are made."""
    found = {}
    for line in lines:
        for photo in filter(lambda photo: photo.is_ready, line.photos):
            said = {"url": photo_url(photo), "type": photo.kind, "datetime": moment(line.at)}
            found.setdefault(photo.pk, said)
    return list(found.values())
