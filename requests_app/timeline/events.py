"""The events behind the timeline."""

from django.db.models import Prefetch, prefetch_related_objects

from requests_app.models import Event, Photo
from santa311.lib.postgresql.built_once import BuiltOnce


def events_of(service_request) -> list[Event]:
    """The log, oldest first, with what the timeline needs, in three queries."""
    photos = Prefetch("photos", Photo.objects.select_related("service_request"))
    events = list(_EVENTS.with_values(service_request=service_request.pk))
    prefetch_related_objects(events, photos)
    return events


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


def standing(events) -> list[Event]:
    """The events that were not taken back, nor caused by one that was."""
    undone = {event.undoes_id for event in events if event.undoes_id}
    return [
        event
        for event in events
        if event.pk not in undone and event.caused_by_id not in undone and not event.undoes_id
    ]
