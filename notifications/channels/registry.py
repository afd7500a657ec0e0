"""The module of each channel."""

from notifications.channels import email
from notifications.channels.interface import Channel
from notifications.models import Delivery

CHANNELS: dict[str, Channel] = {Delivery.Channel.EMAIL: email}
