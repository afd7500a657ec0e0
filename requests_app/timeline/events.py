"""The events behind the timeline."""

from collections import defaultdict

from requests_app.models import Event, Photo
from santa311.lib.postgresql.any_of import IsAnyOf
from santa311.lib.postgresql.built_once import BuiltOnce


def events_of(service_request) -> list[Event]:
    """The log, oldest first, with what the timeline needs, in two queries."""
    events = list(_EVENTS.with_values(service_request=service_request.pk))
    photos = defaultdict(list)
    for photo in _PHOTOS.with_values(events=[event.pk for event in events]):
        photo.service_request = service_request
        photos[photo.event_id].append(photo)
    for event in events:
        _prefetched(event, photos[event.pk])
    return events


def _prefetched(event, photos):
    """As `prefetch_related` does, which builds its query anew."""
    rows = Photo.objects.filter(event=event) if photos else Photo.objects.none()
    rows._result_cache = photos
    event._prefetched_objects_cache = {"photos": rows}


def _events(service_request):
    events = Event.objects.filter(service_request=service_request).order_by("pk")
    return events.select_related(
        "actor",
        "assignee",
        "words",
        "other_request",
        "subject_comment",
        "completion",
    )


_EVENTS = BuiltOnce(_events, service_request=-1)
_PHOTOS = BuiltOnce(lambda events: Photo.objects.filter(IsAnyOf("event", events)), events=[-1])


def standing(events) -> list[Event]:
    """The events that were not taken back, nor caused by one that was."""
    undone = {event.undoes_id for event in events if event.undoes_id}
    return [
        event
        for event in events
        if event.pk not in undone and event.caused_by_id not in undone and not event.undoes_id
    ]
