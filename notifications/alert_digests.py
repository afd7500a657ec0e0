"""The digests of daily and weekly alerts: a message per alert and period, each once."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction

from lib import clock, enqueue
from notifications.delivery import SEND_TASK
from notifications.models import Delivery, name_endpoint
from notifications.push_recipients import find_endpoints_by_device
from requests_app.alerts import saved
from requests_app.models import Alert, PushEndpoint

BATCH_SIZE = 200
# A request whose transaction lasts longer than its first statement is not left out.
LAG = timedelta(minutes=1)


def create_due_digests() -> None:
    """Create a message for each alert whose digest is due, and set the time of its next digest.

    A digest without requests is not sent: that is decided when it is written. The message and
    the alert's new time are saved together, so a digest is neither created twice nor left out.
    """
    while _create_batch() == BATCH_SIZE:
        pass


@transaction.atomic
def _create_batch() -> int:
    """Create the messages of at most BATCH_SIZE due alerts; return the number of alerts.

    Alerts that another worker has locked are left out.
    """
    now = clock.now()
    until = now - LAG
    due = Alert.objects.standing().filter(digest_due_at__lte=now).order_by("digest_due_at", "pk")
    alerts = list(due.select_for_update(skip_locked=True)[:BATCH_SIZE])
    endpoints = find_endpoints_by_device(alert.device_id for alert in alerts)
    created = Delivery.objects.bulk_create(
        digest
        for alert in alerts
        for digest in _build_digests(alert, until, endpoints[alert.device_id or 0])
    )
    for alert in alerts:
        alert.digest_since = until
        alert.digest_due_at = saved.find_next_digest(alert.frequency, now)
    Alert.objects.bulk_update(alerts, ["digest_since", "digest_due_at"])
    for delivery in created:
        enqueue.enqueue_on_commit(SEND_TASK, delivery.pk)
    return len(alerts)


def _build_digests(
    alert: Alert, until: datetime, endpoints: list[PushEndpoint]
) -> Iterator[Delivery]:
    """Yield the unsaved messages about the time from the alert's last digest up to `until`.

    That is one email, or for the alert of a browser one notification to each of its `endpoints`.
    """
    since = alert.digest_since or alert.created_at
    about = {"alert": alert.pk, "since": since.isoformat(), "until": until.isoformat()}
    common = {"kind": Delivery.Kind.ALERT_DIGEST, "alert": alert, "about": about}
    if alert.device_id is None:
        yield Delivery(recipient=alert.email_normalized, language=alert.language, **common)
    for each in endpoints:
        yield Delivery(
            recipient=name_endpoint(each),
            language=each.language,
            endpoint=each,
            channel=Delivery.Channel.WEB_PUSH,
            **common,
        )
