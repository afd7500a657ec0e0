from open311.models.open_data import OpenDataEdition, OpenDataFile
from open311.models.received_update import ReceivedUpdate
from open311.models.remote_photo import RemotePhoto
from open311.models.webhook import EventKind, Webhook, WebhookDelivery
