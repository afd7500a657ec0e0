"""The events behind the timeline."""

from collections import defaultdict

from django.db.models import QuerySet, prefetch_related_objects

from requests_app.models import Event, Photo


def events_of(service_request) -> list[Event]:
    """The log, oldest first, with what the timeline needs, in two queries."""
    events = list(_events(service_request.pk))
    _get_photos(events, {service_request.pk: service_request})
    return events


def photos_before_work(events) -> list[Photo]:
    """Return the photos that crews took before the work, the latest first; none that is hidden or
    cannot be read. `events` are oldest first, as `events_of` gives them.
    """
    photos = (photo for event in events[::-1] for photo in event.photos.all())
    return [
        photo
        for photo in photos
        if photo.kind == Photo.Kind.BEFORE
        and not photo.is_hidden
        and photo.state != Photo.State.UNREADABLE
    ]


def events_of_each(service_requests) -> dict[int, list[Event]]:
    """The same of many, by the id of the request: in six statements however many they are.

    Joined in one, so many events would be looked up in the whole of each table.
    """
    known = {one.pk: one for one in service_requests}
    logs = defaultdict(list)
    events = list(_events_of_each(list(known))) if known else []
    _get_photos(events, known)
    for event in events:
        logs[event.service_request_id].append(event)
    return logs


def _get_photos(events, known) -> None:
    """Prefetch the photos of the events. `known` are their requests, by id."""
    prefetch_related_objects(events, "photos")
    for event in events:
        for photo in event.photos.all():
            photo.service_request = known[photo.service_request_id]


def _events(service_request) -> QuerySet[Event]:
    events = Event.objects.filter(service_request=service_request).order_by("pk")
    return events.select_related(
        "actor",
        "assignee",
        "words",
        "other_request",
        "subject_comment",
        "completion",
    )


def _events_of_each(ids) -> QuerySet[Event]:
    events = Event.objects.filter(service_request__any=ids).order_by("pk")
    events = events.prefetch_related("words", "completion", "subject_comment", "other_request")
    return events.select_related("actor", "assignee")


def standing(events) -> list[Event]:
    """The events that were not taken back, nor caused by one that was."""
    undone = {event.undoes_id for event in events if event.undoes_id}
    return [
        event
        for event in events
        if event.pk not in undone and event.caused_by_id not in undone and not event.undoes_id
    ]
