"""Messages by email."""

import email.message
import email.policy
import hashlib
import smtplib
from types import ModuleType
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation

from city.models import City
from lib.mail import MailServerUnavailable
from notifications.channels.interface import Outcome, Result
from notifications.models import Delivery
from notifications.reply_address import BOUNCE_FIELD, build_bounce_token, build_reply_address
from notifications.wording import alerts, events, on_request, staff
from notifications.wording import followers as follower_wording
from notifications.wording.events import Message
from requests_app.alerts import saved as saved_alerts
from requests_app.following import followers
from requests_app.mail import record_bounce


def render(delivery: Delivery) -> EmailMultiAlternatives | None:
    """Return the mail in the delivery's language, as text and HTML; None without content.

    Only a requested mail can be without content.
    """
    with translation.override(delivery.language):
        message = _choose_wording(delivery).compose(delivery)
        if message is None:
            return None
        context = {
            "message": message,
            "delivery": delivery,
            "city": City.current(),
            "reply_address": (address := build_reply_address(delivery)),
            "is_reply_public": bool(address) and delivery.event.service_request.is_public,
        }
        mail = _Mail(
            subject=message.subject,
            body=render_to_string("notifications/message.txt", context),
            to=[message.to or delivery.recipient],
            headers=_build_headers(delivery, message),
            reply_to=[address] if address else None,
        )
        mail.attach_alternative(
            render_to_string("notifications/message.html", context), "text/html"
        )
        for file in message.attachments:
            mail.attach(*file)
    return mail


def send(mail: EmailMultiAlternatives) -> Result:
    """Hand the mail to the mail server and return its answer as a result.

    GONE is a permanent refusal of the address, REFUSED one of the content, which says nothing
    about the address. A code of 400 to 499 is RETRY in both cases.
    """
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as refused:
        code, answer = next(iter(refused.recipients.values()))
        return _classify_refusal(code, answer, Outcome.GONE)
    except smtplib.SMTPDataError as refused:
        return _classify_refusal(refused.smtp_code, refused.smtp_error, Outcome.REFUSED)
    except MailServerUnavailable:
        return Result(Outcome.UNAVAILABLE, "the mail server is away")
    except OSError as error:  # also all other errors of smtplib: the server failed
        return Result(Outcome.RETRY, str(error))
    return Result(Outcome.SENT)


def forget_address(delivery: Delivery) -> None:
    """Record the bounce in the request's contact, the alerts, or the follower's address."""
    if delivery.link:
        record_bounce(delivery.link.service_request, delivery.recipient)
    elif delivery.alert_id:
        saved_alerts.record_bounce(delivery.recipient)
    elif delivery.follower_link:
        followers.record_bounce(delivery.follower_link.follower_id)


def _classify_refusal(code: int, text: bytes | str, permanent: Outcome) -> Result:
    """Return RETRY for a code of 400 to 499, else `permanent`, with code and text as answer."""
    text = text.decode(errors="replace") if isinstance(text, bytes) else text
    return Result(Outcome.RETRY if 400 <= code < 500 else permanent, f"{code} {text}")


class _Mail(EmailMultiAlternatives):
    """A mail whose header lines are not folded, as a long URL would be encoded (RFC 2369)."""

    def message(self, *, policy: Any = email.policy.default) -> email.message.EmailMessage:
        """Return the message with header lines of up to 998 characters (RFC 5322)."""
        return super().message(policy=policy.clone(max_line_length=998))


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
    """Return Message-ID, Auto-Submitted and BOUNCE_FIELD; with `message.stop` two to unsubscribe.

    With List-Unsubscribe and List-Unsubscribe-Post, mail programs show an unsubscribe button
    (RFC 8058). An answer to an email names it in In-Reply-To and References.
    """
    headers = {
        "Message-ID": _build_message_id(delivery),
        "Auto-Submitted": "auto-generated",
        BOUNCE_FIELD: build_bounce_token(delivery),
    }
    if delivery.kind == Delivery.Kind.REPLY_RESULT:
        headers["Auto-Submitted"] = "auto-replied"  # RFC 3834
    if message.answers_to:
        headers |= {"In-Reply-To": message.answers_to, "References": message.answers_to}
    if message.stop:
        headers["List-Unsubscribe"] = f"<{message.stop}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _build_message_id(delivery: Delivery) -> str:
    """Return a Message-ID that is the same at each attempt and does not reveal the row's id."""
    digest = hashlib.sha256(f"{settings.LINK_SECRET}:{delivery.pk}".encode()).hexdigest()[:24]
    host = settings.BASE_URL.split("//")[1].split(":")[0]
    return f"<{digest}@{host}>"
