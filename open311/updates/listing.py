"""GET servicerequestupdates: public updates in a span of time, oldest first."""

from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from lib import clock, rate_limiter
from lib.http import client_address
from open311.api.links import find_next_page, format_link_header
from open311.api.parameters import MAX_UPDATES_AT_ONCE, UpdateQuery
from open311.formats import Listing, RequestRefused, render_document
from open311.keys import find_optional_key
from open311.representation.loading import find_events
from open311.representation.values import absolute_photo_url, format_moment, format_timeline_line
from requests_app import timeline
from requests_app.models import ApiKey, Comment, Event, Photo, ServiceRequest
from requests_app.permissions import Audience
from requests_app.status import Status, Verb
from requests_app.timeline import TimelineLine
from requests_app.workflow.verbs import VERBS

# FixMyStreet's status by the request's status after an event; some verbs have their own.
_STATUSES: dict[str, str] = {
    Status.SCHEDULED: "ACTION_SCHEDULED",
    Status.IN_PROGRESS: "IN_PROGRESS",
    Status.ON_HOLD: "IN_PROGRESS",
    Status.COMPLETED: "FIXED",
    Status.CLOSED: "CLOSED",
}
_STATUSES_OF_VERBS: dict[str, str] = {
    Verb.DECLINE: "NO_FURTHER_ACTION",
    Verb.MARK_DUPLICATE: "DUPLICATE",
    Verb.TRANSFER: "NOT_COUNCILS_RESPONSIBILITY",
}
_PUBLIC_VERBS = sorted(
    verb
    for verb, spec in VERBS.items()
    if spec.sentence is not None and not spec.staff_only and verb != Verb.FILE
)
UPDATES_PER_TOKEN = 100
"""The number of updates that count as one call for the rate limit."""


class UpdatePage(NamedTuple):
    """The updates of one page, oldest first, and whether another page follows."""

    updates: list[dict]
    has_next: bool


def list_updates(request: HttpRequest) -> HttpResponse:
    """Return public updates, oldest first; all of them if the client asks for no page.

    The optional key must be valid. With it, updates of private requests that it filed are
    included. Raise RequestRefused for an invalid parameter or too many updates for one
    response, InvalidKey, and RateLimitExceeded: a hundred updates cost as much as a call.
    """
    key = find_optional_key(request)
    asked = UpdateQuery(request.GET)
    page = _load_page(request, asked, key)
    document = Listing("service_request_updates", "request_update", page.updates)
    links = find_next_page(asked.page, has_next=page.has_next)
    return render_document(request, document, headers=format_link_header(request, links))


def _load_page(request: HttpRequest, asked: UpdateQuery, key: ApiKey | None) -> UpdatePage:
    """Load and render the page, and count the cost of its events for the rate limit.

    Raise RateLimitExceeded, and RequestRefused if there are too many updates for a client that
    asks for no page.
    """
    rows = _find_public_events(asked, key).order_by("at", "pk").values_list("pk", "service_request")
    found = list(rows[asked.offset : asked.offset + asked.page_size + 1])
    has_next = len(found) > asked.page_size
    if has_next and not asked.is_paged:
        words = _(
            "There are more than %(most)s updates. Ask for a shorter span of time, or for one page "
            "after another with page and page_size."
        )
        raise RequestRefused(400, words % {"most": f"{MAX_UPDATES_AT_ONCE:,}"})
    ids = dict(found[: asked.page_size])
    if tokens := len(ids) // UPDATES_PER_TOKEN:
        rate_limiter.count_attempt("open311.address", client_address(request), tokens)
    return UpdatePage([_build_update(row, line) for row, line in _load_lines(ids)], has_next)


def _find_public_events(asked: UpdateQuery, key: ApiKey | None) -> QuerySet[Event]:
    """Return the events that the public timeline shows, without reports.

    They are those of public requests, and of private ones that were filed with `key`. Conditions on
    time or requests select the events; nearly all events have one of these verbs. NOT EXISTS
    excludes hidden events, because the planner knows that it excludes few.
    """
    events = find_events(_PUBLIC_VERBS)
    if asked.since:
        events = events.filter(at__gte=asked.since)
    if asked.until:
        events = events.filter(at__lte=asked.until)
    if asked.references is not None:
        events = events.filter(service_request__in=_find_requests(asked.references, key))
    is_readable = Q(service_request__is_private=False)
    if key is not None:
        filed = Event.objects.filter(
            service_request=OuterRef("service_request"), verb=Verb.FILE, key=key
        )
        is_readable |= Q(Exists(filed))
    public = events.filter(is_readable, service_request__is_hidden=False)
    undone = Event.objects.filter(undoes=OuterRef("pk"))
    cause_undone = Event.objects.filter(undoes=OuterRef("caused_by"))
    stands = public.filter(~Exists(undone), ~Exists(cause_undone), undoes__isnull=True)
    waits = Q(is_public=False) | Q(public_from__gt=clock.now())
    unread = Comment.objects.filter(waits, event=OuterRef("pk"))
    # A scalar subquery, run only if needed: for an EXISTS in an OR, all photos would be read.
    shown = Photo.objects.filter(event=OuterRef("pk"), is_hidden=False).values("pk")[:1]
    is_heard = ~Q(verb=Verb.HAND_OVER) | Q(shown_photo__isnull=False)
    return stands.alias(shown_photo=Subquery(shown)).filter(
        is_heard, ~Exists(unread.exclude(event__verb=Verb.HAND_OVER))
    )


def _find_requests(references: list[str], key: ApiKey | None) -> list[int]:
    """Return the ids of the requests with these references that are read with `key`."""
    if not references:
        return []
    readable = ServiceRequest.objects.readable_by_key(key)
    rows = readable.filter(reference__any=references)
    return list(rows.values_list("pk", flat=True))


def _load_lines(ids: dict[int, int]) -> list[tuple[ServiceRequest, TimelineLine]]:
    """Return the requests and the lines of these events (event id to request id), oldest first."""
    rows = ServiceRequest.objects.filter(pk__any=sorted(set(ids.values()))).in_bulk()
    logs = timeline.load_events_by_request(list(rows.values()))
    found = [
        (rows[pk], line)
        for pk, log in logs.items()
        for line in timeline.build_timeline(log, Audience.OTHERS)
        if line.event.pk in ids
    ]
    return sorted(found, key=lambda pair: (pair[1].event.at, pair[1].event.pk))


def _build_update(row: ServiceRequest, line: TimelineLine) -> dict:
    """Return the entry of one event: ids, status, updated_datetime, description, media_url.

    The media_url is that of the first ready photo, or None.
    """
    event = line.event
    photo = next((photo for photo in line.photos if photo.is_ready), None)
    return {
        "update_id": str(event.pk),
        "service_request_id": row.reference,
        "status": _STATUSES_OF_VERBS.get(event.verb) or _STATUSES.get(event.status_after, "OPEN"),
        "updated_datetime": format_moment(event.at),
        "description": format_timeline_line(line),
        "media_url": absolute_photo_url(photo) if photo else None,
    }
