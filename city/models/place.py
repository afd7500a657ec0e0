from django.db import models
from django.utils.translation import gettext_lazy as _

from city.models.shared import (
    DeactivatableQuerySet,
    NamedModel,
    is_active_field,
    name_field,
    position_field,
    slug_field,
)


class Zone(NamedModel):
    """A named part of the city. The zones cover the service area without gaps or overlaps."""

    slug = slug_field()
    name = name_field()
    geometry = models.JSONField(
        _("geometry"), help_text=_("GeoJSON Polygon or MultiPolygon, longitude first.")
    )
    is_active = is_active_field()
    position = position_field()

    objects = DeactivatableQuerySet.as_manager()

    class Meta:
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        ordering = ["position", "name"]
        constraints = [models.UniqueConstraint(fields=["slug"], name="one_zone_per_slug")]


class Street(NamedModel):
    """A street's center lines, for the base map and for finding corners."""

    class Kind(models.TextChoices):
        MAIN = "main", _("main street")
        STREET = "street", _("street")

    name = name_field()
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    lines = models.JSONField(_("lines"), help_text=_("A list of lines of [lat, lng] points."))

    class Meta:
        verbose_name = _("street")
        verbose_name_plural = _("streets")
        ordering = ["name", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["name", "kind"], name="a_street_is_drawn_once_per_kind")
        ]


class Place(NamedModel):
    """A named location that a resident may type instead of an address."""

    class Kind(models.TextChoices):
        LANDMARK = "landmark", _("landmark")
        STREET = "street", _("street")
        INTERSECTION = "intersection", _("intersection")

    name = name_field()
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    lat = models.FloatField(_("latitude"))
    lng = models.FloatField(_("longitude"))
    aliases = models.CharField(
        _("other names"),
        max_length=300,
        blank=True,
        help_text=_("Comma-separated; searched like the name."),
    )
    zone = models.ForeignKey(Zone, models.SET_NULL, null=True, blank=True, verbose_name=_("area"))

    class Meta:
        verbose_name = _("named location")
        verbose_name_plural = _("named locations")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["name"], name="one_place_per_name"),
            models.CheckConstraint(
                condition=models.Q(lat__range=(-90, 90), lng__range=(-180, 180)),
                name="a_place_lies_on_earth",
            ),
        ]
