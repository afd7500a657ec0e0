"""`{% failed_webhooks as webhooks %}`: what administrators are told on every page of theirs."""

from django import template

from open311.models import Webhook

register = template.Library()


@register.simple_tag
def failed_webhooks():
    """Those that were turned off because nothing arrived for a day; one statement."""
    return list(Webhook.objects.filter(off_because=Webhook.OffBecause.FAILED))
