"""The events behind the timeline."""

from collections import defaultdict

from django.db.models import Prefetch, prefetch_related_objects

from requests_app.models import Event, Photo
from santa311.lib.postgresql.any_of import IsAnyOf
from santa311.lib.postgresql.built_once import BuiltOnce


def events_of(service_request) -> list[Event]:
    """The log, oldest first, with what the timeline needs, in three queries."""
    photos = Prefetch("photos", Photo.objects.select_related("service_request"))
    events = list(_EVENTS.with_values(service_request=service_request.pk))
    prefetch_related_objects(events, photos)
    return events


def events_of_each(service_requests) -> dict[int, list[Event]]:
    """The same of many, by the id of the request. Two statements however many they are."""
    known = {one.pk: one for one in service_requests}
    logs = defaultdict(list)
    events = list(_MANY.with_values(ids=list(known))) if known else []
    prefetch_related_objects(events, Prefetch("photos", Photo.objects.all()))
    for event in events:
        for photo in event.photos.all():
            photo.service_request = known[photo.service_request_id]
        logs[event.service_request_id].append(event)
    return logs


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


def standing(events) -> list[Event]:
    """The events that were not taken back, nor caused by one that was."""
    undone = {event.undoes_id for event in events if event.undoes_id}
    return [
        event
        for event in events
        if event.pk not in undone and event.caused_by_id not in undone and not event.undoes_id
    ]
