"""Columns that many models have: foreign keys, times, codes and degrees."""

from collections.abc import Callable

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from city.keys import CachedForeignKey
from lib import clock
from lib.lazy_text import LazyText


def _foreign_key_factory(model: str, name: LazyText) -> Callable[..., models.ForeignKey]:
    """Return a function that makes foreign keys to `model` with the verbose name `name`.

    The function takes the related name and `on_delete` (CASCADE by default). With `one`, it
    makes a OneToOneField.
    """

    def column(
        related_name: str,
        on_delete: Callable[..., None] = models.CASCADE,
        *,
        one: bool = False,
        **options,
    ) -> models.ForeignKey:
        kind = models.OneToOneField if one else models.ForeignKey
        to = f"requests_app.{model}"
        return kind(to, on_delete, related_name=related_name, verbose_name=name, **options)

    return column


request_foreign_key = _foreign_key_factory("ServiceRequest", _("service request"))
event_foreign_key = _foreign_key_factory("Event", _("event"))
device_foreign_key = _foreign_key_factory("Device", _("device"))
comment_foreign_key = _foreign_key_factory("Comment", _("comment"))
photo_foreign_key = _foreign_key_factory("Photo", _("photo"))


def created_field(**options) -> models.DateTimeField:
    """Return a DateTimeField that defaults to now; later saves do not change it."""
    return models.DateTimeField(_("created"), default=clock.now, **options)


def nullable_datetime_field(name: LazyText, **options) -> models.DateTimeField:
    """Return an optional DateTimeField, null if empty."""
    return models.DateTimeField(name, null=True, blank=True, **options)


def code_field(name: LazyText, length: int, **options) -> models.CharField:
    """Return a column for a code that is not edited by people.

    "" for none, also as database default.
    """
    return models.CharField(
        name,
        max_length=length,
        editable=False,
        blank=True,
        default="",
        db_default="",
        **options,
    )


def city_foreign_key(
    model: type[models.Model], name: LazyText | None, related_name: str = "+", **options
) -> CachedForeignKey:
    """Return a protected, cached foreign key to a row of the city's configuration."""
    return CachedForeignKey(
        model, models.PROTECT, related_name=related_name, verbose_name=name, **options
    )


def user_foreign_key(
    related_name: str,
    name: LazyText | None,
    on_delete: Callable[..., None] = models.PROTECT,
    **options,
) -> models.ForeignKey:
    """Return a nullable foreign key to a member of the staff."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete,
        null=True,
        related_name=related_name,
        verbose_name=name,
        **options,
    )


def degrees_field(name: LazyText | None = None) -> models.DecimalField:
    """Return a nullable column for a latitude or longitude (WGS 84) with six decimals."""
    return models.DecimalField(name, max_digits=9, decimal_places=6, null=True)
