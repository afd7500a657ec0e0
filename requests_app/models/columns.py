"""Columns that many tables have: when a row was made, degrees, and what it points to."""

from collections.abc import Callable

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from city.keys import CachedForeignKey
from lib import clock


def _key_to(model, name) -> Callable:
    """A maker of columns that point to `model`, which people call `name`; `one` points to one."""

    def column(
        related_name, on_delete=models.CASCADE, *, one=False, **options
    ) -> models.ForeignKey:
        kind = models.OneToOneField if one else models.ForeignKey
        names = {"related_name": related_name, "verbose_name": name}
        return kind(f"requests_app.{model}", on_delete, **names, **options)

    return column


request_key = _key_to("ServiceRequest", _("service request"))
event_key = _key_to("Event", _("event"))
device_key = _key_to("Device", _("device"))
comment_key = _key_to("Comment", _("comment"))
photo_key = _key_to("Photo", _("photo"))


def created_field(**options) -> models.DateTimeField:
    return models.DateTimeField(_("created"), default=clock.now, **options)


def moment_field(name, **options) -> models.DateTimeField:
    """When something happened, or will; empty where that is not known."""
    return models.DateTimeField(name, null=True, blank=True, **options)


def code_field(name, length, **options) -> models.CharField:
    """A code that nobody types; empty for none, also in a row that an older version adds."""
    nothing = {"blank": True, "default": "", "db_default": ""}
    return models.CharField(name, max_length=length, editable=False, **nothing, **options)


def city_key(model, name, related_name="+", **options) -> CachedForeignKey:
    """Of the city's configuration: a row that stays as long as something points to it."""
    names = {"related_name": related_name, "verbose_name": name}
    return CachedForeignKey(model, models.PROTECT, **names, **options)


def user_key(related_name, name, on_delete=models.PROTECT, **options) -> models.ForeignKey:
    """A member of staff, or nobody."""
    names = {"related_name": related_name, "verbose_name": name}
    return models.ForeignKey(settings.AUTH_USER_MODEL, on_delete, null=True, **names, **options)


def degrees_field(name=None) -> models.DecimalField:
    """Of latitude or longitude (WGS 84), with six decimals."""
    return models.DecimalField(name, max_digits=9, decimal_places=6, null=True)
