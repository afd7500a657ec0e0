"""Sending what is owed: once, although tasks repeat; again later, when the server says so."""

import hashlib
import smtplib
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from city.models import City
from lib import clock, enqueue
from lib.mail import MailServerUnavailable
from notifications.models import Delivery
from notifications.wording import events, on_request, staff
from notifications.wording import followers as follower_wording
from requests_app.following import followers
from requests_app.mail import record_bounce
from requests_app.workflow import is_undone

SEND = "notifications.send"
GIVE_UP_AFTER = timedelta(hours=24)
LEAST_TRIES = 3  # a mail that only came to be tried after that day is not given up at once
A_TRY_TAKES = timedelta(seconds=100)  # the longest: every step as slow as the settings allow
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)


def send(delivery_id) -> None:
    """Send one due message.

    The try is written down before anything goes out, with the time of the next one. So two workers
    never both send it, nothing goes while the database confirms nothing, and what ends a worker or
    its line to the database in between costs one back-off, after which the same mail goes again,
    with the same Message-ID.
    """
    delivery, mail = _begin(delivery_id)
    if mail is None:
        return
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as refused:
        _refused(delivery, *next(iter(refused.recipients.values())), of_the_address=True)
    except smtplib.SMTPDataError as refused:
        _refused(delivery, refused.smtp_code, refused.smtp_error)
    except MailServerUnavailable:
        delivery.attempts -= 1  # it was none
        _later(delivery, "the mail server is away")
    except OSError as error:  # every other error of smtplib is one too: it is the server's trouble
        _later(delivery, str(error))
    else:
        delivery.sent_at = clock.now()
        _settle(delivery, Delivery.State.SENT)


@transaction.atomic
def _begin(
    delivery_id,
) -> tuple[Delivery | None, None] | tuple[Delivery, None] | tuple[Delivery, EmailMultiAlternatives]:
    """Return the delivery and its mail; None for the mail where there is none to send now."""
    rows = Delivery.objects.select_for_update(skip_locked=True, of=("self",))
    delivery = rows.filter(pk=delivery_id, state=Delivery.State.DUE).first()
    if delivery is None or delivery.due_at > clock.now():
        return delivery, None
    mail = None if _is_unwanted(delivery) else _mail(delivery)
    if mail is None:
        _settle(delivery, Delivery.State.DROPPED)
        return delivery, None
    delivery.attempts += 1
    delivery.due_at = clock.now() + max(_wait(delivery), A_TRY_TAKES)
    delivery.save(update_fields=["attempts", "due_at"])
    return delivery, mail


def _is_unwanted(delivery) -> bool:
    """Return whether what it tells was undone, or who was to hear of it has left the request."""
    if delivery.is_letter:
        return False
    if is_undone(delivery.event):
        return True
    if delivery.is_for_follower:
        # Of what was taken out of sight no follower is told, nor anything who refused mails.
        address = getattr(delivery.follower_link.follower, "address", None)
        takes_mail = address and address.confirmed_at and not address.bounced_at
        return not (takes_mail and delivery.event.service_request.is_public)
    return delivery.link is None and not delivery.is_for_staff


def _mail(delivery) -> EmailMultiAlternatives | None:
    """Return the mail; None for a mail on request that has nothing to say."""
    with translation.override(delivery.language):
        message = _wording_of(delivery).compose(delivery)
        if message is None:
            return None
        context = {"message": message, "delivery": delivery, "city": City.current()}
        mail = EmailMultiAlternatives(
            subject=message.subject,
            body=render_to_string("notifications/message.txt", context),
            to=[message.to or delivery.recipient],
            headers=_headers(delivery, message),
        )
        mail.attach_alternative(
            render_to_string("notifications/message.html", context), "text/html"
        )
    return mail


def _wording_of(delivery):
    if delivery.is_letter:
        return on_request
    if delivery.is_for_staff:
        return staff
    return follower_wording if delivery.is_for_follower else events


def _headers(delivery, message) -> dict:
    """Return the headers. Mail programs show a button of their own for the last two (RFC 8058)."""
    headers = {"Message-ID": _message_id(delivery), "Auto-Submitted": "auto-generated"}
    if message.stop:
        headers["List-Unsubscribe"] = f"<{message.stop}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _message_id(delivery) -> str:
    digest = hashlib.sha256(f"{settings.LINK_SECRET}:{delivery.pk}".encode()).hexdigest()[:24]
    host = settings.BASE_URL.split("//")[1].split(":")[0]
    return f"<{digest}@{host}>"


@transaction.atomic
def _refused(delivery, code, text, *, of_the_address=False) -> None:
    """Try again after a 4xx, and give up after a 5xx.

    Who has an address that is refused for good learns that it cannot be reached; a mail that was
    refused for what is in it says nothing about the address.
    """
    text = text.decode(errors="replace") if isinstance(text, bytes) else text
    if 400 <= code < 500:
        _later(delivery, f"{code} {text}")
        return
    delivery.answer = f"{code} {text}"[:200]
    _settle(delivery, Delivery.State.BOUNCED)
    if not of_the_address:
        return
    if delivery.link:
        record_bounce(delivery.link.service_request, delivery.recipient)
    elif delivery.is_for_follower:
        followers.note_bounce(delivery.follower_link.follower_id)


def _later(delivery, answer) -> None:
    delivery.answer = answer[:200]
    is_old = clock.now() - delivery.created_at > GIVE_UP_AFTER
    if is_old and delivery.attempts >= LEAST_TRIES:
        _settle(delivery, Delivery.State.FAILED)
        return
    delivery.due_at = clock.now() + _wait(delivery)
    _settle(delivery, Delivery.State.DUE)


def _wait(delivery) -> timedelta:
    return min(FIRST_WAIT * 2 ** min(delivery.attempts, 12), LONGEST_WAIT)


def _settle(delivery, state) -> None:
    delivery.state = state
    delivery.save(update_fields=["state", "sent_at", "answer", "attempts", "due_at"])


def enqueue_due() -> None:
    """Enqueue again what had to wait, and what the broker lost."""
    enqueue.enqueue_late_again(SEND, due_ids())


def due_ids(limit: int = 500) -> list[int]:
    """Return the ids of the messages that may go, the longest overdue first."""
    due = Delivery.objects.filter(state=Delivery.State.DUE, due_at__lte=clock.now())
    return list(due.order_by("due_at").values_list("pk", flat=True)[:limit])
