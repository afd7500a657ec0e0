"""Recipients of messages about an event.

Safe to repeat: one Delivery per event, address and channel.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import chain
from typing import NamedTuple

from django.conf import settings
from django.db.models import Q, QuerySet

from accounts.models import User
from lib import enqueue
from lib.email_addresses import normalize_email
from notifications.delivery import SEND_TASK
from notifications.desk_address import find_desk_address
from notifications.models import Delivery
from requests_app.alerts.matching import VERBS_OF_FINISHED, find_matching_alerts
from requests_app.following import followers
from requests_app.mentions import find_mentioned_people
from requests_app.models import AccessLink, Contact, Event, FollowerLink, Priority, ServiceRequest
from requests_app.status import Reminder, Verb
from requests_app.workflow import notification_time

Kind = Delivery.Kind

MAX_RECEIPTS_PER_HOUR = 10  # to one address

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

    All three are None for staff.
    """

    kind: Kind
    address: str
    language: str
    reporter_of: int | None = None
    follower: int | None = None
    alert: int | None = None


def on_event(event: Event) -> None:
    """Create the messages about an event and enqueue them; workers send them when due.

    An address gets one message per event: a repeated call only enqueues the existing ones
    again. Receipts above the limit of an address are left out.
    """
    # A reporter who also follows gets the reporter's message, which is first.
    found = chain(
        _find_reporters(event),
        _find_followers(event),
        _find_staff(event),
        _find_mentioned(event),
        _find_alerts(event),
    )
    owed: dict[str, Recipient] = {}
    for recipient in found:
        if not _is_over_receipt_limit(event, recipient):
            owed.setdefault(recipient.address, recipient)
    if not owed:
        return
    written = dict(event.deliveries.values_list("recipient", "pk"))
    missing = [each for address, each in owed.items() if address not in written]
    created = Delivery.objects.bulk_create(_build_delivery(event, each) for each in missing)
    written |= {delivery.recipient: delivery.pk for delivery in created}
    for address in owed:
        enqueue.enqueue_on_commit(SEND_TASK, written[address])


def _build_delivery(event: Event, recipient: Recipient) -> Delivery:
    """Return the unsaved Delivery of a recipient, with a private or follower link, which is saved.

    Staff and alerts get no link of this kind. It is due when the event can no longer be undone.
    """
    link = follower_link = None
    if recipient.reporter_of:
        link = AccessLink.create_link(service_request_id=recipient.reporter_of)
    elif recipient.follower:
        follower_link = FollowerLink.create_link(follower_id=recipient.follower)
    return Delivery(
        event=event,
        recipient=recipient.address,
        kind=recipient.kind,
        language=recipient.language,
        link=link,
        follower_link=follower_link,
        alert_id=recipient.alert,
        due_at=notification_time(event),
        created_at=event.at,
    )


def _is_over_receipt_limit(event: Event, recipient: Recipient) -> bool:
    """Return True if the address got MAX_RECEIPTS_PER_HOUR receipts in the hour before the event.

    False for other kinds and for reports that staff filed. Anybody may type anybody's address
    into a report. Later messages about the requests are sent anyway, and private links can be
    requested.
    """
    if recipient.kind != Kind.RECEIPT or not (event.device_id or event.key_id):
        return False
    lately = Delivery.objects.filter(
        kind=recipient.kind,
        recipient=recipient.address,
        created_at__gt=event.at - timedelta(hours=1),
    )
    return lately.exclude(event=event).count() >= MAX_RECEIPTS_PER_HOUR


def _find_reporters(event: Event) -> Iterator[Recipient]:
    """Yield reporters with an address that did not bounce; none for a verb without a kind.

    Also the reporters of duplicates, see `_requests_to_notify`. None for a comment that is not a
    public reply of staff, and for content of another person that was hidden or redacted.
    """
    kind = KINDS_FOR_REPORTER.get(event.verb)
    if kind is None or (event.verb == Verb.COMMENT and not _is_public_reply(event)):
        return
    if event.verb in {Verb.HIDE, Verb.REDACT} and not _is_by_reporter(event):
        return
    contacts = Contact.objects.filter(
        service_request__in=_requests_to_notify(event), bounced_at=None
    )
    named = contacts.exclude(email="").values_list(
        "email_normalized", "service_request__language", "service_request_id"
    )
    for email, language, service_request in named:
        yield Recipient(kind, email, language, reporter_of=service_request)


def _find_followers(event: Event) -> Iterator[Recipient]:
    """Yield the followers that take mail, except on the device that caused the event.

    Also the followers of duplicates, see `_requests_to_notify`. None if the verb has no kind for
    followers, the request is not public, or the comment is not a public reply of staff.
    """
    kind, row = KINDS_FOR_FOLLOWERS.get(event.verb), event.service_request
    if kind is None or not row.is_public:
        return
    if event.verb == Verb.COMMENT and not _is_public_reply(event):
        return
    for follower in followers.find_mailable_followers(_requests_to_notify(event)):
        if event.device_id is None or follower.device_id != event.device_id:
            address = follower.address
            yield Recipient(kind, address.email_normalized, address.language, follower=follower.pk)


def _find_alerts(event: Event) -> Iterator[Recipient]:
    """Yield a recipient for each alert that matches, so an address may be yielded twice.

    None unless the event files, releases or completes a request that is public and whose location
    is not sensitive.
    """
    kind = Kind.ALERT_FINISHED if event.verb in VERBS_OF_FINISHED else Kind.ALERT_NEW
    for alert in find_matching_alerts(event):
        yield Recipient(kind, alert.address, alert.language, alert=alert.pk)


def _requests_to_notify(event: Event) -> QuerySet[ServiceRequest]:
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


def _find_staff(event: Event) -> Iterator[Recipient]:
    """Yield the shared address of the department, or of the desk for an event without one.

    Only disputed and urgent requests are told one by one; the daily digest has the others. None if
    the verb has no kind for staff or the address is empty. REMIND has recipients of its own.
    """
    if not _is_told_right_away(event):
        return
    if event.verb == Verb.REMIND:
        yield from _find_staff_to_remind(event)
        return
    kind = (KINDS_FOR_DEPARTMENT if event.department_id else KINDS_FOR_DESK).get(event.verb)
    if kind is None:
        return
    address = event.department.email if event.department_id else find_desk_address()
    if address:
        yield Recipient(kind, normalize_email(address), settings.LANGUAGE_CODE)


def _find_mentioned(event: Event) -> Iterator[Recipient]:
    """Yield the people whom an internal note names, except its author and those without address."""
    author = event.actor_id
    if event.verb != Verb.COMMENT or author is None:
        return
    words = event.comment
    if words is None or words.is_public:
        return
    for person in find_mentioned_people(words.body, event.service_request.department_id):
        if person.pk != author and person.email_normalized:
            yield Recipient(Kind.MENTION, person.email_normalized, settings.LANGUAGE_CODE)


def _is_told_right_away(event: Event) -> bool:
    """Return True if staff get a message about this event alone: disputed or urgent requests."""
    row = event.service_request
    return event.verb == Verb.DISPUTE or row.priority == Priority.URGENT or bool(row.danger)


def _find_staff_to_remind(event: Event) -> Iterator[Recipient]:
    """Yield whom to remind: the holder (due soon), supervisors (late), desk leads (twice late).

    The holder is the department, or the desk. Without supervisors the holder takes their place,
    without leads the desk. Addresses are unique and sorted.
    """
    holder = event.department.email if event.department else find_desk_address()
    people_by_reminder: dict[str, Iterable[User]] = {
        Reminder.SOON: [],
        Reminder.LATE: User.objects.supervisors_of(event.department_id),
        Reminder.TWICE_LATE: User.objects.desk_leads(),
    }
    people = people_by_reminder[event.code]
    above = holder if event.code != Reminder.TWICE_LATE else find_desk_address()
    addresses = {person.email_normalized for person in people} - {""} or {normalize_email(above)}
    for address in sorted(filter(None, addresses)):
        yield Recipient(Kind(event.code), address, settings.LANGUAGE_CODE)
