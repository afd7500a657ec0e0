"""Sending of due messages: each once although tasks repeat, and again after a temporary failure."""

from datetime import timedelta
from typing import Any, NamedTuple

from django.db import transaction

from lib import clock, enqueue
from notifications.channels.interface import Channel, Outcome, Result
from notifications.channels.registry import CHANNELS
from notifications.models import Delivery
from requests_app.alerts.matching import may_be_told
from requests_app.mentions import find_note_readers
from requests_app.workflow import is_undone

SEND_TASK = "notifications.send"
GIVE_UP_AFTER = timedelta(hours=24)
MIN_ATTEMPTS = 3  # so that a mail first tried after that time is not given up at once
MAX_SEND_DURATION = timedelta(seconds=100)  # if every step is as slow as the settings allow
INITIAL_BACKOFF = timedelta(seconds=30)
MAX_BACKOFF = timedelta(hours=1)


def send_delivery(delivery_id: int) -> None:
    """Send a message by its channel if it is due, and save its state; do nothing if it is not due.

    The state becomes SENT, DROPPED if the message is obsolete or empty, BOUNCED if it is refused
    for good, and FAILED after the last attempt. Otherwise it stays DUE until the next attempt.

    The attempt is saved before the message is sent, with the time of the next one. So two workers
    never both send the message, and nothing is sent while the database cannot commit. If the worker
    or its connection dies in between, the same message is sent again after the back-off; an email
    then has the same Message-ID.
    """
    claim = _claim_delivery(delivery_id)
    if claim is not None:
        _save_result(claim, claim.channel.send(claim.rendered))


class Claim(NamedTuple):
    """A delivery whose attempt is saved, its channel, and what the channel sends."""

    delivery: Delivery
    channel: Channel
    rendered: Any


@transaction.atomic
def _claim_delivery(delivery_id: int) -> Claim | None:
    """Save an attempt and return the delivery with its message; None if nothing is to be sent.

    None if the message is not due or another worker has locked it, and if it is obsolete or has
    no content: then its state becomes DROPPED for good.
    """
    rows = Delivery.objects.select_for_update(skip_locked=True, of=("self",))
    delivery = rows.filter(pk=delivery_id, state=Delivery.State.DUE).first()
    if delivery is None or delivery.due_at > clock.now():
        return None
    channel = CHANNELS[delivery.channel]
    rendered = None if _is_obsolete(delivery) else channel.render(delivery)
    if rendered is None:
        _save_state(delivery, Delivery.State.DROPPED)
        return None
    delivery.attempts += 1
    delivery.due_at = clock.now() + max(_backoff(delivery), MAX_SEND_DURATION)
    delivery.save(update_fields=["attempts", "due_at"])
    return Claim(delivery, channel, rendered)


def _is_obsolete(delivery: Delivery) -> bool:
    """Return True if a message about an event must not be sent any more.

    That is if the event was undone, the private link was deleted, or the reporter stopped the
    emails; if the request of a follower or alert is no longer public, or the address is missing,
    unconfirmed or bounced; or if the person named in a note may not read it any more. Return False
    for a requested mail, and for a notification, whose channel checks its recipient itself.
    """
    if delivery.is_on_request:
        return False
    if is_undone(delivery.event):
        return True
    if delivery.channel == Delivery.Channel.WEB_PUSH:
        return False
    if delivery.follower_link:
        # Followers get no mail about a hidden request, or without a confirmed address.
        address = getattr(delivery.follower_link.follower, "address", None)
        takes_mail = address and address.confirmed_at and not address.bounced_at
        return not (takes_mail and delivery.event.service_request.is_public)
    if delivery.kind == Delivery.Kind.MENTION:
        readers = find_note_readers(delivery.event.service_request.department_id)
        return not readers.filter(email_normalized=delivery.recipient).exists()
    if delivery.alert:
        return not (delivery.alert.is_standing and may_be_told(delivery.event.service_request))
    if delivery.link:
        contact = getattr(delivery.link.service_request, "contact", None)
        return contact is not None and contact.emails_stopped_at is not None
    return not delivery.is_for_staff


@transaction.atomic
def _save_result(claim: Claim, result: Result) -> None:
    """Save the state that follows from the result of an attempt.

    `answer` has at most 200 characters. After GONE, the channel also forgets the address.
    """
    delivery = claim.delivery
    if result.outcome is Outcome.SENT:
        delivery.sent_at = clock.now()
        _save_state(delivery, Delivery.State.SENT)
        return
    delivery.answer = result.answer[:200]
    if result.outcome in {Outcome.REFUSED, Outcome.GONE}:
        _save_state(delivery, Delivery.State.BOUNCED)
        if result.outcome is Outcome.GONE:
            claim.channel.forget_address(delivery)
        return
    if result.outcome is Outcome.UNAVAILABLE:
        delivery.attempts -= 1
    _retry_later(delivery, result.wait)


def _retry_later(delivery: Delivery, wait: timedelta | None) -> None:
    """Save the time of the next attempt, or the state FAILED.

    The next attempt is after the back-off, and not before `wait` is over.
    FAILED: the message is older than GIVE_UP_AFTER and was tried at least MIN_ATTEMPTS times.
    """
    is_old = clock.now() - delivery.created_at > GIVE_UP_AFTER
    if is_old and delivery.attempts >= MIN_ATTEMPTS:
        _save_state(delivery, Delivery.State.FAILED)
        return
    delivery.due_at = clock.now() + max(_backoff(delivery), wait or timedelta())
    _save_state(delivery, Delivery.State.DUE)


def _backoff(delivery: Delivery) -> timedelta:
    """Return the time until the next attempt: 60 seconds after the first, then doubled.

    It is at most MAX_BACKOFF. An attempt without a server counts as none: 30 seconds.
    """
    return min(INITIAL_BACKOFF * 2 ** min(delivery.attempts, 12), MAX_BACKOFF)


def _save_state(delivery: Delivery, state: Delivery.State) -> None:
    """Set the state and save it with the columns of the attempt."""
    delivery.state = state
    delivery.save(update_fields=["state", "sent_at", "answer", "attempts", "due_at"])


def enqueue_due_deliveries() -> None:
    """Enqueue due messages again, at most 500: those that had to wait, and those the broker lost.

    Do nothing if the queue holds at least as many tasks as messages are due.
    """
    enqueue.enqueue_late_again(SEND_TASK, list_due_ids())


def list_due_ids(limit: int = 500) -> list[int]:
    """Return the ids of due messages, the longest overdue first, at most `limit`."""
    due = Delivery.objects.filter(state=Delivery.State.DUE, due_at__lte=clock.now())
    return list(due.order_by("due_at").values_list("pk", flat=True)[:limit])
