"""The administration of other systems: their API keys, and their webhooks."""

from open311.admin import deliveries, keys, webhooks
