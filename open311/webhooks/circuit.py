"""When a receiver that fails is asked again, and when it is given up.

A delivery waits longer after each of its own failed tries. Where several tries in a row fail,
whichever the delivery, the receiver itself is in trouble: it is left alone, and then asked with one
delivery at a time. After a day without one that arrived it is turned off.
"""

import logging
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts.models import User
from lib import clock
from open311.models import Webhook, WebhookDelivery
from requests_app import mail
from requests_app.errors import TooManyAttempts

log = logging.getLogger(__name__)

FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
LONGEST_PAUSE = timedelta(minutes=10)
PAUSES_AFTER = 3  # failed tries in a row
OFF_AFTER = timedelta(hours=24)
MAIL = "webhook_off"
State = WebhookDelivery.State
_dice = secrets.SystemRandom()


def wait(attempts: int, longest: timedelta = LONGEST_WAIT) -> timedelta:
    """Return a wait that doubles with each try, a fifth more or less: not all come at once."""
    doubled = min(FIRST_WAIT * 2 ** min(attempts - 1, 12), longest)
    return doubled * _dice.uniform(0.8, 1.2)


def note_success(webhook: Webhook) -> None:
    """Forget the failures of a webhook that the worker has for itself.

    Where the receiver is back after a pause, what waits because of earlier failures goes now.
    """
    now = clock.now()
    if webhook.failures >= PAUSES_AFTER:
        waiting = webhook.deliveries.filter(state=State.DUE, attempts__gt=0)
        waiting.filter(due_at__gt=now).update(due_at=now)
    webhook.answered_at = now
    _save_without_failures(webhook, "answered_at")


@transaction.atomic
def note_failure(webhook: Webhook) -> None:
    """Count a failed try, then pause the webhook or turn it off, and tell the administrators."""
    row, now = Webhook.objects.select_for_update().get(pk=webhook.pk), clock.now()
    row.failures += 1
    row.failing_since = row.failing_since or now
    if row.failures >= PAUSES_AFTER:
        row.paused_until = now + wait(row.failures - PAUSES_AFTER + 1, LONGEST_PAUSE)
    row.save(update_fields=["failures", "failing_since", "paused_until"])
    if row.is_active and now - row.failing_since >= OFF_AFTER:
        turn_off(row, Webhook.OffBecause.FAILED)
        log.error("webhook %s is turned off: no delivery arrived for a day", row.pk)
        _tell_administrators(row)


def turn_off(webhook: Webhook, because: Webhook.OffBecause) -> None:
    """Turn it off. What it is owed has failed, and can be sent again once the webhook is on."""
    webhook.is_active, webhook.off_because = False, because
    webhook.save(update_fields=["is_active", "off_because"])
    owed = webhook.deliveries.filter(state=State.DUE)
    owed.filter(attempts=0).update(error="turned_off")
    owed.update(state=State.FAILED)


def turn_on(webhook: Webhook) -> None:
    """Turn it on, and forget its failures."""
    webhook.is_active, webhook.off_because = True, ""
    _save_without_failures(webhook, "is_active", "off_because")


def _save_without_failures(webhook: Webhook, *columns: str) -> None:
    webhook.failures, webhook.failing_since, webhook.paused_until = 0, None, None
    webhook.save(update_fields=["failures", "failing_since", "paused_until", *columns])


def _tell_administrators(webhook: Webhook) -> None:
    path = reverse("admin:open311_webhook_change", args=[webhook.pk])
    about = {"name": webhook.name, "url": settings.BASE_URL + path}
    people = User.objects.filter(is_active=True, is_superuser=True).exclude(email="")
    for address in sorted({person.email_normalized for person in people}):
        try:
            mail.request_mail(MAIL, to=address, language=settings.LANGUAGE_CODE, about=about)
        except TooManyAttempts:
            log.warning("an administrator was told of three webhooks within the hour already")
