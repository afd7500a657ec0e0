"""What `extensions=true` adds: the finer status, the public history, and all photos.

Answers to the city's questions are not among it: residents are told that only the city reads them.
"""

from open311.formats import Listing
from open311.representation import states
from open311.representation.values import moment, photo_url, told
from requests_app import timeline
from requests_app.permissions import Audience


def of_each(rows) -> dict[int, dict]:
    """By the id of the request. Five statements."""
    logs = timeline.events_of_each(rows)
    return {row.pk: _fields(row, logs.get(row.pk, [])) for row in rows}


def _fields(one, events):
    lines = timeline.timeline(events, Audience.OTHERS)[::-1]
    return {
        "detailed_status": states.detailed(one),
        "extended_attributes": {
            "state": states.own(one),
            "closed_datetime": moment(one.closed_at),
            "duplicate_of": one.original,
            "area": one.zone.slug if one.zone else None,
            "location_note": one.location_note or None,
        },
        "notes": Listing("notes", "note", [_note(line) for line in lines]),
        "photos": Listing("photos", "photo", list(_photos(lines))),
    }


def _note(line):
    return {"datetime": moment(line.at), "type": line.event.verb, "description": told(line)}


def _photos(lines):
    """Those whose sizes are made: the reporter's, and those of the history."""
    seen = set()
    for line in lines:
        for photo in line.photos:
            if photo.is_ready and photo.pk not in seen:
                seen.add(photo.pk)
                yield {
                    "url": photo_url(photo),
                    "type": photo.kind,
                    "datetime": moment(line.at),
                }
