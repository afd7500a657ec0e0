"""The kind of message that an event causes for each audience, and the requests it concerns."""

from typing import NamedTuple

from django.db.models import Q, QuerySet

from notifications.models import Delivery
from requests_app.models import Event, ServiceRequest
from requests_app.status import Verb

Kind = Delivery.Kind

KINDS_FOR_BOTH: dict[str, Kind] = {
    Verb.ROUTE: Kind.ROUTED,
    Verb.SCHEDULE: Kind.PLANNED,
    Verb.COMPLETE: Kind.DONE,
    Verb.UPHOLD: Kind.CLOSED,
    Verb.CLOSE_UNANSWERED: Kind.CLOSED,
    Verb.DECLINE: Kind.CLOSED,
    Verb.MARK_DUPLICATE: Kind.CLOSED,
    Verb.TRANSFER: Kind.CLOSED,
    Verb.REOPEN: Kind.REOPENED,
    Verb.COMMENT: Kind.REPLY,
}
KINDS_FOR_REPORTER_ONLY: dict[str, Kind] = {
    Verb.FILE: Kind.RECEIPT,
    Verb.ASK: Kind.QUESTION,
    Verb.HIDE: Kind.HIDDEN,
    Verb.REDACT: Kind.HIDDEN,
}
KINDS_FOR_REPORTER = KINDS_FOR_BOTH | KINDS_FOR_REPORTER_ONLY
KINDS_FOR_FOLLOWERS = KINDS_FOR_BOTH | {Verb.CONFIRM: Kind.CLOSED, Verb.DISPUTE: Kind.AGAIN}
KINDS_FOR_DEPARTMENT: dict[str, Kind] = {
    Verb.ROUTE: Kind.NEW,
    Verb.DISPUTE: Kind.DISPUTED,
    Verb.REOPEN: Kind.NEW,
}
KINDS_FOR_DESK: dict[str, Kind] = {Verb.HAND_BACK: Kind.HANDED_BACK, Verb.DISPUTE: Kind.DISPUTED}


class Recipient(NamedTuple):
    """A recipient: `reporter_of` is a request's id, `follower` a Follower's, `alert` an Alert's.

    All three are None for staff. `endpoint` is a PushEndpoint's id, None for email.
    """

    kind: Kind
    address: str
    language: str
    reporter_of: int | None = None
    follower: int | None = None
    alert: int | None = None
    endpoint: int | None = None


def find_kind_for_reporters(event: Event) -> Kind | None:
    """Return the kind of message to reporters; None if they get no message.

    None for a comment that is not a public reply of staff, and for content of another person that
    was hidden or redacted.
    """
    kind = KINDS_FOR_REPORTER.get(event.verb)
    if event.verb == Verb.COMMENT and not _is_public_reply(event):
        return None
    if event.verb in {Verb.HIDE, Verb.REDACT} and not _is_by_reporter(event):
        return None
    return kind


def find_kind_for_followers(event: Event) -> Kind | None:
    """Return the kind of message to followers; None if they get no message.

    None if the request is not public, and for a comment that is not a public reply of staff.
    """
    if not event.service_request.is_public:
        return None
    if event.verb == Verb.COMMENT and not _is_public_reply(event):
        return None
    return KINDS_FOR_FOLLOWERS.get(event.verb)


def find_requests_to_notify(event: Event) -> QuerySet[ServiceRequest]:
    """Return the request of the event, and its duplicates if the request is public.

    Verbs of KINDS_FOR_REPORTER_ONLY concern the request alone.
    """
    row = event.service_request
    if event.verb in KINDS_FOR_REPORTER_ONLY or not row.is_public:
        return ServiceRequest.objects.filter(pk=row.pk)
    return ServiceRequest.objects.filter(Q(pk=row.pk) | Q(duplicate_of=row))


def _is_by_reporter(event: Event) -> bool:
    """Return True if the reporter wrote or took what was hidden or redacted.

    Also True for the description, what was filed with the report, and what staff added on
    behalf of the reporter.
    """
    subject = event.subject_photo or event.subject_comment
    if subject is None or subject.event.verb == Verb.FILE or subject.event.on_behalf:
        return True
    device = subject.event.device_id
    sessions = event.service_request.reporter_sessions
    return device is not None and sessions.filter(device=device).exists()


def _is_public_reply(event: Event) -> bool:
    """Return True if staff wrote the event's comment and it is public."""
    return event.actor_id is not None and event.comment is not None and event.words.is_public
