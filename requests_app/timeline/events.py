"""The events behind the timeline."""

from collections import defaultdict

from requests_app.models import Event, Photo
from santa311.lib.postgresql.any_of import IsAnyOf
from santa311.lib.postgresql.built_once import BuiltOnce


def events_of(service_request) -> list[Event]:
    """The log, oldest first, with what the timeline needs, in two queries."""
    events = list(_EVENTS.with_values(service_request=service_request.pk))
    _get_photos(events, {service_request.pk: service_request})
    return events


def events_of_each(service_requests) -> dict[int, list[Event]]:
    """The same of many, by the id of the request. Two statements however many they are."""
    known = {one.pk: one for one in service_requests}
    logs = defaultdict(list)
    events = list(_MANY.with_values(ids=list(known))) if known else []
    _get_photos(events, known)
    for event in events:
        logs[event.service_request_id].append(event)
    return logs


def _get_photos(events, known):
    """As `prefetch_related` does, which builds its query anew. `known`: their requests by id."""
    photos = defaultdict(list)
    for photo in _PHOTOS.with_values(events=[event.pk for event in events]) if events else ():
        photo.service_request = known[photo.service_request_id]
        photos[photo.event_id].append(photo)
    for event in events:
        rows = Photo.objects.filter(event=event) if photos[event.pk] else Photo.objects.none()
        rows._result_cache = photos[event.pk]
        event._prefetched_objects_cache = {"photos": rows}


def _events(service_request):
    return _related(Event.objects.filter(service_request=service_request))


def _events_of_each(ids):
    return _related(Event.objects.filter(IsAnyOf("service_request", ids)))


def _related(events):
    return events.order_by("pk").select_related(
        "actor",
        "assignee",
        "words",
        "other_request",
        "subject_comment",
        "completion",
    )


_EVENTS = BuiltOnce(_events, service_request=-1)
_MANY = BuiltOnce(_events_of_each, ids=[-1])
_PHOTOS = BuiltOnce(lambda events: Photo.objects.filter(IsAnyOf("event", events)), events=[-1])


def standing(events) -> list[Event]:
    """The events that were not taken back, nor caused by one that was."""
    undone = {event.undoes_id for event in events if event.undoes_id}
    return [
        event
        for event in events
        if event.pk not in undone and event.caused_by_id not in undone and not event.undoes_id
    ]
