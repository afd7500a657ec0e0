"""GET servicerequestupdates: what happened in public in a span of time, the oldest first."""

from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from lib import clock, rate_limiter
from lib.http import client_address
from open311.api.links import find_next_page, format_link_header
from open311.api.parameters import MAX_UPDATES_AT_ONCE, UpdateQuery
from open311.formats import Listing, Refused, answer
from open311.keys import find_key
from open311.representation.loading import find_events
from open311.representation.values import moment, photo_url, told
from requests_app import timeline
from requests_app.models import ApiKey, Comment, Event, Photo, ServiceRequest
from requests_app.permissions import Audience
from requests_app.status import Status, Verb
from requests_app.timeline import TimelineLine
from requests_app.workflow.verbs import VERBS

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
_TOLD_VERBS = sorted(
    verb
    for verb, spec in VERBS.items()
    if spec.sentence is not None and not spec.staff_only and verb != Verb.FILE
)
UPDATES_PER_TOKEN = 100
"""How many updates cost a reader as much as one call."""


class UpdatePage(NamedTuple):
    """The updates of one page, oldest first, and whether another page follows."""

    updates: list[dict]
    has_next: bool


def listing(request: HttpRequest) -> HttpResponse:
    """List public updates; a reader that names no page gets all of them, or is refused.

    A key may come along, as some clients send it with everything; it must be a good one then. With
    it come the updates of the private requests that it filed.
    """
    key = find_key(request)
    asked = UpdateQuery(request.GET)
    page = _load_page(request, asked, key)
    document = Listing("service_request_updates", "request_update", page.updates)
    links = find_next_page(asked.page, has_next=page.has_next)
    return answer(request, document, headers=format_link_header(request, links))


def _load_page(request: HttpRequest, asked: UpdateQuery, key: ApiKey | None) -> UpdatePage:
    """Find which events are asked for, count what that costs the reader, and render them.

    Raises Refused where they are too many for a reader that names no page.
    """
    rows = _public_events(asked, key).order_by("at", "pk").values_list("pk", "service_request")
    found = list(rows[asked.offset : asked.offset + asked.page_size + 1])
    has_next = len(found) > asked.page_size
    if has_next and not asked.is_paged:
        words = _(
            "There are more than %(most)s updates. Ask for a shorter span of time, or for one page "
            "after another with page and page_size."
        )
        raise Refused(400, words % {"most": f"{MAX_UPDATES_AT_ONCE:,}"})
    ids = dict(found[: asked.page_size])
    if tokens := len(ids) // UPDATES_PER_TOKEN:
        rate_limiter.count_attempt("open311.address", client_address(request), tokens)
    return UpdatePage([_update(row, line) for row, line in _lines(ids)], has_next)


def _public_events(asked: UpdateQuery, key: ApiKey | None) -> QuerySet[Event]:
    """Return the events that the timeline tells to others, as `timeline` decides it for a list.

    They are those of public requests, and of private ones that were filed with `key`.

    Reports themselves are left out: they are no updates. Time or requests lead to the events; by
    their verbs they are nearly all. What hides an event is asked for by NOT EXISTS, of which the
    planner knows that it leaves most of them.
    """
    events = find_events(_TOLD_VERBS)
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
        is_readable |= Exists(filed)
    public = events.filter(is_readable, service_request__is_hidden=False)
    undone = Event.objects.filter(undoes=OuterRef("pk"))
    cause_undone = Event.objects.filter(undoes=OuterRef("caused_by"))
    stands = public.filter(~Exists(undone), ~Exists(cause_undone), undoes__isnull=True)
    waits = Q(is_public=False) | Q(public_from__gt=clock.now())
    unread = Comment.objects.filter(waits, event=OuterRef("pk"))
    # A scalar, of each row that needs it: PostgreSQL would read all photos for an EXISTS in an OR.
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


def _lines(ids: dict[int, int]) -> list[tuple[ServiceRequest, TimelineLine]]:
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


def _update(row: ServiceRequest, line: TimelineLine) -> dict:
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
