"""The circuit breaker of a webhook: delays of retries, pauses, and deactivation.

Each failed attempt of a delivery doubles its delay. After several consecutive failures of any
deliveries the webhook is paused, and then tried with one delivery at a time. After a day without
success it is deactivated.
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
MAX_WAIT = timedelta(hours=1)
MAX_PAUSE = timedelta(minutes=10)
FAILURES_BEFORE_PAUSE = 3  # failed tries in a row
DEACTIVATE_AFTER = timedelta(hours=24)
MAIL_KIND = "webhook_off"
State = WebhookDelivery.State
_random = secrets.SystemRandom()


def retry_delay(attempts: int, longest: timedelta = MAX_WAIT) -> timedelta:
    """Return a delay that doubles with each attempt from FIRST_WAIT, at most `longest`.

    It has 20 % of jitter, so it may exceed `longest` a little.
    """
    doubled = min(FIRST_WAIT * 2 ** min(attempts - 1, 12), longest)
    return doubled * _random.uniform(0.8, 1.2)


def record_success(webhook: Webhook) -> None:
    """Reset and save the failures of a webhook that this worker has claimed.

    `answered_at` is saved too. After a pause, deliveries that wait for a retry become due now.
    """
    now = clock.now()
    if webhook.failures >= FAILURES_BEFORE_PAUSE:
        waiting = webhook.deliveries.filter(state=State.DUE, attempts__gt=0)
        waiting.filter(due_at__gt=now).update(due_at=now)
    webhook.answered_at = now
    _save_without_failures(webhook, "answered_at")


@transaction.atomic
def record_failure(webhook: Webhook) -> None:
    """Count a failed attempt, and pause or deactivate the webhook and notify administrators.

    The row is locked and saved; `webhook` itself is not changed. From FAILURES_BEFORE_PAUSE
    failures on it is paused; after DEACTIVATE_AFTER without success it is deactivated and
    administrators get a mail.
    """
    row, now = Webhook.objects.select_for_update().get(pk=webhook.pk), clock.now()
    row.failures += 1
    row.failing_since = row.failing_since or now
    if row.failures >= FAILURES_BEFORE_PAUSE:
        row.paused_until = now + retry_delay(row.failures - FAILURES_BEFORE_PAUSE + 1, MAX_PAUSE)
    row.save(update_fields=["failures", "failing_since", "paused_until"])
    if row.is_active and now - row.failing_since >= DEACTIVATE_AFTER:
        deactivate_webhook(row, Webhook.OffBecause.FAILED)
        log.error("webhook %s is turned off: no delivery arrived for a day", row.pk)
        _notify_administrators(row)


def deactivate_webhook(webhook: Webhook, because: Webhook.OffBecause) -> None:
    """Deactivate and save the webhook, and fail its due deliveries.

    They can be sent again later. Those without an attempt get the error "turned_off".
    """
    webhook.is_active, webhook.off_because = False, because
    webhook.save(update_fields=["is_active", "off_because"])
    owed = webhook.deliveries.filter(state=State.DUE)
    owed.filter(attempts=0).update(error="turned_off")
    owed.update(state=State.FAILED)


def activate_webhook(webhook: Webhook) -> None:
    """Activate the webhook, reset its failures, and save both."""
    webhook.is_active, webhook.off_because = True, ""
    _save_without_failures(webhook, "is_active", "off_because")


def _save_without_failures(webhook: Webhook, *columns: str) -> None:
    """Reset the failures and the pause, and save them with the named columns."""
    webhook.failures, webhook.failing_since, webhook.paused_until = 0, None, None
    webhook.save(update_fields=["failures", "failing_since", "paused_until", *columns])


def _notify_administrators(webhook: Webhook) -> None:
    """Request a mail to each active superuser with an address; too many are logged only."""
    path = reverse("admin:open311_webhook_change", args=[webhook.pk])
    about: dict[str, object] = {"name": webhook.name, "url": settings.BASE_URL + path}
    people = User.objects.filter(is_active=True, is_superuser=True).exclude(email="")
    for address in sorted({person.email_normalized for person in people}):
        try:
            mail.request_mail(MAIL_KIND, to=address, language=settings.LANGUAGE_CODE, about=about)
        except TooManyAttempts:
            log.warning("an administrator was told of three webhooks within the hour already")
