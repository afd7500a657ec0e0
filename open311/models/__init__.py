from open311.models.remote_photo import RemotePhoto
from open311.models.webhook import EventKind, Webhook, WebhookDelivery

__all__ = ["EventKind", "RemotePhoto", "Webhook", "WebhookDelivery"]
