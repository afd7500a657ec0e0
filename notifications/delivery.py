"""Sending of due messages: each once although tasks repeat, and again after a temporary failure."""

import email.message
import email.policy
import hashlib
import smtplib
from datetime import timedelta
from types import ModuleType
from typing import Any, NamedTuple

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from city.models import City
from lib import clock, enqueue
from lib.mail import MailServerUnavailable
from notifications.models import Delivery
from notifications.wording import alerts, events, on_request, staff
from notifications.wording import followers as follower_wording
from notifications.wording.events import Message
from requests_app.alerts import saved as saved_alerts
from requests_app.alerts.matching import may_be_mailed
from requests_app.following import followers
from requests_app.mail import record_bounce
from requests_app.mentions import find_note_readers
from requests_app.workflow import is_undone

SEND_TASK = "notifications.send"
GIVE_UP_AFTER = timedelta(hours=24)
MIN_ATTEMPTS = 3  # a mail that only came to be tried after that day is not given up at once
MAX_SEND_DURATION = timedelta(seconds=100)  # the longest: every step as slow as the settings allow
INITIAL_BACKOFF = timedelta(seconds=30)
MAX_BACKOFF = timedelta(hours=1)


def send_delivery(delivery_id: int) -> None:
    """Send a message if it is due, and save its state; do nothing if it is not due.

    The state becomes SENT, DROPPED if the message is obsolete or empty, BOUNCED if it is refused
    for good, and FAILED after the last attempt. Otherwise it stays DUE until the next attempt.

    The attempt is saved before the mail is sent, with the time of the next one. So two workers
    never both send the message, and nothing is sent while the database cannot commit. If the worker
    or its connection dies in between, the same mail is sent again after the back-off, with the same
    Message-ID.
    """
    claim = _claim_delivery(delivery_id)
    if claim is None:
        return
    delivery, mail = claim
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as refused:
        _handle_refusal(delivery, *next(iter(refused.recipients.values())), of_the_address=True)
    except smtplib.SMTPDataError as refused:
        _handle_refusal(delivery, refused.smtp_code, refused.smtp_error)
    except MailServerUnavailable:
        delivery.attempts -= 1  # it was none
        _retry_later(delivery, "the mail server is away")
    except OSError as error:  # every other error of smtplib is one too: it is the server's trouble
        _retry_later(delivery, str(error))
    else:
        delivery.sent_at = clock.now()
        _save_state(delivery, Delivery.State.SENT)


class Claim(NamedTuple):
    """A delivery whose attempt is saved, and the mail to send."""

    delivery: Delivery
    mail: EmailMultiAlternatives


@transaction.atomic
def _claim_delivery(delivery_id: int) -> Claim | None:
    """Save an attempt and return the delivery with its mail; None if nothing is to be sent.

    None if the message is not due or another worker has locked it, and if it is obsolete or has
    no content: then its state becomes DROPPED for good.
    """
    rows = Delivery.objects.select_for_update(skip_locked=True, of=("self",))
    delivery = rows.filter(pk=delivery_id, state=Delivery.State.DUE).first()
    if delivery is None or delivery.due_at > clock.now():
        return None
    mail = None if _is_obsolete(delivery) else _build_mail(delivery)
    if mail is None:
        _save_state(delivery, Delivery.State.DROPPED)
        return None
    delivery.attempts += 1
    delivery.due_at = clock.now() + max(_backoff(delivery), MAX_SEND_DURATION)
    delivery.save(update_fields=["attempts", "due_at"])
    return Claim(delivery, mail)


def _is_obsolete(delivery: Delivery) -> bool:
    """Return True if a message about an event must not be sent any more.

    The event was undone, the private link was deleted, or a follower's request is no longer
    public or their address is missing, unconfirmed or bounced. The same for an alert. The person
    named in a note may not read it any more. False for a requested mail.
    """
    if delivery.is_on_request:
        return False
    if is_undone(delivery.event):
        return True
    if delivery.follower_link:
        # Followers hear nothing of a hidden request, nor without a confirmed address.
        address = getattr(delivery.follower_link.follower, "address", None)
        takes_mail = address and address.confirmed_at and not address.bounced_at
        return not (takes_mail and delivery.event.service_request.is_public)
    if delivery.kind == Delivery.Kind.MENTION:
        readers = find_note_readers(delivery.event.service_request.department_id)
        return not readers.filter(email_normalized=delivery.recipient).exists()
    if delivery.alert:
        return not (delivery.alert.is_standing and may_be_mailed(delivery.event.service_request))
    return delivery.link is None and not delivery.is_for_staff


class _Mail(EmailMultiAlternatives):
    """A mail whose header lines are not folded, as a long URL would be encoded (RFC 2369)."""

    def message(self, *, policy: Any = email.policy.default) -> email.message.EmailMessage:
        """Return the message with header lines of up to 998 characters (RFC 5322)."""
        return super().message(policy=policy.clone(max_line_length=998))


def _build_mail(delivery: Delivery) -> EmailMultiAlternatives | None:
    """Return the mail in the delivery's language, as text and HTML; None without content.

    Only a requested mail can be without content.
    """
    with translation.override(delivery.language):
        message = _choose_wording(delivery).compose(delivery)
        if message is None:
            return None
        context = {"message": message, "delivery": delivery, "city": City.current()}
        mail = _Mail(
            subject=message.subject,
            body=render_to_string("notifications/message.txt", context),
            to=[message.to or delivery.recipient],
            headers=_build_headers(delivery, message),
        )
        mail.attach_alternative(
            render_to_string("notifications/message.html", context), "text/html"
        )
    return mail


def _choose_wording(delivery: Delivery) -> ModuleType:
    """Return the module whose compose() writes the message.

    The modules are `on_request` for a requested mail, `staff`, `alerts`, `follower_wording`, and
    `events` for reporters.
    """
    if delivery.is_on_request:
        return on_request
    if delivery.is_for_staff:
        return staff
    if delivery.alert_id:
        return alerts
    return follower_wording if delivery.is_for_follower else events


def _build_headers(delivery: Delivery, message: Message) -> dict:
    """Return Message-ID and Auto-Submitted; with `message.stop` also two for unsubscribing.

    With List-Unsubscribe and List-Unsubscribe-Post, mail programs show an unsubscribe button
    (RFC 8058).
    """
    headers = {"Message-ID": _build_message_id(delivery), "Auto-Submitted": "auto-generated"}
    if message.stop:
        headers["List-Unsubscribe"] = f"<{message.stop}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _build_message_id(delivery: Delivery) -> str:
    """Return a Message-ID that is the same at each attempt and does not reveal the row's id."""
    digest = hashlib.sha256(f"{settings.LINK_SECRET}:{delivery.pk}".encode()).hexdigest()[:24]
    host = settings.BASE_URL.split("//")[1].split(":")[0]
    return f"<{digest}@{host}>"


@transaction.atomic
def _handle_refusal(
    delivery: Delivery, code: int, text: bytes | str, *, of_the_address: bool = False
) -> None:
    """Retry after a 4xx; after another code set the state BOUNCED and save the answer.

    `answer` has at most 200 characters. With `of_the_address`, a permanent refusal is also recorded
    in the request's contact, the alerts of the address, or the follower's address. A refused
    content says nothing about the address.
    """
    text = text.decode(errors="replace") if isinstance(text, bytes) else text
    if 400 <= code < 500:
        _retry_later(delivery, f"{code} {text}")
        return
    delivery.answer = f"{code} {text}"[:200]
    _save_state(delivery, Delivery.State.BOUNCED)
    if not of_the_address:
        return
    if delivery.link:
        record_bounce(delivery.link.service_request, delivery.recipient)
    elif delivery.alert_id:
        saved_alerts.record_bounce(delivery.recipient)
    elif delivery.follower_link:
        followers.record_bounce(delivery.follower_link.follower_id)


def _retry_later(delivery: Delivery, answer: str) -> None:
    """Save the answer and the time of the next attempt, or the state FAILED.

    FAILED: the message is older than GIVE_UP_AFTER and was tried at least MIN_ATTEMPTS times.
    """
    delivery.answer = answer[:200]
    is_old = clock.now() - delivery.created_at > GIVE_UP_AFTER
    if is_old and delivery.attempts >= MIN_ATTEMPTS:
        _save_state(delivery, Delivery.State.FAILED)
        return
    delivery.due_at = clock.now() + _backoff(delivery)
    _save_state(delivery, Delivery.State.DUE)


def _backoff(delivery: Delivery) -> timedelta:
    """Return the time until the next attempt: 60 seconds after the first, then doubled.

    It is at most MAX_BACKOFF. An attempt without the mail server counts as none: 30 seconds.
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
