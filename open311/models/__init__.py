from open311.models.webhook import EventKind, Webhook, WebhookDelivery
