"""The events behind the timeline."""

from django.db.models import Prefetch

from requests_app.models import Event, Photo


def events_of(service_request) -> list[Event]:
    """The log, oldest first, with what the timeline needs, in three queries."""
    events = service_request.events.select_related(
        "actor",
        "assignee",
        "words",
        "other_request",
        "subject_comment",
        "completion",
    ).prefetch_related(Prefetch("photos", Photo.objects.select_related("service_request")))
    return list(events.order_by("pk"))


def standing(events) -> list[Event]:
    """The events that were not taken back, nor caused by one that was."""
    undone = {event.undoes_id for event in events if event.undoes_id}
    return [
        event
        for event in events
        if event.pk not in undone and event.caused_by_id not in undone and not event.undoes_id
    ]
