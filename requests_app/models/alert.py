"""Alerts: saved filters of the public list, whose matches are sent to an address or browser."""

from typing import NamedTuple, Self

from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import F, Func, Q
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from city import geo
from city.keys import CachedForeignKey
from city.models import Category, CategoryGroup, Zone
from city.translation import translate
from lib.email_addresses import EmailModel
from requests_app.models.columns import (
    created_field,
    device_foreign_key,
    nullable_datetime_field,
)
from requests_app.models.contact import Link

MAX_PER_OWNER = 20


class RectangleBox(Func):
    """The rectangle of an alert as a PostgreSQL box, x being the longitude. Indexed."""

    function = "box"
    output_field = models.TextField()

    def __init__(self) -> None:
        super().__init__(
            Func(F("east"), F("north"), function="point"),
            Func(F("west"), F("south"), function="point"),
        )


class RectangleContains(Func):
    """The condition that the rectangle of an alert contains a point, its edges included."""

    template = "(%(expressions)s)"
    arg_joiner = " @> "
    output_field = models.BooleanField()

    def __init__(self, longitude: float, latitude: float) -> None:
        point = Func(
            models.Value(longitude, models.FloatField()),
            models.Value(latitude, models.FloatField()),
            function="point",
        )
        super().__init__(RectangleBox(), Func(point, function="box"))


IS_STANDING = Q(confirmed_at__isnull=False, bounced_at__isnull=True)


class AlertQuerySet(models.QuerySet["Alert"]):
    def standing(self) -> Self:
        """Return the alerts of browsers, and those of confirmed addresses that did not bounce."""
        return self.filter(IS_STANDING)


class Alert(EmailModel):
    """A filter of the public list whose owner is notified of new or finished matches.

    The owner is an email address, or a browser (`device`) that gets notifications. A filter that is
    None or "" matches everything. The area is a rectangle in degrees WGS 84; with `radius_m` it is
    the circle inside of the rectangle, and `place` describes its center. A daily or weekly alert is
    sent at `digest_due_at` about what happened since `digest_since`.
    """

    class Frequency(models.TextChoices):
        AT_ONCE = "at_once", _("Right away")
        DAILY = "daily", _("Once a day")
        WEEKLY = "weekly", _("Once a week")

    email = models.EmailField(_("email"), blank=True)
    device = device_foreign_key("alerts", null=True, blank=True)
    language = models.CharField(_("language"), max_length=10)
    frequency = models.CharField(_("how often"), max_length=10, choices=Frequency)
    wants_new = models.BooleanField(_("new requests"), default=True)
    wants_finished = models.BooleanField(_("finished requests"), default=False)

    category = CachedForeignKey(
        Category, models.CASCADE, null=True, related_name="+", verbose_name=_("category")
    )
    group = CachedForeignKey(
        CategoryGroup, models.CASCADE, null=True, related_name="+", verbose_name=_("group")
    )
    zone = CachedForeignKey(
        Zone, models.CASCADE, null=True, related_name="+", verbose_name=_("area")
    )
    words = models.CharField(_("text"), max_length=100, blank=True)
    west = models.FloatField(_("west"), null=True)
    south = models.FloatField(_("south"), null=True)
    east = models.FloatField(_("east"), null=True)
    north = models.FloatField(_("north"), null=True)
    radius_m = models.PositiveIntegerField(_("radius in meters"), null=True)
    place = models.CharField(_("location"), max_length=200, blank=True)

    created_at = created_field()
    confirmed_at = nullable_datetime_field(_("confirmed"))
    bounced_at = nullable_datetime_field(_("email refused"))
    digest_since = nullable_datetime_field(_("digest since"))
    digest_due_at = nullable_datetime_field(_("next digest"))

    objects = AlertQuerySet.as_manager()

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        constraints = [
            models.CheckConstraint(
                condition=Q(west=None, south=None, east=None, north=None, radius_m=None)
                | Q(
                    west__isnull=False,
                    south__isnull=False,
                    east__isnull=False,
                    north__isnull=False,
                ),
                name="an_alert_has_a_whole_rectangle_or_none",
            ),
            models.CheckConstraint(
                condition=Q(wants_new=True) | Q(wants_finished=True),
                name="an_alert_is_about_something",
            ),
            models.CheckConstraint(
                condition=(Q(device=None) & ~Q(email="")) | Q(device__isnull=False, email=""),
                name="an_alert_has_one_owner",
            ),
        ]
        indexes = [
            models.Index(fields=["email_normalized"], name="alerts_by_normalized_email"),
            models.Index(
                fields=["digest_due_at"],
                condition=IS_STANDING & Q(digest_due_at__isnull=False),
                name="alerts_with_a_digest",
            ),
            GistIndex(
                RectangleBox(),
                condition=IS_STANDING & Q(frequency="at_once", west__isnull=False),
                name="alerts_with_an_area",
            ),
            models.Index(
                fields=["created_at"],
                condition=Q(confirmed_at=None),
                name="alerts_to_confirm",
            ),
        ]

    def __str__(self) -> str:
        return f"alert {self.pk}"

    @property
    def is_standing(self) -> bool:
        """Return whether the address is confirmed and did not bounce."""
        return self.confirmed_at is not None and self.bounced_at is None

    @property
    def description(self) -> "AlertDescription":
        """Return the alert in the active language."""
        return _describe_alert(self)


class AlertLink(Link):
    """A link in a mail to the owner of an alert: it confirms, shows and ends the alert."""

    alert = models.ForeignKey(Alert, models.CASCADE, related_name="links")

    def __str__(self) -> str:
        return f"link of {self.alert_id}"

    @property
    def token(self) -> str:
        return self.sign(f"alert-link:{self.alert_id}:{self.nonce}")


class AlertDescription(NamedTuple):
    """The parts of an alert in words: category, location, text or "", events and frequency."""

    what: str
    where: str
    words: str
    events: str
    frequency: str | Promise

    @property
    def summary(self) -> str:
        """The category, location and text in a few words, such as “Potholes, Pico”."""
        words = f"“{self.words}”" if self.words else ""
        return ", ".join(filter(None, (self.what, self.where, words)))


def _describe_alert(alert: "Alert") -> AlertDescription:
    """Return the alert in the active language."""
    return AlertDescription(
        what=_describe_category(alert),
        where=_describe_place(alert),
        words=alert.words,
        events=_describe_events(alert),
        frequency=Alert.Frequency(alert.frequency).label,
    )


def _describe_category(alert: "Alert") -> str:
    """Return the name of the category, “All of” the group's, or that it is about all categories."""
    if alert.category:
        return translate(alert.category.name)
    if alert.group:
        return gettext("All of %(name)s") % {"name": translate(alert.group.name)}
    return gettext("All categories")


def _describe_place(alert: "Alert") -> str:
    """Return the location: a circle, a part of the map, a zone, both, or the whole city."""
    zone = translate(alert.zone.name) if alert.zone else ""
    if alert.radius_m:
        named = {"distance": geo.format_distance(alert.radius_m), "place": alert.place}
        near = gettext("within %(distance)s of %(place)s") % named
        return f"{near}, {zone}" if zone else near
    if alert.west is not None:
        return f"{gettext('a part of the map')}, {zone}" if zone else gettext("a part of the map")
    return zone or gettext("the whole city")


def _describe_events(alert: "Alert") -> str:
    """Return what the mails are about: new requests, finished ones, or both."""
    if alert.wants_new and alert.wants_finished:
        return gettext("New and finished requests")
    return gettext("New requests") if alert.wants_new else gettext("Finished requests")
