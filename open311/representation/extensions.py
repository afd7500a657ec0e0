"""What `extensions=true` adds: the finer status, the public history, and all photos.

Answers to the city's questions are not among it: residents are told that only the city reads them.
"""

from open311.formats import Listing
from open311.representation import states
from open311.representation.values import moment, photo_url, told
from requests_app import timeline
from requests_app.models import ApiKey, Event, ServiceRequest
from requests_app.permissions import Audience


def of_each(rows: list[ServiceRequest], key: ApiKey | None = None) -> dict[int, dict]:
    """Return the fields by the id of the request, as the holder of `key` reads them, or everybody.

    Costs five statements.
    """
    logs = timeline.events_of_each(rows)
    return {row.pk: _fields(row, logs.get(row.pk, []), key) for row in rows}


def _fields(one: ServiceRequest, events: list[Event], key: ApiKey | None) -> dict:
    lines = timeline.timeline(events, Audience.OTHERS)[::-1]
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


def _note(line: timeline.Line) -> dict:
    return {"datetime": moment(line.at), "type": line.event.verb, "description": told(line)}


def _list_photos(lines: list[timeline.Line]) -> list[dict]:
    """List the reporter's photos and those of the history, each once, whose sizes are made."""
    found = {}
    for line in lines:
        for photo in filter(lambda photo: photo.is_ready, line.photos):
            said = {"url": photo_url(photo), "type": photo.kind, "datetime": moment(line.at)}
            found.setdefault(photo.pk, said)
    return list(found.values())
