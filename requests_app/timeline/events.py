"""The events behind the timeline."""

from collections import defaultdict

from lib.postgresql.any_of import IsAnyOf
from lib.postgresql.built_once import BuiltOnce
from requests_app.models import Comment, Completion, Event, Photo, ServiceRequest


def events_of(service_request) -> list[Event]:
    """The log, oldest first, with what the timeline needs, in two queries."""
    events = list(_EVENTS.with_values(service_request=service_request.pk))
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
    """The same of many, by the id of the request: in five statements however many they are.

    Joined in one, so many events would be looked up in the whole of each table.
    """
    known = {one.pk: one for one in service_requests}
    logs = defaultdict(list)
    events = list(_MANY.with_values(ids=list(known))) if known else []
    _get_words(events, list(known))
    _get_others(events)
    _get_photos(events, known)
    for event in events:
        logs[event.service_request_id].append(event)
    return logs


def _get_words(events, ids):
    """And what a completion says beside them; None where there is none, which is not asked for."""
    comments = {one.pk: one for one in _WORDS.with_values(ids=ids)} if events else {}
    words = {one.event_id: one for one in comments.values()}
    completions = {one.event_id: one for one in _COMPLETIONS.with_values(ids=ids)} if events else {}
    for event in events:
        event._state.fields_cache["words"] = words.get(event.pk)
        event._state.fields_cache["completion"] = completions.get(event.pk)
        if event.subject_comment_id:
            event.subject_comment = comments[event.subject_comment_id]


def _get_others(events):
    naming = [event for event in events if event.other_request_id]
    ids = list({event.other_request_id for event in naming})
    others = {one.pk: one for one in _OTHERS.with_values(ids=ids)} if ids else {}
    for event in naming:
        event.other_request = others[event.other_request_id]


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
    events = Event.objects.filter(service_request=service_request).order_by("pk")
    return events.select_related(
        "actor",
        "assignee",
        "words",
        "other_request",
        "subject_comment",
        "completion",
    )


def _events_of_each(ids):
    events = Event.objects.filter(IsAnyOf("service_request", ids)).order_by("pk")
    return events.select_related("actor", "assignee")


def _of_each(model, column="service_request"):
    rows = model.objects.order_by()
    return BuiltOnce(lambda ids: rows.filter(IsAnyOf(column, ids)), ids=[-1])


_EVENTS = BuiltOnce(_events, service_request=-1)
_MANY = BuiltOnce(_events_of_each, ids=[-1])
_WORDS, _COMPLETIONS = _of_each(Comment), _of_each(Completion)
_OTHERS = _of_each(ServiceRequest, "pk")
_PHOTOS = BuiltOnce(lambda events: Photo.objects.filter(IsAnyOf("event", events)), events=[-1])


def standing(events) -> list[Event]:
    """The events that were not taken back, nor caused by one that was."""
    undone = {event.undoes_id for event in events if event.undoes_id}
    return [
        event
        for event in events
        if event.pk not in undone and event.caused_by_id not in undone and not event.undoes_id
    ]
