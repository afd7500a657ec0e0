"""Recipients of messages about an event.

Safe to repeat: one Delivery per event, address and channel.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import chain

from django.conf import settings

from accounts.models import User
from lib import enqueue
from lib.email_addresses import normalize_email
from notifications.audiences import (
    KINDS_FOR_DEPARTMENT,
    KINDS_FOR_DESK,
    Kind,
    Recipient,
    find_kind_for_followers,
    find_kind_for_reporters,
    find_requests_to_notify,
)
from notifications.delivery import SEND_TASK
from notifications.desk_address import find_desk_address
from notifications.models import STAFF_KINDS, Delivery, name_endpoint
from notifications.push_recipients import find_endpoints_by_device, find_push_recipients
from requests_app.alerts.matching import VERBS_OF_FINISHED, find_matching_alerts
from requests_app.following import followers
from requests_app.mentions import find_mentioned_people
from requests_app.models import AccessLink, Contact, Event, FollowerLink, Priority
from requests_app.status import Reminder, Verb
from requests_app.workflow import notification_time

Channel = Delivery.Channel

MAX_RECEIPTS_PER_HOUR = 10  # to one address


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
        find_push_recipients(event),
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

    Staff, alerts and browsers get no link of this kind. It is due when the event can no longer be
    undone; a notification to staff at once, as work may begin.
    """
    link = follower_link = None
    is_for_crew = bool(recipient.endpoint) and recipient.kind in STAFF_KINDS
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
        endpoint_id=recipient.endpoint,
        channel=Channel.WEB_PUSH if recipient.endpoint else Channel.EMAIL,
        due_at=event.at if is_for_crew else notification_time(event),
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
    """Yield reporters whose address can receive email; none for an event without a kind.

    Also the reporters of duplicates, see `find_requests_to_notify`.
    """
    kind = find_kind_for_reporters(event)
    if kind is None:
        return
    contacts = Contact.objects.filter(
        service_request__in=find_requests_to_notify(event), bounced_at=None, emails_stopped_at=None
    )
    named = contacts.exclude(email="").values_list(
        "email_normalized", "service_request__language", "service_request_id"
    )
    for email, language, service_request in named:
        yield Recipient(kind, email, language, reporter_of=service_request)


def _find_followers(event: Event) -> Iterator[Recipient]:
    """Yield the followers that take mail, except on the device that caused the event.

    Also the followers of duplicates, see `find_requests_to_notify`. None for an event without a
    kind.
    """
    kind = find_kind_for_followers(event)
    if kind is None:
        return
    for follower in followers.find_mailable_followers(find_requests_to_notify(event)):
        if event.device_id is None or follower.device_id != event.device_id:
            address = follower.address
            yield Recipient(kind, address.email_normalized, address.language, follower=follower.pk)


def _find_alerts(event: Event) -> Iterator[Recipient]:
    """Yield a recipient for each alert that matches, so a recipient may be yielded twice.

    An alert of a browser has one for each of its endpoints. None unless the event files, releases
    or completes a request that is public and whose location is not sensitive.
    """
    kind = Kind.ALERT_FINISHED if event.verb in VERBS_OF_FINISHED else Kind.ALERT_NEW
    alerts = list(find_matching_alerts(event))
    endpoints = find_endpoints_by_device(alert.device for alert in alerts)
    for alert in alerts:
        if alert.device is None:
            yield Recipient(kind, alert.address, alert.language, alert=alert.pk)
        elif alert.device != event.device_id:
            for each in endpoints[alert.device]:
                yield Recipient(
                    kind, name_endpoint(each), each.language, alert=alert.pk, endpoint=each.pk
                )


def _find_staff(event: Event) -> Iterator[Recipient]:
    """Yield the shared address of the department, or of the desk for an event without one.

    Only disputed and urgent requests cause a message each; the daily digest has the others. None if
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
