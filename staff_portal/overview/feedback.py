"""Residents' comments on finished work, and open disputes."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from lib.lazy_text import LazyText
from requests_app.models import Comment, Event, Photo, ServiceRequest
from requests_app.permissions import Audience, may_see_content
from requests_app.status import Status, Verb
from staff_portal.inbox.filters import category_and_zone_condition
from staff_portal.overview.scope import Scope

MAX_COMMENTS = 4
MAX_DISPUTES = 6


PHOTO_LABELS = {
    Photo.Kind.REPORT: _("Reported"),
    Photo.Kind.COMPLETION: _("After the work"),
    Photo.Kind.DISPUTE: _("Not fixed"),
}


class Dispute(NamedTuple):
    """A disputed request, the event of its last dispute, and how often it was disputed.

    `photos` are (label, photo) pairs to compare: of the report, after the work, of the dispute.
    """

    row: ServiceRequest
    event: Event
    number: int
    photos: Sequence[tuple[LazyText, Photo]] = ()

    @property
    def words(self) -> str:
        """Return the resident's words, or "" if there are none or they are hidden."""
        comment = self.event.comment
        return comment.body if comment and may_see_content(Audience.OTHERS, comment) else ""


def list_comments(scope: Scope) -> list[Comment]:
    """Return the latest public comments that came with a yes or no in the period.

    The newest is first; there are at most MAX_COMMENTS, none of them hidden or redacted.
    """
    given = scope.build_sql_parameters()
    rows = Comment.objects.filter(
        event__verb__in=[Verb.CONFIRM, Verb.DISPUTE],
        event__at__gte=given["since"],
        event__at__lt=given["until"],
        is_public=True,
        is_hidden=False,
        is_redacted=False,
    ).filter(category_and_zone_condition(scope, "service_request__"))
    if scope.department_ids is not None:
        rows = rows.filter(event__department__in=scope.department_ids)
    rows = rows.select_related("event__feedback", "service_request")
    return list(rows.order_by("-event__at", "-event_id")[:MAX_COMMENTS])


def list_disputes(scope: Scope) -> list[Dispute]:
    """Return the Disputes of at most MAX_DISPUTES disputed requests, the longest disputed first.

    They are without photos; add_photos() adds them.
    """
    rows = scope.filtered_requests().filter(status=Status.DISPUTED)
    rows = rows.order_by("clock_started_at", "pk")
    return load_disputes(rows[:MAX_DISPUTES])


def load_disputes(rows: Iterable[ServiceRequest]) -> list[Dispute]:
    """Return the last dispute of each of these disputed requests, without photos; one query.

    The order is that of `rows`.
    """
    rows = list(rows)
    found = Event.objects.filter(verb=Verb.DISPUTE, service_request__in=[row.pk for row in rows])
    events = found.select_related("words").order_by("pk")
    last = {event.service_request_id: event for event in events}
    times = Counter(event.service_request_id for event in events)
    return [Dispute(row, last[row.pk], times[row.pk]) for row in rows]


def add_photos(disputes: Sequence[Dispute]) -> list[Dispute]:
    """Return copies of the disputes with their photos; one query."""
    found = _list_latest_photos([dispute.row for dispute in disputes])
    return [dispute._replace(photos=found[dispute.row.pk]) for dispute in disputes]


def _list_latest_photos(
    rows: list[ServiceRequest],
) -> dict[int | None, list[tuple[LazyText, Photo]]]:
    """Return (label, photo) pairs by request id: of each kind only those of its last event.

    Photos that are not READY are left out; an unknown id gives [].
    """
    photos = Photo.objects.filter(
        service_request__in=rows, kind__in=PHOTO_LABELS, state=Photo.State.READY
    ).select_related("service_request")
    latest: dict[tuple, int] = defaultdict(int)
    found: dict[int | None, list[tuple[LazyText, Photo]]] = defaultdict(list)
    for photo in photos:
        key = photo.service_request_id, photo.kind
        latest[key] = max(latest[key], photo.event_id or 0)
    for kind, label in PHOTO_LABELS.items():
        for photo in photos:
            if photo.kind == kind and photo.event_id == latest[photo.service_request_id, kind]:
                found[photo.service_request_id].append((label, photo))
    return found
