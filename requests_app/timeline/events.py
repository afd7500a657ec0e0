"""The events from which the timeline is built."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db.models import QuerySet, prefetch_related_objects

from requests_app.models import Event, Photo, ServiceRequest


def load_events(service_request: ServiceRequest) -> list[Event]:
    """Return the events of a request, oldest first, with what the timeline needs. Two queries."""
    events = list(_select_events(service_request.pk))
    _prefetch_photos(events, {service_request.pk: service_request})
    return events


def list_before_photos(events: Sequence[Event]) -> list[Photo]:
    """Return the photos of the location before the work, the latest first.

    Hidden and unreadable photos are left out. `events` are oldest first.
    """
    photos = (photo for event in events[::-1] for photo in event.photos.all())
    return [
        photo
        for photo in photos
        if photo.kind == Photo.Kind.BEFORE
        and not photo.is_hidden
        and photo.state != Photo.State.UNREADABLE
    ]


def load_events_by_request(service_requests: Iterable[ServiceRequest]) -> dict[int, list[Event]]:
    """Return the events of many requests by request id, oldest first, for the timeline.

    Six queries. A single joined query would read the whole of each table for so many events.
    """
    known = {one.pk: one for one in service_requests}
    logs: defaultdict[int, list[Event]] = defaultdict(list)
    events = list(_select_events_of_many(list(known))) if known else []
    _prefetch_photos(events, known)
    for event in events:
        logs[event.service_request_id].append(event)
    return logs


def _prefetch_photos(events: list[Event], known: dict[int, ServiceRequest]) -> None:
    """Prefetch the photos of the events, and set their request and the photos' from `known`."""
    prefetch_related_objects(events, "photos")
    for event in events:
        event.service_request = known[event.service_request_id]
        for photo in event.photos.all():
            photo.service_request = known[event.service_request_id]


def _select_events(request_id: int) -> QuerySet[Event]:
    """Return the events of a request, oldest first, with what the timeline needs joined."""
    events = Event.objects.filter(service_request=request_id).order_by("pk")
    return events.select_related(
        "actor",
        "assignee",
        "words",
        "other_request",
        "subject_comment",
        "completion",
    )


def _select_events_of_many(ids: list[int]) -> QuerySet[Event]:
    """Return the events of the requests, oldest first, with prefetched relations."""
    events = Event.objects.filter(service_request__any=ids).order_by("pk")
    events = events.prefetch_related("words", "completion", "subject_comment", "other_request")
    return events.select_related("actor", "assignee")


def exclude_undone(events: Iterable[Event]) -> list[Event]:
    """Return the events without undone ones, those that undid them, and their consequences.

    The order is kept.
    """
    undone = {event.undoes_id for event in events if event.undoes_id}
    return [
        event
        for event in events
        if event.pk not in undone and event.caused_by_id not in undone and not event.undoes_id
    ]
