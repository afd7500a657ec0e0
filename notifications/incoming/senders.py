"""The sender of an incoming email, confirmed by DMARC, and the delivery that the email answers."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction

from lib import clock
from lib.email_addresses import normalize_email
from notifications.incoming.retention import ROW_LIFETIME
from notifications.incoming.sandbox.authentication import PASS
from notifications.models import Delivery, IncomingMail
from notifications.reply_address import find_delivery_ids
from requests_app.models import Contact, Device, FollowerAddress, ReporterSession, ServiceRequest
from requests_app.tracking.private_links import is_link_expired

Reason = IncomingMail.Reason
_MAX_CLOCK_ERROR = timedelta(days=1)  # of a sender's clock


class MailRefused(Exception):
    """A mail that cannot be taken. `messages` are sentences for its sender."""

    def __init__(self, reason: IncomingMail.Reason, *messages: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.messages = list(messages)


@dataclass(frozen=True)
class Correspondence:
    """The `delivery` that a mail replies to, and its `sender`, whom DMARC has confirmed."""

    delivery: Delivery
    sender: str

    @property
    def is_by_recipient(self) -> bool:
        """Return whether the sender is the person whom the delivery was sent to."""
        return self.sender == self.delivery.recipient


def find_correspondence(parsed: dict[str, Any]) -> Correspondence:
    """Return the delivery and the confirmed sender of a parsed mail. Raise MailRefused."""
    ids = find_delivery_ids(parsed["recipients"])
    if len(ids) != 1:
        raise MailRefused(Reason.SEVERAL_ADDRESSES if ids else Reason.NO_ADDRESS)
    sender = read_sender(parsed)
    if not sender:
        raise MailRefused(Reason.NO_SENDER)
    if (parsed["dmarc"], _normalize_domain(parsed["dmarc_domain"])) != (PASS, _get_domain(sender)):
        raise MailRefused(Reason.NOT_AUTHENTICATED)
    deliveries = Delivery.objects.select_related(
        "event__service_request", "link__service_request", "follower_link__follower"
    )
    delivery = deliveries.filter(pk=ids.pop(), event__isnull=False).first()
    if delivery is None:
        raise MailRefused(Reason.NO_ADDRESS)
    return Correspondence(delivery, sender)


def read_sender(parsed: dict[str, Any]) -> str:
    """Return the normalized address of From; "" unless one field has exactly one address."""
    if parsed["from_fields"] != 1 or len(parsed["senders"]) != 1:
        return ""
    address = parsed["senders"][0]
    is_plain = address.isascii() and address.isprintable()
    is_plain = is_plain and not any(char in ' "<>(),:;\\' for char in address)
    return normalize_email(address) if is_plain and address.count("@") == 1 else ""


def is_recent(sent_at: float | None) -> bool:
    """Return whether a mail was sent within the days in which its Message-ID is kept.

    A signed mail can be sent again by anybody who has it, and DMARC passes again. Within these days
    its Message-ID is recognized; later its date, which its signature covers too, is too old. A mail
    without a date, or with one in the future, would escape that.
    """
    if sent_at is None:
        return False
    age = clock.now().timestamp() - sent_at
    oldest = (ROW_LIFETIME - _MAX_CLOCK_ERROR).total_seconds()
    return -_MAX_CLOCK_ERROR.total_seconds() <= age <= oldest


@transaction.atomic
def find_device(delivery: Delivery) -> Device:
    """Return the device to which a reply by the delivery's recipient is attributed.

    For a reporter it is the first device with a session of the request, for a follower the device
    that follows; it is created if needed. Raise MailRefused if the link or the address is gone, or
    the link has expired.
    """
    if delivery.link is not None:
        row = delivery.link.service_request
        contacts = Contact.objects.filter(service_request=row, email_normalized=delivery.recipient)
        if contacts.exists() and not is_link_expired(row):
            return _find_reporter_device(row)
    elif delivery.follower_link is not None:
        addresses = FollowerAddress.objects.select_related("follower__device", "service_request")
        address = addresses.filter(
            follower=delivery.follower_link.follower_id,
            email_normalized=delivery.recipient,
            confirmed_at__isnull=False,
        ).first()
        if address and not is_link_expired(address.service_request):
            return _find_follower_device(address)
    raise MailRefused(Reason.GONE)


def _find_reporter_device(row: ServiceRequest) -> Device:
    """Return the first device with a session of the request, which usually filed it."""
    sessions = ReporterSession.objects.filter(service_request=row).select_related("device")
    if first := sessions.order_by("pk").first():
        return first.device
    device = Device.create_for_mail()
    ReporterSession.objects.create(device=device, service_request=row)
    return device


def _find_follower_device(address: FollowerAddress) -> Device:
    """Return the follower's device; a follower by email alone gets one for mail."""
    follower = address.follower
    if follower.device is None:
        follower.device = Device.create_for_mail()
        follower.save(update_fields=["device"])
    return follower.device


def _get_domain(address: str) -> str:
    return address.rpartition("@")[2]


def _normalize_domain(domain: str) -> str:
    """Return the domain as `normalize_email` writes it."""
    return _get_domain(normalize_email(f"x@{domain}"))
