"""Who hears of which event. Safe to repeat: one Delivery per event, address and channel."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import chain
from typing import NamedTuple

from django.conf import settings
from django.db.models import Q, QuerySet

from accounts.models import User
from city.models import City
from lib import enqueue
from lib.email_addresses import normalize_email
from notifications.delivery import SEND
from notifications.models import Delivery
from requests_app.following import followers
from requests_app.models import AccessLink, Contact, FollowerLink, ServiceRequest
from requests_app.status import Reminder, Verb
from requests_app.workflow import notification_time

Kind = Delivery.Kind

RECEIPTS_AN_HOUR = 10  # to one address

TO_BOTH = {
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
TO_REPORTER_ALONE = {
    Verb.FILE: Kind.RECEIPT,
    Verb.ASK: Kind.QUESTION,
    Verb.HIDE: Kind.HIDDEN,
    Verb.REDACT: Kind.HIDDEN,
}
TO_REPORTER = TO_BOTH | TO_REPORTER_ALONE
TO_FOLLOWERS = TO_BOTH | {Verb.CONFIRM: Kind.CLOSED, Verb.DISPUTE: Kind.AGAIN}
TO_DEPARTMENT = {Verb.ROUTE: Kind.NEW, Verb.DISPUTE: Kind.DISPUTED, Verb.REOPEN: Kind.NEW}
TO_DESK = {Verb.HAND_BACK: Kind.HANDED_BACK, Verb.DISPUTE: Kind.DISPUTED}


class Recipient(NamedTuple):
    """`reporter_of` is a service request's id, `follower` a Follower's; both are None for staff."""

    kind: Kind
    address: str
    language: str
    reporter_of: int | None = None
    follower: int | None = None


def on_event(event) -> None:
    """Write down every message this event owes; the workers send them when they are due."""
    # A reporter who also follows gets the reporter's message, which is first.
    found = chain(_reporters(event), _followers(event), _staff(event))
    owed = [each for each in found if not _is_one_too_many(event, each)]
    if not owed:
        return
    written = dict(event.deliveries.values_list("recipient", "pk"))
    for recipient in owed:
        if recipient.address not in written:
            written[recipient.address] = _write(event, recipient).pk
        enqueue.enqueue_on_commit(SEND, written[recipient.address])


def _write(event, recipient) -> Delivery:
    link = follower_link = None
    if recipient.reporter_of:
        link = AccessLink.create_link(service_request_id=recipient.reporter_of)
    elif recipient.follower:
        follower_link = FollowerLink.create_link(follower_id=recipient.follower)
    return Delivery.objects.create(
        event=event,
        recipient=recipient.address,
        kind=recipient.kind,
        language=recipient.language,
        link=link,
        follower_link=follower_link,
        due_at=notification_time(event),
        created_at=event.at,
    )


def _is_one_too_many(event, recipient) -> bool:
    """Return whether the mailbox got its receipts of an hour.

    Anybody may write anybody's address below a report. What becomes of the requests is told all the
    same, and private links can be asked for.
    """
    if recipient.kind != Kind.RECEIPT or not (event.device_id or event.key_id):
        return False
    lately = Delivery.objects.filter(
        kind=recipient.kind,
        recipient=recipient.address,
        created_at__gt=event.at - timedelta(hours=1),
    )
    return lately.exclude(event=event).count() >= RECEIPTS_AN_HOUR


def _reporters(event) -> Iterator[Recipient]:
    kind = TO_REPORTER.get(event.verb)
    if kind is None or (event.verb == Verb.COMMENT and not _is_public_reply(event)):
        return
    if event.verb in {Verb.HIDE, Verb.REDACT} and not _is_the_reporters(event):
        return
    contacts = Contact.objects.filter(service_request__in=_about(event), bounced_at=None)
    named = contacts.exclude(email="").values_list(
        "email_normalized", "service_request__language", "service_request_id"
    )
    for email, language, service_request in named:
        yield Recipient(kind, email, language, reporter_of=service_request)


def _followers(event) -> Iterator[Recipient]:
    """Yield the followers, for news that is public and not of their own device."""
    kind, row = TO_FOLLOWERS.get(event.verb), event.service_request
    if kind is None or not row.is_public:
        return
    if event.verb == Verb.COMMENT and not _is_public_reply(event):
        return
    for follower in followers.to_mail(_about(event)):
        if event.device_id is None or follower.device_id != event.device_id:
            address = follower.address
            yield Recipient(kind, address.email_normalized, address.language, follower=follower.pk)


def _about(event) -> QuerySet:
    """Return the requests whose reporters hear of it, with duplicates of a public one."""
    row = event.service_request
    if event.verb in TO_REPORTER_ALONE or not row.is_public:
        return ServiceRequest.objects.filter(pk=row.pk)
    return ServiceRequest.objects.filter(Q(pk=row.pk) | Q(duplicate_of=row))


def _is_the_reporters(event) -> bool:
    """Return whether the reporter wrote or took what was hidden or redacted."""
    subject = event.subject_photo or event.subject_comment
    if subject is None or subject.event.verb == Verb.FILE or subject.event.on_behalf:
        return True
    device = subject.event.device_id
    sessions = event.service_request.reporter_sessions
    return device is not None and sessions.filter(device=device).exists()


def _is_public_reply(event) -> bool:
    return event.actor_id is not None and event.comment is not None and event.words.is_public


def _staff(event) -> Iterator[Recipient]:
    if event.verb == Verb.REMIND:
        yield from _reminded(event)
        return
    kind = (TO_DEPARTMENT if event.department_id else TO_DESK).get(event.verb)
    if kind is None:
        return
    address = event.department.email if event.department_id else _desk()
    if address:
        yield Recipient(kind, normalize_email(address), settings.LANGUAGE_CODE)


def _desk() -> str:
    return settings.DESK_EMAIL or City.current().email


def _reminded(event) -> Iterator[Recipient]:
    """Yield the holder when it is due soon, its supervisors when late, the city when twice late."""
    holder = event.department.email if event.department else _desk()
    people = {
        Reminder.SOON: [],
        Reminder.LATE: User.objects.supervising(event.department_id),
        Reminder.TWICE_LATE: User.objects.leading_the_desk(),
    }[event.code]
    above = holder if event.code != Reminder.TWICE_LATE else _desk()
    addresses = {person.email_normalized for person in people} - {""} or {normalize_email(above)}
    for address in sorted(filter(None, addresses)):
        yield Recipient(Kind(event.code), address, settings.LANGUAGE_CODE)
