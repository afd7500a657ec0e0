"""What residents wrote of finished work, and what they call not fixed."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from requests_app.models import Comment, Event, Photo, ServiceRequest
from requests_app.permissions import Audience, may_see_content
from requests_app.status import Status, Verb
from staff_portal.inbox.reading import what_and_where

MOST_COMMENTS = 4
MOST_DISPUTES = 6


KINDS = {
    Photo.Kind.REPORT: _("Reported"),
    Photo.Kind.COMPLETION: _("After the work"),
    Photo.Kind.DISPUTE: _("Not fixed"),
}


class Dispute(NamedTuple):
    """A disputed request, the event that began it, for which time it is disputed, and the photos
    to compare with what each shows: as it was reported, as the work left it, as the resident found
    it.
    """

    row: ServiceRequest
    event: Event
    times: int
    shots: Sequence[tuple[str, Photo]] = ()

    @property
    def words(self) -> str:
        """What the resident wrote, unless the city hid it."""
        comment = self.event.comment
        return comment.body if comment and may_see_content(Audience.OTHERS, comment) else ""


def comments(scope) -> list[Comment]:
    """The newest words of the period with a yes or a no, none that were hidden or redacted."""
    given = scope.parameters()
    rows = Comment.objects.filter(
        event__verb__in=[Verb.CONFIRM, Verb.DISPUTE],
        event__at__gte=given["since"],
        event__at__lt=given["until"],
        is_public=True,
        is_hidden=False,
        is_redacted=False,
    ).filter(what_and_where(scope, "service_request__"))
    if scope.department_ids is not None:
        rows = rows.filter(event__department__in=scope.department_ids)
    rows = rows.select_related("event__feedback", "service_request")
    return list(rows.order_by("-event__at", "-event_id")[:MOST_COMMENTS])


def disputes(scope) -> list[Dispute]:
    """What residents call not fixed at this moment, the longest first."""
    rows = scope.requests().filter(status=Status.DISPUTED)
    rows = rows.order_by("clock_started_at", "pk")
    return with_disputes(rows[:MOST_DISPUTES])


def with_disputes(rows) -> list[Dispute]:
    """Each of the disputed `rows` with its last dispute; one query however many."""
    rows = list(rows)
    found = Event.objects.filter(verb=Verb.DISPUTE, service_request__in=[row.pk for row in rows])
    events = found.select_related("words").order_by("pk")
    last = {event.service_request_id: event for event in events}
    times = Counter(event.service_request_id for event in events)
    return [Dispute(row, last[row.pk], times[row.pk]) for row in rows]


def with_shots(disputes) -> list[Dispute]:
    """The same with their photos; one query however many."""
    found = _shots_by_request([dispute.row for dispute in disputes])
    return [dispute._replace(shots=found[dispute.row.pk]) for dispute in disputes]


def _shots_by_request(rows) -> dict:
    """Of each kind those that came last: of earlier work and earlier disputes none."""
    photos = Photo.objects.filter(
        service_request__in=rows, kind__in=KINDS, state=Photo.State.READY
    ).select_related("service_request")
    latest, found = defaultdict(int), defaultdict(list)
    for photo in photos:
        key = photo.service_request_id, photo.kind
        latest[key] = max(latest[key], photo.event_id)
    for kind, label in KINDS.items():
        for photo in photos:
            if photo.kind == kind and photo.event_id == latest[photo.service_request_id, kind]:
                found[photo.service_request_id].append((label, photo))
    return found
