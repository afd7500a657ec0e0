"""The administration's pages about other systems."""

from open311.admin import deliveries, webhooks
