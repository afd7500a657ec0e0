"""Alerts of an email address or a browser: adding, confirming and finding them."""

from datetime import datetime, time, timedelta
from typing import Protocol

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language

from lib import clock
from lib.email_addresses import normalize_email
from lib.postgresql.transactions import lock_name
from requests_app import mail
from requests_app.browsing.area import Area
from requests_app.browsing.filters import Filters
from requests_app.models import Alert, AlertLink, Device
from requests_app.models.alert import MAX_PER_OWNER, AlertQuerySet

CONFIRMATION_MAIL = "alert_confirm"  # asks whether the owner of the address wants the alert
_DIGEST_HOUR = time(7)  # in the city's time zone
_FILTER_FIELDS = (
    "frequency", "wants_new", "wants_finished", "category", "group", "zone", "words", "west",
    "south", "east", "north", "radius_m",
)  # fmt: skip


@transaction.atomic
def request_alert(alert: Alert, *, by: Device) -> None:
    """Save the unsaved `alert` and mail a link to confirm it, requested by the device `by`.

    An equal alert of the address is reused. Nothing is saved for an address with MAX_PER_OWNER
    confirmed alerts; the mail says so, since the page must not reveal which alerts an address
    has. Raise TooManyAttempts after several requests within an hour.
    """
    alert.language = get_language()
    _lock_owner(normalize_email(alert.email))
    own = find_by_address(alert.email)
    same = _find_equal(own, alert)
    if same is None and own.standing().count() < MAX_PER_OWNER:
        alert.save()
        same = alert
    about: dict[str, object] = {"alert": same.pk} if same else {"is_full": True}
    mail.request_mail(CONFIRMATION_MAIL, to=alert.email, asked_by=by, about=about)


@transaction.atomic
def add_for_device(alert: Alert, device: Device) -> bool:
    """Save the unsaved `alert` for notifications in the browser of `device`, and begin its digests.

    Do nothing if the device has an equal alert. Return False without a change if it has
    MAX_PER_OWNER alerts.
    """
    alert.language = get_language()
    alert.device = device
    _lock_owner(f"device {device.pk}")
    own = device.alerts.order_by("pk")
    if _find_equal(own, alert) is not None:
        return True
    if own.count() >= MAX_PER_OWNER:
        return False
    _begin(alert)
    alert.save()
    return True


def find_by_owner(alert: Alert) -> AlertQuerySet:
    """Return the alerts of the address or browser that `alert` is for, itself too, oldest first."""
    if alert.device_id is None:
        return find_by_address(alert.email)
    return Alert.objects.filter(device=alert.device_id).order_by("pk")


def find_by_address(address: str) -> AlertQuerySet:
    """Return the alerts of an address, compared in its normalized form, oldest first."""
    normalized = normalize_email(address)
    rows = Alert.objects.filter(email_normalized=normalized) if normalized else Alert.objects.none()
    return rows.order_by("pk")


def find_by_token(token: str) -> Alert | None:
    """Return the alert of a link in a mail; None for an unknown token or an ended alert."""
    links = AlertLink.objects.select_related("alert")
    link = links.filter(token_hash=AlertLink.hash_token(token)).first()
    return link.alert if link else None


@transaction.atomic
def confirm(alert: Alert) -> bool:
    """Confirm the alert's address, and begin its digests. Return False if it was confirmed before.

    Return False without a change, too, if the address has MAX_PER_OWNER alerts by now.
    """
    _lock_owner(normalize_email(alert.email))
    own = find_by_address(alert.email)
    own.update(bounced_at=None)  # the mail with the link has arrived
    if alert.confirmed_at or own.standing().count() >= MAX_PER_OWNER:
        return False
    _begin(alert)
    alert.save(update_fields=["confirmed_at", "digest_since", "digest_due_at"])
    return True


def _begin(alert: Alert) -> None:
    """Set the times from which the alert is sent, without saving them."""
    alert.confirmed_at = clock.now()
    if alert.frequency != Alert.Frequency.AT_ONCE:
        alert.digest_since = alert.confirmed_at
        alert.digest_due_at = find_next_digest(alert.frequency, alert.confirmed_at)


def find_next_digest(frequency: str, moment: datetime) -> datetime:
    """Return the next time after `moment` at which a daily or weekly digest is due.

    It is 7 am in the city's time zone, of a weekly digest on a Monday.
    """
    day = clock.localtime(moment).date()
    while True:
        due = timezone.make_aware(datetime.combine(day, _DIGEST_HOUR))
        if due > moment and (frequency == Alert.Frequency.DAILY or day.weekday() == 0):
            return due
        day += timedelta(days=1)


def record_bounce(address: str) -> None:
    """Save that the mail server refused the normalized address: its alerts are paused."""
    rows = Alert.objects.filter(email_normalized=normalize_email(address), bounced_at=None)
    rows.update(bounced_at=clock.now())


def build_filters(alert: Alert) -> Filters:
    """Return the filters of the list that show what the alert is about, open and closed."""
    return Filters(
        show="all",
        category=alert.category,
        group=alert.group,
        zone=alert.zone,
        words=alert.words,
        area=get_area(alert),
    )


class HasRectangle(Protocol):
    """An alert, or the columns of one: the edges of its rectangle in degrees, None without one."""

    @property
    def west(self) -> float | None: ...
    @property
    def south(self) -> float | None: ...
    @property
    def east(self) -> float | None: ...
    @property
    def north(self) -> float | None: ...


def get_area(alert: HasRectangle) -> Area | None:
    """Return the rectangle of the alert; None if it is about every location."""
    west, south, east, north = alert.west, alert.south, alert.east, alert.north
    if west is None or south is None or east is None or north is None:
        return None
    return Area(west, south, east, north)


def _find_equal(alerts: AlertQuerySet, alert: Alert) -> Alert | None:
    """Return the first of `alerts` with the filter and frequency of `alert`, else None."""
    return alerts.filter(**{name: getattr(alert, name) for name in _FILTER_FIELDS}).first()


def _lock_owner(name: str) -> None:
    """Take an advisory lock on the owner's alerts until the transaction ends."""
    lock_name(f"alerts:{name}")
