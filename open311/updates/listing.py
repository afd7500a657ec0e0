"""GET servicerequestupdates: what happened in public in a span of time, the oldest first."""

from open311.api.parameters import MOST_ROWS, Dates, clamped
from open311.formats import Listing, answer
from open311.keys import authenticate
from open311.representation.values import moment, photo_url, told
from requests_app import timeline
from requests_app.models import Event, ServiceRequest
from requests_app.permissions import Audience
from requests_app.status import Status, Verb
from santa311.lib.postgresql.any_of import IsAnyOf

# As FixMyStreet calls how a request stands after an event, and what some verbs say besides.
_STATUSES = {
    Status.SCHEDULED: "ACTION_SCHEDULED",
    Status.IN_PROGRESS: "IN_PROGRESS",
    Status.ON_HOLD: "IN_PROGRESS",
    Status.COMPLETED: "FIXED",
    Status.CLOSED: "CLOSED",
}
_OF_VERBS = {
    Verb.DECLINE: "NO_FURTHER_ACTION",
    Verb.MARK_DUPLICATE: "DUPLICATE",
    Verb.TRANSFER: "NOT_COUNCILS_RESPONSIBILITY",
}


def listing(request):
    """A key may come along, as some clients send it with everything; it must be a good one then."""
    if "api_key" in request.GET:
        authenticate(request)
    dates = Dates.by(request.GET)
    updates = [_update(row, line) for row, line in _lines(dates)]
    document = Listing("service_request_updates", "request_update", updates)
    return answer(request, document, headers=clamped(dates))


def _lines(dates):
    """(request, line of its public timeline) of the first MOST_ROWS events."""
    events = Event.objects.filter(at__gte=dates.since).exclude(verb=Verb.FILE)
    if dates.until:
        events = events.filter(at__lte=dates.until)
    public = events.filter(service_request__is_private=False, service_request__is_hidden=False)
    ids = dict(public.order_by("at", "pk").values_list("pk", "service_request")[:MOST_ROWS])
    rows = ServiceRequest.objects.filter(IsAnyOf("pk", sorted(set(ids.values())))).in_bulk()
    logs = timeline.events_of_each(list(rows.values()))
    found = [
        (rows[pk], line)
        for pk, log in logs.items()
        for line in timeline.timeline(log, Audience.OTHERS)
        if line.event.pk in ids
    ]
    return sorted(found, key=lambda pair: (pair[1].event.at, pair[1].event.pk))


def _update(row, line):
    event = line.event
    photo = next((photo for photo in line.photos if photo.is_ready), None)
    return {
        "update_id": str(event.pk),
        "service_request_id": row.reference,
        "status": _OF_VERBS.get(event.verb) or _STATUSES.get(event.status_after, "OPEN"),
        "updated_datetime": moment(event.at),
        "description": told(line),
        "media_url": photo_url(photo) if photo else None,
    }
