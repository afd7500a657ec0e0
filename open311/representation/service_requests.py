"""The fields of a request in the order of the GeoReport specification."""

from uuid import UUID

from django.utils.translation import gettext as _

from city.models import City
from city.translation import translate_name
from open311.formats import Listing
from open311.representation import states
from open311.representation.values import absolute_photo_url, format_moment, format_timeline_line
from requests_app import timeline
from requests_app.models import ApiKey, Event, ServiceRequest
from requests_app.permissions import Audience
from requests_app.status import Outcome


def build_listing(
    rows: list[ServiceRequest], *, is_extended: bool = False, key: ApiKey | None = None
) -> Listing:
    """Return the listing of loaded requests for the holder of `key`, or for everybody.

    The extensions cost five queries more.
    """
    more = load_extensions(rows, key) if is_extended else {}
    entries = [build_fields(row, key) | more.get(row.pk, {}) for row in rows]
    return Listing("service_requests", "request", entries)


def build_fields(one: ServiceRequest, key: ApiKey | None = None) -> dict:
    """Return the fields of one request for the holder of `key`, or for everybody.

    `updated_datetime` is the time of the latest public change.
    """
    location = one.shared_location(is_exact=key is not None and key.may_locate(one))
    return {
        "service_request_id": one.reference,
        "status": states.get_status(one),
        "status_notes": states.get_status_notes(one),
        "service_name": translate_name(one.category),
        "service_code": one.category.service_code,
        "description": one.description,
        "agency_responsible": agency_responsible(one),
        "service_notice": _emergency_notice(one),
        "requested_datetime": format_moment(one.filed_at),
        "updated_datetime": format_moment(one.changed_at),
        "expected_datetime": _expected_datetime(one),
        "address": location.text,
        "address_id": None,
        "zipcode": None,
        "lat": location.latitude,
        "long": location.longitude,
        "media_url": next((absolute_photo_url(photo) for photo in one.shown_photos), None),
    }


def agency_responsible(service_request: ServiceRequest) -> str:
    """Return the name of who is responsible for the request, in the active language.

    It is the agency of a transferred request, else the department that finished a request that is
    done, else the department that has it, or "311 team" if none has it.
    """
    if service_request.outcome == Outcome.TRANSFERRED and service_request.agency:
        return translate_name(service_request.agency)
    if service_request.is_done and service_request.completed_by:
        return translate_name(service_request.completed_by)
    return timeline.holder_name(service_request)


def _emergency_notice(service_request) -> str | None:
    """Return the notice of an emergency, which everybody sees, or None."""
    if not service_request.needs_emergency_number:
        return None
    return _("In an emergency, call %(phone)s.") % {"phone": City.current().emergency_phone}


def _expected_datetime(service_request) -> str | None:
    """Return the due date of open requests; None while paused, because the date will move."""
    is_running = service_request.is_open and not service_request.is_paused
    return format_moment(service_request.due_at) if is_running else None


def load_extensions(rows: list[ServiceRequest], key: ApiKey | None = None) -> dict[int, dict]:
    """Return what `extensions=true` adds, by request id. Five queries.

    That is a dict of detailed_status, extended_attributes, notes (the public history, oldest first)
    and photos. `key` may show the exact location note. Answers to the city's questions are left
    out: only the city may read them.
    """
    logs = timeline.load_events_by_request(rows)
    return {row.pk: _build_extensions(row, logs.get(row.pk, []), key) for row in rows}


def _build_extensions(one: ServiceRequest, events: list[Event], key: ApiKey | None) -> dict:
    """Return detailed_status, extended_attributes, notes and photos of one request.

    The location note of a sensitive category is None unless `key` may locate the request.
    """
    lines = timeline.build_timeline(events, Audience.OTHERS)[::-1]
    is_exact = not one.category.is_location_sensitive or (key is not None and key.may_locate(one))
    return {
        "detailed_status": states.get_detailed_status(one),
        "extended_attributes": {
            "state": states.get_state_name(one),
            "closed_datetime": format_moment(one.closed_at),
            "duplicate_of": one.original,
            "area": one.zone.slug if one.zone else None,
            "location_note": one.location_note if is_exact and one.location_note else None,
        },
        "notes": Listing("notes", "note", [_build_note(line) for line in lines]),
        "photos": Listing("photos", "photo", _list_photos(lines)),
    }


def _build_note(line: timeline.TimelineLine) -> dict:
    """Return the datetime, type (the verb) and description of a line of the history."""
    return {
        "datetime": format_moment(line.at),
        "type": line.event.verb,
        "description": format_timeline_line(line),
    }


def _list_photos(lines: list[timeline.TimelineLine]) -> list[dict]:
    """Return {"url", "type", "datetime"} of each ready photo in the lines, once."""
    found: dict[UUID, dict] = {}
    for line in lines:
        for photo in filter(lambda photo: photo.is_ready, line.photos):
            said = {
                "url": absolute_photo_url(photo),
                "type": photo.kind,
                "datetime": format_moment(line.at),
            }
            found.setdefault(photo.pk, said)
    return list(found.values())
