"""The verbs to follow another person's request, on a device or by e-mail."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from requests_app.errors import IllegalTransition
from requests_app.models import Device, Event, Follower, FollowerAddress, ServiceRequest
from requests_app.permissions import SYSTEM
from requests_app.status import Verb
from requests_app.workflow.change import begin_change, register_verb


@register_verb(Verb.FOLLOW)
def follow(
    service_request: ServiceRequest,
    *,
    by: Device,
    seen: int | None = None,
) -> Event | None:
    """Make the device `by` a follower of the request. Return None if it follows already."""
    change = begin_change(Verb.FOLLOW, service_request, by=by, seen=seen)
    __, is_new = Follower.objects.get_or_create(device=by, service_request=change.row)
    return change.finish() if is_new else None


@register_verb(Verb.UNFOLLOW)
def unfollow(
    service_request: ServiceRequest,
    *,
    by: Device,
    seen: int | None = None,
) -> Event:
    """Delete the device `by` as a follower, with the email address confirmed on it.

    Return the event.
    """
    change = begin_change(Verb.UNFOLLOW, service_request, by=by, seen=seen)
    Follower.objects.filter(device=by, service_request=change.row).delete()
    return change.finish()


@transaction.atomic
def follow_by_link(follower: Follower, *, by: Device) -> Event | None:
    """Make the device `by`, on which a link mailed to `follower` was opened, a follower as well.

    Confirm the follower's e-mail address. Return None if nothing changed. Raise IllegalTransition
    if the follower has been deleted.
    """
    change = begin_change(Verb.FOLLOW, follower.service_request, by=by)
    found = Follower.objects.select_related("address", "device").filter(pk=follower.pk).first()
    if found is None:  # deleted a moment ago
        raise IllegalTransition
    is_news = _confirm_address(found, change.now)
    is_news = _add_device(found, by, change.row) or is_news
    return change.finish() if is_news else None


@transaction.atomic
def stop_mails(follower: Follower) -> Event | None:
    """Delete the follower's address and links; a device of the follower keeps following.

    SYSTEM acts, since anybody with the mail's link may ask. Return None if the follower was not
    confirmed yet.
    """
    change = begin_change(Verb.UNFOLLOW, follower.service_request, by=SYSTEM)
    had_begun = Follower.objects.confirmed().filter(pk=follower.pk).exists()
    FollowerAddress.objects.filter(follower=follower).delete()
    follower.links.all().delete()
    has_no_browser = Q(device=None) | Q(device__key_hash__startswith=Device.MAIL_PREFIX)
    Follower.objects.filter(has_no_browser, pk=follower.pk).delete()
    return change.finish() if had_begun else None


def _confirm_address(follower: Follower, now: datetime) -> bool:
    """Confirm the follower's address and clear its bounce. Return True the first time."""
    address = getattr(follower, "address", None)
    if address is None:
        return False
    is_first = address.confirmed_at is None
    address.confirmed_at, address.bounced_at = address.confirmed_at or now, None
    address.save(update_fields=["confirmed_at", "bounced_at"])
    return is_first


def _add_device(follower: Follower, device: Device, row: ServiceRequest) -> bool:
    """Make the device a follower; return False if it follows or reported the request already.

    The device joins `follower` if that has no browser yet, else becomes a follower of its own.
    """
    if device.has_reported(row):
        return False
    own = Follower.objects.select_related("address").filter(device=device, service_request=row)
    known = own.first()
    has_no_browser = follower.device is None or follower.device.is_for_mail
    if has_no_browser and not hasattr(known, "address"):
        own.delete()
        follower.device = device
        follower.save(update_fields=["device"])
    elif known is None:
        Follower.objects.create(device=device, service_request=row)
    return known is None
