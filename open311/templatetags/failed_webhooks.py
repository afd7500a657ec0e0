"""`{% failed_webhooks as webhooks %}`: what administrators are told on every page of theirs."""

from django import template

from open311.models import Webhook

register = template.Library()


@register.simple_tag
def failed_webhooks():
    """List the webhooks that are off because nothing arrived, with one statement."""
    return list(Webhook.objects.filter(off_because=Webhook.OffBecause.FAILED))
