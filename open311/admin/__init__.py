"""Other systems in the administration: their keys, and what they are told."""

from open311.admin import deliveries, keys, webhooks
