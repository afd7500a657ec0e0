"""Notifications of the demo: its push service, and the sent notifications in readable form."""

import os
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import translation

from accounts.models import User
from lib.web_push import BrowserKeys, derive_public_key, encode_base64, generate_private_key
from notifications.models import Delivery
from notifications.push_recipients import find_audience
from notifications.wording import push
from requests_app.models import Device
from requests_app.push.endpoints import save_endpoint

PATH = "/demo/pushes/"
_MAX_SHOWN = 100


@dataclass(frozen=True)
class ShownPush:
    """A sent notification with its recipient and time."""

    notice: push.Notice
    recipient: str
    sent_at: datetime


def subscribe(owner: User | Device, name: str) -> None:
    """Add a subscription of the demo's push service for this person, besides those of browsers.

    The keys are random: nobody decrypts the messages, because the page shows their texts.
    """
    own = owner.push_endpoints.filter(url__startswith=f"{settings.BASE_URL}{PATH}")
    if not own.exists():
        keys = BrowserKeys(derive_public_key(generate_private_key()), encode_base64(os.urandom(16)))
        save_endpoint(f"{settings.BASE_URL}{PATH}{name}/", keys, owner)


def list_newest() -> list[ShownPush]:
    """Return at most the newest hundred notifications that were sent, newest first.

    Notifications that their owner may no longer read are left out.
    """
    sent = Delivery.objects.filter(channel=Delivery.Channel.WEB_PUSH, state=Delivery.State.SENT)
    rows = sent.select_related("endpoint__user", "endpoint__device", "event__service_request")
    shown = []
    for delivery in rows.order_by("-sent_at")[:_MAX_SHOWN]:
        audience = find_audience(delivery)
        if audience is None:
            continue
        with translation.override(delivery.language):
            notice = push.compose(delivery, audience)
        user = delivery.endpoint and delivery.endpoint.user
        if notice and delivery.sent_at:
            who = user.full_name if user else "Ana Reyes"
            shown.append(ShownPush(notice, who, delivery.sent_at))
    return shown
