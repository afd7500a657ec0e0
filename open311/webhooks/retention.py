"""Old deliveries are deleted: that a system was told is of use for some weeks."""

from datetime import timedelta

from django.conf import settings

from lib import clock
from open311.models import WebhookDelivery

BATCH = 5_000


def delete_old() -> int:
    """Those older than WEBHOOK_DELIVERIES_DAYS, but for what is still to be sent; how many."""
    ends = clock.now() - timedelta(days=settings.WEBHOOK_DELIVERIES_DAYS)
    old = WebhookDelivery.objects.filter(created_at__lt=ends)
    old = old.exclude(state=WebhookDelivery.State.DUE).order_by("created_at")
    count = 0
    while ids := list(old.values_list("pk", flat=True)[:BATCH]):
        count += WebhookDelivery.objects.filter(pk__in=ids).delete()[0]
    return count
